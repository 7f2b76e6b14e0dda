"""The picture of where homes are from the child's home: rings of miles, and a number for each home; no map is needed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.placements.queries.bearings import Bearing

RINGS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
MIDDLE, REACH, APART = 160, 140, 9
"""In the picture's own units: where the child's home is, how far the outermost ring reaches, how near two numbers stand."""


def picture_of(homes: Sequence[Mapping[str, Any]], bearings: Mapping[UUID, Bearing]) -> dict[str, Any] | None:
    """Rings and numbered points, or None where nobody can tell where any of the homes is."""
    known = [(one, bearings[one["home"]]) for one in homes if one["home"] in bearings]
    if not known:
        return None
    furthest = max(bearing.miles for _, bearing in known)
    outermost = next((ring for ring in RINGS if ring >= furthest), furthest)
    rings = [*[ring for ring in RINGS if ring < outermost][-2:], outermost]
    scale = REACH / outermost
    points: list[dict[str, Any]] = []
    for one, bearing in known:
        x, y = round(MIDDLE + bearing.east * scale, 1), round(MIDDLE - bearing.north * scale, 1)
        beside = sum(abs(x - other["x"]) < APART and abs(y - other["y"]) < APART for other in points)
        points.append({"number": one["number"], "x": x, "y": y, "words": x + 9 + 16 * beside})
    return {"rings": [{"miles": ring, "reach": round(ring * scale, 1)} for ring in rings], "points": points}
