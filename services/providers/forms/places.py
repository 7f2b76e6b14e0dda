"""A bed: what it offers, what it is kept for, from when until when."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from shared.contracts.vocabulary import Feature, ReservedPurpose
from shared.web.fields import Answer, Day, Features, Form, Version, later


class Beyond(StrEnum):
    """Why there may be one more place than was approved."""

    EXEMPTION = "exemption"
    STAYING_PUT = "staying_put"


class NewPlace(Form):
    """What does this bed offer?"""

    features: Features = Field((), examples=[["own_bedroom", "step_free"]])
    reserved_for: ReservedPurpose | None = Field(None, description="what alone it is kept for, if anything")
    emergency: bool = Field(False, strict=True, description="kept for a child who needs a bed today")


class AddPlace(NewPlace):
    """What does the new bed offer, and from when?"""

    opens: Day = Field(examples=["2026-04-01"])
    closes: Day | None = Field(None, description="the first day it is no longer there")
    beyond: Beyond | None = Field(None, description="why it may be one more than was approved; it needs an end")

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: date | None, info: ValidationInfo) -> date | None:
        return later(closes, info.data.get("opens"), "A place must close after it opens")

    @field_validator("beyond")
    @classmethod
    def _what_is_beyond_ends(cls, beyond: Beyond | None, info: ValidationInfo) -> Beyond | None:
        if beyond is not None and info.data.get("closes") is None:
            raise ValueError("A place beyond the approved number must have an end")
        return beyond


class CorrectPlace(NewPlace):
    """What does this bed offer now, and what is it kept for?"""

    version: Version = Field(description="of the home")


class ClosePlace(Form):
    """When is it no longer there?"""

    on: Day = Field(examples=["2026-09-30"], description="the night before is the last")
    version: Version = Field(description="of the home")


class PlaceAnswer(Answer):
    """One place."""

    place: UUID
    number: int
    features: tuple[Feature, ...]
    opens: date
    closes: date | None
    reserved_for: ReservedPurpose | None
    emergency: bool
    beyond: Beyond | None
