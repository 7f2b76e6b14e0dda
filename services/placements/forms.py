"""What placements is asked and what it answers, with examples."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from shared.contracts.vocabulary import (
    CareEnd,
    DeclineReason,
    Feature,
    LegalStatus,
    OfferStatus,
    PlaceChange,
    PlacementStatus,
    PlacementType,
    PriceElement,
    Purpose,
    Sector,
    Sex,
    Urgency,
)
from shared.web.fields import Day, Form, Pence, Version, later

Seen = Annotated[Version | None, Field(description="the version you saw; a newer one is not overwritten")]


class Invite(Form):
    """Which home do you ask about which child?"""

    referral: UUID
    child: UUID
    vacancy: UUID
    answer_within_hours: int = Field(24, ge=1, le=24 * 28)


class MakeOffer(Form):
    """At what price, and from when?"""

    weekly_pence: Pence
    available_from: Day = Field(examples=["2026-04-01"])
    version: Seen = None


class Decline(Form):
    """Why not?"""

    reason: DeclineReason
    version: Seen = None


class Choose(Form):
    """Which version of the offer do you accept?"""

    version: Seen = None


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


class Start(Form):
    """On what day did the child arrive, and on what legal basis?"""

    on: Day = Field(examples=["2026-04-01"], description="the first night")
    legal_status: LegalStatus = LegalStatus.SECTION_20
    move_reason: PlaceChange = Field(PlaceChange.CARE_PLAN, description="for a move: why the placement before ended")
    move_planned: bool = Field(True, description="for a move: whether that end was planned")
    version: Seen = None


class Price(Form):
    """What does it cost from which night?"""

    element: PriceElement = PriceElement.SOCIAL_CARE
    starts: Day = Field(examples=["2026-05-01"])
    ends: Day | None = None
    weekly_pence: Pence
    version: Seen = None

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "The last night is before the first")


class End(Form):
    """On what day did the child leave, why, and is the child still looked after?"""

    on: Day = Field(examples=["2026-09-30"], description="the night before is the last")
    reason: PlaceChange
    planned: bool
    care_ended: CareEnd | None = Field(None, description="why the child ceased to be looked after, if so")
    version: Seen = None


class Cancel(Form):
    """Why will it not start?"""

    reason: str = Field(
        examples=["plan_changed"], pattern="^(child_not_arriving|plan_changed|home_withdrew|booked_in_error)$"
    )
    version: Seen = None


class Candidate(BaseModel):
    """A home that could take the child, or one that cannot and the rules that say so."""

    place: UUID
    vacancy: UUID
    home: UUID
    provider: UUID
    name: str
    type: PlacementType
    sector: Sector
    area: str
    weekly_pence: int
    confirmed_at: datetime
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    refusals: tuple[str, ...]


class Candidates(BaseModel):
    """Homes for one child of a referral, best first, and the others with the rules that refuse them."""

    referral: UUID
    child: UUID
    possible: list[Candidate]
    refused: list[Candidate]


class OfferShown(BaseModel):
    """An offer; `child` is shown to a provider only once its offer is accepted."""

    offer: UUID
    referral: UUID
    child: UUID | None
    provider: UUID
    home: UUID
    vacancy: UUID
    version: int
    status: OfferStatus
    answer_by: datetime
    weekly_pence: int | None
    available_from: date | None
    decline_reason: DeclineReason | None
    urgency: Urgency | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    needs: list[Feature] = []
    sex: Sex | None = None
    age: int | None = None


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
