"""A child's placements: those a return tells of beside those that are kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.placements.ledger import Placed
from services.placements.returns.plan import CONTRADICTED, OVERLAPS, Change, Plan, Whose, by_a_return, clash, paired
from services.placements.returns.where import Where
from shared.contracts.event import Event
from shared.contracts.placements import PlacementAnnulled, PlacementCorrected, PlacementEnded, PlacementStarted
from shared.contracts.vocabulary import PlacementStatus, Purpose
from shared.ids import new_id
from shared.store.session import Row

COLUMNS = (
    *("placement", "authority", "child", "version", "status", "purpose", "moves_from", "type", "sector", "urn"),
    *("same_carer", "postcode", "outward", "miles_tenths", "location", "starts", "ends", "reason"),
)
TOLD = (
    *("status", "purpose", "type", "sector", "urn", "same_carer", "postcode", "outward", "miles_tenths", "location"),
    *("starts", "ends", "reason"),
)
ENDING = frozenset({"status", "ends", "reason"})
COMPARED = {"type": "PLACE", "sector": "PLACE_PROVIDER", "ends": "DEC"}
"""What somebody may have recorded otherwise -> the column that tells it."""


def plan_placements(plan: Plan, whose: Whose, told: Sequence[tuple[Placed, Where]], kept: Iterable[Row]) -> None:
    """Add to the plan what is to be written of one child's placements."""
    kept = list(kept)
    others = [row for row in kept if not by_a_return(row)]
    pairs = _paired([placed for placed, _ in told], kept)
    moves_from: UUID | None = None
    for (placed, where), row in zip(told, pairs, strict=True):
        facts = _facts(placed, where)
        if row is not None and not by_a_return(row):
            _compare(plan, whose, placed, row)
        else:
            _write(plan, whose, placed, facts | {"moves_from": moves_from}, row, others)
        if placed.purpose is not Purpose.TEMPORARY:
            moves_from = row.placement if row is not None else plan.placements[-1].row["placement"]
    for row in kept:
        if by_a_return(row) and row not in pairs:
            _annul(plan, row)


def _paired(told: Sequence[Placed], kept: Sequence[Row]) -> list[Row | None]:
    """The kept row of each: one of the same first night whatever its kind, or one moved that is a stay as it is."""
    found = paired([(one.starts, one.ends) for one in told], [((row.starts, row.ends), row) for row in kept])
    stays = [one.purpose is Purpose.TEMPORARY for one in told]
    return [
        row if row is None or row.starts == one.starts or (row.purpose == Purpose.TEMPORARY) is stay else None
        for one, row, stay in zip(told, found, stays, strict=True)
    ]


def _facts(placed: Placed, where: Where) -> dict[str, Any]:
    return {
        "status": PlacementStatus.STARTED if placed.ends is None else PlacementStatus.ENDED,
        "purpose": placed.purpose,
        "type": placed.type,
        "sector": placed.sector,
        "urn": placed.urn or None,
        "same_carer": placed.same_carer,
        "postcode": placed.postcode or None,
        "outward": where.outward,
        "miles_tenths": where.miles_tenths,
        "location": where.location,
        "starts": placed.starts,
        "ends": placed.ends,
        "reason": placed.reason,
    }


def _write(
    plan: Plan, whose: Whose, placed: Placed, facts: Mapping[str, Any], row: Row | None, others: Iterable[Row]
) -> None:
    """A new placement, or one that a return wrote and now tells otherwise."""
    differing = {name for name in TOLD if row is None or row[name] != facts[name]}
    if not differing:
        return
    if clash(placed.starts, placed.ends, _nights_of(others, placed.purpose)):
        plan.refuse("recorded_here", OVERLAPS, placed.first, "DECOM")
    own = {"child": whose.child, "authority": whose.authority}
    if row is None:
        event: type[Event] = PlacementStarted if placed.ends is None else PlacementEnded
        new = {**own, **facts, "placement": new_id(), "version": 1}
        plan.placements.append(Change(event, new, first=placed.first))
        return
    ended = differing <= ENDING and row.ends is None
    changed = {**own, **facts, "placement": row.placement, "version": row.version + 1}
    event = PlacementEnded if ended else PlacementCorrected
    plan.placements.append(Change(event, changed, kept=row, first=placed.first))


def _nights_of(rows: Iterable[Row], purpose: Purpose) -> list[tuple[date, date | None]]:
    """A temporary stay is only in the way of another."""
    stay = purpose is Purpose.TEMPORARY
    return [(row.starts, row.ends) for row in rows if (row.purpose == Purpose.TEMPORARY) is stay]


def _compare(plan: Plan, whose: Whose, placed: Placed, row: Row) -> None:
    """What somebody recorded stands; a return that contradicts it is refused."""
    kept = {"type": row.type, "sector": row.sector, "ends": whose.as_then(row.ends)}
    said = {"type": placed.type, "sector": placed.sector, "ends": placed.ends}
    for name, column in COMPARED.items():
        if kept[name] != said[name]:
            plan.refuse("recorded_here", CONTRADICTED, placed.last if name == "ends" else placed.first, column)


def _annul(plan: Plan, row: Row) -> None:
    """A placement that a return wrote and no longer tells of. What somebody recorded stays."""
    annulled = {name: row[name] for name in COLUMNS}
    annulled |= {"status": PlacementStatus.ANNULLED, "version": row.version + 1}
    plan.placements.append(Change(PlacementAnnulled, annulled, kept=row))
