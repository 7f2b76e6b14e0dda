"""Repairs that real files need: each is offered with what a cell says, what it would become and why; made only if asked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from shared.ssda903.ledger import Child, Episode

Told = TypeVar("Told", Child, Episode)


class RepairKind(StrEnum):
    """What somebody may ask to have repaired: rows told twice, episodes without an end that another follows, episodes
    that end after the next began, and a year that goes on otherwise than the year before ended."""

    DUPLICATE_ROWS = "duplicate_rows"
    UNCLOSED_EPISODES = "unclosed_episodes"
    OVERLAPPING_EPISODES = "overlapping_episodes"
    YEAR_END = "year_end"


WHY: dict[str, str] = {
    "same_row": "Row {other} says the same.",
    "fuller_row": "Row {other} says the same and more.",
    "carried_on": "The episode was open at the end of {year}, and row {other} of {other_file} has it so.",
    "began_before": "The same placement was open at the end of {year}, and row {other} of {other_file} has it so.",
    "told_later": "A later year has this episode too, and row {other} of {other_file} has it so.",
    "next_began": "The child's next episode begins on that day, in row {other} of {other_file}.",
    "care_goes_on": "The child's next episode, in row {other} of {other_file}, is no new start of care.",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell, or one row where `field` is empty: `says` stands in the file, `becomes` is what is read if `made`."""

    kind: RepairKind
    file: str
    row: int
    field: str
    says: str
    becomes: str
    why: str
    made: bool


class Repairs:
    """Every repair offered, the first few of each kind listed and the rest counted; those asked for are made."""

    def __init__(self, asked: Iterable[RepairKind] = (), most_of_a_kind: int = 500) -> None:
        self.asked = frozenset(asked)
        self._most = most_of_a_kind
        self._listed: list[Repair] = []
        self._count: Counter[RepairKind] = Counter()

    def offer(
        self, kind: RepairKind, where: tuple[str, int], field: str, says: str, becomes: str, why: str, **words: object
    ) -> bool:
        """Write one down; answers whether it is to be made."""
        self._count[kind] += 1
        made = kind in self.asked
        if self._count[kind] <= self._most:
            self._listed.append(Repair(kind, *where, field, says, becomes, WHY[why].format(**words), made))
        return made

    @property
    def listed(self) -> tuple[Repair, ...]:
        """In the order of files and rows."""
        return tuple(sorted(self._listed, key=lambda r: (r.file, r.row, r.kind, r.field)))

    @property
    def counts(self) -> dict[RepairKind, int]:
        """How many of each kind there are, listed or not."""
        return dict(self._count)


def the_fuller(one: Told, other: Told) -> Told | None:
    """Of two rows the one that says all the other says; the first where they are the same, None where they differ."""
    if _says_all(one, other):
        return one
    return other if _says_all(other, one) else None


def _says_all(one: Child | Episode, other: Child | Episode) -> bool:
    told = ((getattr(one, name), getattr(other, name)) for name in _told(one))
    return all(theirs in ("", None) or ours == theirs for ours, theirs in told)


def _told(row: Child | Episode) -> list[str]:
    return [field.name for field in fields(row) if field.compare]


def offer_one_of_two(repairs: Repairs, first: Told, second: Told) -> Told | None:
    """Of two rows for one thing the one to keep; None where they differ, or where the repair is not asked for."""
    kept = the_fuller(first, second)
    if kept is None:
        return None
    left_out, why = (
        (second, "same_row" if first == second else "fuller_row") if kept is first else (first, "fuller_row")
    )
    where = (left_out.file, left_out.row)
    words = {"other": kept.row}
    made = repairs.offer(RepairKind.DUPLICATE_ROWS, where, "", "the row", "left out", why, **words)
    return kept if made else None
