"""What referrals tells others: children, and what is asked for them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.event import Event
from shared.contracts.vocabulary import Feature, PlacementType, Sex, Urgency


class _ChildState(Event):
    child: UUID
    authority: str
    version: int
    born: date
    sex: Sex
    ethnicity: str
    uasc: bool


class ChildRegistered(_ChildState, topic="referrals.children", subject="child"):
    """A child became known; only placements and metrics may bind this topic."""


class ChildCorrected(_ChildState, topic="referrals.children", subject="child"):
    """What was recorded of a child was put right."""


class ChildLine(BaseModel):
    """One child of a referral and what that child needs, jointly."""

    child: UUID
    needs: tuple[Feature, ...] = ()


class _ReferralState(Event):
    referral: UUID
    authority: str
    version: int


class ReferralSubmitted(_ReferralState, topic="referrals", subject="referral"):
    """A home is asked for; dates are nights `[wanted_from, wanted_until)`."""

    urgency: Urgency
    submitted_at: datetime
    wanted_from: date
    wanted_until: date | None
    types: tuple[PlacementType, ...]
    children: tuple[ChildLine, ...]


class ReferralWithdrawn(_ReferralState, topic="referrals", subject="referral"):
    """The home is no longer asked for."""


class ReferralClosed(_ReferralState, topic="referrals", subject="referral"):
    """Every child of the referral has a home."""
