"""What is asked of those who say that a child arrived or left, and what it costs."""

from datetime import date

from pydantic import Field, ValidationInfo, field_validator

from services.placements.forms.fields import Seen
from shared.contracts.vocabulary import CareEnd, LegalStatus, PlaceChange, PriceElement
from shared.web.fields import Day, Form, Pence, later


class Start(Form):
    """On what day did the child arrive, and on what legal basis?"""

    on: Day = Field(examples=["2026-04-01"], description="the first night")
    legal_status: LegalStatus = LegalStatus.SECTION_20
    move_reason: PlaceChange = Field(PlaceChange.CARE_PLAN, description="for a move: why the placement before ended")
    move_planned: bool = Field(True, description="for a move: whether that end was planned")
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
