"""Rules of DoLo: orders that deprive a child of liberty, asked for from 2027."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.days import after, before
from services.placements.returns.checks.rule import OFFICER, WORKER, Find, Rule, each, missing

CORRECT = "Correct the order's days."
EXPECTED = frozenset({"K2", "Z12", "Z13"})
IMPOSSIBLE = frozenset({"K1", "P1", "R5", "K3"})
SINCE = 2027


def orders(wrong: Callable[[Case, Any], Any]) -> Find:
    """Orders of which this is true."""
    return each("DoLo", wrong)


def _overlapping(case: Case) -> Iterator[Any]:
    ordered = sorted((d for d in case.rows("DoLo") if d.dolo_start), key=lambda d: d.dolo_end or d.dolo_start)
    for one, other in pairwise(ordered):
        if one.dolo_end is None or before(other.dolo_start, one.dolo_end):
            yield other


def _not_carried_on(case: Case) -> bool:
    now = {d.dolo_start for d in case.rows("DoLo")}
    return any(d.dolo_end is None and d.dolo_start not in now for d in case.last("DoLo"))


def _lives(case: Case, row: Any, place: Callable[[str | None], bool]) -> bool:
    """Whether the child lives in such a placement while the order stands."""
    return row.dolo_start is not None and any(
        place(e.place) and e.decom and not after(e.decom, row.dolo_end) and not after(row.dolo_start, e.dec)
        for e in case.episodes
    )


def _outlives_care(case: Case, row: Any) -> bool:
    if row.dolo_start is None or not case.periods:
        return False
    for began, ended in case.periods:
        if row.dolo_end is None:
            if ended is None and not before(row.dolo_start, began):
                return False
        elif began <= row.dolo_end and (ended is None or row.dolo_end <= ended):
            return False
    return True


RULES = (
    Rule("700", "DoLo", "DOLO_START", WORKER, "The order has no first day.", CORRECT,
         orders(lambda c, d: d.dolo_start is None), SINCE),
    Rule("702", "DoLo", "DOLO_END", WORKER, "The order ends before it begins.", CORRECT,
         orders(lambda c, d: d.dolo_start and d.dolo_end and d.dolo_end <= d.dolo_start), SINCE),
    Rule("703", "DoLo", "DOLO_START", WORKER, "The order begins after the year ended.", CORRECT,
         orders(lambda c, d: after(d.dolo_start, c.closes)), SINCE),
    Rule("704", "DoLo", "DOLO_END", WORKER, "The order ended before this year began, or ends after it.", CORRECT,
         orders(lambda c, d: before(d.dolo_end, c.opens) or after(d.dolo_end, c.closes)), SINCE),
    Rule("705", "DoLo", "DOLO_START", WORKER, "An order begins while the one before still stands.", CORRECT,
         _overlapping, SINCE),
    Rule("706", "DoLo", "DOLO_START", WORKER, "Last year's open order is not told of this year.",
         "Record when it ended, or that it stands.", missing(_not_carried_on), SINCE, without_rows=True),
    Rule("707", "DoLo", "DOLO_END", WORKER, "Care ended, and the order has not.", "Record when the order ended.",
         orders(_outlives_care), SINCE),
    Rule("708", "DoLo", "DOLO_START", WORKER, "The order begins before the child was born.", CORRECT,
         orders(lambda c, d: d.dolo_start and d.dob and d.dolo_start <= d.dob), SINCE),
    Rule("709", "DoLo", "DOLO_START", OFFICER, "An order, in a kind of placement in which one is not expected.",
         "Make sure of the placement's kind.",
         orders(lambda c, d: _lives(c, d, lambda place: place not in EXPECTED)), SINCE),
    Rule("710", "DoLo", "DOLO_START", OFFICER, "No order stands in a secure home, with parents, in custody, or supported.",
         "Correct the placement, or the order's days.",
         orders(lambda c, d: _lives(c, d, lambda place: place in IMPOSSIBLE)), SINCE),
)  # fmt: skip
