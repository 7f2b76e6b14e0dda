"""What is asked of those who book a placement, and what is shown of one."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from services.placements.forms.fields import FarAway, Seen
from shared.contracts.vocabulary import (
    ContractKind,
    DistanceReason,
    Fragility,
    Location,
    PlacementStatus,
    PlacementType,
    PriceElement,
    Purpose,
    Sector,
)
from shared.web.fields import Day, Form, later


class Hold(Form):
    """Which offer, for which nights, and what would it end?"""

    offer: UUID
    starts: Day = Field(examples=["2026-04-01"])
    ends: Day | None = None
    purpose: Purpose = Purpose.FIRST
    moves_from: UUID | None = None

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "The last night is before the first")


class Book(Hold):
    """Which accepted offer, for which nights, and what does it end?"""

    distance_reason: FarAway = None


class BookTogether(Form):
    """Which accepted offers, one for each sibling, for which nights, and what do they end?"""

    offers: tuple[UUID, ...] = Field(
        min_length=2,
        max_length=8,
        description="of one referral, at one home",
        examples=[["019c9b0e-8a5d-7f34-8a28-6d0ed9904085", "019c9b0e-8a5d-7f34-8a28-6d0ed9904086"]],
    )
    starts: Day = Field(examples=["2026-04-01"])
    ends: Day | None = None
    moves_from: tuple[UUID, ...] = Field((), max_length=8, description="started placements that end with the move")
    distance_reason: FarAway = None

    @field_validator("offers")
    @classmethod
    def _each_once(cls, offers: tuple[UUID, ...]) -> tuple[UUID, ...]:
        if len(set(offers)) < len(offers):
            raise ValueError("Each offer is for another child")
        return offers

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "The last night is before the first")


class NotArrived(Form):
    """Which version did you see?"""

    version: Seen = None


class Cancel(Form):
    """Why will it not start?"""

    reason: str = Field(
        examples=["plan_changed"], pattern="^(child_not_arriving|plan_changed|home_withdrew|booked_in_error|let_go)$"
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
    urn: str | None
    contract: ContractKind | None
    same_carer: bool
    outward: str | None
    miles: float | None = Field(description="from the home the child came from, straight line")
    location: Location | None
    distance_reason: DistanceReason | None
    long_term_match: bool
    fear: Fragility | None = Field(
        description="why it may not last, where somebody fears so; providers read only of their own notice"
    )
    group: UUID | None = Field(description="booked as one with a sibling's")
    on_hold: bool = Field(description="its place is only held: the home was not chosen yet")
    held_until: datetime | None = Field(description="when a place on hold is let go by itself")
    prices: list[PriceShown]
    warnings: list[str] = Field(description="what to put right before the return is made")
