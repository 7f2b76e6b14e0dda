"""What is asked of those who say that a child arrived or left, what it costs, and what was recorded wrongly."""

from datetime import date

from pydantic import Field, ValidationInfo, field_validator, model_validator

from services.placements.forms.fields import FarAway, Seen
from shared.contracts.providers import Urn
from shared.contracts.vocabulary import (
    CareEnd,
    Fragility,
    LegalStatus,
    PlaceChange,
    PlacementType,
    PriceElement,
    Sector,
)
from shared.web.fields import Day, Form, Pence, Postcode, Version, later


class Arrival(Form):
    """On what legal basis does the child arrive, and why did the placement before end?"""

    legal_status: LegalStatus = Field(LegalStatus.SECTION_20, description="for a child who was not looked after")
    move_reason: PlaceChange = Field(PlaceChange.CARE_PLAN, description="for a move: why the placement before ended")
    move_planned: bool = Field(True, description="for a move: whether that end was planned")


class Start(Arrival):
    """On what day did the child arrive, and on what legal basis?"""

    on: Day = Field(examples=["2026-04-01"], description="the first night")
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


class Correct(Form):
    """What should have been recorded? What is not named stays; `ends` null says that it has not ended after all."""

    version: Version = Field(examples=[3])
    starts: Day | None = Field(None, examples=["2026-04-02"])
    ends: Day | None = None
    type: PlacementType | None = None
    sector: Sector | None = None
    urn: Urn | None = None
    postcode: Postcode | None = None
    same_carer: bool | None = None
    reason: PlaceChange | None = None
    planned: bool | None = None
    distance_reason: FarAway = None

    @model_validator(mode="after")
    def _what_must_be_said(self) -> "Correct":
        for name in ("starts", "type", "same_carer"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name.replace('_', ' ').capitalize()} cannot be unknown")
        if not self.model_fields_set - {"version"}:
            raise ValueError("Say what should have been recorded")
        return self


class Annul(Form):
    """Which version was recorded in error?"""

    version: Version = Field(examples=[3])


class MatchLongTerm(Form):
    """Is it meant to last until the child grows up?"""

    matched: bool = True
    version: Seen = None


class FearFor(Form):
    """Why may it not last? Nothing, where nobody fears so any more."""

    fear: Fragility | None = Field(examples=["conflict_in_home"])
    version: Seen = None
