"""Coverage: from which day an authority's record is whole."""

from datetime import date

from services.placements.forms import DeclareCoverage
from shared.contracts.placements import CoverageDeclared
from shared.errors import Invalid, NotAllowed, Refused, must_be_current
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

DECLARE = """INSERT INTO coverage AS c (authority, version, starts) VALUES ($1, 1, $2)
    ON CONFLICT (authority) DO UPDATE SET starts = excluded.starts, version = c.version + 1 RETURNING *"""


async def declare_coverage(session: WriteSession, authority: str, starts: date) -> Row:
    """As at days before this one there is no data; said again, the last word counts."""
    row = await session.one(DECLARE, authority, starts)
    assert row is not None
    session.publish(CoverageDeclared(authority=row.authority, version=row.version, starts=row.starts))
    return row


async def declare_own_coverage(session: WriteSession, form: DeclareCoverage, *, by: Person) -> Row:
    """Somebody of the authority says so."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can do this.")
    if form.starts > session.clock.today():
        raise Invalid("That day has not come yet.", field="starts")
    before = await session.one("SELECT * FROM coverage WHERE authority = $1 FOR UPDATE", by.authority)
    if before is None and form.version is not None:
        raise Refused("Nothing has been declared yet.", field="version")
    if before is not None:
        must_be_current(before.version, form.version)
    row = await declare_coverage(session, by.authority, form.starts)
    session.audit(by.id, "declare coverage", by.authority)
    return row
