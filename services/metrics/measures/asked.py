"""What is asked of a measure, and the rows it is answered from; what several measures need is worked out once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from services.metrics.columns import Columns, Facts, Mask, Numbers, microseconds
from services.metrics.domain import NO_END, day_number, end_of

Parameters = ParamSpec("Parameters")
Found = TypeVar("Found")
Worked = dict[Any, Any]
"""What was worked out, by the function that did and what it was given besides the question."""
Dependence = tuple[str, bool]
"""A fact table (or the kind of an identifier), and whether only the authorities' own rows of it."""


@dataclass(frozen=True, eq=False)
class Whose:
    """The facts a figure rests on: of which authorities, as known at which moment. Facts must not move meanwhile."""

    columns: Columns
    authorities: tuple[int, ...]
    """The authorities' codes in the columns; one that no row holds, where there is no such authority."""
    known_at: int | None
    worked: Worked = field(default_factory=dict)
    looked_at: list[set[Dependence]] = field(default_factory=lambda: [set()])
    """For each work that is being done, the innermost last: what it looked at."""

    def stamp(self, looked_at: Dependence) -> int:
        """A number that grows when that moves."""
        kind, own = looked_at
        if not own:
            return len(self.columns.ids[kind]) if kind in self.columns.ids else self.columns[kind].size
        return sum(self.columns[kind].told_by(authority) for authority in self.authorities)

    def moved_on(self) -> "Whose":
        """The same for the facts as they now are: work that looked at what has moved is forgotten."""
        now: dict[Dependence, int] = {}
        for _, stamps in self.worked.values():
            now |= {looked_at: self.stamp(looked_at) for looked_at in stamps.keys() - now.keys()}
        still = {work: told for work, told in self.worked.items() if told[1].items() <= now.items()}
        return Whose(self.columns, self.authorities, self.known_at, still)


@dataclass(frozen=True, eq=False)
class OnDay:
    """The same as at the end of a day."""

    whose: Whose
    as_at: date
    worked: Worked = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Asked:
    """One question: whose figure, as at which day, over which window, with which parameters."""

    on_day: OnDay
    parameters: dict[str, str]
    after: date | None = None
    """The day before the window's first; None for measures without a window."""

    @property
    def columns(self) -> Columns:
        return self.on_day.whose.columns

    @property
    def as_at(self) -> date:
        return self.on_day.as_at

    @property
    def day(self) -> int:
        return day_number(self.on_day.as_at)

    @property
    def first(self) -> int:
        """The window's first day, as columns hold it."""
        assert self.after is not None
        return day_number(self.after) + 1

    def rows(self, kind: str) -> tuple[Facts, Numbers]:
        """A fact table, and where the authorities' own rows stand that hold as known."""
        return self.columns[kind], _own_rows(self, kind)

    def rows_of_all(self, kind: str) -> tuple[Facts, Numbers]:
        """The same for facts that are no single authority's."""
        return self.columns[kind], _all_rows(self, kind)

    def look_at(self, kind: str, *, own: bool) -> None:
        """Note that the work being done rests on a fact table, or on how many identifiers of a kind there are."""
        self.on_day.whose.looked_at[-1].add((kind, own))

    def as_stood(self, kind: str) -> tuple[Facts, Numbers]:
        """The authorities' own rows as they had been recorded by the end of the day: how a referral or an offer stood."""
        return self.columns[kind], _rows_by_then(self, kind)

    def all_as_stood(self, kind: str) -> tuple[Facts, Numbers]:
        """The same for facts that are no single authority's."""
        facts = self.columns[kind]
        return facts, facts.rows(_until(self))

    def word(self, word: str) -> int:
        """The code of a word, or one that no column holds."""
        return self.columns.words.find(word)

    def is_one_of(self, codes: Numbers, *words: str) -> Mask:
        """Which of these codes stand for any of the words."""
        table = np.zeros(len(self.columns.words) + 1, np.bool_)
        table[[self.word(word) for word in words]] = True
        table[-1] = False
        return table[codes]


def once(
    work: Callable[Concatenate[Asked, Parameters], Found],
) -> Callable[Concatenate[Asked, Parameters], Found]:
    """Work that depends on nothing but the facts (and what it is given besides): done once for all days and measures."""

    def done(asked: Asked, /, *args: Parameters.args, **_: Parameters.kwargs) -> Found:
        whose = asked.on_day.whose
        if (work, args) not in whose.worked:
            whose.looked_at.append(set())
            told = work(asked, *args)  # type: ignore[call-arg]
            stamps = {looked_at: whose.stamp(looked_at) for looked_at in whose.looked_at.pop()}
            whose.worked[work, args] = told, stamps
        found, stamps = whose.worked[work, args]
        whose.looked_at[-1].update(stamps)
        return found  # type: ignore[no-any-return]

    return done


def once_a_day(
    work: Callable[Concatenate[Asked, Parameters], Found],
) -> Callable[Concatenate[Asked, Parameters], Found]:
    """Work that depends on the facts and the day: done once for all measures of a day."""

    def done(asked: Asked, /, *args: Parameters.args, **_: Parameters.kwargs) -> Found:
        worked = asked.on_day.worked
        if (work, args) not in worked:
            worked[work, args] = work(asked, *args)  # type: ignore[call-arg]
        return worked[work, args]  # type: ignore[no-any-return]

    return done


@once
def _own_rows(asked: Asked, kind: str) -> Numbers:
    asked.look_at(kind, own=True)
    return _rows_of(asked, kind, asked.on_day.whose.known_at)


@once
def _all_rows(asked: Asked, kind: str) -> Numbers:
    asked.look_at(kind, own=False)
    return asked.columns[kind].rows(asked.on_day.whose.known_at)


@once_a_day
def _rows_by_then(asked: Asked, kind: str) -> Numbers:
    _, now = asked.rows(kind)
    until = _until(asked)
    told = asked.columns[kind]["recorded_at"]
    # Where nothing was recorded since, how it stands is how it stood.
    if asked.on_day.whose.known_at is None and (not len(told) or told.max() <= until):
        return now
    return _rows_of(asked, kind, until)


def _rows_of(asked: Asked, kind: str, known_at: int | None) -> Numbers:
    facts, authorities = asked.columns[kind], asked.on_day.whose.authorities
    if len(authorities) == 1:
        return facts.rows(known_at, authorities[0])
    return np.concatenate([facts.rows(known_at, authority) for authority in authorities])


def _until(asked: Asked) -> int:
    end = microseconds(end_of(asked.as_at)) - 1
    known_at = asked.on_day.whose.known_at
    return end if known_at is None else min(end, known_at)


def first_days(asked: Asked, authorities: Numbers, days: Numbers) -> Numbers:
    """A table over every word: the earliest of an authority's days, or `NO_END` where it has none."""
    table = np.full(len(asked.columns.words) + 1, NO_END, np.int64)
    np.minimum.at(table, authorities, days)
    return table


def pairs(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Every pair of positions whose keys are the same; `right` is in order."""
    begin = np.searchsorted(right, left, side="left")
    count = np.searchsorted(right, left, side="right") - begin
    ours = np.repeat(np.arange(len(left)), count)
    theirs = np.arange(len(ours)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    return ours, theirs
