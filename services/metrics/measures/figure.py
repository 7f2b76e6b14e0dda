"""What a measure is, what is asked of it, and the figure that answers: numerator and denominator, divided once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from services.metrics.columns import Columns, Facts, Numbers
from services.metrics.domain import FIRST_DAY, day_number, half_up

Labels = NDArray[np.str_]
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Asked:
    """One question: whose figure, as at which day, as known at which moment, with which parameters."""

    columns: Columns
    authority: int
    """The authority's code in the columns, or one that no row holds."""
    as_at: date
    known_at: int | None
    parameters: Mapping[str, str]

    @property
    def day(self) -> int:
        return day_number(self.as_at)

    def rows(self, kind: str) -> tuple[Facts, Numbers]:
        """A fact table, and where the authority's own rows stand that hold as known."""
        facts = self.columns[kind]
        return facts, facts.rows(self.known_at, self.authority)

    def rows_of_all(self, kind: str) -> tuple[Facts, Numbers]:
        """The same for facts that are no single authority's."""
        facts = self.columns[kind]
        return facts, facts.rows(self.known_at)

    def words(self, codes: Numbers) -> Labels:
        """The words that codes stand for."""
        return np.array([self.columns.words.meaning(code) or UNKNOWN for code in codes.tolist()], np.str_)


@dataclass(frozen=True)
class Counted:
    """What a measure counted: a row for each child, place or night, so that any breakdown adds up to the whole."""

    since: int | None
    """The first day the facts it rests on speak of; before it there is no data."""
    numerator: Numbers
    denominator: Numbers | None
    groups: Mapping[str, Callable[[], Labels]]
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Measure:
    """A definition, shown with every figure. `parameters` lists what each may be, its default first."""

    id: str
    title: str
    question: str
    numerator: str
    denominator: str
    unit: str
    population: str
    window: str
    polarity: str
    source: str
    decimals: int
    scale: int
    suppression: str
    breakdowns: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]
    count: Callable[[Asked], Counted]


@dataclass(frozen=True)
class Cell:
    """A numerator over a denominator; no denominator means a plain count, no value that there is nothing to divide by."""

    numerator: int | None
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True)
class Figure(Cell):
    """The answer, with everything needed to read it. Without data all three of its numbers are None, never 0."""

    measure: str
    authority: str
    as_at: date
    known_at: datetime | None
    coverage_start: date | None
    parameters: Mapping[str, str]
    parts: Mapping[str, int]
    by: str | None
    cells: Mapping[str, Cell]
    note: str


NOTHING = Cell(None, None, None)


def answer(measure: Measure, asked: Asked, authority: str, known_at: datetime | None, by: str | None) -> Figure:
    """Count, divide, and say what it rests on."""
    counted = measure.count(asked)
    covered = counted.since is not None and asked.day >= counted.since
    whole = _cell(measure, counted, slice(None)) if covered else NOTHING
    return Figure(
        whole.numerator,
        whole.denominator,
        whole.value,
        measure=measure.id,
        authority=authority,
        as_at=asked.as_at,
        known_at=known_at,
        coverage_start=None if counted.since is None else _day(counted.since),
        parameters=asked.parameters,
        parts=counted.parts if covered else {},
        by=by,
        cells=_cells(measure, counted, by) if covered and by else {},
        note=_note(measure, counted, whole, covered),
    )


def _cell(measure: Measure, counted: Counted, rows: slice | NDArray[np.bool_]) -> Cell:
    numerator = int(counted.numerator[rows].sum())
    if counted.denominator is None:
        return Cell(numerator, None, Decimal(numerator))
    denominator = int(counted.denominator[rows].sum())
    value = half_up(numerator * measure.scale, denominator, measure.decimals) if denominator else None
    return Cell(numerator, denominator, value)


def _cells(measure: Measure, counted: Counted, by: str) -> dict[str, Cell]:
    labels = counted.groups[by]()
    return {str(label): _cell(measure, counted, labels == label) for label in np.unique(labels)}


def _note(measure: Measure, counted: Counted, whole: Cell, covered: bool) -> str:
    if counted.since is None:
        return "No data: nothing it rests on has been recorded."
    if not covered:
        first = _day(counted.since)
        return f"No data before {first.day} {first:%B %Y}."
    return "" if whole.value is not None else f"There is nothing to divide by: no {measure.denominator}."


def _day(number: int) -> date:
    return date.min + timedelta(days=number + FIRST_DAY - 1)
