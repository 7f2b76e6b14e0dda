"""Forms and answers of what a panel asks and decides, and of an authority's deadlines."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from services.referrals.deadlines import USUAL
from services.referrals.domain import Decision, InformationAbout
from shared.web.fields import Day, Form, Pence, Prose, Version

WorkingDays = Annotated[int, Field(strict=True, ge=1, le=250)]


class AskForInformation(Form):
    """What more has to be told?"""

    about: InformationAbout = Field(examples=["risks"])
    words: Prose = Field(examples=["Who else lives at the address?"], description="stays here: no event carries it")
    version: Version | None = Field(None, description="refused if it is no longer the current one")


class AnswerQuestion(Form):
    """What is the answer?"""

    answer: Prose = Field(examples=["Nobody since March."], description="stays here: no event carries it")
    version: Version | None = Field(None, description="refused if it is no longer the current one")


class Decide(Form):
    """What did the panel decide of this very version, within what limits, on what conditions?"""

    version: Version
    decision: Decision = Field(examples=["approved"])
    decided_on: Day = Field(examples=["2026-03-02"])
    most_weekly_pence: Pence | None = Field(None, description="the most to be paid, pence a week")
    approved_until: Day | None = Field(None, description="the last day on which a home may be booked")
    conditions: Prose | None = Field(None, description="stays here: no event carries it")

    @field_validator("most_weekly_pence", "approved_until")
    @classmethod
    def _limits_what_is_approved(cls, limit: Any, info: ValidationInfo) -> Any:
        if limit is not None and info.data.get("decision") == Decision.REFUSED:
            raise ValueError("A refusal sets no limits")
        return limit

    @field_validator("approved_until")
    @classmethod
    def _holds_for_a_day(cls, until: date | None, info: ValidationInfo) -> date | None:
        if until is not None and until < info.data.get("decided_on", date.min):
            raise ValueError("An approval holds at least until the day it is given")
        return until


class QuestionAnswer(BaseModel):
    """What was asked, and what was answered."""

    number: int
    about: InformationAbout
    words: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None


class DecisionAnswer(BaseModel):
    """What a panel decided."""

    number: int
    decision: Decision
    decided_on: date
    most_weekly_pence: int | None
    approved_until: date | None
    conditions: str | None
    noted_at: datetime


class SetDeadlines(Form):
    """How long does your authority give itself to find a home?"""

    short_notice_working_days: WorkingDays = Field(USUAL.short_notice_working_days, examples=[3])
    planned_working_days: WorkingDays = Field(USUAL.planned_working_days, examples=[20])
    emergency_in_working_time: bool = Field(False, strict=True, description="else by the end of the same day")
    version: int = Field(0, strict=True, ge=0, description="0 where none have been set")


class DeadlinesAnswer(SetDeadlines):
    """An authority's times; referrals submitted before keep the deadline they were given."""
