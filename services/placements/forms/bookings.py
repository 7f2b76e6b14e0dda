"""What is asked of those who book a placement, and what is shown of one."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from services.placements.forms.fields import Seen
from shared.contracts.vocabulary import PlacementStatus, PlacementType, PriceElement, Purpose, Sector
from shared.web.fields import Day, Form, later


class Book(Form):
    """Which accepted offer, for which nights, and what does it end?"""

    offer: UUID
    starts: Day = Field(examples=["2026-04-01"])
    ends: Day | None = None
    purpose: Purpose = Purpose.FIRST
    moves_from: UUID | None = None

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "The last night is before the first")


class Cancel(Form):
    """Why will it not start?"""

    reason: str = Field(
        examples=["plan_changed"], pattern="^(child_not_arriving|plan_changed|home_withdrew|booked_in_error)$"
    )
    version: Seen = None


class PriceShown(BaseModel):
    """A weekly price in force on nights `[starts, ends)`."""

    element: PriceElement
    starts: date
    ends: date | None
    weekly_pence: int


class PlacementShown(BaseModel):
    """A placement as it now stands."""

    placement: UUID
    child: UUID
    referral: UUID | None
    offer: UUID | None
    provider: UUID | None
    home: UUID | None
    place: UUID | None
    version: int
    status: PlacementStatus
    purpose: Purpose
    type: PlacementType
    sector: Sector | None
    starts: date
    ends: date | None
    reason: str | None
    planned: bool | None
    prices: list[PriceShown]
