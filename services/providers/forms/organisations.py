"""Registering, correcting and checking a provider, and inviting its people."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from services.providers.forms.fields import Area, Urn
from shared.contracts.vocabulary import Sector
from shared.web.fields import Answer, Day, Form, Version, Words, later

Identifier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255, pattern=r"^[^\x00-\x20\x7f]+$")
]


class RegisterProvider(Form):
    """Which organisation is this?"""

    name: Words = Field(examples=["Hearthside Fostering"])
    sector: Sector = Field(examples=["PR4"], description="SSDA903 PLACE_PROVIDER")
    owned_by: Area | None = Field(None, description="your own authority, and only where the sector is PR1")
    urn: Urn | None = Field(None, examples=["SC123456"], description="Ofsted's number: SC and 6 digits, or 7 digits")


class CorrectProvider(Form):
    """What is it called, and what is Ofsted's number of it?"""

    name: Words = Field(examples=["Hearthside Fostering"])
    urn: Urn | None = Field(None, examples=["SC123456"])
    version: Version


class NoteDueDiligence(Form):
    """When was it looked into, and until when does that hold?"""

    checked_on: Day = Field(examples=["2026-01-15"])
    checked_until: Day = Field(examples=["2027-01-15"], description="the last day it holds")

    @field_validator("checked_until")
    @classmethod
    def _after_the_check(cls, until: date, info: ValidationInfo) -> date | None:
        return later(until, info.data.get("checked_on"), "It must hold for longer than the day of the check")


class DueDiligence(StrEnum):
    """How a provider's due diligence stands today."""

    SOUND = "sound"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    MISSING = "missing"


class ProviderAnswer(Answer):
    """A provider."""

    provider: UUID
    version: int
    name: str
    sector: Sector
    owned_by: str | None
    urn: str | None
    checked_on: date | None
    checked_until: date | None
    due_diligence: DueDiligence


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
