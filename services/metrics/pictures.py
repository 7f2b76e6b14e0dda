"""Lines drawn of figures, as the points of SVG polylines: a picture beside the table that says the same."""

from collections.abc import Sequence
from decimal import Decimal

SPARK = (120.0, 28.0)
CHART = (720.0, 220.0)
EDGE = 3.0
"""Room for the line's own width and the last point's mark."""


def spark(values: Sequence[Decimal | None]) -> list[str]:
    """Runs of points for a small line; a gap where there are no data."""
    return _runs([None if value is None else float(value) for value in values], *SPARK)


def chart(values: Sequence[float | None]) -> dict[str, object]:
    """The same, larger, with the least and the greatest value for the axis."""
    known = [value for value in values if value is not None]
    low, high = _span(known)
    return {"runs": _runs(values, *CHART), "width": CHART[0], "height": CHART[1], "low": low, "high": high}


def _span(known: Sequence[float]) -> tuple[float, float]:
    return (min(known), max(known)) if known else (0.0, 0.0)


def _runs(values: Sequence[float | None], width: float, height: float) -> list[str]:
    low, high = _span([value for value in values if value is not None])
    across = (width - 2 * EDGE) / max(len(values) - 1, 1)
    up = (height - 2 * EDGE) / ((high - low) or 1.0)
    runs: list[list[str]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            level = (value - low) if high > low else 0.5 * (high - low or 1.0)
            runs[-1].append(f"{EDGE + number * across:.1f},{height - EDGE - level * up:.1f}")
    return [" ".join(run) for run in runs if run]
