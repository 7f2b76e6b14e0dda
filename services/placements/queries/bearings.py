"""In which direction homes are from where a child came from, as the picture on a referral's page shows it."""

from collections.abc import Collection
from dataclasses import dataclass
from math import atan2, hypot, pi
from uuid import UUID

from services.placements.queries.market import grid_of
from shared.geography import Geography
from shared.store.session import ReadSession, Row

METRES_IN_A_MILE = 1609.344
POSTCODES = "SELECT home, postcode FROM home_locations WHERE home = ANY($1)"
NAMES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, slots=True)
class Bearing:
    """How far east and north of the child's home something is, in miles."""

    east: float
    north: float

    @property
    def miles(self) -> float:
        return hypot(self.east, self.north)

    @property
    def name(self) -> str:
        """The nearest of the eight winds."""
        return NAMES[round(atan2(self.east, self.north) / (pi / 4)) % len(NAMES)]


async def bearings_of(
    session: ReadSession, child: Row, homes: Collection[UUID], where: Geography
) -> dict[UUID, Bearing]:
    """Each home whose place on the map is known, seen from the home that a child of WANTED came from."""
    here = grid_of(where, child.home_postcode)
    if here is None:
        return {}
    found = {}
    for row in await session.all(POSTCODES, list(homes)):
        there = grid_of(where, row.postcode)
        if there is not None and there.irish == here.irish:
            east, north = (there.easting - here.easting), (there.northing - here.northing)
            found[row.home] = Bearing(east / METRES_IN_A_MILE, north / METRES_IN_A_MILE)
    return found
