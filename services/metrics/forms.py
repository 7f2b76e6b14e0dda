"""What metrics is asked, and what it answers."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from shared.web.fields import Day, Moment

AUTHORITY = "E09000033"

Authority = Annotated[
    str | None,
    Field(description="whose figures; your own authority's unless you say", max_length=20, examples=[AUTHORITY]),
]


class Whose(BaseModel):
    """Whose figures are asked for."""

    model_config = ConfigDict(extra="forbid")

    authority: Authority = None


class Question(Whose):
    """A figure as at a date and as known at a moment; `count`, `basis`, `homes`, `element` where the measure has them."""

    as_at: Day | None = Field(None, description="the end of this day; today unless you say", examples=["2026-03-31"])
    known_at: Moment | None = Field(
        None, description="as it was known then; as known now unless you say", examples=["2026-04-02T09:00:00Z"]
    )
    by: str | None = Field(None, description="one of the measure's breakdowns", max_length=40, examples=["sex"])
    count: str | None = Field(None, max_length=40, examples=["children"])
    basis: str | None = Field(None, max_length=40, examples=["uasc_excluded"])
    homes: str | None = Field(None, max_length=40, examples=["area"])
    element: str | None = Field(None, max_length=40, examples=["social_care"])

    def parameters(self) -> dict[str, str]:
        """What was said of the measure's own parameters."""
        said = self.model_dump(include={"count", "basis", "homes", "element"}, exclude_none=True)
        return {name: str(choice) for name, choice in said.items()}


class Definition(BaseModel):
    """What a measure means, where from, and what may be asked of it; the first choice of a parameter is its default."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(examples=["cla"])
    title: str = Field(examples=["Children looked after"])
    question: str
    numerator: str
    denominator: str
    unit: str
    population: str
    window: str
    polarity: str
    source: str
    decimals: int
    suppression: str
    breakdowns: list[str]
    parameters: dict[str, list[str]]


class CellAnswer(BaseModel):
    """One number; no denominator means a count, no value that there is none to give."""

    numerator: int | None = Field(examples=[12])
    denominator: int | None = Field(examples=[16])
    value: float | int | None = Field(examples=[75.0])


class FigureAnswer(CellAnswer):
    """A figure with all that is needed to read it."""

    definition: Definition
    authority: str = Field(examples=[AUTHORITY])
    as_at: date
    known_at: datetime | None
    coverage_start: date | None = Field(description="before it there is no data, which is not 0")
    parameters: dict[str, str]
    parts: dict[str, int] = Field(description="what else was counted on the way")
    by: str | None
    cells: dict[str, CellAnswer]
    note: str
    change_id: int = Field(description="the change the facts had reached")
    reached: dict[str, int] = Field(description="the last sequence heard in each lane")


class TileAnswer(CellAnswer):
    """A figure as at today, as the stream sends it."""

    measure: str = Field(examples=["occupancy"])
    authority: str = Field(examples=[AUTHORITY])
    unit: str = Field(examples=["%"])
    as_at: date
    coverage_start: date | None
    note: str
    change_id: int
    reached: dict[str, int]
    age: float | None = Field(description="seconds since the newest fact was recorded")


class ComparisonAnswer(BaseModel):
    """How the rebuilt facts differ from those that were live."""

    model_config = ConfigDict(from_attributes=True)

    same: bool
    lanes: dict[str, int] = Field(description="the sequence each lane was read to")
    rows: dict[str, int] = Field(description="rows rebuilt, by table")
    differences: dict[str, int] = Field(description="rows on one side only or not alike, by table")


class RebuildAnswer(BaseModel):
    """How far the last rebuild of this process is."""

    model_config = ConfigDict(from_attributes=True)

    state: str = Field(examples=["running"], description="none, asked, running, done or failed")
    started_at: datetime | None
    ended_at: datetime | None
    read: dict[str, int]
    to_read: dict[str, int]
    result: ComparisonAnswer | None
    error: str


def definition_of(measure: Any) -> Definition:
    """A measure's definition as it is shown."""
    return Definition.model_validate(measure)
