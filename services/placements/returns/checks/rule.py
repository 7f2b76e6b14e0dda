"""What a rule of the return is: its number, where it looks, what is wrong in words, who can mend it and how."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.placements.returns.checks.case import Case

FIRST_YEAR = 2023
"""The first collection year whose rules are kept."""


class Mender(StrEnum):
    """Who can mend what a rule finds."""

    SOCIAL_WORKER = "social_worker"
    PLACEMENTS_OFFICER = "placements_officer"
    ADMINISTRATOR = "administrator"


WORKER, OFFICER, ADMINISTRATOR = Mender.SOCIAL_WORKER, Mender.PLACEMENTS_OFFICER, Mender.ADMINISTRATOR

Find = Callable[[Case], Iterable[Any]]
"""The rows at fault in the rule's table; `None` is a row that ought to be there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, by DfE's number (or one of ours, which begin with OWN), in words of our own."""

    number: str
    table: str
    fields: str
    mender: Mender
    wrong: str
    mend: str
    find: Find
    first: int = FIRST_YEAR
    last: int | None = None
    without_rows: bool = False
    """Whether it also looks at a child who has no row in the table."""

    def stands_in(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A rule that a child's record fails; `record` is the day the row at fault is known by, if it has one."""

    rule: str
    table: str
    fields: str
    record: date | None


KEYS = {
    "Episodes": "decom",
    "Reviews": "review",
    "Missing": "mis_start",
    "SWEpisodes": "sw_decom",
    "PlacedAdoption": "date_placed",
    "DoLo": "dolo_start",
}
"""The column by which a row of a table is told from the child's others."""


def each(table: str, wrong: Callable[[Case, Any], Any]) -> Find:
    """The rows of a table of which something is true."""

    def find(case: Case) -> Iterator[Any]:
        return (row for row in case.rows(table) if wrong(case, row))

    return find


def missing(wanting: Callable[[Case], Any]) -> Find:
    """A row that ought to be there and is not."""

    def find(case: Case) -> Sequence[None]:
        return (None,) if wanting(case) else ()

    return find


def faults_of(case: Case, rules: Iterable[Rule]) -> list[Fault]:
    """Everything these rules find in one child's return, once each."""
    found: set[Fault] = set()
    present = {table for table, rows in case.now.items() if rows}
    for rule in rules:
        if rule.without_rows or rule.table in present:
            for row in rule.find(case):
                key = KEYS.get(rule.table)
                record = getattr(row, key) if row is not None and key else None
                found.add(Fault(rule.number, rule.table, rule.fields, record))
    return sorted(found, key=lambda f: (f.table, f.record or date.min, f.rule))
