"""How figures are written for people, and in which order they stand on a page."""

from collections.abc import Iterable, Mapping, Sequence
from csv import writer
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from io import StringIO

from starlette.responses import Response

from services.metrics.measures.figure import Cell, Figure
from shared.contracts.vocabulary import LegalStatus, PlacementType, Sector, Sex
from shared.web.called import kind_of
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
ONLY: Mapping[str, str] = {"age_band": "Age", "type": "Type of placement", "sector": "Sector"}
"""Breakdowns that all figures of a page can be narrowed to one cell of."""
CODES: Mapping[str, type[StrEnum]] = {
    "type": PlacementType,
    "sector": Sector,
    "sex": Sex,
    "legal_status": LegalStatus,
}
"""Breakdowns whose cells are codes."""
BROKEN_DOWN: Mapping[str, str] = {
    "age_band": "age",
    "dfe_age_band": "age, as the DfE bands it",
    "uasc": "seeking asylum alone",
    "type": "type of placement",
    "kind": "kind of home",
    "reason": "reason why",
    "days_open": "how long open",
}
"""What a breakdown is called where its own name does not say it."""
NOTHING = "no data"
LARGE = 1_000_000
"""Pence of which nobody wants to read the last two digits."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell_in_words(by: str, cell: str) -> str:
    """What the codes of a breakdown are called; what is in words already stays so."""
    codes = CODES.get(by)
    if codes is None or cell not in {code.value for code in codes}:
        return cell.replace("_", " ")
    return kind_of(cell) if codes is PlacementType else codes(cell).name.replace("_", " ").capitalize()


def by_in_words(by: str) -> str:
    """What figures are broken down by."""
    return BROKEN_DOWN.get(by) or by.replace("_", " ")


def shown(figure: Figure) -> str:
    """A figure as people write it: £3,810, 63.2%, 11.4 miles, or that there are no data."""
    return written(figure, figure.unit)


def written(cell: Cell, unit: str) -> str:
    """A number with its unit; large amounts in whole pounds."""
    if cell.value is None:
        return NOTHING
    if unit.startswith("pence"):
        return pounds(_to_the_pound(cell.value) if abs(cell.value) >= LARGE else int(cell.value))
    number = f"{_plain(cell.value):,}"
    unit = unit.removesuffix("s") if cell.value == 1 else unit
    return f"{number}%" if unit == "%" else number if unit in ("children", "") else f"{number} {unit}"


def _to_the_pound(pence: Decimal) -> int:
    """As scripts round, so that a tile says the same before and after it moves."""
    return int((pence / 100).to_integral_value(ROUND_HALF_UP)) * 100


def moved(now: Cell, before: Cell, when: str, unit: str, polarity: str) -> tuple[str, str] | None:
    """How far a figure is from what it was, and whether that is better, worse, or neither; None without data."""
    if now.value is None or before.value is None:
        return None
    change = now.value - before.value
    if not change:
        return (f"no change on {when}", "")
    size = written(Cell(None, None, abs(change)), "points" if unit == "%" else unit)
    good = {"high good": change > 0, "low good": change < 0}.get(polarity)
    words = f"{'up' if change > 0 else 'down'} {size} on {when}"
    return (words, "" if good is None else "better" if good else "worse")


def against(now: Cell, target: Decimal, unit: str, polarity: str) -> tuple[str, str]:
    """A target, and whether the figure meets it, in words."""
    words = written(Cell(None, None, target), unit)
    met = (
        {"high good": now.value >= target, "low good": now.value <= target}.get(polarity)
        if now.value is not None
        else None
    )
    return (words, "" if met is None else "met" if met else "not met")


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file for a spreadsheet; a text that one would take for a formula is told as text."""
    lines = StringIO()
    paper = writer(lines)
    paper.writerow(head)
    paper.writerows([_cell(one) for one in row] for row in rows)
    disposition = f'attachment; filename="{name}"'
    return Response(lines.getvalue(), media_type="text/csv", headers={"Content-Disposition": disposition})


def _cell(told: object) -> object:
    return f"'{told}" if isinstance(told, str) and told.startswith(FORMULA) else told


def _plain(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else value
