"""What placements tells others: offers, placements with their prices, and periods of care."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.event import Event
from shared.contracts.vocabulary import (
    CareEnd,
    ContractKind,
    DeclineReason,
    DistanceReason,
    Fragility,
    LegalStatus,
    Location,
    NotChosenReason,
    Objection,
    OfferStatus,
    PlaceChange,
    PlacementStatus,
    PlacementType,
    PriceElement,
    Purpose,
    Sector,
    StayReport,
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
    status: OfferStatus | None = None
    invited_at: datetime | None = None
    answered_at: datetime | None = None


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


class OfferConsidered(_OfferState, topic="placements", subject="offer"):
    """The child's social worker agrees to this home, or objects and why; who chooses it decides all the same."""

    agrees: bool
    objection: Objection | None


class OfferAccepted(_OfferState, topic="placements", subject="offer"):
    """The authority chose it."""


class OfferNotChosen(_OfferState, topic="placements", subject="offer"):
    """The authority chose another, and why; `found_first` where the provider had not answered yet."""

    reason: NotChosenReason | None = None


class OfferWithdrawn(_OfferState, topic="placements", subject="offer"):
    """It is no longer asked, or no longer offered: the referral went, a sibling's offer at that home was declined, or
    the provider took it back, and then `reason` says why."""

    reason: DeclineReason | None = None


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
    sector: Sector | None
    purpose: Purpose
    starts: date
    ends: date | None
    contract: ContractKind | None = None
    same_carer: bool = False
    """Only the kind of placement changed: the carer is that of the placement before (RNE T or U)."""
    outward: str | None = None
    miles_tenths: int | None = None
    """Straight line from the home the child came from, in tenths of a mile."""
    location: Location | None = None
    distance_reason: DistanceReason | None = None
    long_term_match: bool = False
    fragile: bool = False
    group: UUID | None = None
    """Booked as one with a sibling's: confirmed together or not at all."""
    on_hold: bool = False
    """The place is only held, for a while and for nobody yet named to its provider: the home was not chosen."""


class PlacementBooked(_PlacementState, topic="placements", subject="placement"):
    """A place is asked for on nights `[starts, ends)`; providers' constraint decides."""


class PlacementConfirmed(_PlacementState, topic="placements", subject="placement"):
    """The place is kept for this child."""


class PlacementStarted(_PlacementState, topic="placements", subject="placement"):
    """A person confirmed that the child arrived on `starts`."""


class PlacementEnded(_PlacementState, topic="placements", subject="placement"):
    """The child left on `ends`: the night before was the last. A return may not say why, or whether it was planned."""

    reason: PlaceChange | None
    planned: bool | None


class PlacementCancelled(_PlacementState, topic="placements", subject="placement"):
    """It will not start; `reason` is a sentence of ours, never free text about a child."""

    reason: str


class PlacementCorrected(_PlacementState, topic="placements", subject="placement"):
    """What was recorded of a placement was put right, whatever its status; `reason` and `planned` where it has ended."""

    reason: PlaceChange | None
    planned: bool | None


class PlacementAnnulled(_PlacementState, topic="placements", subject="placement"):
    """It was recorded in error: no figure counts it any more."""


class LongTermMatched(_PlacementState, topic="placements", subject="placement"):
    """It is meant to last until the child grows up (see `long_term_match`)."""


class FragilityRaised(_PlacementState, topic="placements", subject="placement"):
    """Somebody fears that it will not last, or no longer does (see `fragile`)."""

    fear: Fragility | None


class StayReported(Event, topic="placements", subject="placement"):
    """What the home says: the child arrived, did not, is to leave by a day, or left. It is the home's word, and changes
    no placement. Its newest word counts (`version` is the word's own); no `report` takes back what was said."""

    placement: UUID
    authority: str
    version: int
    child: UUID
    provider: UUID
    home: UUID
    report: StayReport | None
    on: date | None
    reason: PlaceChange | None = None
    planned: bool | None = None


class PriceLine(BaseModel):
    """A weekly price in pence in force on nights `[starts, ends)`."""

    element: PriceElement
    starts: date
    ends: date | None
    weekly_pence: int


class PlacementRepriced(Event, topic="placements.prices", subject="placement"):
    """Every price of a placement, as they now stand. A topic of its own: those who find, hold and follow homes need none."""

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
    """The newest one; `LegalStatusChanged` has them all."""
    start_known: bool = True
    """False where the first known episode is not RNE S: care began earlier than is known."""


class CareStarted(_CareState, topic="placements", subject="period"):
    """A child became looked after."""


class CareEnded(_CareState, topic="placements", subject="period"):
    """A child ceased to be looked after."""

    reason: CareEnd


class CareCorrected(_CareState, topic="placements", subject="period"):
    """What was recorded of a period of care was put right."""

    reason: CareEnd | None


class CareAnnulled(_CareState, topic="placements", subject="period"):
    """It was recorded in error: no figure counts it any more."""


class LegalLine(BaseModel):
    """A legal status in force from a day until the next line's."""

    status: LegalStatus
    starts: date


class LegalStatusChanged(Event, topic="placements", subject="period"):
    """Every legal status of a period of care, as they now stand, in order."""

    period: UUID
    authority: str
    version: int
    child: UUID
    statuses: tuple[LegalLine, ...]


class CoverageDeclared(Event, topic="placements", subject="authority"):
    """From which day the record of an authority is whole; as at earlier days there is no data."""

    authority: str
    version: int
    starts: date
