"""Real postcodes in an authority, in those around it and further away, drawn at random."""

from datetime import date
from random import Random

import numpy as np
from numpy.typing import NDArray

from deploy.county.lives import LOCATIONS
from shared.contracts.vocabulary import Location
from shared.geography import Geography, bordering
from shared.geography.authorities import authority_of, known_as, on_day
from shared.geography.gazetteer import Gazetteer

METRES_A_MILE = 1609.344


class Postcodes:
    """Where homes can be, as seen from one authority on a day."""

    def __init__(self, geography: Geography, authority: str, on: date, dice: Random, furthest_miles: int) -> None:
        self._of, self._dice = geography.gazetteer, dice
        where = np.array([_location(code, authority, on) for code in self._of.codes])[self._of.districts]
        on_grid = (self._of.eastings != 0) & ~self._of.irish[self._of.districts]
        self._rows = {name: np.flatnonzero(on_grid & (where == name)) for name in LOCATIONS}
        if not len(self._rows[Location.IN_AREA]):
            raise ValueError(f"no postcode is known in {authority}")
        self._rows[Location.AT_DISTANCE] = self._near_enough(
            self._rows[Location.AT_DISTANCE], furthest_miles * METRES_A_MILE
        )

    def _near_enough(self, rows: NDArray[np.intp], metres: float) -> NDArray[np.intp]:
        own, of = self._rows[Location.IN_AREA], self._of
        east = of.eastings[rows] - of.eastings[own].mean()
        north = of.northings[rows] - of.northings[own].mean()
        near: NDArray[np.intp] = rows[np.hypot(east, north) < metres]
        return near

    def one(self, location: str) -> str:
        """A postcode in the area, in a bordering one, or at a distance."""
        rows = self._rows[location]
        return written(self._of, int(rows[self._dice.randrange(len(rows))]))


def written(of: Gazetteer, row: int) -> str:
    """The postcode of a row, as people write it."""
    seven = int(of.keys[row]).to_bytes(7, "big").decode()
    return f"{seven[:4].strip()} {seven[4:]}"


def _location(district: str, authority: str, on: date) -> str:
    """Of a district; nothing where it is not in England or cannot be told."""
    today = authority_of(district) if district.startswith("E") else None
    area, own = today and on_day(today, on), known_as(authority, on)
    if area is None or own is None:
        return ""
    if area == own:
        return Location.IN_AREA
    return Location.BORDERING if bordering(own, area) else Location.AT_DISTANCE
