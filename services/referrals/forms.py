"""What referrals' routes are asked and what they answer, field by field."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, ValidationInfo, field_validator

from services.referrals.domain import Ethnicity, LineStatus
from shared.contracts.vocabulary import Feature, PlacementType, ReferralStatus, Sex, Urgency
from shared.store.session import Row
from shared.web.fields import Day, Features, Form, Postcode, Prose, Version, Words, each_once

MOST_CHILDREN = 12


Types = Annotated[
    tuple[PlacementType, ...], Field(min_length=1, max_length=len(PlacementType)), AfterValidator(each_once)
]


class RegisterChild(Form):
    """Who is the child?"""

    name: Words = Field(examples=["Robin Ash"])
    born: Day = Field(examples=["2014-05-21"])
    sex: Sex = Field(examples=["F"])
    ethnicity: Ethnicity = Field(examples=["WBRI"], description="SSDA903 ETHNIC")
    uasc: bool = Field(False, strict=True, description="unaccompanied and seeking asylum")
    home_postcode: Postcode | None = Field(None, examples=["LS1 4AP"])
    local_reference: Words | None = Field(None, examples=["C-1042"], description="your own case number")


class CorrectChild(RegisterChild):
    """What should have been recorded?"""

    version: Version


class ChildAnswer(BaseModel):
    """A child, to those responsible."""

    child: UUID
    version: int
    name: str
    born: date
    sex: Sex
    ethnicity: Ethnicity
    uasc: bool
    home_postcode: str | None
    local_reference: str | None


class NeededFor(Form):
    """Which child, and what does that child need?"""

    child: UUID
    needs: Features = Field((), examples=[["own_bedroom", "therapeutic"]], description="all of them in one place")


class MakeReferral(Form):
    """What kind of home, how soon, for whom?"""

    urgency: Urgency = Field(examples=["planned"])
    wanted_from: Day = Field(examples=["2026-04-01"])
    wanted_until: Day | None = Field(None, description="the first night it is no longer wanted")
    types: Types = Field(examples=[["U6"]], description="SSDA903 PLACE, any of them")
    children: Annotated[tuple[NeededFor, ...], Field(min_length=1, max_length=MOST_CHILDREN)]
    summary: Prose | None = Field(None, description="stays here: no event carries it")

    @field_validator("wanted_until")
    @classmethod
    def _after_its_start(cls, until: date | None, info: ValidationInfo) -> date | None:
        if until is not None and until <= info.data.get("wanted_from", date.min):
            raise ValueError("The home must be wanted for at least one night")
        return until


class AsOfVersion(Form):
    """Upon which version?"""

    version: Version | None = Field(None, description="refused if it is no longer the current one")


class LineAnswer(BaseModel):
    """One child of a referral."""

    child: UUID
    needs: tuple[Feature, ...]
    status: LineStatus


class ReferralSummary(BaseModel):
    """A referral without its children: what a queue shows."""

    referral: UUID
    version: int
    status: ReferralStatus
    urgency: Urgency
    wanted_from: date
    wanted_until: date | None
    types: tuple[PlacementType, ...]
    made_at: datetime
    submitted_at: datetime | None


class ReferralAnswer(ReferralSummary):
    """A referral with its children."""

    summary: str | None
    children: tuple[LineAnswer, ...]

    @classmethod
    def of(cls, referral: Row, lines: Sequence[Row]) -> Self:
        """What is kept of a referral, as it is told."""
        return cls(**referral, children=tuple(LineAnswer(**line) for line in lines))
