"""What is asked of those who invite, answer and choose offers, and what is shown of one."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.placements.forms.fields import Seen
from shared.contracts.vocabulary import DeclineReason, DistanceReason, Feature, OfferStatus, Sex, Urgency
from shared.web.fields import Day, Form, Pence, Prose


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
    conditions: Prose | None = Field(None, description="upon what; the authority reads it, no event carries it")
    version: Seen = None


class Decline(Form):
    """Why not?"""

    reason: DeclineReason
    note: Prose | None = Field(None, description="the authority reads it, no event carries it")
    version: Seen = None


class TakeBack(Form):
    """Why is the home no longer offered?"""

    reason: DeclineReason
    note: Prose | None = Field(None, description="the authority reads it, no event carries it")
    version: Seen = None


class Choose(Form):
    """Which version of the offer do you accept?"""

    version: Seen = None


class ApproveDistance(Form):
    """Why may the child live so far away?"""

    distance_reason: DistanceReason = Field(examples=["needs_met_only_there"])
    version: Seen = None


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
    invited_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    weekly_pence: int | None
    available_from: date | None
    conditions: str | None = Field(description="what the provider offers it upon")
    decline_reason: DeclineReason | None = Field(description="why the provider said no, or took its offer back")
    note: str | None = Field(description="what the provider added to that")
    distance_reason: DistanceReason | None = Field(
        description="why an approver let the child live far away, if one did"
    )
    urgency: Urgency | None = None
    wanted_from: date | None = None
    wanted_until: date | None = None
    needs: list[Feature] = []
    sex: Sex | None = None
    age: int | None = None
