"""What placements is asked and what it answers, with examples."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

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

Pence = Annotated[int, Field(ge=0, le=5_000_000, description="pence a week", examples=[381_000])]
Version = Annotated[int | None, Field(ge=1, description="the version you saw; a newer one is not overwritten")]


class Question(BaseModel):
    """A form: fields nobody knows are refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class Invite(Question):
    """Which home do you ask about which child?"""

    referral: UUID
    child: UUID
    vacancy: UUID
    answer_within_hours: int = Field(24, ge=1, le=24 * 28)


class MakeOffer(Question):
    """At what price, and from when?"""

    weekly_pence: Pence
    available_from: date
    version: Version = None


class Decline(Question):
    """Why not?"""

    reason: DeclineReason
    version: Version = None


class Choose(Question):
    """Which version of the offer do you accept?"""

    version: Version = None


class Book(Question):
    """Which accepted offer, for which nights, and what does it end?"""

    offer: UUID
    starts: date
    ends: date | None = None
    purpose: Purpose = Purpose.FIRST
    moves_from: UUID | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Book":
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError("The last night is before the first.")
        return self


class Start(Question):
    """On what day did the child arrive, and on what legal basis?"""

    on: date
    legal_status: LegalStatus = LegalStatus.SECTION_20
    move_reason: PlaceChange = Field(PlaceChange.CARE_PLAN, description="for a move: why the placement before ended")
    move_planned: bool = Field(True, description="for a move: whether that end was planned")
    version: Version = None


class Price(Question):
    """What does it cost from which night?"""

    element: PriceElement = PriceElement.SOCIAL_CARE
    starts: date
    ends: date | None = None
    weekly_pence: Pence
    version: Version = None

    @model_validator(mode="after")
    def _in_order(self) -> "Price":
        if self.ends is not None and self.ends <= self.starts:
            raise ValueError("The last night is before the first.")
        return self


class End(Question):
    """On what day did the child leave, why, and is the child still looked after?"""

    on: date
    reason: PlaceChange
    planned: bool
    care_ended: CareEnd | None = Field(None, description="why the child ceased to be looked after, if so")
    version: Version = None


class Cancel(Question):
    """Why will it not start?"""

    reason: str = Field(pattern="^(child_not_arriving|plan_changed|home_withdrew|booked_in_error)$")
    version: Version = None


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
    sector: Sector
    starts: date
    ends: date | None
    reason: str | None
    planned: bool | None
    prices: list[PriceShown]
