"""What has become of a booking: waited for a moment, and where the place went to somebody else, the next homes."""

from uuid import UUID

from services.placements.forms import Candidate, Narrow
from services.placements.queries import the_offer, the_placement
from services.placements.queries.candidates import find_homes
from services.placements.queries.markets import markets_of
from shared.errors import Refused
from shared.geography import Geography
from shared.identity.person import Person
from shared.store.database import Database
from shared.store.session import Row

TAKEN = "That home was taken a moment ago."
NEXT_HOMES = 5
DECIDED = "SELECT * FROM placements WHERE placement = $1 AND (status <> 'booked' OR held AND on_hold)"


async def decided(database: Database, placement: UUID, seconds: float, by: Person) -> Row:
    """The booking once providers have spoken, or as it stands when the wait is over."""

    async def spoken() -> Row | None:
        async with database.reading() as session:
            return await session.one(DECIDED, placement)

    row = await database.signals.until(placement, spoken, seconds)
    if row is None:
        async with database.reading() as session:
            row = await the_placement(session, placement, by)
    return row


async def next_homes(database: Database, geography: Geography, offer: UUID, by: Person) -> list[Candidate]:
    """The best homes that are left for the child of an offer."""
    async with database.reading() as session:
        row = await the_offer(session, offer, by)
        narrow = Narrow(child=row.child, per_page=NEXT_HOMES)
        found = await find_homes(session, markets_of(database), row.referral, narrow, by, geography)
    return found.possible


async def say_what_else(database: Database, geography: Geography, offer: UUID, field: str, by: Person) -> None:
    """Raises the 409 that names the next homes."""
    homes = [candidate.model_dump(mode="json") for candidate in await next_homes(database, geography, offer, by)]
    raise Refused(TAKEN, field=field, code="taken", more={"next": homes})
