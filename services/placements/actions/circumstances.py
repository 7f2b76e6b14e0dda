"""What surrounds a placement: where it is seen from the child's authority and home, and on what terms it is bought."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.vocabulary import ContractKind, Location
from shared.geography import Geography, bordering, outward
from shared.geography.authorities import known_as
from shared.store.session import ReadSession, Row

FAR_TENTHS = 200
"""Twenty miles, in tenths."""
CHILD = """SELECT c.uasc, d.home_postcode FROM children c LEFT JOIN statutory_details d ON d.child = c.child
    WHERE c.child = $1"""
HOME = """SELECT h.area, h.outward, h.urn, l.postcode FROM homes h LEFT JOIN home_locations l USING (home)
    WHERE h.home = $1"""
TERMS = """SELECT CASE WHEN o.owned_by = $1 THEN 'in_house' ELSE (SELECT c.kind FROM contracts c
        WHERE c.authority = $1 AND c.provider = $2 AND (c.types = '{}' OR $3 = ANY(c.types))
            AND c.starts <= $4 AND (c.ends IS NULL OR c.ends > $4)
        ORDER BY c.starts DESC, c.contract DESC LIMIT 1) END FROM providers o WHERE o.provider = $2"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a placement is; what is not known is None. `postcode` stays with placements."""

    postcode: str | None
    outward: str | None
    miles_tenths: int | None
    location: Location | None

    @property
    def far(self) -> bool:
        """Whether somebody must say why: at a distance, or over twenty miles away and outside the area."""
        over = self.miles_tenths is not None and self.miles_tenths > FAR_TENTHS
        return self.location is Location.AT_DISTANCE or (over and self.location is not Location.IN_AREA)

    def columns(self) -> dict[str, Any]:
        """As a placement's row keeps it."""
        return asdict(self)


async def whereabouts_of_home(
    session: ReadSession, geography: Geography, authority: str, child: UUID, home: UUID, on: date
) -> tuple[Whereabouts, Row]:
    """A home of ours: by its exact postcode where that is known, else by the authority it stands in."""
    row = await session.one(HOME, home)
    assert row is not None
    found = await whereabouts(session, geography, authority, child, row.postcode, on)
    if found.location is None:
        found = Whereabouts(row.postcode, row.outward, found.miles_tenths, _by_area(authority, row.area, on))
    return found, row


async def whereabouts(
    session: ReadSession, geography: Geography, authority: str, child: UUID, postcode: str | None, on: date
) -> Whereabouts:
    """Miles from the home the child came from (none for UASC), and the area as the map was on a day."""
    known = await session.one(CHILD, child)
    home = known.home_postcode if known and not known.uasc else None
    miles = geography.miles(home, postcode)
    tenths = None if miles is None else round(miles * 10)
    return Whereabouts(postcode, outward(postcode), tenths, geography.location(authority, postcode, on))


def _by_area(authority: str, area: str, on: date) -> Location | None:
    own = known_as(authority, on)
    if own is None or not area:
        return None
    if area == own:
        return Location.IN_AREA
    return Location.BORDERING if bordering(own, area) else Location.AT_DISTANCE


async def terms(session: ReadSession, authority: str, provider: UUID | None, type_: str, on: date) -> str | None:
    """In house, the newest contract in force on a day that covers this kind of placement, or else spot."""
    if provider is None:
        return None
    return await session.value(TERMS, authority, provider, type_, on) or ContractKind.SPOT
