"""Who is to live in a provider's homes, lives there, or left of late, with the home's own word on each."""

from datetime import timedelta
from uuid import UUID

from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

MOST = 300
OF_LATE = timedelta(days=90)
STAYS = """SELECT p.*, h.name, c.sex, c.born, s.version AS said, s.report, s.said_of, s.reason AS said_why, s.said_at,
    s.planned AS said_planned
FROM placements p LEFT JOIN homes h USING (home) LEFT JOIN children c ON c.child = p.child
LEFT JOIN stay_reports s ON s.placement = p.placement
WHERE p.provider = $1 AND NOT p.on_hold"""
LIVELY = f"""{STAYS} AND (p.status IN ('booked', 'confirmed', 'started') OR (p.status = 'ended' AND p.ends >= $2))
    ORDER BY p.status = 'ended', p.status = 'started', p.starts, p.placement LIMIT $3"""


async def stays_in_my_homes(session: ReadSession, by: Person) -> list[Row]:
    """Who is expected, the soonest first; who lives there, the longest first; who left of late."""
    return await session.all(LIVELY, by.provider, session.clock.today() - OF_LATE, MOST)


async def the_stay(session: ReadSession, placement: UUID, by: Person) -> Row:
    """A stay in one of the provider's homes. Raises NotFound for anybody else's."""
    row = await session.one(f"{STAYS} AND p.placement = $2", by.provider, placement)
    if row is None:
        raise NotFound("We cannot find that placement.", field="placement")
    return row
