"""Forms and answers about a referral, from its draft to its end."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from services.referrals.deadlines import overdue
from services.referrals.domain import LOOKING, ClosingReason, Factor, LineStatus, short_reference
from services.referrals.forms.children import NotWith
from services.referrals.forms.panel import DecisionAnswer, QuestionAnswer
from shared.contracts.vocabulary import Feature, PlacementType, ReferralStatus, Urgency, WithdrawalReason
from shared.store.session import Row
from shared.web.fields import Day, Features, Form, Prose, Version, each_once

MOST_CHILDREN = 12


Types = Annotated[
    tuple[PlacementType, ...], Field(min_length=1, max_length=len(PlacementType)), AfterValidator(each_once)
]
Factors = Annotated[tuple[Factor, ...], Field(max_length=len(Factor)), AfterValidator(each_once)]


class NeededFor(Form):
    """Which child, and what does that child need? What is not said is as the child's newest assessment says."""

    child: UUID
    needs: Features | None = Field(
        None, examples=[["own_bedroom", "therapeutic"]], description="all of them in one place"
    )
    solo: bool | None = Field(None, strict=True, description="in a home with no other child")
    not_with: NotWith | None = Field(None, description="children of your authority, never in one home with this child")


class Considered(Form):
    """What the Children Act 1989, s22(4)-(5), has an authority find out and consider; it stays with the referral."""

    childs_wishes: Prose | None = None
    parents_wishes: Prose | None = None
    others_wishes: Prose | None = None
    religion: Prose | None = None
    racial_origin: Prose | None = None
    culture: Prose | None = None
    language: Prose | None = None


class MakeReferral(Form):
    """What kind of home, how soon, for whom?"""

    urgency: Urgency = Field(examples=["planned"])
    wanted_from: Day = Field(examples=["2026-04-01"])
    wanted_until: Day | None = Field(None, description="the first night it is no longer wanted")
    types: Types = Field(examples=[["U6"]], description="SSDA903 PLACE, any of them")
    children: Annotated[tuple[NeededFor, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
    together: bool = Field(True, strict=True, description="siblings in one home")
    needs_panel: bool = Field(False, strict=True, description="a panel decides before anybody is asked for a home")
    factors: Factors = Field(tuple(Factor), description="s22C(8)-(9): what this home has to meet")
    factors_reason: Prose | None = Field(None, description="why one of them is left out")
    considered: Considered = Considered()
    summary: Prose | None = Field(None, description="stays here: no event carries it")

    @field_validator("wanted_until")
    @classmethod
    def _after_its_start(cls, until: date | None, info: ValidationInfo) -> date | None:
        if until is not None and until <= info.data.get("wanted_from", date.min):
            raise ValueError("The home must be wanted for at least one night")
        return until


class AmendReferral(MakeReferral):
    """What is asked for instead? All of it is said anew."""

    version: Version


class AsOfVersion(Form):
    """Upon which version?"""

    version: Version | None = Field(None, description="refused if it is no longer the current one")


class WithdrawReferral(AsOfVersion):
    """Why is the home no longer asked for?"""

    reason: WithdrawalReason = Field(examples=["family_found"])
    words: Prose | None = Field(None, description="stays here")


class CloseReferral(AsOfVersion):
    """Why was no home found?"""

    reason: ClosingReason = Field(examples=["nothing_suitable"])
    words: Prose | None = Field(None, description="stays here")


class Order(StrEnum):
    """How a queue is sorted, soonest first."""

    WANTED = "wanted_from"
    DUE = "due_at"


class LineAnswer(BaseModel):
    """One child of a referral; `assessment` is the version its needs were taken from, 0 where there was none."""

    child: UUID
    reference: str
    needs: tuple[Feature, ...]
    solo: bool
    not_with: tuple[UUID, ...]
    assessment: int | None
    status: LineStatus


class ReferralSummary(BaseModel):
    """A referral without its children: what a queue shows."""

    referral: UUID
    reference: str = Field(examples=["D990-4085"])
    version: int
    status: ReferralStatus
    urgency: Urgency
    wanted_from: date
    wanted_until: date | None
    types: tuple[PlacementType, ...]
    together: bool
    needs_panel: bool
    made_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    overdue: bool

    @classmethod
    def of(cls, row: Row, now: datetime) -> Self:
        """A row as it stands now."""
        return cls(**shown(row, now))


class ReferralAnswer(ReferralSummary):
    """A referral with its children, what was considered, what was asked and what was decided."""

    factors: tuple[Factor, ...]
    factors_reason: str | None
    considered: Considered
    summary: str | None
    most_weekly_pence: int | None
    approved_until: date | None
    deadline_passed_at: datetime | None
    ended_at: datetime | None
    ended_because: str | None
    ended_words: str | None
    children: tuple[LineAnswer, ...]
    questions: tuple[QuestionAnswer, ...]
    decisions: tuple[DecisionAnswer, ...]


def shown(row: Row, now: datetime) -> dict[str, object]:
    """What is kept of a referral, with what follows from it now."""
    late = row.status in LOOKING and row.due_at is not None and overdue(row.due_at, now)
    return {**row, "reference": short_reference(row.referral), "overdue": late}


def whole(
    row: Row, now: datetime, lines: Sequence[Row], questions: Sequence[Row], decisions: Sequence[Row]
) -> ReferralAnswer:
    """A referral as it is told to those whose it is."""
    return ReferralAnswer.model_validate(
        {
            **shown(row, now),
            "considered": {name: row[name] for name in Considered.model_fields},
            "children": [{**line, "reference": short_reference(line.child)} for line in lines],
            "questions": [dict(question) for question in questions],
            "decisions": [dict(decision) for decision in decisions],
        }
    )
