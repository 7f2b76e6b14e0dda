"""Whom it concerns what becomes of a home or a vacancy."""

from datetime import datetime
from uuid import UUID

from shared.store.session import ReadSession

# Of these homes ($1), on this day ($2), at this moment ($3): decision 63 lets these authorities look at the home.
WITH_A_CHILD = """SELECT DISTINCT home::text AS subject, authority FROM occupation
    WHERE home = ANY($1::text[]::uuid[]) AND authority IS NOT NULL AND released_at IS NULL
        AND (upper(during) IS NULL OR upper(during) > $2)
        AND (expires_at IS NULL OR expires_at > $3)"""
OFFERING = """SELECT DISTINCT h.provider FROM vacancy v JOIN home h USING (home)
    WHERE v.withdrawn_at IS NULL AND v.confirmed_at > $1 AND v.confirmed_at <= $2
        AND (v.available_until IS NULL OR v.available_until > $3)"""


async def offering_since(session: ReadSession, after: datetime, until: datetime) -> list[UUID]:
    """Providers that offer something still which was last confirmed after one moment and by another."""
    rows = await session.all(OFFERING, after, until, session.clock.today())
    return [row.provider for row in rows]
