"""What councils published of themselves, as a calibration holds it: counts, shares, prices, and what is left out."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Count = Annotated[int, Field(ge=0)]
Denominator = Annotated[int, Field(gt=0)]
Percent = Annotated[float, Field(ge=0, le=100)]
Pounds = Annotated[int, Field(gt=0)]


class Published(BaseModel):
    """Something a council published; the other parts of the calibration are made of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Children(Published):
    as_at: date
    all: Count
    uasc: Count | None = None

    @model_validator(mode="after")
    def _of_all(self) -> Self:
        if (self.uasc or 0) > self.all:
            raise ValueError(f"{self.uasc} who seek asylum are more than all {self.all}")
        return self


class Ages(Published):
    as_at: date
    bands: tuple[Count, Count, Count, Count, Count, Count]


class CountedShare(Published):
    measure: str
    as_at: date
    count: Count
    of: Denominator

    @model_validator(mode="after")
    def _of_them(self) -> Self:
        if self.count > self.of:
            raise ValueError(f"{self.count} of {self.of} is more than all of them")
        return self


class Percentage(Published):
    measure: str
    as_at: date
    percent: Percent


class Mix(Published):
    as_at: date
    of: Denominator
    kinds: dict[str, Count]

    @model_validator(mode="after")
    def _of_them(self) -> Self:
        if (total := sum(self.kinds.values())) > self.of:
            raise ValueError(f"the kinds add up to {total}, more than {self.of}")
        return self


class Weekly(Published):
    year_to: date
    pounds: dict[str, Pounds]


class Occupied(Published):
    kind: str
    year_to: date
    percent: Percent


class Adopted(Published):
    year_to: date
    count: Count


class Flow(Published):
    """Who came and who left after one day and up to another."""

    after: date
    to: date
    started: Count
    ceased: Count
    started_uasc: Count | None = None
    ceased_uasc: Count | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.after >= self.to:
            raise ValueError("it ends before it begins")
        if (self.started_uasc or 0) > self.started or (self.ceased_uasc or 0) > self.ceased:
            raise ValueError("more who seek asylum than all")
        return self


class Calibration(Published):
    """What a council published, that the model has to meet; and what of it is left out, and why."""

    source: str
    children: tuple[Children, ...] = ()
    ages: tuple[Ages, ...] = ()
    shares: tuple[CountedShare, ...] = ()
    percentages: tuple[Percentage, ...] = ()
    mix: Mix | None = None
    weekly: Weekly | None = None
    occupied: Occupied | None = None
    adopted: Adopted | None = None
    flows: tuple[Flow, ...] = ()
    left_out: tuple[str, ...] = ()

    def days(self) -> set[date]:
        """Every day that something was published of."""
        days = {one.as_at for one in self.children} | {one.as_at for one in self.ages}
        days |= {one.as_at for one in self.shares} | {one.as_at for one in self.percentages}
        days |= {flow.to for flow in self.flows}
        days |= {one.year_to for one in (self.weekly, self.occupied, self.adopted) if one}
        return days | ({self.mix.as_at} if self.mix else set())
