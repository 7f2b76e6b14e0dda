"""Lives as the facts that metrics would hold of them, so that the platform's own measures can be asked about them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from hashlib import blake2b
from random import Random
from typing import Any

from deploy.county.authority import Authority, Kind
from deploy.county.lives import Life, Stay, Temporary
from services.metrics.columns import SHAPES, Columns
from shared.contracts.vocabulary import PlaceChange, PlacementStatus, PlacementType, PriceElement, Purpose

Rows = dict[str, list[dict[str, Any]]]
Held = dict[str, list[tuple[Any, ...]]]
"""By fact table the values of each row, in the order in which Columns takes them."""


def rows_of(authority: Authority, told: Iterable[Life], seed: int, coverage: date) -> Rows:
    """Everything about these lives by fact table, each fact recorded at nine on the day it happened."""
    rows: Rows = {kind: [] for kind in SHAPES}
    dice = Random(f"prices {seed}")  # noqa: S311 - the same for the same seed, nothing secret
    rows["coverages"].append(row_of(coverage, authority=authority.code, starts=coverage))
    for life in told:
        _a_child(rows, authority, life)
        for number, stay in enumerate(life.stays):
            _a_stay(rows, authority, life, stay, id_of(authority, life.key, str(number)), dice)
        rows["placements"] += [
            _temporary(authority, life, away, id_of(authority, life.key, "away", str(number)))
            for number, away in enumerate(life.away)
        ]
    return rows


def columns_of(rows: Rows) -> Columns:
    """Rows as metrics' memory holds them."""
    columns = Columns()
    for table, those in as_held(rows).items():
        columns.append(table, those)
    return columns


def as_held(rows: Rows) -> Held:
    """Rows as metrics' memory takes them."""
    names = {table: ("version", "recorded_at", *shape) for table, shape in SHAPES.items()}
    return {table: [tuple([row.get(name) for name in names[table]]) for row in those] for table, those in rows.items()}


def _a_child(rows: Rows, authority: Authority, life: Life) -> None:
    child, period = id_of(authority, life.key), id_of(authority, life.key, "period")
    of = {"authority": authority.code}
    rows["children"].append(
        row_of(life.born, **of, child=child, born=life.born, sex=life.sex, ethnicity=life.ethnicity, uasc=life.uasc)
    )
    rows["care_periods"].append(
        row_of(
            life.started,
            **of,
            child=child,
            period=period,
            started=life.started,
            ended=life.ended,
            start_known=True,
            legal_status=life.statuses[-1][0],
            annulled=False,
            reason=life.why,
        )
    )
    rows["legal_statuses"] += [
        row_of(life.started, **of, period=period, status=status, starts=day) for status, day in life.statuses
    ]


def _a_stay(rows: Rows, authority: Authority, life: Life, stay: Stay, placement: bytes, dice: Random) -> None:
    kind = authority.kinds[stay.kind]
    rows["placements"].append(
        row_of(
            stay.starts,
            authority=authority.code,
            child=id_of(authority, life.key),
            placement=placement,
            kind=stay.kind,
            status=PlacementStatus.ENDED if stay.ends else PlacementStatus.STARTED,
            type=PlacementType.ADOPTION_ORDER if stay.adopting else kind.type,
            sector=kind.sector,
            purpose=Purpose.MOVE,
            starts=stay.starts,
            ends=stay.ends,
            same_carer=False,
            location=stay.location,
            long_term_match=False,
            fragile=False,
            reason=stay.reason,
            planned=stay.planned if stay.ends else None,
        )
    )
    told = _prices(authority, stay, dice, placement)
    rows["prices"] += [] if stay.adopting else told


def _temporary(authority: Authority, life: Life, away: Temporary, placement: bytes) -> dict[str, Any]:
    return row_of(
        away.starts,
        authority=authority.code,
        child=id_of(authority, life.key),
        placement=placement,
        kind="",
        status=PlacementStatus.ENDED if away.ends else PlacementStatus.STARTED,
        type=away.type,
        purpose=Purpose.TEMPORARY,
        starts=away.starts,
        ends=away.ends,
        same_carer=False,
        long_term_match=False,
        fragile=False,
        reason=PlaceChange.CARE_PLAN if away.ends else None,
        planned=True if away.ends else None,
    )


def weekly_pence(authority: Authority, kind: Kind, on: date, factor: float) -> int:
    """What a week costs in the financial year of a day; a kind's price is that of the year that ends at the anchor."""
    years = _financial_year(authority.anchor) - _financial_year(on)
    return round(kind.weekly_pence * factor / (1 + authority.inflation) ** years)


def prices_of(authority: Authority, stay: Stay, dice: Random, last: date | None = None) -> list[tuple[date, int]]:
    """From which night a week costs so many pence, anew each financial year up to a last day (the anchor)."""
    spread, kind = authority.homes.price_spread, authority.kinds[stay.kind]
    factor = dice.uniform(1 - spread, 1 + spread)
    days = [stay.starts, *_aprils(stay.starts, stay.ends or last or authority.anchor)]
    return [(day, weekly_pence(authority, kind, day, factor)) for day in days]


def _prices(authority: Authority, stay: Stay, dice: Random, placement: bytes) -> list[dict[str, Any]]:
    told = prices_of(authority, stay, dice)
    ends = [*(starts for starts, _ in told[1:]), None]
    of = {"placement": placement, "authority": authority.code, "element": PriceElement.SOCIAL_CARE}
    return [
        row_of(stay.starts, **of, starts=starts, ends=end, weekly_pence=pence)
        for (starts, pence), end in zip(told, ends, strict=True)
    ]


def _aprils(first: date, last: date) -> list[date]:
    """Each 1 April after the first day and before the last."""
    days = (date(year, 4, 1) for year in range(first.year, last.year + 1))
    return [day for day in days if first < day < last]


def _financial_year(on: date) -> int:
    return on.year if on >= date(on.year, 4, 1) else on.year - 1


def row_of(on: date, **told: Any) -> dict[str, Any]:
    """One fact, recorded at nine on a day."""
    return {"version": 1, "recorded_at": datetime.combine(on, time(9), UTC), **told}


def id_of(authority: Authority, *key: str) -> bytes:
    """The id of what has these keys in an authority."""
    return blake2b("/".join((authority.code, *key)).encode(), digest_size=16).digest()
