"""Rules of SWEpisodes: who was a child's social worker, one after another."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, before
from services.placements.returns.checks.rule import OFFICER, WORKER, Find, Rule, each, missing

CORRECT = "Correct the days of the social worker."
REASONS_SINCE = date(2023, 4, 1)
HANDOVER = timedelta(days=7)
SHORTEST = timedelta(days=3)


def workers(wrong: Callable[[Case, Any], Any]) -> Find:
    """Social workers of whom this is true."""
    return each("SWEpisodes", wrong)


def _ordered(case: Case) -> list[Any]:
    rows = (s for s in case.rows("SWEpisodes") if s.sw_decom)
    return sorted(rows, key=lambda s: (s.sw_decom, s.sw_dec or date.max))


def _still_there(case: Case) -> Iterator[Any]:
    return (one for one, _ in pairwise(_ordered(case)) if one.sw_dec is None)


def _gap(case: Case) -> Iterator[Any]:
    for one, other in pairwise(_ordered(case)):
        if other.sw_reason != "FCONTA" and (one.sw_dec is None or abs(other.sw_decom - one.sw_dec) > HANDOVER):
            yield other


def _first_again(case: Case) -> Iterator[Any]:
    for one, other in pairwise(_ordered(case)):
        if other.sw_reason == "FCONTA" and one.sw_dec is not None and other.sw_decom <= one.sw_dec:
            yield other


def _twice(case: Case) -> Iterator[Any]:
    return (other for one, other in pairwise(_ordered(case)) if one.sw_decom == other.sw_decom)


def _none_at_the_end(case: Case) -> list[Any]:
    """A child in care on 31 March whose newest social worker has gone; leavers need none (DfE's checker forgets it)."""
    rows, last = _ordered(case), case.episodes[-1] if case.episodes else None
    open_ = last is not None and last.dec is None
    return rows[-1:] if open_ and rows and rows[-1].sw_dec is not None else []


def _too_early(case: Case, row: Any) -> bool:
    return before(row.sw_dec, date(case.year - 2, 4, 1)) or after(row.sw_dec, case.closes)


def _no_worker(case: Case) -> bool:
    return any(e.ls not in SHORT_BREAKS for e in case.episodes) and not case.rows("SWEpisodes")


def _no_reason(case: Case, row: Any) -> bool:
    if row.sw_reason is None:
        return row.sw_decom is not None and row.sw_decom >= REASONS_SINCE
    return row.sw_reason not in codes_of(case.year, "SW_REASON")


RULES = (
    Rule("SW02STG1", "SWEpisodes", "SW_ID", WORKER, "The worker's number does not begin with SW or XX.",
         "Give Social Work England's number, or XX and one of your own.",
         workers(lambda c, s: s.sw_id is None or s.sw_id[:2] not in ("SW", "XX") or len(s.sw_id) < 4), 2024),
    Rule("SW04STG1", "SWEpisodes", "SW_DECOM", WORKER, "There is no day from which this was the social worker.", CORRECT,
         workers(lambda c, s: s.sw_decom is None), 2024),
    Rule("SW06STG2", "SWEpisodes", "SW_DECOM", WORKER, "The social worker begins after the year ended.",
         "Correct the day, or leave it to next year's return.", workers(lambda c, s: after(s.sw_decom, c.closes)), 2024),
    Rule("SW07STG2", "SWEpisodes", "SW_DEC", WORKER, "The social worker left long before this year, or after it.",
         "Correct the day, or take the row out.", workers(_too_early), 2024),
    Rule("SW08STG2", "SWEpisodes", "SW_DEC", WORKER, "Another social worker followed, and this one has not ended.",
         CORRECT, _still_there, 2024),
    Rule("SW09STG2", "SWEpisodes", "SW_DECOM SW_DEC", WORKER, "A social worker for less than three days.", CORRECT,
         workers(lambda c, s: s.sw_decom and s.sw_dec and s.sw_dec - s.sw_decom < SHORTEST), 2026),
    Rule("SW10aSTG2", "SWEpisodes", "SW_DECOM", WORKER, "More than a week between one social worker and the next.",
         CORRECT, _gap, 2026),
    Rule("SW10bSTG2", "SWEpisodes", "SW_REASON", WORKER, "A first contact, while the one before was still the worker.",
         "Choose why the worker changed.", _first_again, 2026),
    Rule("SW12STG2", "SWEpisodes", "SW_DECOM", WORKER, "In care this year, and no social worker is recorded.",
         "Record who the child's social worker is, and was in the year.", missing(_no_worker), 2024, without_rows=True),
    Rule("SW13STG1", "SWEpisodes", "SW_REASON", WORKER, "Why this became the social worker is missing or no code.",
         "Choose why the worker changed.", workers(_no_reason), 2024),
    Rule("SW17STG2", "SWEpisodes", "SW_DEC", WORKER, "In care, and the newest social worker has left.",
         "Record who followed.", _none_at_the_end, 2026),
    Rule("SW18STG2", "SWEpisodes", "SW_DECOM SW_DEC", WORKER, "The social worker leaves before beginning.", CORRECT,
         workers(lambda c, s: s.sw_decom and s.sw_dec and s.sw_dec <= s.sw_decom), 2026),
    Rule("SW19STG2", "SWEpisodes", "SW_DECOM", WORKER, "Two social workers begin on the same day.", CORRECT, _twice, 2026),
    Rule("OWN5", "SWEpisodes", "CHILD", OFFICER, "The child has a social worker and does not stand in Header.",
         "Register the child in referrals.", workers(lambda c, s: c.header is None), 2024),
    Rule("OWN6", "SWEpisodes", "DOB", WORKER, "The date of birth in SWEpisodes is another than in Header.",
         "Correct the child's details in referrals.",
         workers(lambda c, s: s.dob and c.born and s.dob != c.born), 2024),
)  # fmt: skip
