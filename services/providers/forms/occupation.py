"""Taking a place out of service."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from shared.contracts.vocabulary import OccupationKind, OutOfServiceReason
from shared.web.fields import Answer, Day, Form, Version, later


class TakeOutOfService(Form):
    """From when, until when, and why?"""

    starts: Day = Field(examples=["2026-03-01"])
    ends: Day | None = Field(None, examples=["2026-03-15"], description="the first day it can be used again")
    reason: OutOfServiceReason = Field(examples=["repairs"])

    @field_validator("ends")
    @classmethod
    def _after_its_start(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "It must end after it starts")


class CorrectOutOfService(TakeOutOfService):
    """From when, until when, and why, as it turned out?"""

    version: Version


class OccupationAnswer(Answer):
    """What stands in a place's calendar."""

    occupation: UUID
    version: int
    place: UUID
    home: UUID
    kind: OccupationKind
    starts: date
    ends: date | None
    reason: OutOfServiceReason | None
    released_at: datetime | None
