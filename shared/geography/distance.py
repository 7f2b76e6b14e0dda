"""Miles in a straight line between two grid references, to the tenth, exactly half-up."""

from math import isqrt

import numpy as np
from numpy.typing import NDArray

METRES_IN_A_MILE = 1609.3
"""DfE's SSDA903 guidance: √(ΔE² + ΔN²) / 1000 / 1.6093."""
TENTH = 32186
"""Two hundred times the metres in a tenth of a mile, so that half a tenth is a whole number too."""
HALF = TENTH // 2


def tenths(east: int, north: int) -> int:
    """Tenths of a mile for a difference in whole metres."""
    return (isqrt(40000 * (east * east + north * north)) + HALF) // TENTH


def tenths_each(east: NDArray[np.int64], north: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same for many: a square root in floating point, put right where it falls on the wrong side of a half."""
    squared = 40000 * (east * east + north * north)
    found: NDArray[np.int64] = np.floor((np.sqrt(squared) + HALF) / TENTH).astype(np.int64)
    lower, upper = found * TENTH - HALF, found * TENTH + HALF
    found -= (lower > 0) & (lower * lower > squared)
    found += upper * upper <= squared
    return found
