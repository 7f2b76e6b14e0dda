"""Posting, confirming and correcting a vacancy."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.providers.forms.fields import Places
from shared.web.fields import Answer, Day, Form, Pence, Version, later


class _Offered(Form):
    places: Places = Field(description="places of that home")
    available_from: Day = Field(examples=["2026-04-01"])
    available_until: Day | None = Field(None, description="the first day it is no longer available")
    weekly_pence: Pence = Field(examples=[381000], description="£3,810.00 is 381000")

    @field_validator("available_until")
    @classmethod
    def _after_its_start(cls, until: date | None, info: ValidationInfo) -> date | None:
        return later(until, info.data.get("available_from"), "A vacancy must end after it begins")


class PostVacancy(_Offered):
    """Which places are free, from when, at what price?"""

    home: UUID


class CorrectVacancy(_Offered):
    """What is offered now?"""

    version: Version


class AsOfVersion(Form):
    """Upon which version?"""

    version: Version | None = Field(None, description="refused if it is no longer the current one")


class VacancyAnswer(Answer):
    """A vacancy."""

    vacancy: UUID
    provider: UUID
    home: UUID
    version: int
    places: tuple[UUID, ...]
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime
    withdrawn_at: datetime | None
