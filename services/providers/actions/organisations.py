"""Registering providers, correcting and checking them, and recording who belongs to them."""

from uuid import UUID

from services.providers.domain import owner_of
from services.providers.forms.organisations import CorrectProvider, InvitePerson, NoteDueDiligence, RegisterProvider
from services.providers.queries import provider_vouched_for
from shared.contracts.providers import InvitationEnded, PersonInvited, ProviderRegistered, ProviderUpdated
from shared.errors import Invalid, NotFound, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.invitations import forget_invitation, note_invitation
from shared.store.session import Row, WriteSession

REGISTER = """INSERT INTO provider (provider, version, name, sector, owned_by, urn, registered_by)
    VALUES ($1, 1, $2, $3, $4, $5, $6) RETURNING *"""
CORRECT = "UPDATE provider SET version = version + 1, name = $2, urn = $3 WHERE provider = $1 RETURNING *"
NOTE_CHECK = """INSERT INTO due_diligence (due_diligence, provider, checked_on, checked_until, checked_by)
    VALUES ($1, $2, $3, $4, $5)"""
# One that was done longer ago than what is on record is kept, and changes nothing today.
CHECKED = """UPDATE provider SET version = version + 1, checked_on = $2, checked_until = $3
    WHERE provider = $1 AND (checked_on IS NULL OR checked_on <= $2) RETURNING *"""
INVITE = """INSERT INTO invitation
    (invitation, version, invited_by, issuer, person, belongs_to_authority, belongs_to_provider)
    VALUES ($1, 1, $2, $3, $4, $5, $6) RETURNING *"""
END = """UPDATE invitation SET ended_at = $3, version = version + 1
    WHERE invitation = $1 AND invited_by = $2 AND ended_at IS NULL RETURNING *"""


async def register_provider(
    session: WriteSession, form: RegisterProvider, *, by: Person, provider: UUID | None = None
) -> Row:
    """Add an organisation; the sector decides whether it is an authority's own. `provider` is for a known identifier."""
    if form.sector == "PR0":
        raise Invalid("Parents are not an organisation.", field="sector")
    owner = owner_of(form.sector, form.owned_by, by)
    row = await session.one(REGISTER, provider or new_id(), form.name, form.sector, owner, form.urn, by.authority)
    assert row is not None
    session.publish(ProviderRegistered(**row))
    session.audit(by.id, "register provider", row.provider)
    return row


async def correct_provider(session: WriteSession, provider: UUID, form: CorrectProvider, *, by: Person) -> None:
    """Its name or its URN is another."""
    await _locked(session, provider, form.version, by)
    row = await session.one(CORRECT, provider, form.name, form.urn)
    assert row is not None
    session.publish(ProviderUpdated(**row))
    session.audit(by.id, "correct provider", provider)


async def note_due_diligence(session: WriteSession, provider: UUID, form: NoteDueDiligence, *, by: Person) -> None:
    """Somebody looked into it: what they found sound holds until a day."""
    if form.checked_on > session.clock.today():
        raise Invalid("It cannot have been checked after today.", field="checked_on")
    await _locked(session, provider, None, by)
    await session.run(NOTE_CHECK, new_id(), provider, form.checked_on, form.checked_until, by.id)
    row = await session.one(CHECKED, provider, form.checked_on, form.checked_until)
    if row is not None:
        session.publish(ProviderUpdated(**row))
    session.audit(by.id, "note due diligence", provider)


async def _locked(session: WriteSession, provider: UUID, version: int | None, by: Person) -> None:
    row = await provider_vouched_for(session, provider, by)
    current = await session.value("SELECT version FROM provider WHERE provider = $1 FOR NO KEY UPDATE", row.provider)
    must_be_current(current, version)


async def invite_person(session: WriteSession, provider: UUID, form: InvitePerson, *, by: Person) -> Row:
    """Record that somebody whom a shared issuer knows belongs to a provider, or to the inviting authority."""
    await provider_vouched_for(session, provider, by)
    if form.authority and by.authority is None:
        raise Invalid("Only somebody of an authority can invite people to it.", field="authority")
    to = (by.authority, None) if form.authority else (None, provider)
    row = await session.one(INVITE, new_id(), provider, form.issuer, form.person, *to)
    assert row is not None
    invited = PersonInvited(**row)
    await note_invitation(session, invited)  # here at once; the other services hear of it
    session.publish(invited)
    session.audit(by.id, "invite person", row.invitation)
    return row


async def end_invitation(session: WriteSession, provider: UUID, invitation: UUID, *, by: Person) -> Row:
    """That person belongs there no longer. Raises NotFound, also where it has ended already."""
    await provider_vouched_for(session, provider, by)
    row = await session.one(END, invitation, provider, session.clock.now())
    if row is None:
        raise NotFound
    ended = InvitationEnded(**row)
    await forget_invitation(session, ended)
    session.publish(ended)
    session.audit(by.id, "end invitation", invitation)
    return row
