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
TERMS = """CASE WHEN o.owned_by = $1 THEN 'in_house' ELSE (SELECT k.kind FROM contracts k
        WHERE k.authority = $1 AND k.provider = o.provider AND (k.types = '{}' OR $2 = ANY(k.types))
            AND k.starts <= $3 AND (k.ends IS NULL OR k.ends > $3)
        ORDER BY k.starts DESC, k.contract DESC LIMIT 1) END AS kind"""
OF_PROVIDER = f"SELECT {TERMS} FROM providers o WHERE o.provider = $4"
OF_HOME = f"""SELECT h.area, h.outward, h.urn, l.postcode, c.uasc, d.home_postcode, {TERMS}
    FROM homes h LEFT JOIN home_locations l USING (home) LEFT JOIN providers o ON o.provider = h.provider
    LEFT JOIN children c ON c.child = $5 LEFT JOIN statutory_details d ON d.child = $5 WHERE h.home = $4"""


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


@dataclass(frozen=True, slots=True)
class Surrounding:
    """What is known of a home of ours as one child's: where it is, on what terms, its number with Ofsted."""

    where: Whereabouts
    contract: str
    urn: str | None


async def surrounding(session: ReadSession, geography: Geography, offer: Row, type_: str, on: date) -> Surrounding:
    """Of the home that was offered: by its exact postcode where that is known, else by the authority it stands in."""
    row = await session.one(OF_HOME, offer.authority, type_, on, offer.home, offer.child)
    assert row is not None
    found = _where(geography, offer.authority, None if row.uasc else row.home_postcode, row.postcode, on)
    if found.location is None:
        location = _by_area(offer.authority, row.area, on)
        found = Whereabouts(row.postcode, row.outward, found.miles_tenths, location)
    return Surrounding(found, row.kind or ContractKind.SPOT, row.urn)


async def whereabouts(
    session: ReadSession, geography: Geography, authority: str, child: UUID, postcode: str | None, on: date
) -> Whereabouts:
    """Miles from the home the child came from (none for UASC), and the area as the map was on a day."""
    known = await session.one(CHILD, child)
    home = known.home_postcode if known and not known.uasc else None
    return _where(geography, authority, home, postcode, on)


def _where(geography: Geography, authority: str, home: str | None, postcode: str | None, on: date) -> Whereabouts:
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
    return await session.value(OF_PROVIDER, authority, type_, on, provider) or ContractKind.SPOT
