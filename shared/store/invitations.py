"""Each service's copy of who was invited where, for issuers that serve several organisations."""

from shared.contracts.providers import InvitationEnded, PersonInvited
from shared.store.session import ReadSession, Row, WriteSession

NOTE = """INSERT INTO spine.invitations AS i (invitation, version, issuer, person, authority, provider)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (invitation) DO UPDATE
    SET version = excluded.version, authority = excluded.authority, provider = excluded.provider
    WHERE i.version < excluded.version"""


async def note_invitation(session: WriteSession, event: PersonInvited) -> None:
    """Remember where a person belongs."""
    await session.run(
        NOTE,
        event.invitation,
        event.version,
        event.issuer,
        event.person,
        event.belongs_to_authority,
        event.belongs_to_provider,
    )


async def forget_invitation(session: WriteSession, event: InvitationEnded) -> None:
    """That person belongs there no longer."""
    await session.run(
        "UPDATE spine.invitations SET ended = true, version = $2 WHERE invitation = $1 AND version < $2",
        event.invitation,
        event.version,
    )


async def invitation_of(session: ReadSession, issuer: str, person: str) -> Row | None:
    """Where an issuer's person was invited (`authority` or `provider`), or None."""
    return await session.one(
        "SELECT authority, provider FROM spine.invitations WHERE issuer = $1 AND person = $2 AND NOT ended",
        issuer,
        person,
    )
