"""What placements tells others: offers, placements with their prices, and periods of care."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.event import Event
from shared.contracts.vocabulary import (
    CareEnd,
    DeclineReason,
    LegalStatus,
    PlaceChange,
    PlacementStatus,
    PlacementType,
    PriceElement,
    Purpose,
    Sector,
)


class _OfferState(Event):
    offer: UUID
    authority: str
    version: int
    referral: UUID
    child: UUID
    provider: UUID
    home: UUID
    vacancy: UUID


class OfferInvited(_OfferState, topic="placements", subject="offer"):
    """A provider is asked whether it can offer this home."""

    answer_by: datetime


class OfferMade(_OfferState, topic="placements", subject="offer"):
    """The provider offers it at a weekly price from a date."""

    weekly_pence: int
    available_from: date


class OfferDeclined(_OfferState, topic="placements", subject="offer"):
    """The provider says no, and why."""

    reason: DeclineReason


class OfferAccepted(_OfferState, topic="placements", subject="offer"):
    """The authority chose it."""


class OfferNotChosen(_OfferState, topic="placements", subject="offer"):
    """The authority chose another."""


class OfferLapsed(_OfferState, topic="placements", subject="offer"):
    """Nobody answered in time."""


class _PlacementState(Event):
    placement: UUID
    authority: str
    version: int
    status: PlacementStatus
    child: UUID
    referral: UUID | None
    provider: UUID | None
    home: UUID | None
    place: UUID | None
    type: PlacementType
    sector: Sector
    purpose: Purpose
    starts: date
    ends: date | None


class PlacementBooked(_PlacementState, topic="placements", subject="placement"):
    """A place is asked for on nights `[starts, ends)`; providers' constraint decides."""


class PlacementConfirmed(_PlacementState, topic="placements", subject="placement"):
    """The place is kept for this child."""


class PlacementStarted(_PlacementState, topic="placements", subject="placement"):
    """A person confirmed that the child arrived on `starts`."""


class PlacementEnded(_PlacementState, topic="placements", subject="placement"):
    """The child left on `ends`: the night before was the last."""

    reason: PlaceChange
    planned: bool


class PlacementCancelled(_PlacementState, topic="placements", subject="placement"):
    """It will not start; `reason` is a sentence of ours, never free text about a child."""

    reason: str


class PriceLine(BaseModel):
    """A weekly price in pence in force on nights `[starts, ends)`."""

    element: PriceElement
    starts: date
    ends: date | None
    weekly_pence: int


class PlacementRepriced(Event, topic="placements", subject="placement"):
    """Every price of a placement, as they now stand."""

    placement: UUID
    authority: str
    version: int
    prices: tuple[PriceLine, ...]


class _CareState(Event):
    period: UUID
    child: UUID
    authority: str
    version: int
    started: date
    ended: date | None
    legal_status: LegalStatus


class CareStarted(_CareState, topic="placements", subject="period"):
    """A child became looked after."""


class CareEnded(_CareState, topic="placements", subject="period"):
    """A child ceased to be looked after."""

    reason: CareEnd
