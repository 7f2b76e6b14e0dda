"""Routes of providers and the people who belong to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.providers import queries
from services.providers.actions import organisations
from services.providers.forms.organisations import (
    CorrectProvider,
    DueDiligence,
    InvitationAnswer,
    InvitePerson,
    NoteDueDiligence,
    ProviderAnswer,
    RegisterProvider,
)
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession

router = APIRouter(prefix="/providers", tags=["providers"])
Registrar = Annotated[Person, Depends(may("providers:register"))]
Reader = Annotated[Person, Depends(may("providers:read_market"))]


async def _answer(session: ReadSession, provider: UUID, by: Person) -> ProviderAnswer:
    return ProviderAnswer(**await queries.provider_seen(session, provider, by))


@router.post("", status_code=201, summary="Register a provider")
async def register_provider(form: RegisterProvider, by: Registrar, session: Writing) -> ProviderAnswer:
    row = await organisations.register_provider(session, form, by=by)
    return ProviderAnswer(**row, due_diligence=DueDiligence.MISSING)


@router.get("", summary="The providers you may look at")
async def providers(
    by: Reader, session: Reading, due_diligence: Annotated[DueDiligence | None, Query()] = None
) -> list[ProviderAnswer]:
    """`expiring` is within thirty days."""
    return [ProviderAnswer(**row) for row in await queries.providers_in_sight(session, by, due_diligence)]


@router.get("/{provider:uuid}", summary="One provider")
async def provider(provider: UUID, by: Reader, session: Reading) -> ProviderAnswer:
    return await _answer(session, provider, by)


@router.post("/{provider:uuid}/correct", summary="Correct a provider's name or URN")
async def correct_provider(provider: UUID, form: CorrectProvider, by: Registrar, session: Writing) -> ProviderAnswer:
    """By the authority that registered it."""
    await organisations.correct_provider(session, provider, form, by=by)
    return await _answer(session, provider, by)


@router.post("/{provider:uuid}/due-diligence", status_code=201, summary="Record that a provider was looked into")
async def note_due_diligence(provider: UUID, form: NoteDueDiligence, by: Registrar, session: Writing) -> ProviderAnswer:
    """By the authority that registered it."""
    await organisations.note_due_diligence(session, provider, form, by=by)
    return await _answer(session, provider, by)


@router.post("/{provider:uuid}/people", status_code=201, summary="Record that somebody belongs there")
async def invite_person(provider: UUID, form: InvitePerson, by: Registrar, session: Writing) -> InvitationAnswer:
    return InvitationAnswer(**await organisations.invite_person(session, provider, form, by=by))


@router.delete("/{provider:uuid}/people/{invitation:uuid}", summary="End an invitation")
async def end_invitation(provider: UUID, invitation: UUID, by: Registrar, session: Writing) -> InvitationAnswer:
    return InvitationAnswer(**await organisations.end_invitation(session, provider, invitation, by=by))
