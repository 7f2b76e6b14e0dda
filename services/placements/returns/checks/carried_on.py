"""Rules between the years: what was open on 31 March last year goes on as it was."""

from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.days import before
from services.placements.returns.checks.rule import ADMINISTRATOR, OFFICER, Find, Rule, missing

SAME = "Make sure which year is right: correct this one, or tell DfE that last year's was wrong."
NEW_CODES = {("H5", "K3"): (2024, 2025)} | {("Z1", f"Z{n}"): (2026,) for n in (11, 12, 13, 14)}
"""Kinds of placement that were given another code, and the years in which both stand side by side."""
NUMBERED_SINCE = {2024: "H5"}
"""Kinds of placement that Ofsted registers since this year: last year there was no number to give."""
MILES_APART = 0.2


def other(field: str) -> Find:
    """The first episode, where it is not as last year's open one in a field."""

    def find(case: Case) -> list[Any]:
        first = _first_of_open(case)
        return [first] if first is not None and _differs(case, first, field) else []

    return find


def _first_of_open(case: Case) -> Any:
    """This year's first episode, if last year ended with one open."""
    return case.episodes[0] if case.episodes and case.last_open is not None else None


def _differs(case: Case, first: Any, field: str) -> bool:
    now, then = getattr(first, field), getattr(case.last_open, field)
    if field == "urn" and then is None and first.place == NUMBERED_SINCE.get(case.year):
        return False
    return now != then and case.year not in NEW_CODES.get((then, now), ())


def _began_otherwise(case: Case) -> list[Any]:
    first = _first_of_open(case)
    return [first] if first is not None and first.decom != case.last_open.decom else []


def _not_in_last_year(case: Case) -> list[Any]:
    """This year's first episode, if it began before the year and last year's last one did not begin that day."""
    first = next(iter(case.episodes), None)
    if case.then is None or first is None or not before(first.decom, case.opens):
        return []
    newest = max((e.decom for e in case.last("Episodes") if e.decom), default=None)
    return [first] if newest != first.decom else []


def _unknown_before(case: Case) -> list[Any]:
    """Episodes that began before the year of a child of whom last year told nothing."""
    if case.then is None or case.last("Episodes"):
        return []
    return [e for e in case.episodes if before(e.decom, case.opens)]


def _first_ever(case: Case) -> list[Any]:
    return [e for e in case.episodes[:1] if e.decom and e.decom >= case.opens and e.rne != "S"]


def _elsewhere(case: Case) -> list[Any]:
    first = _first_of_open(case)
    if first is None:
        return []
    area, then = (case.places.area(e.pl_post, case.closes) for e in (first, case.last_open))
    return [first] if area != then else []


def _in_or_out(case: Case) -> list[Any]:
    """The open episode was in the authority's own area and is not, or the other way about."""
    moved = _elsewhere(case)
    areas = [case.places.area(e.pl_post, case.closes) for e in (*moved, case.last_open)] if moved else []
    return moved if None not in areas and case.authority in areas else []


def _further(case: Case) -> list[Any]:
    first = _first_of_open(case)
    if first is None:
        return []
    miles, then = (case.places.miles(e.home_post, e.pl_post) for e in (first, case.last_open))
    changed = abs(miles - then) >= MILES_APART if miles is not None and then is not None else miles is not None
    return [first] if changed else []


def _begun_alike(find: Find) -> Find:
    """The same of an episode that is said to have begun as last year's did."""
    return lambda case: [e for e in find(case) if e.rne == case.last_open.rne]


FIELDS = (
    ("503A", "rne", "The episode that was open last year is now said to have begun otherwise."),
    ("503B", "ls", "The episode that was open last year now has another legal status."),
    ("503C", "cin", "The episode that was open last year now has another category of need."),
    ("503D", "place", "The episode that was open last year now is another kind of placement."),
    ("503E", "place_provider", "The episode that was open last year now has another kind of provider."),
    ("503F", "urn", "The episode that was open last year now has another URN."),
)
RULES = (
    *(Rule(number, "Episodes", field.upper(), OFFICER, wrong, SAME, other(field)) for number, field, wrong in FIELDS),
    Rule("503G", "Episodes", "HOME_POST PL_POST", OFFICER, "The placement that was open last year is now further off or nearer.",
         SAME, _further),
    Rule("503H", "Episodes", "PL_POST", OFFICER, "The placement that was open last year is now in another authority.",
         SAME, _elsewhere),
    Rule("503J", "Episodes", "PL_POST", OFFICER, "The open placement was in our own area and is not, or the reverse.",
         SAME, _in_or_out),
    Rule("453", "Episodes", "HOME_POST PL_POST", OFFICER, "The same episode is now further from home or nearer.", SAME,
         _begun_alike(_further)),
    Rule("452", "Episodes", "PL_POST", OFFICER, "The same episode is now in another authority.", SAME,
         _begun_alike(_elsewhere)),
    Rule("502", "Episodes", "DECOM", OFFICER, "The episode that was open last year now begins on another day.", SAME,
         _began_otherwise),
    Rule("562", "Episodes", "DECOM", OFFICER, "The episode began before this year, and last year did not end with it.",
         "Add the episodes of last year that lead to it.", _not_in_last_year),
    Rule("NoE", "Episodes", "DECOM", OFFICER, "The episode began before this year, and last year knew no such child.",
         "Tell DfE that last year's return lacked the child, or correct the day.", _unknown_before),
    Rule("357", "Episodes", "RNE", OFFICER, "The first episode there is does not start care.",
         "Add the episode before it, or begin with S.", _first_ever),
    Rule("OWN1", "Episodes", "CHILD", ADMINISTRATOR,
         "The child was looked after on 31 March last year, and this year nothing tells what became of them.",
         "Record that care went on, or when and why it ended.",
         missing(lambda c: c.last_open is not None and not c.episodes), without_rows=True),
)  # fmt: skip
