"""What metrics is asked, and what it answers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.web.fields import Day, Form, Moment

AUTHORITY = "E09000033"

Code = Annotated[str, StringConstraints(max_length=20)]
Authorities = Annotated[
    list[Code],
    Field(
        description="whose figures; your own authority's, or your whole region's together, unless you say",
        max_length=400,
        examples=[[AUTHORITY]],
    ),
]
FigureDay = Annotated[Day, Field(ge=date(1900, 1, 1), le=date(2099, 12, 31))]
Choice = Annotated[str | None, Field(max_length=40)]


class Whose(BaseModel):
    """Whose figures are asked for."""

    model_config = ConfigDict(extra="forbid")

    authority: Authorities = Field(default_factory=list)


class SetTarget(Form):
    """What does the authority aim at, from when, and where is that written down?"""

    value: Decimal = Field(
        ge=0, le=1_000_000_000, decimal_places=2, description="in the measure's unit", examples=["10.0"]
    )
    starts: Day = Field(examples=["2026-04-01"])
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        examples=["Sufficiency strategy 2026 to 2029"]
    )
    version: int | None = Field(
        None, ge=1, le=2**31 - 1, strict=True, description="the version you saw, where one was set"
    )


class TargetAnswer(BaseModel):
    """What an authority aims at."""

    authority: str
    measure: str
    version: int
    value: Decimal
    starts: date
    source: str
    set_at: datetime


class Question(Whose):
    """A figure as at a date and as known at a moment, or a series of it; further choices where the measure has them.

    `from` and `to` are the ends of a window (from, to], or with `every` those of a series.
    """

    as_at: FigureDay | None = Field(
        None, description="the end of this day; today unless you say", examples=["2026-03-31"]
    )
    known_at: Moment | None = Field(
        None, description="as it was known then; as known now unless you say", examples=["2026-04-02T09:00:00Z"]
    )
    by: str | None = Field(
        None,
        max_length=80,
        description="one of the measure's breakdowns, or up to four with commas",
        examples=["age_band,sex"],
    )
    from_: FigureDay | None = Field(
        None, alias="from", description="the day before the window's first, or the series' earliest"
    )
    to: FigureDay | None = Field(None, description="the last day of the window or the series; today unless you say")
    every: Literal["day", "month", "quarter", "year"] | None = Field(None, description="the steps of a series")
    window: Choice = Field(None, description="how long a window ends with the date", examples=["financial_year"])
    count: Choice = Field(None, examples=["children"])
    counts: Choice = Field(None, examples=["moves"])
    basis: Choice = Field(None, examples=["uasc_excluded"])
    same_carer_counts: Choice = Field(None, examples=["no"])
    under_16: Choice = Field(None, examples=["no"])
    statistic: Choice = Field(None, examples=["mean"])
    kinship: Choice = Field(None, examples=["in"])
    available: Choice = Field(None, examples=["now"])
    homes: Choice = Field(None, examples=["area"])
    element: Choice = Field(None, examples=["social_care"])

    @model_validator(mode="after")
    def _says_when_once(self) -> "Question":
        if self.as_at and (self.from_ or self.to or self.every):
            raise ValueError("Say as at when, or from and to when, not both")
        if (self.to or self.every) and not self.from_:
            raise ValueError("Say from when")
        return self

    def parameters(self) -> dict[str, str]:
        """What was said of the measure's own parameters."""
        said = self.model_dump(include=PARAMETERS, exclude_none=True)
        return {name: str(choice) for name, choice in said.items()}


PARAMETERS = {
    *("window", "count", "counts", "basis", "same_carer_counts", "under_16"),
    *("statistic", "kinship", "available", "homes", "element"),
}
"""What measures let people choose; each says which of these it has."""


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
    """One number; no denominator means a count, no numerator a value of so many, no value that there is none to give."""

    numerator: int | None = Field(examples=[12])
    denominator: int | None = Field(examples=[16])
    value: float | int | None = Field(examples=[75.0])


class WindowAnswer(BaseModel):
    """Days counted: after the first of these, up to and with the second."""

    after: date
    through: date


class PointAnswer(CellAnswer):
    """One figure of a series."""

    as_at: date
    window: WindowAnswer | None
    incomplete: bool
    note: str
    cells: dict[str, CellAnswer]


class FigureAnswer(CellAnswer):
    """A figure with all that is needed to read it."""

    definition: Definition
    authority: str | None = Field(examples=[AUTHORITY], description="whose it is, where it is one authority's")
    authorities: list[str] = Field(examples=[[AUTHORITY]])
    as_at: date
    known_at: datetime | None
    window: WindowAnswer | None
    coverage_start: date | None = Field(description="before it there is no data, which is not 0")
    incomplete: bool = Field(description="whether it looks back to days that are not known, or not of all; `note` says")
    parameters: dict[str, str]
    unit: str = Field(examples=["children"])
    parts: dict[str, int] = Field(description="what else was counted on the way")
    spread: dict[str, float] = Field(description="the shape of a distribution")
    by: str | None
    cells: dict[str, CellAnswer]
    note: str
    series: list[PointAnswer] = Field(
        description="with `every`: the figure at each step, the last being the answer's own"
    )
    change_id: int = Field(description="the change the facts had reached")
    reached: dict[str, int] = Field(description="the last sequence heard in each lane")


class TileAnswer(CellAnswer):
    """A figure as at today, as the stream sends it."""

    measure: str = Field(examples=["occupancy"])
    authority: str | None = Field(examples=[AUTHORITY])
    unit: str = Field(examples=["%"])
    as_at: date
    coverage_start: date | None
    incomplete: bool
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
