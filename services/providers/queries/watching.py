"""What stands in the places of one home, to those who run it and to authorities that have business with it."""

from datetime import date
from uuid import UUID

from services.providers.domain import manages
from services.providers.queries.market import OCCUPATION, home_seen
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

BUSINESS = """SELECT EXISTS (SELECT FROM contract WHERE provider = $1 AND authority = $2
        AND daterange(starts, ends) @> $4::date)
    OR EXISTS (SELECT FROM occupation WHERE home = $3 AND authority = $2 AND released_at IS NULL
        AND (upper(during) IS NULL OR upper(during) > $4)
        AND (expires_at IS NULL OR expires_at > $5))"""
STAYS = f"""SELECT {OCCUPATION}, b.number FROM occupation o JOIN place b USING (place)
    WHERE o.home = $1 AND o.released_at IS NULL AND (o.expires_at IS NULL OR o.expires_at > $4)
        AND o.during && daterange($2, $3)
    ORDER BY b.number, starts"""
SPELL = f"""SELECT {OCCUPATION}, b.number FROM occupation o JOIN place b USING (place)
    WHERE o.occupation = $1 AND o.kind = 'out_of_service'"""


async def home_watched(session: ReadSession, home: UUID, by: Person) -> tuple[Row, bool]:
    """A home whose nights are somebody's business, and whether it is theirs to run. Raises NotFound.

    Whose business, decision 63 says: its provider's; an authority's whose own service it is, that has a contract with the
    provider today, or of whom a child lives there or is to.
    """
    row = await home_seen(session, home, by)
    if manages(by, row.provider, row.owned_by):
        return row, True
    asked = (row.provider, by.authority, home, session.clock.today(), session.clock.now())
    if by.authority is None or not await session.value(BUSINESS, *asked):
        raise NotFound
    return row, False


async def stays_in(session: ReadSession, home: UUID, starts: date, ends: date) -> list[Row]:
    """Every run of nights that something stands in a place of a home, by place and then by its first night."""
    return await session.all(STAYS, home, starts, ends, session.clock.now())


async def spell_of(session: ReadSession, occupation: UUID) -> Row | None:
    """A spell out of service with the number of its place."""
    return await session.one(SPELL, occupation)
