"""Whose a referral is: taken, given to a colleague, or given back."""

from uuid import UUID

from services.placements.forms.deciding import Own
from services.placements.queries.desk import standing_of
from services.placements.queries.owning import colleagues_of, owner_of
from shared.errors import Invalid, Refused, Stale
from shared.identity.person import Person
from shared.store.session import WriteSession

KNOWN = """INSERT INTO colleagues (person, authority, name) VALUES ($1, $2, $3)
    ON CONFLICT (person) DO UPDATE SET authority = excluded.authority, name = excluded.name
    WHERE (colleagues.authority, colleagues.name) IS DISTINCT FROM (excluded.authority, excluded.name)"""
OWN = """INSERT INTO referral_owners (referral, authority, version, owner, since) VALUES ($1, $2, 1, $3, $4)
    ON CONFLICT (referral) DO UPDATE SET owner = excluded.owner, since = excluded.since,
        version = referral_owners.version + 1
    WHERE referral_owners.version = $5 RETURNING true"""
TAKE = """INSERT INTO referral_owners (referral, authority, version, owner, since) VALUES ($1, $2, 1, $3, $4)
    ON CONFLICT (referral) DO UPDATE SET owner = excluded.owner, since = excluded.since,
        version = referral_owners.version + 1
    WHERE referral_owners.owner IS NULL"""


async def note_colleague(session: WriteSession, by: Person) -> None:
    """Somebody works at this desk: colleagues may give them a referral."""
    await session.run(KNOWN, by.id, by.authority, by.name)


async def own_referral(session: WriteSession, referral: UUID, form: Own, *, by: Person) -> None:
    """Take a referral, give it to a colleague, or give it back. Said twice it is done once.

    Raises NotFound, Invalid for somebody who is no colleague, Stale where somebody else was quicker.
    """
    standing = await standing_of(session, referral, by)
    if form.owner is not None and form.owner not in await colleagues_of(session, by):
        raise Invalid("Choose somebody from what is listed.", field="owner")
    if not standing.open:
        raise Refused("That referral is closed.", field="owner")
    now = await owner_of(session, referral)
    if now is not None and now.owner == form.owner:
        return
    if (now.version if now else 0) != form.version:
        words = (
            f"It is {now.name}’s since you opened this page." if now and now.owner else "It was given back meanwhile."
        )
        raise Stale(words, field="owner")
    if not await session.value(OWN, referral, by.authority, form.owner, session.clock.now(), form.version):
        raise Stale("Somebody else took it a moment ago.", field="owner")
    session.audit(by.id, "give referral" if form.owner else "give referral back", referral)


async def take_if_nobodys(session: WriteSession, referral: UUID, *, by: Person) -> None:
    """Whoever asks homes for a referral that is nobody's has it from then on."""
    await session.run(TAKE, referral, by.authority, by.id, session.clock.now())
