"""The checks of a return: every rule in one list, and what they find in a whole return or in one child's part."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from services.placements.returns.checks import (
    adoption,
    away,
    carried_on,
    children,
    episodes,
    health,
    homes,
    leavers,
    liberty,
    order,
    permanence,
    reviews,
    workers,
)
from services.placements.returns.checks.case import Case
from services.placements.returns.checks.places import NOWHERE, Places, Registered
from services.placements.returns.checks.rule import Fault, Mender, Rule, faults_of
from shared.ssda903.shape import Return

__all__ = [
    "RULES",
    "Case",
    "Fault",
    "Mender",
    "Places",
    "Registered",
    "Rule",
    "cases_in",
    "check",
    "faults_of",
    "in_return",
    "rules_in",
]

RULES: tuple[Rule, ...] = (
    *children.RULES,
    *episodes.RULES,
    *order.RULES,
    *homes.RULES,
    *carried_on.RULES,
    *reviews.RULES,
    *health.RULES,
    *leavers.RULES,
    *adoption.RULES,
    *permanence.RULES,
    *away.RULES,
    *workers.RULES,
    *liberty.RULES,
)


@cache
def rules_in(year: int) -> tuple[Rule, ...]:
    """The rules that stand in a collection year."""
    return tuple(rule for rule in RULES if rule.stands_in(year))


def check(now: Return, then: Return | None = None, places: Places = NOWHERE) -> dict[str, list[Fault]]:
    """What is wrong with a return, by the reference of each child with something wrong."""
    rules = rules_in(now.year)
    found = ((case.reference, faults_of(case, rules)) for case in cases_in(now, then, places))
    return {reference: faults for reference, faults in found if faults}


def cases_in(now: Return, then: Return | None = None, places: Places = NOWHERE) -> Iterator[Case]:
    """Every child of this year's return, and of last year's those who ought to be in it."""
    rows, before = _by_child(now), _by_child(then) if then is not None else {}
    upns = Counter(h.upn for h in now.header if h.upn)
    for reference in sorted(rows.keys() | before.keys()):
        mine = rows.get(reference, {})
        shared = any(upns[h.upn] > 1 for h in mine.get("Header", ()))
        last = before.get(reference, {}) if then is not None else None
        yield Case(reference, now.authority, now.year, mine, last, places, shared)


def _by_child(told: Return) -> dict[str, dict[str, list[Any]]]:
    found: dict[str, dict[str, list[Any]]] = {}
    for table, rows in told.tables.items():
        for row in rows:
            found.setdefault(row.child, {}).setdefault(table, []).append(row)
    return found


def in_return(case: Case) -> bool:
    """Whether a child counts in this year's return: there, or missing from it though it should be."""
    return bool(case.now) or case.last_open is not None
