"""What is asked about periods of care and coverage, and what is shown of a child's whole record."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.placements.forms.bookings import PlacementShown
from services.placements.forms.fields import Seen
from shared.contracts.return_codes import CategoryOfNeed
from shared.contracts.vocabulary import CareEnd, LegalStatus
from shared.web.fields import Day, Form, Version


class ChangeLegalStatus(Form):
    """Which legal status came into force on which day? None, where that day's was recorded in error."""

    status: LegalStatus | None = Field(examples=["C1"])
    starts: Day = Field(examples=["2026-05-01"])
    version: Version = Field(examples=[1])


class CorrectCare(Form):
    """When did care really start or end, and why? What is not named stays."""

    version: Version = Field(examples=[2])
    started: Day | None = Field(None, examples=["2026-03-31"])
    start_known: bool | None = Field(None, description="no, where care began earlier than is known")
    ended: Day | None = None
    reason: CareEnd | None = None
    category_of_need: CategoryOfNeed | None = Field(
        None, examples=["N1"], description="SSDA903 CIN, of the whole period"
    )

    @model_validator(mode="after")
    def _what_must_be_said(self) -> "CorrectCare":
        for name in ("started", "start_known"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name.replace('_', ' ').capitalize()} cannot be unknown")
        if not self.model_fields_set - {"version"}:
            raise ValueError("Say what should have been recorded")
        return self


class AnnulCare(Form):
    """Which version was recorded in error?"""

    version: Version = Field(examples=[2])


class DeclareCoverage(Form):
    """From which day is your authority's record whole?"""

    starts: Day = Field(examples=["2020-04-01"])
    version: Seen = None


class CoverageShown(BaseModel):
    """From which day an authority's record is whole; as at earlier days there is no data."""

    authority: str
    version: int
    starts: date


class LegalStatusShown(BaseModel):
    """A legal status in force from a day until the next one's."""

    status: LegalStatus
    starts: date


class CareShown(BaseModel):
    """A period of care with its legal statuses."""

    period: UUID
    child: UUID
    version: int
    started: date
    start_known: bool
    ended: date | None
    reason: CareEnd | None
    category_of_need: CategoryOfNeed | None
    annulled: bool
    legal_statuses: list[LegalStatusShown]


class RecordShown(BaseModel):
    """A child's periods of care and placements, in order."""

    child: UUID
    periods: list[CareShown]
    placements: list[PlacementShown]
