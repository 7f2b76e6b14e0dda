"""Rules of AD1 and PlacedAdoption: adoptions, and decisions to place a child for adoption."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, before
from services.placements.returns.checks.episodes import ADOPTION
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Find, Rule, each, missing

CORRECT = "Correct the adoption's details."
DECISION = "Correct the decision's days."
ASKED = ("date_int", "date_match", "foster_care", "nb_adoptr", "sex_adoptr", "ls_adoptr")
COUPLES = {
    "517": ("L3", frozenset({"MF"}), "One of them adopting a partner's child (L3) is a man and a woman."),
    "518": ("L4", frozenset({"MM", "FF"}), "L4 is a couple of one sex."),
    "519": ("L2", frozenset({"MM", "FF", "MF"}), "A civil partnership is a couple."),
    "520": ("L11", frozenset({"MF"}), "L11 is a married couple of different sexes."),
    "524": ("L12", frozenset({"MM", "FF"}), "L12 is a married couple of one sex."),
    "514": ("L0", frozenset({"M1", "F1"}), "L0 is somebody who adopts alone."),
}
CODES = (
    ("114", "foster_care", "Whether the foster carer adopts is no code."),
    ("175", "nb_adoptr", "The number of adopters is no code."),
    ("176", "sex_adoptr", "The sex of the adopters is no code."),
    ("177", "ls_adoptr", "The legal status of the adopters is no code."),
)


def adoptions(wrong: Any) -> Find:
    """Rows of AD1 of which this is true."""
    return each("AD1", wrong)


def decisions(wrong: Any) -> Find:
    """Rows of PlacedAdoption of which this is true."""
    return each("PlacedAdoption", wrong)


def no_code(field: str) -> Find:
    """Rows of AD1 with a code that there is not; blank is another rule's."""
    return adoptions(lambda c, a: getattr(a, field) not in codes_of(c.year, field.upper()) | {None})


def _other_couple(status: str, sexes: frozenset[str]) -> Find:
    return adoptions(lambda c, a: a.ls_adoptr == status and a.sex_adoptr not in sexes)


def _lacks(row: Any) -> bool:
    return any(getattr(row, name) is None for name in ASKED)


def _said(row: Any) -> bool:
    return any(getattr(row, name) is not None for name in ASKED)


def _placed(case: Case) -> list[Any]:
    return [e for e in case.episodes if e.place in ADOPTION]


def _by_carer(case: Case, row: Any) -> bool:
    """Whether FOSTER_CARE says otherwise than the placement the child was adopted from."""
    return any(
        (row.foster_care == "0" and e.place in ("A3", "A5")) or (row.foster_care == "1" and e.place in ("A4", "A6"))
        for e in case.adopted
    )


def _last_start(case: Case) -> date | None:
    return max((e.decom for e in case.episodes if e.rne == "S" and e.decom), default=None)


def _first_start(case: Case) -> date | None:
    return min((e.decom for e in case.episodes if e.rne == "S" and e.decom), default=None)


def _care_began(case: Case) -> date | None:
    return min((e.decom for e in case.episodes if e.decom and e.ls not in SHORT_BREAKS), default=None)


def _left(case: Case) -> date | None:
    """When care ended, if nothing follows."""
    done = [e for e in case.episodes if e.rec != "X1"]
    return done[-1].dec if done else None


def _too_late(case: Case, row: Any) -> bool:
    days = (row.date_placed, row.date_placed_ceased)
    return any(after(day, case.closes) or after(day, _left(case)) for day in days)


def _reversed_too_soon(case: Case, row: Any) -> bool:
    return before(row.date_placed_ceased, _care_began(case)) or before(row.date_placed_ceased, case.opens)


def _order(case: Case) -> date | None:
    return min((e.decom for e in case.episodes if e.ls == "E1" and e.decom), default=None)


def _undone(case: Case) -> bool:
    """Whether a child placed for adoption, or under a placement order, left care without being adopted."""
    return any((e.place in ADOPTION or e.ls == "E1") and e.rec not in (None, "X1", "E11", "E12") for e in case.episodes)


def _without_reversal(case: Case) -> list[Any]:
    if not _undone(case):
        return []
    rows = case.rows("PlacedAdoption")
    return [r for r in rows if r.date_placed_ceased is None or r.reason_placed_ceased is None] if rows else [None]


def _newest_decision(case: Case) -> Any:
    dated = [r for r in case.rows("PlacedAdoption") if r.date_placed]
    return max(dated, key=lambda r: r.date_placed, default=None)


def _decided_after(case: Case) -> list[Any]:
    newest, first = _newest_decision(case), min((e.decom for e in _placed(case) if e.decom), default=None)
    return [newest] if newest is not None and before(first, newest.date_placed) else []


def _overlapping(case: Case) -> Iterator[Any]:
    ordered = sorted(case.rows("PlacedAdoption"), key=lambda r: r.date_placed or date.max)
    for one, other in pairwise(ordered):
        if one.date_placed_ceased is None or before(other.date_placed, one.date_placed_ceased):
            yield other


def _standing(case: Case) -> Iterator[Any]:
    """Decisions that were never reversed though a later one was made."""
    newest = _newest_decision(case)
    return (r for r in case.rows("PlacedAdoption") if r is not newest and r.date_placed_ceased is None)


def _otherwise_last_year(case: Case, row: Any) -> bool:
    return any(
        t.date_placed and t.date_placed_ceased is None and t.date_placed != row.date_placed
        for t in case.last("PlacedAdoption")
    )


def _already_reversed(case: Case, row: Any) -> bool:
    return any(
        row.date_placed and row.date_placed == t.date_placed and (t.date_placed_ceased or t.reason_placed_ceased)
        for t in case.last("PlacedAdoption")
    )


def _not_new(case: Case, row: Any) -> bool:
    return any(
        (t.date_placed_ceased or t.reason_placed_ceased)
        and (row.date_placed is None or (t.date_placed and row.date_placed <= t.date_placed))
        for t in case.last("PlacedAdoption")
    )


RULES = (
    *(Rule(number, "AD1", field.upper(), WORKER, wrong, CORRECT, no_code(field)) for number, field, wrong in CODES),
    *(Rule(number, "AD1", "LS_ADOPTR SEX_ADOPTR", WORKER, wrong, CORRECT, _other_couple(status, sexes))
      for number, (status, sexes, wrong) in COUPLES.items()),
    Rule("511", "AD1", "NB_ADOPTR SEX_ADOPTR", WORKER, "Two adopters, and the sex is that of one.", CORRECT,
         adoptions(lambda c, a: a.nb_adoptr == "2" and a.sex_adoptr in ("M1", "F1"))),
    Rule("151", "AD1", "DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR", WORKER,
         "Some of the adoption's details are given and others are not.", "Complete them.",
         adoptions(lambda c, a: _said(a) and _lacks(a))),
    Rule("601", "AD1", "DATE_INT DATE_MATCH FOSTER_CARE NB_ADOPTR SEX_ADOPTR LS_ADOPTR", WORKER,
         "The child was adopted, and the adoption's details are not complete.", "Record them.",
         lambda case: [a for a in case.rows("AD1") or [None] if a is None or _lacks(a)] if case.adopted else [],
         without_rows=True),
    Rule("602", "AD1", "CHILD", WORKER, "An adoption's details, and no episode that ended by adoption.",
         "Record the adoption as the end of care, or take the details out.",
         adoptions(lambda c, a: _said(a) and not c.adopted)),
    Rule("134", "AD1", "CHILD", WORKER, "Returned as adopted and as a care leaver.", "Take one of the two out.",
         adoptions(lambda c, a: _said(a) and c.rows("OC3"))),
    Rule("187", "AD1", "CHILD", WORKER, "In care all year, and returned as adopted.", "Take the adoption's details out.",
         adoptions(lambda c, a: c.continuous and _said(a))),
    Rule("331", "AD1", "DATE_MATCH", WORKER, "Matched after moving in with the adopters.", CORRECT,
         adoptions(lambda c, a: any(after(a.date_match, e.decom) for e in c.adopted))),
    Rule("333", "AD1", "DATE_INT DATE_MATCH", WORKER, "Matched before the decision that the child should be placed.",
         CORRECT, adoptions(lambda c, a: a.date_match and (a.date_int is None or a.date_int > a.date_match))),
    Rule("334", "AD1", "DATE_INT", WORKER, "The decision was made before care began.", CORRECT,
         adoptions(lambda c, a: before(a.date_int, _last_start(c)))),
    Rule("335", "AD1", "FOSTER_CARE", WORKER, "Whether the foster carer adopts is not as the placement says.", CORRECT,
         adoptions(_by_carer)),
    Rule("521", "AD1", "DATE_INT", WORKER, "The decision was made after the child was placed for adoption.", CORRECT,
         adoptions(lambda c, a: any(after(a.date_int, e.decom) for e in _placed(c)))),
    Rule("523", "AD1", "DATE_INT", WORKER, "The decision's day is another than in PlacedAdoption.", CORRECT,
         adoptions(lambda c, a: a.date_int and any(r.date_placed and r.date_placed != a.date_int
                                                   for r in c.rows("PlacedAdoption")))),
    Rule("525", "AD1", "CHILD", WORKER, "Adopted, and yet the decision is recorded as reversed.", CORRECT,
         adoptions(lambda c, a: _said(a) and any(r.date_placed_ceased for r in c.rows("PlacedAdoption")))),
    Rule("582", "AD1", "DATE_MATCH", WORKER, "Matched on the very day of the adoption.", CORRECT,
         adoptions(lambda c, a: a.date_match and any(e.dec == a.date_match for e in c.adopted))),
    Rule("INT01", "AD1", "CHILD", ADMINISTRATOR, "The child stands in AD1 and not in Header.",
         "Register the child in referrals.", adoptions(lambda c, a: c.header is None)),
    Rule("INT11", "AD1", "DOB", ADMINISTRATOR, "The date of birth in AD1 is another than in Header.", CORRECT,
         adoptions(lambda c, a: a.dob and c.born and a.dob != c.born)),
    Rule("INT31", "AD1", "CHILD", ADMINISTRATOR, "The child stands in AD1 twice.", "Leave one of the rows out.",
         adoptions(lambda c, a: len(c.rows("AD1")) > 1)),
    Rule("1012", "AD1", "CHILD", ADMINISTRATOR, "Adoption details of a child without an episode this year.",
         "Take them out, or record the care.", adoptions(lambda c, a: not c.episodes)),
    Rule("117", "PlacedAdoption", "DATE_PLACED DATE_PLACED_CEASED", WORKER,
         "A decision after the year ended or after care ended.", DECISION, decisions(_too_late)),
    Rule("118", "PlacedAdoption", "DATE_PLACED_CEASED", WORKER,
         "The decision was reversed before this year or before care began.", DECISION, decisions(_reversed_too_soon)),
    Rule("119", "PlacedAdoption", "DATE_PLACED_CEASED REASON_PLACED_CEASED", WORKER,
         "Of a reversed decision, the day or the reason is missing.", "Record both.",
         decisions(lambda c, r: (r.date_placed_ceased is None) != (r.reason_placed_ceased is None))),
    Rule("120", "PlacedAdoption", "REASON_PLACED_CEASED", WORKER, "Why the decision was reversed is no code.", DECISION,
         decisions(lambda c, r: r.reason_placed_ceased not in codes_of(c.year, "REASON_PLACED_CEASED") | {None})),
    Rule("184", "PlacedAdoption", "DATE_PLACED", WORKER, "The decision was made before the child was born.", DECISION,
         decisions(lambda c, r: before(r.date_placed, c.born))),
    Rule("522", "PlacedAdoption", "DATE_PLACED_CEASED", WORKER, "The decision was reversed before it was made.", DECISION,
         decisions(lambda c, r: before(r.date_placed_ceased, r.date_placed))),
    Rule("551", "PlacedAdoption", "DATE_PLACED", WORKER, "Placed for adoption, and no decision that it should be so.",
         "Record the decision's day.",
         lambda case: [r for r in case.rows("PlacedAdoption") or [None] if r is None or r.date_placed is None]
         if _placed(case) else [], without_rows=True),
    Rule("552", "PlacedAdoption", "DATE_PLACED", WORKER, "Decided only after the child had been placed for adoption.",
         DECISION, _decided_after),
    Rule("553", "PlacedAdoption", "DATE_PLACED", WORKER,
         "A placement order, and no decision that the child should be placed for adoption.",
         "Record the decision's day.",
         missing(lambda c: _order(c) is not None and not c.rows("PlacedAdoption")), without_rows=True),
    Rule("553", "PlacedAdoption", "DATE_PLACED_CEASED", WORKER, "The decision is reversed, and the placement order stands.",
         "Record when the order was revoked, or correct the decision.",
         decisions(lambda c, r: (r.date_placed_ceased or r.reason_placed_ceased)
                   and any(e.ls == "E1" and e.dec is None for e in c.episodes))),
    Rule("554", "PlacedAdoption", "DATE_PLACED", WORKER, "Decided only after the placement order.", DECISION,
         decisions(lambda c, r: after(r.date_placed, _order(c)))),
    Rule("557", "PlacedAdoption", "DATE_PLACED_CEASED REASON_PLACED_CEASED", WORKER,
         "Left care without being adopted, and the decision is not reversed.", "Record when and why it was reversed.",
         _without_reversal, without_rows=True),
    Rule("558", "PlacedAdoption", "DATE_PLACED_CEASED", WORKER, "The child was adopted, and the decision is reversed.",
         DECISION, decisions(lambda c, r: c.adopted and all(d.date_placed_ceased for d in c.rows("PlacedAdoption")))),
    Rule("559", "PlacedAdoption", "DATE_PLACED", WORKER, "A decision of an earlier year that last year did not tell.",
         "Correct the day, or tell DfE that last year's return lacked it.",
         decisions(lambda c, r: c.then is not None and before(r.date_placed, c.opens)
                   and not any(t.date_placed for t in c.last("PlacedAdoption")))),
    Rule("560", "PlacedAdoption", "DATE_PLACED", WORKER, "The decision's day is another than last year's.", DECISION,
         decisions(_otherwise_last_year)),
    Rule("561", "PlacedAdoption", "DATE_PLACED", WORKER, "The decision was already reversed last year.",
         "Take it out.", decisions(_already_reversed)),
    Rule("563", "PlacedAdoption", "DATE_PLACED", WORKER, "The decision is reversed, and nothing says when it was made.",
         DECISION, decisions(lambda c, r: r.date_placed_ceased and r.reason_placed_ceased and r.date_placed is None)),
    Rule("579", "PlacedAdoption", "DATE_PLACED", WORKER, "A new decision while the one before still stands.", DECISION,
         _overlapping),
    Rule("583", "PlacedAdoption", "DATE_PLACED_CEASED", WORKER, "A later decision was made, and this one never reversed.",
         "Record when and why it was reversed.", _standing),
    Rule("584", "PlacedAdoption", "DATE_PLACED", WORKER, "Last year's decision was reversed, and this is no newer one.",
         DECISION, decisions(_not_new)),
    Rule("1003", "PlacedAdoption", "DATE_PLACED", WORKER, "The decision was made before care began.", DECISION,
         decisions(lambda c, r: before(r.date_placed, _first_start(c)))),
    Rule("1012", "PlacedAdoption", "CHILD", ADMINISTRATOR, "A decision for a child without an episode this year.",
         "Take it out, or record the care.", decisions(lambda c, r: not c.episodes)),
    Rule("INT02", "PlacedAdoption", "CHILD", ADMINISTRATOR, "The child stands in PlacedAdoption and not in Header.",
         "Register the child in referrals.", decisions(lambda c, r: c.header is None)),
    Rule("INT12", "PlacedAdoption", "DOB", ADMINISTRATOR, "The date of birth there is another than in Header.", CORRECT,
         decisions(lambda c, r: r.dob and c.born and r.dob != c.born)),
)  # fmt: skip
