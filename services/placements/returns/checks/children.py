"""Rules of Header and UASC: who the child is."""

import re
from datetime import date
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, before, birthday, reached, short_of
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Rule, each, missing

UPN = re.compile(r"(?:(?![IOS])[A-Z](?:\d{12}|\d{11}[A-Z]))|UN[1-5]")
UNKNOWN = frozenset({"UN1", "UN2", "UN3", "UN4", "UN5"})
LATER_UNKNOWN = UNKNOWN - {"UN1"}
CORRECT = "Correct the child's details in referrals."
LAST_YEAR = "Find out which year is right; correct the child's details, or tell DfE that last year's was wrong."


def header(wrong: Any) -> Any:
    """Rows of Header of which this is true."""
    return each("Header", wrong)


def changed(field: str) -> Any:
    """Rows of Header that differ from last year's in a field."""
    return header(lambda c, h: c.header_then is not None and getattr(h, field) != getattr(c.header_then, field))


def _sex(row: Any) -> str | None:
    """The sex as it is written since 2025, so that it can be compared with a year before."""
    sex: str | None = row.sex
    return {"1": "M", "2": "F"}.get(sex or "", sex)


def _looked_after(case: Case) -> bool:
    return any(e.ls not in SHORT_BREAKS for e in case.episodes)


def _other_upn(case: Case, row: Any) -> bool:
    """Whether a UPN became another in a way that needs an explanation: a real one may replace an unknown one."""
    if case.header_then is None or row.upn == case.header_then.upn:
        return False
    now, then = row.upn, case.header_then.upn
    if then is None or then in UNKNOWN:
        learnt = now is not None and now not in UNKNOWN
        return (
            not learnt and not (then in (None, "UN1") and now in LATER_UNKNOWN) and not (then is None and now == "UN1")
        )
    return True


def _of_school_age(case: Case, row: Any) -> bool:
    return row.upn == "UN1" and reached(row.dob, 4, date(case.year - 2, 8, 31))


def _mother_asked(case: Case) -> bool:
    return case.female and case.header.mother is None and _looked_after(case)


def _told_otherwise(case: Case, row: Any) -> bool:
    """Both years give a day: the 18th birthday until it ends, then the day in this year on which it did."""
    for then in case.last("UASC"):
        ended_now = row.duc is not None and case.opens <= row.duc <= case.closes
        if then.duc is None or then.dob is None or then.duc != birthday(then.dob, 18):
            return True
        if not ended_now and row.duc != then.duc:
            return True
    return False


RULES = (
    Rule("101", "Header", "SEX", WORKER, "The sex is missing or is not one of this year's codes.", CORRECT,
         header(lambda c, h: h.sex not in codes_of(c.year, "SEX"))),
    Rule("102", "Header", "DOB", WORKER, "There is no date of birth.", CORRECT, header(lambda c, h: h.dob is None)),
    Rule("103", "Header", "ETHNIC", WORKER, "The ethnic background is missing or is not one of the codes.",
         "Ask the child or the family and record it; NOBT where it is not yet known, REFU where they will not say.",
         header(lambda c, h: h.ethnic not in codes_of(c.year, "ETHNIC"))),
    Rule("168", "Header", "UPN", WORKER, "The UPN has not the form of a unique pupil number.",
         "Ask the school or the virtual school for it; UN1 to UN5 says why there is none.",
         header(lambda c, h: h.upn is not None and not UPN.fullmatch(h.upn))),
    Rule("442", "Header", "UPN", WORKER, "There is neither a UPN nor a reason why not.",
         "Ask the school or the virtual school for it; UN1 to UN5 says why there is none.",
         header(lambda c, h: h.upn is None and _looked_after(c))),
    Rule("444", "Header", "UPN", ADMINISTRATOR, "Another child has the same UPN.",
         "See whether one child was registered twice; otherwise ask the schools which child it belongs to.",
         header(lambda c, h: c.upn_shared and h.upn not in UNKNOWN), 2026),
    Rule("208", "Header", "UPN", WORKER, "The UPN is another than last year's.", LAST_YEAR, header(_other_upn)),
    Rule("209", "Header", "UPN", WORKER, "UN1 says that the child is too young for a UPN, and the child is not.",
         "Ask the school or the virtual school for it.", header(_of_school_age)),
    Rule("210", "Header", "UPN", WORKER, "UN4 is given, and care began in the last week of March.",
         "Ask the school or the virtual school for the UPN.",
         header(lambda c, h: h.upn == "UN4"
                and any(e.decom is not None and e.decom >= date(c.year, 3, 24) for e in c.episodes))),
    Rule("202", "Header", "SEX", WORKER, "The sex is another than last year's.", LAST_YEAR,
         header(lambda c, h: c.header_then is not None and _sex(h) != _sex(c.header_then))),
    Rule("203", "Header", "DOB", WORKER, "The date of birth is another than last year's.", LAST_YEAR, changed("dob")),
    Rule("204", "Header", "ETHNIC", WORKER, "The ethnic background is another than last year's.", LAST_YEAR,
         changed("ethnic")),
    Rule("232", "Header", "SEX", WORKER, "The sex is given as not known.", "Find out and record it.",
         header(lambda c, h: h.sex == "U"), 2025),
    Rule("301", "Header", "DOB", WORKER, "The child is born after the end of the year.", CORRECT,
         header(lambda c, h: after(h.dob, c.closes))),
    Rule("351", "Header", "DOB", WORKER, "The young person was already past 25 when the year began.",
         "Correct the date of birth, or leave the person out of the return.",
         header(lambda c, h: h.dob is not None and c.opens > birthday(h.dob, 25))),
    Rule("174", "Header", "MC_DOB", WORKER, "A boy is recorded with a child of which he would be the mother.", CORRECT,
         header(lambda c, h: h.mc_dob is not None and h.sex in ("M", "1"))),
    Rule("165", "Header", "MOTHER", WORKER, "Whether she is a mother is not answered by 0 or 1.", CORRECT,
         header(lambda c, h: h.mother is not None and h.mother not in ("0", "1"))),
    Rule("393", "Header", "MOTHER", WORKER, "Nobody has recorded whether this girl is a mother.",
         "Record in referrals whether she has a child of her own.", header(lambda c, h: _mother_asked(c))),
    Rule("607", "Header", "MOTHER", WORKER, "She left care this year and nobody recorded whether she is a mother.",
         "Record in referrals whether she has a child of her own.",
         header(lambda c, h: c.female and h.mother is None and any(_left_this_year(c, e) for e in c.episodes))),
    Rule("207", "Header", "MOTHER", WORKER, "She was a mother last year and is not this year.", LAST_YEAR,
         header(lambda c, h: bool(c.episodes) and c.header_then is not None and c.header_then.mother == "1"
                and h.mother != "1")),
    Rule("611", "Header", "MC_DOB", WORKER, "She is a mother, and her child's date of birth is missing.", CORRECT,
         header(lambda c, h: h.mother == "1" and h.mc_dob is None)),
    Rule("612", "Header", "MOTHER", WORKER, "A child of hers has a date of birth, and she is not recorded as a mother.",
         CORRECT, header(lambda c, h: h.mother in (None, "0") and h.mc_dob is not None and c.female)),
    Rule("620", "Header", "MOTHER", WORKER, "She would have been a mother before she was 11.", CORRECT,
         header(lambda c, h: h.mother == "1" and short_of(h.dob, 11, c.opens))),
    Rule("621", "Header", "MC_DOB", WORKER, "Her child is not younger than she is.", CORRECT,
         header(lambda c, h: h.mc_dob is not None and h.dob is not None and h.mc_dob <= h.dob)),
    Rule("624", "Header", "MC_DOB", WORKER, "Her child's date of birth is another than last year's.", LAST_YEAR,
         header(lambda c, h: c.header_then is not None and c.header_then.mc_dob is not None
                and h.mc_dob != c.header_then.mc_dob)),
    Rule("625", "Header", "MC_DOB", WORKER, "Her child was born after the year, or after she had left care.", CORRECT,
         header(lambda c, h: after(h.mc_dob, c.closes) or (c.episodes and after(h.mc_dob, c.episodes[-1].dec)))),
    Rule("626", "Header", "MC_DOB", WORKER, "Her child was born before this year, but last year she was no mother.",
         LAST_YEAR, header(lambda c, h: h.mother == "1" and c.header_then is not None
                           and c.header_then.mother == "0" and before(h.mc_dob, c.opens))),
    Rule("INT32", "Header", "CHILD", ADMINISTRATOR, "The child stands in the return twice.",
         "See which of the two is right and correct the other's reference.",
         header(lambda c, h: len(c.rows("Header")) > 1)),
    Rule("EPI", "Header", "CHILD", ADMINISTRATOR, "The child has neither an episode nor care leaver's details this year.",
         "Record the period of care, or leave the child out of the return.",
         header(lambda c, h: not c.episodes and not c.rows("OC3"))),
    Rule("231", "UASC", "DOB", WORKER, "An unaccompanied asylum seeking child of under 11 is unusual.",
         "Make sure of the date of birth; where it is right, explain it to DfE.",
         each("UASC", lambda c, u: c.born is not None and c.born > birthday(c.closes, -11)), 2025),
    Rule("104", "UASC", "DUC", WORKER, "Being unaccompanied ended before this year began.",
         "Correct the day in referrals; a child for whom it ended earlier is no longer returned in UASC.",
         each("UASC", lambda c, u: before(u.duc, c.opens))),
    Rule("304", "UASC", "DUC", WORKER, "Being unaccompanied ends on the 18th birthday at the latest.", CORRECT,
         each("UASC", lambda c, u: u.duc is not None and u.dob is not None and u.duc > birthday(u.dob, 18))),
    Rule("205A", "UASC", "DUC", WORKER, "Unaccompanied last year and not this year, and nothing says when it ended.",
         "Record the day on which it ended.",
         missing(lambda c: c.last("UASC") and not c.rows("UASC") and c.rows("Header")
                 and not before(c.last("UASC")[0].duc, c.opens)), without_rows=True),
    Rule("205B", "UASC", "DUC", WORKER, "Unaccompanied in both years, and the day it ended says otherwise.", LAST_YEAR,
         each("UASC", _told_otherwise)),
    Rule("205D", "UASC", "CHILD", WORKER, "Unaccompanied this year, and last year the child was not.", LAST_YEAR,
         each("UASC", lambda c, u: c.header_then is not None and not c.last("UASC"))),
    Rule("1014", "UASC", "CHILD", ADMINISTRATOR, "A care leaver is not returned as unaccompanied.",
         "Leave the row of UASC out.", each("UASC", lambda c, u: c.rows("OC3") and not c.episodes)),
    Rule("INT09", "UASC", "CHILD", ADMINISTRATOR, "The child stands in UASC and not in Header.",
         "Register the child in referrals.", each("UASC", lambda c, u: c.header is None)),
    Rule("INT18", "UASC", "DOB", WORKER, "The date of birth in UASC is another than in Header.", CORRECT,
         each("UASC", lambda c, u: u.dob is not None and c.born is not None and u.dob != c.born)),
    Rule("INT21", "UASC", "SEX", WORKER, "The sex in UASC is another than in Header.", CORRECT,
         each("UASC", lambda c, u: c.header is not None and u.sex and c.header.sex and u.sex != c.header.sex)),
    Rule("INT36", "UASC", "CHILD", ADMINISTRATOR, "The child stands in UASC twice.", "Leave one of the rows out.",
         each("UASC", lambda c, u: len(c.rows("UASC")) > 1)),
)  # fmt: skip


def _left_this_year(case: Case, episode: Any) -> bool:
    if episode.rec in (None, "X1") or episode.ls in SHORT_BREAKS or episode.dec is None:
        return False
    return bool(case.opens <= episode.dec <= case.closes)
