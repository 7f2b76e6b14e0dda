"""Posting, confirming and correcting a vacancy."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from services.providers.forms.fields import Places
from shared.contracts.vocabulary import Sex
from shared.web.fields import Age, Answer, Day, Form, Pence, Version, each_once, later

MOST_AT_ONCE = 5_000


class _Offered(Form):
    places: Places = Field(description="places of that home")
    available_from: Day = Field(examples=["2026-04-01"])
    available_until: Day | None = Field(None, description="the first day it is no longer available")
    weekly_pence: Pence = Field(examples=[381000], description="£3,810.00 is 381000")
    youngest: Age | None = Field(None, description="narrower than the home's registration, if at all")
    oldest: Age | None = Field(None, description="narrower than the home's registration, if at all")
    sexes: Annotated[tuple[Sex, ...], Field(max_length=len(Sex)), AfterValidator(each_once)] = Field(
        (), description="narrower than the home's registration; none said is all of them"
    )

    @field_validator("available_until")
    @classmethod
    def _after_its_start(cls, until: date | None, info: ValidationInfo) -> date | None:
        return later(until, info.data.get("available_from"), "A vacancy must end after it begins")

    @field_validator("oldest")
    @classmethod
    def _not_younger(cls, oldest: int | None, info: ValidationInfo) -> int | None:
        if oldest is not None and oldest < (info.data.get("youngest") or 0):
            raise ValueError("The oldest age must not be below the youngest")
        return oldest


class PostVacancy(_Offered):
    """Which places are free, from when, at what price?"""

    home: UUID


class CorrectVacancy(_Offered):
    """What is offered now?"""

    version: Version


class AsOfVersion(Form):
    """Upon which version?"""

    version: Version | None = Field(None, description="refused if it is no longer the current one")


class StillStands(Form):
    """Which vacancy, and upon which version?"""

    vacancy: UUID
    version: Version | None = None


class ConfirmVacancies(Form):
    """Which of your vacancies still stand? All of them, where none is named."""

    vacancies: Annotated[tuple[StillStands, ...], Field(max_length=MOST_AT_ONCE)] | None = None


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
    youngest: int | None
    oldest: int | None
    sexes: tuple[Sex, ...]
