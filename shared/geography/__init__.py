"""What placements can say of places, offline: miles, area, bordering, and the half of a postcode that may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.contracts.vocabulary import Location
from shared.geography.authorities import authority_of, known_as, on_day
from shared.geography.building import opened
from shared.geography.distance import tenths, tenths_each
from shared.geography.gazetteer import Gazetteer, Point
from shared.geography.neighbours import bordering
from shared.geography.postcodes import outward

__all__ = ["Geography", "Location", "Point", "bordering", "outward"]


@dataclass(frozen=True)
class Geography:
    """Answers about postcodes. What is not known is None (or not a number), never a guess."""

    gazetteer: Gazetteer

    @classmethod
    def kept_in(cls, folder: Path) -> "Geography":
        """Opened from a cache folder; the first time its file is built, which takes seconds: not on an event loop."""
        return cls(opened(folder))

    def find(self, postcode: str | None) -> Point | None:
        """District and grid reference."""
        return self.gazetteer.find(postcode)

    def miles(self, home: str | None, placement: str | None) -> float | None:
        """Straight line, one decimal, half-up. None where either is unknown, has no grid, or the two grids differ."""
        a, b = self.find(home), self.find(placement)
        if a is None or b is None or a.irish != b.irish:
            return None
        if a.easting is None or b.easting is None or a.northing is None or b.northing is None:
            return None
        return tenths(a.easting - b.easting, a.northing - b.northing) / 10

    def miles_each(self, homes: Sequence[str | None], placements: Sequence[str | None]) -> NDArray[np.float64]:
        """`miles` for many pairs (or one against many: a sequence of one); not a number where `miles` is None."""
        of = self.gazetteer
        a, b = np.broadcast_arrays(of.rows(homes), of.rows(placements))
        comparable = (of.eastings[a] != 0) & (of.eastings[b] != 0)
        comparable &= (a >= 0) & (b >= 0) & (of.irish[of.districts[a]] == of.irish[of.districts[b]])
        east = of.eastings[a].astype(np.int64) - of.eastings[b]
        north = of.northings[a].astype(np.int64) - of.northings[b]
        return np.where(comparable, tenths_each(east, north) / 10, np.nan)

    def area(self, postcode: str | None, on: date) -> str | None:
        """The ONS code of the upper-tier authority a postcode stood in on a day (in Wales, Scotland, … the only tier)."""
        point = self.find(postcode)
        authority = authority_of(point.district) if point else None
        return on_day(authority, on) if authority else None

    def location(self, authority: str, placement: str | None, on: date, *, over_water: bool = True) -> Location | None:
        """Whether a placement is in the authority's area, in one that borders it, or further, as the map was on a day."""
        area, own = self.area(placement, on), known_as(authority, on)
        if area is None or own is None:
            return None
        if area == own:
            return Location.IN_AREA
        return Location.BORDERING if bordering(own, area, over_water=over_water) else Location.AT_DISTANCE
