"""Answers about children and referrals, only to the authority whose they are."""

from uuid import UUID

from shared.contracts.vocabulary import ReferralStatus, Urgency
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

# A line stands as far as the placement that is furthest; one that was cancelled is no placement.
LINES = """SELECT l.child, l.needs, CASE
        WHEN bool_or(p.status IN ('started', 'ended')) THEN 'placed'
        WHEN bool_or(p.status = 'confirmed') THEN 'matched' ELSE 'waiting' END AS status
    FROM referral_line l LEFT JOIN home_found p ON p.referral = l.referral AND p.child = l.child
    WHERE l.referral = $1 GROUP BY l.child, l.needs, l.position ORDER BY l.position"""
OF_AUTHORITY = """SELECT * FROM referral WHERE authority = $1
    AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR urgency = $3)
    ORDER BY wanted_from, referral LIMIT $4"""
MOST = 500


async def child_of(session: ReadSession, child: UUID, by: Person, *, lock: bool = False) -> Row:
    """A child of the caller's authority. Raises NotFound."""
    row = await session.one(f"SELECT * FROM child WHERE child = $1 {'FOR UPDATE' if lock else ''}", child)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def referral_of(session: ReadSession, referral: UUID, by: Person, *, lock: bool = False) -> Row:
    """A referral of the caller's authority. Raises NotFound."""
    row = await session.one(f"SELECT * FROM referral WHERE referral = $1 {'FOR UPDATE' if lock else ''}", referral)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def lines_of(session: ReadSession, referral: UUID) -> list[Row]:
    """Each child of a referral with needs and how far it has got, in the order they were named."""
    return await session.all(LINES, referral)


async def referrals_of_authority(
    session: ReadSession, by: Person, status: ReferralStatus | None, urgency: Urgency | None
) -> list[Row]:
    """The caller's authority's referrals, those wanted soonest first, at most 500."""
    return await session.all(OF_AUTHORITY, by.authority, status, urgency, MOST)
