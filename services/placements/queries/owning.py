"""Whose a referral is, and who works at an authority's desk."""

from uuid import UUID

from shared.identity.person import Person
from shared.store.session import ReadSession, Row

COLLEAGUES = "SELECT person, name FROM colleagues WHERE authority = $1 ORDER BY name, person"
OWNER = """SELECT o.owner, o.version, o.since, coalesce(c.name, 'a colleague') AS name
    FROM referral_owners o LEFT JOIN colleagues c ON c.person = o.owner WHERE o.referral = $1"""


async def colleagues_of(session: ReadSession, by: Person) -> dict[str, str]:
    """Who works at the desk of the person's authority, by name."""
    return {row.person: row.name for row in await session.all(COLLEAGUES, by.authority)}


async def owner_of(session: ReadSession, referral: UUID) -> Row | None:
    """Whose a referral is, if it was ever somebody's; `version` 0 stands for never."""
    return await session.one(OWNER, referral)
