"""Routes of providers and the people who belong to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.providers import queries
from services.providers.actions import organisations
from services.providers.forms.organisations import (
    InvitationAnswer,
    InvitePerson,
    ProviderAnswer,
    RegisterProvider,
)
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing

router = APIRouter(prefix="/providers", tags=["providers"])
Registrar = Annotated[Person, Depends(may("providers:register"))]
Reader = Annotated[Person, Depends(may("providers:read_market"))]


@router.post("", status_code=201, summary="Register a provider")
async def register_provider(form: RegisterProvider, by: Registrar, session: Writing) -> ProviderAnswer:
    return ProviderAnswer(**await organisations.register_provider(session, form, by=by))


@router.get("", summary="The providers you may look at")
async def providers(by: Reader, session: Reading) -> list[ProviderAnswer]:
    return [ProviderAnswer(**row) for row in await queries.providers_in_sight(session, by)]


@router.get("/{provider:uuid}", summary="One provider")
async def provider(provider: UUID, by: Reader, session: Reading) -> ProviderAnswer:
    return ProviderAnswer(**await queries.provider_seen(session, provider, by))


@router.post("/{provider:uuid}/people", status_code=201, summary="Record that somebody belongs there")
async def invite_person(provider: UUID, form: InvitePerson, by: Registrar, session: Writing) -> InvitationAnswer:
    return InvitationAnswer(**await organisations.invite_person(session, provider, form, by=by))


@router.delete("/{provider:uuid}/people/{invitation:uuid}", summary="End an invitation")
async def end_invitation(provider: UUID, invitation: UUID, by: Registrar, session: Writing) -> InvitationAnswer:
    return InvitationAnswer(**await organisations.end_invitation(session, provider, invitation, by=by))
