"""What a return would change of what is kept: every difference with before and after, and the ledger it was held against."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

MOST_LISTED = 1_000
"""Differences of a kind that are kept to be looked at; the others are counted."""


class Change(StrEnum):
    """What a return does to a record: adds it, changes it, takes it back; or says nothing of somebody it should."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    MISSING = "missing"


class Difference(BaseModel):
    """One record that would be other than it is; `before` and `after` hold the fields that differ."""

    record: str = Field(
        examples=["placement"], description="child, period, placement, episode or a table of the return"
    )
    change: Change
    child: UUID | None = Field(description="none where the child is not known here yet")
    starts: date | None = Field(default=None, description="when it began: with the child, which one it is")
    file: str = ""
    row: int = Field(default=0, description="where the return tells of it, 0 where it does not", examples=[17])
    before: dict[str, str] = Field(default_factory=dict, examples=[{"ends": ""}])
    after: dict[str, str] = Field(default_factory=dict, examples=[{"ends": "2024-05-31"}])


class DifferenceCount(BaseModel):
    """How many differences of one kind there are, listed or not."""

    record: str = Field(examples=["placement"])
    change: Change
    count: int


class Differences:
    """All that differs, the first of each kind listed, and a stamp of every record the return was compared with."""

    def __init__(self) -> None:
        self.listed: list[Difference] = []
        self._count: Counter[tuple[str, Change]] = Counter()
        self._compared: set[str] = set()

    def note(self, record: str, change: Change, child: UUID | None, **more: Any) -> None:
        """Write one down."""
        self._count[record, change] += 1
        if self._count[record, change] <= MOST_LISTED:
            self.listed.append(Difference(record=record, change=change, child=child, **more))

    def compared(self, record: UUID, *state: object) -> None:
        """A kept record beside which the return was held: moved since, what was shown no longer holds."""
        self._compared.add(f"{record} {state}")

    @property
    def counts(self) -> list[DifferenceCount]:
        return [DifferenceCount(record=r, change=c, count=n) for (r, c), n in sorted(self._count.items())]

    @property
    def stamp(self) -> str:
        """The same for the same ledger beside the same return."""
        return stamp_of(sorted(self._compared))


def stamp_of(parts: Iterable[str]) -> str:
    """A short word for all of them, in this order."""
    found = sha256()
    for part in parts:
        found.update(part.encode() + b"\n")
    return found.hexdigest()


def before_and_after(
    kept: Mapping[str, Any], told: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, dict[str, str]]:
    """The fields that differ, as `before` and `after`."""
    differing = [name for name in fields if kept[name] != told[name]]
    return {
        "before": {name: in_words(kept[name]) for name in differing},
        "after": {name: in_words(told[name]) for name in differing},
    }


def in_words(fact: object) -> str:
    """As it is shown: nothing where there is none."""
    if fact is None:
        return ""
    return {True: "yes", False: "no"}[fact] if isinstance(fact, bool) else str(fact)
