"""Registering a provider and inviting its people."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.providers.forms.fields import Area
from shared.contracts.vocabulary import Sector
from shared.web.fields import Answer, Form, Words

Urn = Annotated[str, StringConstraints(pattern=r"^(SC[0-9]{6}|[0-9]{7})$")]
Identifier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x20\x7f]+$")
]


class RegisterProvider(Form):
    """Which organisation is this?"""

    name: Words = Field(examples=["Hearthside Fostering"])
    sector: Sector = Field(examples=["PR4"], description="SSDA903 PLACE_PROVIDER")
    owned_by: Area | None = Field(None, description="your own authority, and only where the sector is PR1")
    urn: Urn | None = Field(None, examples=["SC123456"], description="Ofsted's number: SC and 6 digits, or 7 digits")


class ProviderAnswer(Answer):
    """A provider."""

    provider: UUID
    version: int
    name: str
    sector: Sector
    owned_by: str | None
    urn: str | None


class InvitePerson(Form):
    """Who belongs here?"""

    issuer: Identifier = Field(examples=["https://login.example.org/providers"], description="who vouches for them")
    person: Identifier = Field(examples=["a7c1f2"], description="their `sub` at that issuer")
    authority: bool = Field(False, strict=True, description="they belong to your authority, not to the provider")


class InvitationAnswer(Answer):
    """An invitation."""

    invitation: UUID
    version: int
    issuer: str
    person: str
    belongs_to_authority: str | None
    belongs_to_provider: UUID | None
