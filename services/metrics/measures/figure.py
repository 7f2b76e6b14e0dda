"""What a measure is, and the figure that answers a question: numerator and denominator, or values, divided once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from services.metrics.columns import Mask, Numbers
from services.metrics.domain import NO_END, half_up
from services.metrics.measures.asked import Asked

UNKNOWN = "unknown"
BESIDE, AND = ",", " / "
"""Between breakdowns that are asked for at once, and between the names of the cells that come of it."""
STATISTICS = ("median", "mean", "ninetieth", "within")
"""What may be said of a distribution; the ninetieth centile is the value that nine in ten do not exceed."""

Group = tuple[Numbers, Callable[[int], str]]
"""For each row the small number of its cell, and what a number is called."""
Groups = Mapping[str, Callable[[], Group]]


@dataclass(frozen=True, eq=False)
class Counted:
    """What a measure counted: a row for each child, place, night or offer, so that any breakdown adds up to the whole.

    Of a distribution `numerator` holds its values, and `within` those that are within what the measure sets.
    """

    numerator: Numbers
    denominator: Numbers | None
    groups: Groups
    parts: Mapping[str, int] = field(default_factory=dict)
    within: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    reaches_back_to: int | None = None
    """The first day it looks back to; what was before coverage is not known."""
    unsure: str = ""
    """Why the figure may be incomplete whatever the coverage."""


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
    covered_from: Callable[[Asked], Numbers]
    """A table over every word: the first day an authority's facts speak of; before it there is no data."""
    rests_on: tuple[str, ...]
    """The fact tables that its whole reads: it moves with no other."""
    divide_by: int = 1
    """What every quotient is divided by besides: values are kept in whole small units."""
    shares: bool = False
    """Cells are shares of the whole, not of themselves."""
    usual_breakdown: str | None = None
    """The breakdown where none is asked for; without one the figure says little."""
    tile: bool = True
    """Whether the stream shows it."""

    @property
    def windowed(self) -> bool:
        """Whether it counts over a window, not at a day's end."""
        return "window" in self.parameters

    @property
    def distributed(self) -> bool:
        """Whether it is a distribution of values."""
        return "statistic" in self.parameters

    def unit_with(self, parameters: Mapping[str, str]) -> str:
        """The unit of the figure: a share of values is a percentage, whatever they measure."""
        return "%" if parameters.get("statistic") == "within" else self.unit


@dataclass(frozen=True)
class Cell:
    """A numerator over a denominator; no denominator means a plain count, no value that there is nothing to divide by.

    A median and a centile have no numerator: they are values themselves, of so many as the denominator says.
    """

    numerator: int | None
    denominator: int | None
    value: Decimal | None


@dataclass(frozen=True)
class Figure(Cell):
    """The answer, with everything needed to read it. Without data all three of its numbers are None, never 0."""

    measure: str
    authorities: tuple[str, ...]
    as_at: date
    known_at: datetime | None
    after: date | None
    """The day before the window's first."""
    coverage_start: date | None
    parameters: Mapping[str, str]
    unit: str
    parts: Mapping[str, int]
    spread: Mapping[str, Decimal]
    by: str | None
    cells: Mapping[str, Cell]
    incomplete: bool
    note: str

    @property
    def authority(self) -> str | None:
        """Whose it is, where it is one authority's."""
        return self.authorities[0] if len(self.authorities) == 1 else None


NOTHING = Cell(None, None, None)


def whole_of(measure: Measure, asked: Asked, counted: Counted) -> Cell:
    """All that was counted."""
    if measure.distributed:
        return _of_values(measure, asked, np.sort(counted.numerator), int(counted.within.sum()))
    denominator = None if counted.denominator is None else int(counted.denominator.sum())
    return quotient(measure, int(counted.numerator.sum()), denominator)


def quotient(measure: Measure, numerator: int, denominator: int | None) -> Cell:
    """Divided and rounded once."""
    if denominator == 0:
        return Cell(numerator, 0, None)
    parts = measure.divide_by * (1 if denominator is None else denominator)
    return Cell(numerator, denominator, half_up(numerator * measure.scale, parts, measure.decimals))


def cells_of(measure: Measure, asked: Asked, counted: Counted, by: str, whole: Cell) -> dict[str, Cell]:
    """The same for each group; every row is in one."""
    codes, name = _grouped(counted, by.split(BESIDE))
    if measure.distributed:
        return _distributed(measure, asked, counted, codes, name)
    there = np.flatnonzero(np.bincount(codes))
    numerators = _sums(codes, counted.numerator)[there].tolist()
    if counted.denominator is None:
        denominators: Sequence[int | None] = [None] * len(there)
    elif measure.shares:
        denominators = [whole.denominator] * len(there)
    else:
        denominators = _sums(codes, counted.denominator)[there].tolist()
    named = sorted(
        (name(code), code, n, d) for code, n, d in zip(there.tolist(), numerators, denominators, strict=True)
    )
    return {label: quotient(measure, n, d) for label, _, n, d in named}


def _grouped(counted: Counted, breakdowns: Sequence[str]) -> Group:
    """The groups of a breakdown, or of several at once: one for each pair of cells that there is."""
    codes, name = counted.groups[breakdowns[0]]()
    for other in breakdowns[1:]:
        codes, name = _crossed((codes, name), counted.groups[other]())
    return codes, name


def _crossed(one: Group, other: Group) -> Group:
    width = int(other[0].max(initial=0)) + 1
    pairs, codes = np.unique(one[0].astype(np.int64) * width + other[0], return_inverse=True)
    return codes, lambda code: f"{one[1](int(pairs[code]) // width)}{AND}{other[1](int(pairs[code]) % width)}"


def _sums(codes: Numbers, told: Numbers | Mask) -> Numbers:
    # Weights travel as doubles: exact, because no sum of ours comes near 2^53.
    sums: Numbers = np.bincount(codes, weights=told).round().astype(np.int64)
    return sums


def _distributed(
    measure: Measure, asked: Asked, counted: Counted, codes: Numbers, name: Callable[[int], str]
) -> dict[str, Cell]:
    # One number is put in order many times as fast as two are.
    keys = np.sort((codes.astype(np.int64) << 32) + counted.numerator)
    counts = np.bincount(codes)
    there = np.flatnonzero(counts)
    ends = np.cumsum(counts[there]).tolist()
    met = _sums(codes, counted.within)[there].tolist()
    cells = {}
    for code, begin, end, within in zip(there.tolist(), [0, *ends], ends, met, strict=False):
        cells[name(code)] = _of_values(measure, asked, keys[begin:end] - (code << 32), within)
    return dict(sorted(cells.items()))


def _of_values(measure: Measure, asked: Asked, values: Numbers, within: int) -> Cell:
    """One statistic of values in order."""
    count = len(values)
    if not count:
        return Cell(None, 0, None)
    match asked.parameters["statistic"]:
        case "mean":
            return quotient(measure, int(values.sum()), count)
        case "within":
            return Cell(within, count, half_up(100 * within, count, 1))
        case "ninetieth":
            return Cell(None, count, _centile(measure, values, 90))
    return Cell(None, count, _median(measure, values))


def _median(measure: Measure, values: Numbers) -> Decimal:
    middle = int(values[(len(values) - 1) // 2]) + int(values[len(values) // 2])
    return half_up(middle * measure.scale, 2 * measure.divide_by, measure.decimals)


def _centile(measure: Measure, values: Numbers, centile: int) -> Decimal:
    """The smallest value that so many of a hundred do not exceed."""
    value = int(values[-(-centile * len(values) // 100) - 1])
    return half_up(value * measure.scale, measure.divide_by, measure.decimals)


def spread_of(measure: Measure, counted: Counted) -> dict[str, Decimal]:
    """What tells the shape of a distribution."""
    if not measure.distributed or not len(counted.numerator):
        return {}
    values = np.sort(counted.numerator)
    mean = quotient(measure, int(values.sum()), len(values)).value
    assert mean is not None
    centiles = {"least": 1, "lower_quartile": 25, "upper_quartile": 75, "ninetieth": 90, "most": 100}
    spread = {name: _centile(measure, values, centile) for name, centile in centiles.items()}
    spread["least"] = half_up(int(values[0]) * measure.scale, measure.divide_by, measure.decimals)
    return {**spread, "median": _median(measure, values), "mean": mean}


def covered(measure: Measure, asked: Asked) -> tuple[tuple[int, ...], dict[int, int]]:
    """The authorities of whom there is data as at the day, and the first day of each that has any."""
    table = measure.covered_from(asked)
    firsts = {authority: int(table[authority]) for authority in asked.on_day.whose.authorities if authority > 0}
    known = {authority: first for authority, first in firsts.items() if first != NO_END}
    return tuple(authority for authority, first in known.items() if first <= asked.day), known
