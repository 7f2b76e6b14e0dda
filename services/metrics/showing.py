"""How figures are written for people, and in which order they stand on a page."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from services.metrics.measures.figure import Cell, Figure
from shared.web.pages import pounds

SECTIONS: Mapping[str, Sequence[str]] = {
    "Children": ("cla", "cla_started", "cla_ceased"),
    "Stability": ("three_plus", "third_placement_reached", "long_term"),
    "Where children live": (
        "in_area",
        "bordering",
        "at_distance",
        "within_20_miles",
        "over_20_and_outside",
        "distance",
    ),
    "Homes and places": ("occupancy", "vacancies", "vacancy_age", "placement_mix", "bed_nights", "in_house_share"),
    "Asking for homes": ("open_referrals", "time_to_first_offer", "time_to_place", "decline_reasons"),
    "Cost": ("weekly_cost", "committed_spend"),
}
"""Every measure that has a page, under the heading where people look for it."""
NOTHING = "no data"


def shown(figure: Figure) -> str:
    """A figure as people write it: £3,810, 63.2%, 11.4 miles, or that there are no data."""
    return written(figure, figure.unit)


def written(cell: Cell, unit: str) -> str:
    """A number with its unit."""
    if cell.value is None:
        return NOTHING
    if unit.startswith("pence"):
        return pounds(int(cell.value))
    number = f"{_plain(cell.value):,}"
    return f"{number}%" if unit == "%" else number if unit in ("children", "") else f"{number} {unit}"


def _plain(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else value
