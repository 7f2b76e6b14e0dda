"""What referrals tells others: children, and what is asked for them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.event import Event
from shared.contracts.vocabulary import (
    Feature,
    ImportantPlaceKind,
    PlacementType,
    ReferralStatus,
    Sex,
    Urgency,
    WithdrawalReason,
)


class _ChildState(Event):
    child: UUID
    authority: str
    version: int
    born: date
    sex: Sex
    ethnicity: str
    uasc: bool
    uasc_ceased: date | None = None
    """From when a child no longer seeks asylum unaccompanied (SSDA903 DUC)."""


class ChildRegistered(_ChildState, topic="referrals.children", subject="child"):
    """A child became known; only placements and metrics may bind this topic."""


class ChildCorrected(_ChildState, topic="referrals.children", subject="child"):
    """What was recorded of a child was put right."""


class StatutoryDetailsNoted(Event, topic="referrals.statutory", subject="child"):
    """What the statutory return needs of a child besides; only placements may bind this topic."""

    child: UUID
    authority: str
    version: int
    reference: str | None
    former_references: tuple[str, ...] = ()
    """What the reference was before somebody changed it: an older return still tells of the child by it."""
    upn: str | None
    home_postcode: str | None
    mother: bool = False
    own_child_born: date | None = None


class ImportantPlace(BaseModel):
    """Somewhere that matters to a child; `within_miles` is how near to be, or how far to stay away."""

    kind: ImportantPlaceKind
    postcode: str
    within_miles: int | None = None


class ImportantPlacesNoted(Event, topic="referrals.statutory", subject="child"):
    """All the places that matter to a child, as they now stand; its version counts apart from the child's."""

    child: UUID
    authority: str
    version: int
    places: tuple[ImportantPlace, ...]


class NeedsAssessed(Event, topic="referrals.children", subject="child"):
    """What a child needs, assessed anew; its version counts apart from the child's."""

    child: UUID
    authority: str
    version: int
    assessed_on: date
    needs: tuple[Feature, ...]
    solo: bool
    not_with: tuple[UUID, ...]


class ChildLine(BaseModel):
    """One child of a referral and what that child needs, jointly.

    `solo`: in a home with no other child; `not_with`: never in a home with these children.
    """

    child: UUID
    needs: tuple[Feature, ...] = ()
    solo: bool = False
    not_with: tuple[UUID, ...] = ()


class _ReferralState(Event):
    """How a referral now stands; dates are nights `[wanted_from, wanted_until)`."""

    referral: UUID
    authority: str
    version: int
    status: ReferralStatus = ReferralStatus.SUBMITTED
    urgency: Urgency
    submitted_at: datetime
    due_at: datetime | None = None
    wanted_from: date
    wanted_until: date | None
    types: tuple[PlacementType, ...]
    together: bool = True
    children: tuple[ChildLine, ...]
    most_weekly_pence: int | None = None
    approved_until: date | None = None
    """The last day on which a home may be booked under the panel's approval."""


class ReferralSubmitted(_ReferralState, topic="referrals", subject="referral"):
    """A home is asked for, for each of the children; `together`: all of them in one home."""


class ReferralAmended(_ReferralState, topic="referrals", subject="referral"):
    """What is asked for changed, or a question about it was answered (see `status`); what, stays with referrals."""


class InformationAsked(_ReferralState, topic="referrals", subject="referral"):
    """The panel or the search waits for more to be told; what, stays with referrals."""


class PanelDecided(_ReferralState, topic="referrals", subject="referral"):
    """The panel approved or refused (see `status`); an approval may set the most to be paid a week."""

    decided_on: date


class SearchOpened(_ReferralState, topic="referrals", subject="referral"):
    """Providers may be asked; where no panel decides, told with the submission itself."""


class ReferralWithdrawn(_ReferralState, topic="referrals", subject="referral"):
    """The home is no longer asked for."""

    reason: WithdrawalReason | None = None


class ReferralClosed(_ReferralState, topic="referrals", subject="referral"):
    """Every child of the referral has a home (`placed`), or none could be found (`closed_unplaced`)."""
