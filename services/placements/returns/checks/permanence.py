"""Rules of PrevPerm: what permanence a child who starts care had before."""

import calendar
import re
from datetime import date
from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Rule, each

CORRECT = "Correct what was recorded of previous permanence."
OUTSIDE = frozenset({"WAL", "SCO", "NUK", "NIR"})
DAY = re.compile(r"(\d\d|ZZ)/(\d\d|ZZ)/(\d{4}|ZZZZ)", re.IGNORECASE)
"""A day of which parts may not be known."""


def _latest(told: str) -> date | None:
    """The latest day this can mean; None if it means none."""
    match = DAY.fullmatch(told)
    if match is None:
        return None
    if match[3].upper() == "ZZZZ":
        return date.min
    year, month = int(match[3]), 12 if match[2].upper() == "ZZ" else int(match[2])
    try:
        last = calendar.monthrange(year, month)[1]
        return date(year, month, last if match[1].upper() == "ZZ" else int(match[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _started(case: Case) -> list[Any]:
    return [e for e in case.episodes if e.rne == "S" and e.decom and e.decom >= case.opens]


def _not_told(case: Case) -> list[Any]:
    """Rows that lack something, or the row that is not there, of a child who started care this year."""
    if not _started(case):
        return []
    rows = case.rows("PrevPerm")
    return [r for r in rows if r.prev_perm is None or (r.prev_perm != "Z1" and None in (r.la_perm, r.date_perm))] or (
        [] if rows else [None]
    )


def _not_before_care(case: Case, row: Any) -> bool:
    if row.date_perm is None:
        return False
    began = min((e.decom for e in case.episodes if e.decom), default=None)
    latest = _latest(row.date_perm)
    return latest is None or (began is not None and latest >= began)


def _too_old(case: Case, row: Any) -> bool:
    """DfE asks since 1 April 2016: care that began before is not asked about."""
    said = row.prev_perm is not None or row.date_perm is not None or row.la_perm is not None
    newest = max((e.decom for e in case.episodes if e.decom), default=None)
    return said and newest is not None and newest < date(2016, 4, 1)


RULES = (
    Rule("630", "PrevPerm", "PREV_PERM", WORKER, "Care started this year, and previous permanence is not recorded.",
         "Ask the family and record it; Z1 where there was none.", _not_told, without_rows=True),
    Rule("631", "PrevPerm", "PREV_PERM", WORKER, "The kind of previous permanence is no code.", CORRECT,
         each("PrevPerm", lambda c, r: r.prev_perm not in codes_of(c.year, "PREV_PERM") | {None})),
    Rule("632", "PrevPerm", "DATE_PERM", WORKER, "The order's day is none, or not before care began.", CORRECT,
         each("PrevPerm", _not_before_care)),
    Rule("633", "PrevPerm", "LA_PERM", WORKER, "The authority is not DfE's number of one.",
         "Give DfE's three figures, or WAL, SCO, NIR, NUK.",
         each("PrevPerm", lambda c, r: r.la_perm is not None and r.la_perm not in OUTSIDE
              and not re.fullmatch(r"[2-9]\d\d", r.la_perm))),
    Rule("634", "PrevPerm", "PREV_PERM", WORKER, "Care began before April 2016, when this was not yet asked.",
         "Take it out.", each("PrevPerm", _too_old)),
    Rule("635", "PrevPerm", "PREV_PERM", WORKER, "An authority or a day is given, and no kind of permanence.", CORRECT,
         each("PrevPerm", lambda c, r: r.prev_perm in (None, "Z1") and (r.la_perm or r.date_perm))),
    Rule("1012", "PrevPerm", "CHILD", ADMINISTRATOR, "Previous permanence of a child without an episode this year.",
         "Take it out, or record the care.", each("PrevPerm", lambda c, r: not c.episodes)),
    Rule("INT07", "PrevPerm", "CHILD", ADMINISTRATOR, "The child stands in PrevPerm and not in Header.",
         "Register the child in referrals.", each("PrevPerm", lambda c, r: c.header is None)),
    Rule("INT16", "PrevPerm", "DOB", ADMINISTRATOR, "The date of birth in PrevPerm is another than in Header.", CORRECT,
         each("PrevPerm", lambda c, r: r.dob and c.born and r.dob != c.born)),
    Rule("INT35", "PrevPerm", "CHILD", ADMINISTRATOR, "The child stands in PrevPerm twice.",
         "Leave one of the rows out.", each("PrevPerm", lambda c, r: len(c.rows("PrevPerm")) > 1)),
)  # fmt: skip
