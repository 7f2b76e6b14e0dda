"""Rules of Episodes one after another: ends, beginnings, and what a change between two must show."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.days import before
from services.placements.returns.checks.episodes import ADOPTION, FOSTERING, TEMPORARY
from services.placements.returns.checks.rule import OFFICER, Find, Rule

STILL_THERE = ("place", "pl_post", "urn", "place_provider")
GOES_ON = frozenset({"P", "L", "T", "U", "B"})
MOVES = frozenset({"P", "B", "T", "U"})
DAYS = "Put the days of the two episodes right; the earlier ends on the day the later begins."
KIND = "Correct how the episode began, or what it says of place and legal status."


def earlier(wrong: Callable[[Any, Any], Any]) -> Find:
    """Episodes followed by another, where this is true of the two."""
    return lambda case: (one for one, other in case.turns if wrong(one, other))


def later(wrong: Callable[[Any, Any], Any]) -> Find:
    """Episodes that follow another, where this is true of the two."""
    return lambda case: (other for one, other in case.turns if wrong(one, other))


def _same_place(one: Any, other: Any) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in STILL_THERE)


def _not_continued(case: Case) -> Iterator[Any]:
    """X1 with nothing that begins that day, or another reason with something that does."""
    for one, other in case.turns:
        if one.rec and one.dec and other.decom and (one.rec == "X1") != (one.dec == other.decom):
            yield one
    yield from (e for e in case.episodes[-1:] if e.dec and e.rec == "X1")


def _not_back(case: Case) -> Iterator[Any]:
    """The episode after a temporary stay, where it is not a return to where the child was before."""
    for (home, stay), (_, back) in pairwise(case.turns):
        if stay.place in TEMPORARY:
            same = (home.place, home.pl_post) == (back.place, back.pl_post)
            if back.rne != "P" or not same:
                yield back


def _about_a_stay(case: Case) -> Iterator[Any]:
    """Temporary stays that begin or end with a reason for a change of placement."""
    for number, episode in enumerate(case.episodes):
        led_to = case.episodes[number - 1].reason_place_change if number else None
        if episode.place in TEMPORARY and (episode.reason_place_change or led_to):
            yield episode


def _needless_reason(one: Any, other: Any) -> bool:
    return bool(one.reason_place_change) and one.dec == other.decom and other.rne == "L"


def _adopted_before(case: Case) -> Iterator[Any]:
    """Episodes after an adoption from care, whether this year or last."""
    adoptions = sum(e.rec in ("E11", "E12") for e in case.last("Episodes"))
    for episode in case.episodes:
        adoptions += episode.rec in ("E11", "E12")
        if adoptions > (episode.rec in ("E11", "E12")):
            yield episode


def _not_from_fostering(one: Any, other: Any) -> bool:
    return other.place in ("A3", "A4") and one.place not in FOSTERING | ADOPTION


RULES = (
    Rule("142", "Episodes", "DEC REC", OFFICER, "Another episode follows, and this one has not ended.",
         "Record when and why it ended: on the day the next begins, X1.",
         earlier(lambda one, other: other.decom and (one.dec is None or one.rec is None))),
    Rule("501", "Episodes", "DECOM", OFFICER, "The episode begins before the one before it has ended.", DAYS,
         later(lambda one, other: before(other.decom, one.dec))),
    Rule("388", "Episodes", "DEC REC", OFFICER,
         "The end says that another episode begins and none does, or that care ended and it goes on.",
         "Record the episode that follows, or why care ended.", _not_continued),
    Rule("431", "Episodes", "RNE", OFFICER, "Care is said to start, but it had not ended the day before.",
         "Say what changed instead of S, or correct the days.",
         later(lambda one, other: other.rne == "S" and one.dec and other.decom and other.decom <= one.dec)),
    Rule("432", "Episodes", "RNE", OFFICER, "Care had ended, and this episode does not start it again.",
         "Begin with S, or correct why the one before ended.",
         later(lambda one, other: one.rec not in (None, "X1") and one.rec and other.rne != "S")),
    Rule("433", "Episodes", "DECOM", OFFICER, "The episode goes on from one that did not end on that day.", DAYS,
         later(lambda one, other: other.rne in GOES_ON and (one.dec is None or one.dec != other.decom))),
    Rule("434", "Episodes", "RNE", OFFICER, "Only the legal status is said to change, and it is not so.", KIND,
         later(lambda one, other: other.rne == "L" and (one.ls == other.ls or not _same_place(one, other)))),
    Rule("435", "Episodes", "RNE", OFFICER, "Only the placement is said to change, and it is not so.", KIND,
         later(lambda one, other: other.rne in ("P", "T") and (one.ls != other.ls or _same_place(one, other)))),
    Rule("436", "Episodes", "RNE", OFFICER, "Placement and legal status are said to change, and it is not so.", KIND,
         later(lambda one, other: other.rne in ("U", "B") and (one.ls == other.ls or _same_place(one, other)))),
    Rule("437", "Episodes", "REC", OFFICER, "The child died or was found to be an adult, and there are more episodes.",
         "Correct why the episode ended, or take the later ones out.",
         earlier(lambda one, other: one.rec in ("E2", "E15"))),
    Rule("199", "Episodes", "REC", OFFICER, "The child was adopted from care before.",
         "An adopted child has a new reference: see whether these episodes belong to it.", _adopted_before),
    Rule("225", "Episodes", "REASON_PLACE_CHANGE", OFFICER, "The placement changed, and nothing says why.",
         "Record why the placement ended.",
         earlier(lambda one, other: one.rec == "X1" and one.reason_place_change is None and other.rne in MOVES
                 and one.place not in TEMPORARY and other.place not in TEMPORARY)),
    Rule("226", "Episodes", "REASON_PLACE_CHANGE", OFFICER, "A temporary stay is no change of placement with a reason.",
         "Take the reason away from the episode before the stay, and from the stay.", _about_a_stay),
    Rule("OWN3", "Episodes", "REASON_PLACE_CHANGE", OFFICER,
         "There is a reason why the placement changed, and only the legal status did.",
         "Take the reason away.", earlier(_needless_reason)),
    Rule("336", "Episodes", "PLACE", OFFICER, "Placed for adoption by consent, not from a foster placement.",
         "Record the foster placement before it, or correct the kind.",
         later(_not_from_fostering)),
    Rule("383", "Episodes", "PLACE RNE PL_POST", OFFICER, "After a temporary stay the child did not go back.",
         "Record the return to the same placement, or the stay as a placement of its own.", _not_back),
    Rule("504", "Episodes", "CIN", OFFICER, "The category of need changed while care went on.",
         "It is the one of the day care began, to the end.",
         later(lambda one, other: one.rec == "X1" and one.dec == other.decom and one.cin != other.cin)),
)  # fmt: skip
