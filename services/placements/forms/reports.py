"""What is asked of a home about a child who is to live there or does, and what is shown of its word."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from shared.contracts.vocabulary import PlaceChange, StayReport
from shared.web.fields import Day, Form


class Report(Form):
    """What do you say of the child: arrived, did not, is to leave by a day, left? Nothing takes back what was said."""

    report: StayReport | None = Field(examples=["arrived"])
    on: Day | None = Field(None, examples=["2026-03-02"], description="the first night, or the day of leaving")
    reason: PlaceChange | None = Field(None, description="of a notice, or of a child who left")
    planned: bool | None = Field(None, strict=True, description="of a child who left")
    version: int | None = Field(
        None, strict=True, ge=0, le=2_000_000_000, description="of the word you saw, 0 for none"
    )

    @model_validator(mode="after")
    def _what_must_be_said(self) -> "Report":
        said = {name for name in ("on", "reason", "planned") if getattr(self, name) is not None}
        needed = SAYS[self.report] if self.report else set()
        for name in ("on", "reason", "planned"):
            if name in needed - said:
                raise ValueError(MISSING[name])
            if name in said - needed:
                raise ValueError(f"{name.capitalize()} is not asked of that")
        return self


SAYS: dict[StayReport, set[str]] = {
    StayReport.ARRIVED: {"on"},
    StayReport.NOT_ARRIVED: {"on"},
    StayReport.NOTICE: {"on", "reason"},
    StayReport.LEFT: {"on", "reason", "planned"},
}
MISSING = {"on": "Say on which day", "reason": "Say why", "planned": "Say whether it was planned"}


class ReportShown(BaseModel):
    """A home's newest word on a placement."""

    placement: UUID
    version: int
    report: StayReport | None
    on: date | None
    reason: PlaceChange | None
    planned: bool | None
    said_at: datetime
