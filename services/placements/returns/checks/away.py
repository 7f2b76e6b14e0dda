"""Rules of Missing: children missing, or away without authorisation."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, before, birthday
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Find, Rule, each, missing

CORRECT = "Correct the record of the child being missing."
FOUND = "Record when the child was found, or why care ended."


def gone(wrong: Callable[[Case, Any], Any]) -> Find:
    """Times of which this is true."""
    return each("Missing", wrong)


def _overlapping(case: Case) -> Iterator[Any]:
    ordered = sorted((m for m in case.rows("Missing") if m.mis_start), key=lambda m: m.mis_end or m.mis_start)
    for one, other in pairwise(ordered):
        if one.mis_end is None or before(other.mis_start, one.mis_end):
            yield other


def _in_care(case: Case, row: Any) -> bool:
    """Whether some time in care holds the whole of it."""
    for began, ended in case.periods:
        if row.mis_end is None:
            if ended is None and not before(row.mis_start, began):
                return True
        elif began <= row.mis_end and (ended is None or row.mis_end <= ended):
            return True
    return not case.periods


def _began_outside(case: Case, row: Any) -> bool:
    return (
        bool(case.periods)
        and row.mis_start is not None
        and not any(
            began <= row.mis_start and (ended is None or row.mis_start <= ended) for began, ended in case.periods
        )
    )


def _placement_ended(case: Case, row: Any) -> bool:
    """Open, though an episode in which it began has ended."""
    return (
        row.mis_end is None
        and row.mis_start is not None
        and any(e.decom and e.dec and e.decom <= row.mis_start <= e.dec for e in case.episodes)
    )


def _otherwise_last_year(case: Case) -> bool:
    """Last year's open time is not the first of this year."""
    open_ones = [m for m in case.last("Missing") if m.mis_end is None and m.mis_start]
    first = min((m.mis_start for m in case.rows("Missing") if m.mis_start), default=None)
    return any(m.mis_start != first for m in open_ones)


def _adult_and_missing(case: Case, row: Any) -> bool:
    if row.dob is None or row.mis_end != birthday(row.dob, 18):
        return False
    return any(e.dec == row.mis_end and e.rec != "E8" for e in case.episodes)


RULES = (
    Rule("1004", "Missing", "MIS_START", WORKER, "There is no day on which the child went missing.", CORRECT,
         gone(lambda c, m: m.mis_start is None)),
    Rule("1006", "Missing", "MISSING", WORKER, "Whether missing or away is no code.", CORRECT,
         gone(lambda c, m: m.missing not in codes_of(c.year, "MISSING") | {None})),
    Rule("564", "Missing", "MIS_START", WORKER, "The child was missing or away, and nothing says since when.", CORRECT,
         gone(lambda c, m: m.missing in codes_of(c.year, "MISSING") and m.mis_start is None)),
    Rule("565", "Missing", "MISSING", WORKER, "Nothing says whether the child was missing or away.",
         CORRECT, gone(lambda c, m: m.mis_start is not None and m.missing is None)),
    Rule("566", "Missing", "MISSING", WORKER, "The child was found, and nothing says whether missing or away.", CORRECT,
         gone(lambda c, m: m.mis_end is not None and m.missing is None)),
    Rule("567", "Missing", "MIS_END", WORKER, "The child was found before going missing.", CORRECT,
         gone(lambda c, m: after(m.mis_start, m.mis_end))),
    Rule("570", "Missing", "MIS_START", WORKER, "The child went missing after the year ended.",
         "Correct the day, or leave it to next year's return.", gone(lambda c, m: after(m.mis_start, c.closes))),
    Rule("571", "Missing", "MIS_END", WORKER, "The child was found before this year began, or after it ended.", CORRECT,
         gone(lambda c, m: before(m.mis_end, c.opens) or after(m.mis_end, c.closes))),
    Rule("574", "Missing", "MIS_START", WORKER, "The child went missing again before being found.", CORRECT, _overlapping),
    Rule("575", "Missing", "MIS_END", WORKER, "The placement ended while the child was missing, who is not found.", FOUND,
         gone(_placement_ended)),
    Rule("576", "Missing", "MIS_START", WORKER, "Missing at the end of last year, and this year does not go on from it.",
         FOUND, missing(_otherwise_last_year), without_rows=True),
    Rule("577", "Missing", "MIS_END", WORKER, "Care ended, or had not begun, and the child is not found.", FOUND,
         gone(lambda c, m: m.mis_start is not None and not _in_care(c, m))),
    Rule("578", "Missing", "MIS_START", WORKER, "The child went missing when not looked after.",
         "Correct the day, or the days of care.", gone(_began_outside)),
    Rule("580", "Missing", "MIS_END", WORKER, "Missing on the 18th birthday, and care did not end with E8.",
         "Correct why care ended.", gone(_adult_and_missing)),
    Rule("581", "Missing", "MIS_START", WORKER, "The child went missing before being looked after.",
         "Correct the day, or the days of care.",
         gone(lambda c, m: bool(c.periods) and before(m.mis_start, c.periods[0][0]))),
    Rule("586", "Missing", "MIS_START", WORKER, "The child went missing before birth.", CORRECT,
         gone(lambda c, m: m.mis_start and m.dob and m.mis_start <= m.dob)),
    Rule("1012", "Missing", "CHILD", ADMINISTRATOR, "A time missing of a child without an episode this year.",
         "Take it out, or record the care.", gone(lambda c, m: not c.episodes)),
    Rule("INT04", "Missing", "CHILD", ADMINISTRATOR, "The child stands in Missing and not in Header.",
         "Register the child in referrals.", gone(lambda c, m: c.header is None)),
    Rule("INT13", "Missing", "DOB", ADMINISTRATOR, "The date of birth in Missing is another than in Header.", CORRECT,
         gone(lambda c, m: m.dob and c.born and m.dob != c.born)),
)  # fmt: skip
