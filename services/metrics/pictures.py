"""Lines drawn of figures, as the points of SVG polylines: a picture beside the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

SPARK = (120.0, 28.0)
EDGE = 3.0
"""Room for the line's own width and the last point's mark."""
TICKS = 4
NEAR = 0.6
"""Where the least is so much of the greatest, a line over 0 would be flat: the scale begins beneath the least."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a chart is, what room its words need, and every how many points one of them is named."""

    width: float
    height: float
    left: float
    below: float
    above: float
    right: float
    every: int


WIDE = Frame(width=720, height=280, left=72, below=30, above=12, right=34, every=4)
NARROW = Frame(width=320, height=240, left=62, below=28, above=10, right=30, every=8)
"""The same chart for a phone, so that its words are as large as those around it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A line with its axes: runs of points, the values of its scale and where they stand, and each point by number."""

    frame: Frame
    runs: Sequence[str]
    scale: Sequence[tuple[float, float]]
    """(value, y)"""
    points: Sequence[tuple[int, float, float]]
    """(which of the values, x, y)"""
    named: Sequence[tuple[int, float]]
    """(which of the values, x): those that are named below"""

    @property
    def from_zero(self) -> bool:
        """Whether heights may be compared as they stand."""
        return bool(self.scale) and self.scale[0][0] <= 0


def spark(values: Sequence[Decimal | None]) -> list[str]:
    """Runs of points for a small line; a gap where there are no data."""
    known = [None if value is None else float(value) for value in values]
    seen = [value for value in known if value is not None]
    low, high = (min(seen), max(seen)) if seen else (0.0, 0.0)
    if low == high:
        low, high = low - 1, high + 1
    width, height = SPARK
    across, up = (width - 2 * EDGE) / max(len(known) - 1, 1), (height - 2 * EDGE) / (high - low)
    return _runs(
        [
            None if value is None else (EDGE + number * across, height - EDGE - (value - low) * up)
            for number, value in enumerate(known)
        ]
    )


def chart(values: Sequence[float | None], frame: Frame = WIDE) -> Chart:
    """A line over a scale of round numbers; a gap where there are no data."""
    known = [value for value in values if value is not None]
    marks = scale_of(min(known), max(known)) if known else []
    across = (frame.width - frame.left - frame.right) / max(len(values) - 1, 1)
    high = frame.height - frame.below - frame.above

    def up(value: float) -> float:
        share = (value - marks[0]) / (marks[-1] - marks[0])
        return round(frame.height - frame.below - share * high, 1)

    places = [
        None if value is None else (round(frame.left + number * across, 1), up(value))
        for number, value in enumerate(values)
    ]
    return Chart(
        frame,
        _runs(places),
        [(mark, up(mark)) for mark in marks],
        [(number, *place) for number, place in enumerate(places) if place],
        [
            (number, round(frame.left + number * across, 1))
            for number in range((len(values) - 1) % frame.every, len(values), frame.every)
        ],
    )


def scale_of(low: float, high: float) -> list[float]:
    """Round numbers from beneath the least (0, unless a line over 0 would be flat) to above the greatest."""
    first = low if low < 0 or (high > 0 and low > NEAR * high) else 0.0
    reach = (high - first) or abs(high) or 1.0
    size = 10.0 ** floor(log10(reach / TICKS))
    step = next(size * times for times in (1, 2, 5, 10) if size * times * TICKS >= reach * 0.999)
    begin, end = floor(first / step), ceil(high / step)
    return [round(number * step, 10) for number in range(begin, max(end, begin + 1) + 1)]


def _runs(places: Sequence[tuple[float, float] | None]) -> list[str]:
    runs: list[list[str]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(f"{place[0]:.1f},{place[1]:.1f}")
    return [" ".join(run) for run in runs if run]
