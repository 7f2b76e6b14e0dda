"""A child's periods of care and their legal statuses: those a return tells of beside those that are kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.placements.ledger import Care
from services.placements.returns.plan import CONTRADICTED, OVERLAPS, Change, Plan, Whose, by_a_return, clash, paired
from shared.contracts.event import Event
from shared.contracts.placements import CareAnnulled, CareCorrected, CareEnded, CareStarted, LegalLine
from shared.contracts.vocabulary import LegalStatus
from shared.ids import new_id
from shared.store.session import Row

COLUMNS = (
    *("period", "child", "authority", "version", "started", "start_known", "ended", "legal_status", "reason"),
    "annulled",
)
TOLD = ("started", "start_known", "ended", "legal_status", "reason")
ENDING = frozenset({"ended", "reason"})


def plan_care(plan: Plan, whose: Whose, told: Sequence[Care], kept: Iterable[Row]) -> None:
    """Add to the plan what is to be written of one child's periods; a kept row has its `lines` of legal status."""
    kept = list(kept)
    others = [row for row in kept if not by_a_return(row)]
    pairs = paired([(care.started, care.ended) for care in told], [((row.started, row.ended), row) for row in kept])
    for care, row in zip(told, pairs, strict=True):
        if row is not None and not by_a_return(row):
            _compare(plan, whose, care, row)
        else:
            _write(plan, whose, care, row, others)
    for row in kept:
        if by_a_return(row) and row not in pairs:
            annulled = {name: row[name] for name in COLUMNS} | {"annulled": True, "version": row.version + 1}
            plan.periods.append(Change(CareAnnulled, annulled, lines_of(row), row))


def lines_of(row: Row) -> tuple[LegalLine, ...]:
    """A kept period's legal statuses."""
    return tuple(LegalLine(status=LegalStatus(status), starts=starts) for starts, status in row.lines or ())


def _facts(care: Care) -> dict[str, Any]:
    return {
        "started": care.started,
        "start_known": care.start_known,
        "ended": care.ended,
        "legal_status": care.statuses[-1].status,
        "reason": care.reason,
    }


def _write(plan: Plan, whose: Whose, care: Care, row: Row | None, others: Iterable[Row]) -> None:
    facts = _facts(care)
    differing = {name for name in TOLD if row is None or row[name] != facts[name]}
    if row is not None and not differing and lines_of(row) == care.statuses:
        return
    if clash(care.started, care.ended, [(other.started, other.ended) for other in others]):
        plan.refuse("recorded_here", OVERLAPS, care.first, "DECOM")
    written: Mapping[str, Any] = {
        **facts,
        "period": new_id() if row is None else row.period,
        "child": whose.child,
        "authority": whose.authority,
        "version": 1 if row is None else row.version + 1,
        "annulled": False,
    }
    plan.periods.append(Change(_event(care, row, differing), written, care.statuses, row, care.first))


def _event(care: Care, row: Row | None, differing: set[str]) -> type[Event]:
    if row is None:
        return CareStarted if care.ended is None else CareEnded
    return CareEnded if differing and differing <= ENDING and row.ended is None else CareCorrected


def _compare(plan: Plan, whose: Whose, care: Care, row: Row) -> None:
    """What somebody recorded stands; a return that contradicts it is refused."""
    if whose.as_then(row.ended) != care.ended:
        plan.refuse("recorded_here", CONTRADICTED, care.last, "DEC")
    elif care.ended is not None and row.reason != care.reason:
        plan.refuse("recorded_here", CONTRADICTED, care.last, "REC")
    lines = [line for line in lines_of(row) if line.starts <= whose.until]
    if lines and lines != list(care.statuses):
        plan.refuse("recorded_here", CONTRADICTED, care.first, "LS")
