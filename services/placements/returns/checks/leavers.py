"""Rules of OC3: care leavers about their birthdays from 17 to 21."""

from datetime import date, timedelta
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, birthday
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Find, Rule, each

CORRECT = "Correct the care leaver's details."
LEAVE_OUT = "Take the care leaver's details out."
ASKED = ("in_touch", "activ", "accom")
WEEKS_AFTER_14 = timedelta(weeks=13)


def leavers(wrong: Any) -> Find:
    """Rows of OC3 of which this is true."""
    return each("OC3", wrong)


def _said(row: Any) -> bool:
    return any(getattr(row, name) is not None for name in ASKED)


def _last(case: Case) -> Any:
    return case.episodes[-1] if case.episodes else None


def _all_known(case: Case) -> list[tuple[date, date]]:
    """Days in care this year and last, short breaks apart, an open one counted to the end of the year."""
    spans: dict[date, date | None] = {}
    for episode in (*case.last("Episodes"), *case.episodes):
        if episode.decom and episode.ls not in SHORT_BREAKS:
            spans[episode.decom] = spans.get(episode.decom) or episode.dec
    newest = max(spans, default=None)
    return [(began, ended or case.closes) for began, ended in spans.items() if ended or began == newest]


def _no_care_leaver(case: Case, _: Any) -> bool:
    """Adopted, or too short a time in care after 14 or none after 16, as far as two years tell."""
    if not (case.episodes or case.last("Episodes")) or case.born is None or birthday(case.born, 20) <= case.closes:
        return False
    newest = max((*case.last("Episodes"), *case.episodes), key=lambda e: e.decom or date.min)
    return newest.rec in ("E11", "E12") or _care_after(case, 14) < WEEKS_AFTER_14 or not _care_after(case, 16)


def _care_after(case: Case, age: int) -> timedelta:
    assert case.born is not None
    since = birthday(case.born, age)
    return sum((max(ended - max(began, since), timedelta()) for began, ended in _all_known(case)), timedelta())


def _in_care_on_birthday(case: Case, row: Any) -> bool:
    if row.dob is None or not birthday(row.dob, 17) <= case.closes < birthday(row.dob, 19) or not _said(row):
        return False
    day = max(day for day in (birthday(row.dob, 17), birthday(row.dob, 18)) if day <= case.closes)
    return any(e.decom and e.decom <= day and after(e.dec, day) for e in case.episodes)


def _left_after_birthday(case: Case, row: Any) -> bool:
    if row.dob is None or not _said(row):
        return False
    for age in (17, 18):
        if birthday(row.dob, age) <= case.closes < birthday(row.dob, age + 1):
            return any(e.dec and e.dec >= birthday(row.dob, age) for e in case.episodes)
    return False


RULES = (
    Rule("131", "OC3", "IN_TOUCH", WORKER, "Whether we are in touch is missing or no code.", CORRECT,
         leavers(lambda c, r: r.in_touch not in codes_of(c.year, "IN_TOUCH"))),
    Rule("132", "OC3", "ACTIV", WORKER, "What the young person does is missing or no code.", CORRECT,
         leavers(lambda c, r: r.activ not in codes_of(c.year, "ACTIV"))),
    Rule("133", "OC3", "ACCOM", WORKER, "Where the young person lives is missing or no code.", CORRECT,
         leavers(lambda c, r: r.accom not in codes_of(c.year, "ACCOM"))),
    Rule("153", "OC3", "IN_TOUCH ACTIV ACCOM", WORKER, "Some questions are answered and others are not.", CORRECT,
         leavers(lambda c, r: _said(r) and any(getattr(r, name) is None for name in ASKED))),
    Rule("344", "OC3", "ACTIV ACCOM", WORKER, "Died or returned home, and yet activity or accommodation is given.",
         "Give 0 for both.", leavers(lambda c, r: r.in_touch in ("DIED", "RHOM") and (r.activ, r.accom) != ("0", "0"))),
    Rule("345", "OC3", "ACTIV ACCOM", WORKER, "We are in touch, and yet activity or accommodation is 0.", CORRECT,
         leavers(lambda c, r: r.in_touch == "YES" and "0" in (r.activ, r.accom))),
    Rule("348", "OC3", "IN_TOUCH", WORKER, "Last year the young person was returned as having died.",
         "Make sure which year is right.",
         leavers(lambda c, r: r.in_touch != "DIED" and any(t.in_touch == "DIED" for t in c.last("OC3"))), 2026),
    Rule("391", "OC3", "DOB", WORKER, "The young person is not yet 17.", LEAVE_OUT,
         leavers(lambda c, r: _said(r) and r.dob and birthday(r.dob, 17) > c.closes)),
    Rule("1000", "OC3", "IN_TOUCH", WORKER, "The child died in care.", LEAVE_OUT,
         leavers(lambda c, r: any(e.rec == "E2" for e in (*c.episodes, *c.last("Episodes"))))),
    Rule("1001", "OC3", "CHILD", WORKER, "So little time in care does not make a care leaver.",
         "Take it out, or add the care that is missing.", leavers(_no_care_leaver)),
    Rule("1002", "OC3", "CHILD", ADMINISTRATOR, "Neither this year nor last had an episode of this young person.",
         "Make sure that it is the same reference.",
         leavers(lambda c, r: c.then is not None and not c.episodes and not c.last("Episodes"))),
    Rule("1007", "OC3", "CHILD", WORKER, "Still looked after on the 17th or 18th birthday.", LEAVE_OUT,
         leavers(_in_care_on_birthday)),
    Rule("1010", "OC3", "CHILD", ADMINISTRATOR, "Last year's care was still open, and this year has no episode.",
         "Record when and why the care ended.", leavers(lambda c, r: not c.episodes and c.last_open is not None)),
    Rule("1011", "OC3", "CHILD", WORKER, "Another authority took over the care.", LEAVE_OUT,
         leavers(lambda c, r: _said(r) and _last(c) is not None and _last(c).rec == "E3")),
    Rule("1016", "OC3", "CHILD", WORKER, "Care ended after the birthday of this year, at 17 or 18.", LEAVE_OUT,
         leavers(_left_after_birthday), 2024),
    Rule("3001", "OC3", "ACCOM", WORKER, "At 17 nobody is staying put with former foster carers.", CORRECT,
         leavers(lambda c, r: r.accom in ("Z1", "Z2") and c.born is not None
                 and c.opens <= birthday(c.born, 17) <= c.closes)),
    Rule("187", "OC3", "CHILD", WORKER, "In care all year, and returned as a care leaver.", LEAVE_OUT,
         leavers(lambda c, r: c.continuous and _said(r))),
    Rule("215", "OC3", "CHILD", WORKER, "Returned as a care leaver and with a year's health in care.",
         "Take one of the two out.", leavers(lambda c, r: _said(r) and any(
             getattr(h, name) is not None for h in c.rows("OC2")
             for name in ("convicted", "health_check", "immunisations", "teeth_check", "health_assessment",
                          "substance_misuse")))),
    Rule("628", "OC3", "CHILD", WORKER, "Motherhood is not returned of a care leaver who was not in care this year.",
         "Leave MOTHER blank.",
         leavers(lambda c, r: _said(r) and not c.episodes and c.header is not None and c.header.mother is not None)),
    Rule("INT06", "OC3", "CHILD", ADMINISTRATOR, "The young person stands in OC3 and not in Header.",
         "Register the young person in referrals.", leavers(lambda c, r: c.header is None)),
    Rule("INT15", "OC3", "DOB", ADMINISTRATOR, "The date of birth in OC3 is another than in Header.", CORRECT,
         leavers(lambda c, r: r.dob and c.born and r.dob != c.born)),
    Rule("INT34", "OC3", "CHILD", ADMINISTRATOR, "The young person stands in OC3 twice.", "Leave one of the rows out.",
         leavers(lambda c, r: len(c.rows("OC3")) > 1)),
)  # fmt: skip
