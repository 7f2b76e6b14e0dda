"""What one authority is like: its TOML, read and held against what can be."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from services.metrics.measures import MEASURES
from services.referrals.domain import Ethnicity
from shared.contracts.return_codes import CategoryOfNeed
from shared.contracts.vocabulary import CareEnd, PlacementType, Sector

FOLDER = Path(__file__).parent
BANDS: Mapping[str, tuple[int, int]] = {
    "under_1": (0, 0), "1_to_4": (1, 4), "5_to_9": (5, 9), "10_to_12": (10, 12), "13_to_15": (13, 15), "16_and_over": (16, 17),
}  # fmt: skip
"""Hertfordshire's age bands, first and last age of each."""
Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, le=2000)]
"""Events a year."""
ByBand = dict[str, Share]


class Unsound(ValueError):
    """A TOML that cannot be: one line for each thing that is wrong with it."""


class Part(BaseModel):
    """A table of the TOML; `assumed` names what in it no paper gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.assumed:
            if name not in type(self).model_fields:
                raise ValueError(f"assumed: there is no {name} here")
        return self


def _adds_up(shares: Mapping[Any, float]) -> None:
    if abs(sum(shares.values()) - 1) > 0.001:
        raise ValueError(f"the shares add up to {sum(shares.values()):.3f}, not 1")


class Entries(Part):
    """Who comes into care in a year."""

    by_age: tuple[Rate, ...] = Field(min_length=18, max_length=18)
    """Children a year who come in at each age, without those who seek asylum alone."""
    uasc: Rate
    growth: Annotated[float, Field(ge=-0.3, le=0.3)] = 0
    """By how much more come each year; the rates are those at the anchor."""
    uasc_growth: Annotated[float, Field(ge=-0.3, le=0.3)] = 0
    uasc_ages: dict[int, Share]
    need: dict[CategoryOfNeed, Share]
    ethnicity: dict[Ethnicity, Share]
    girls: Share
    uasc_girls: Share
    with_siblings: Share
    """Of children who come in, those who come with brothers or sisters."""

    @field_validator("uasc_ages", "need", "ethnicity")
    @classmethod
    def _whole(cls, shares: dict[Any, float]) -> dict[Any, float]:
        _adds_up(shares)
        return shares


class Leaving(Part):
    """How children leave: events a year, by months in care, times a factor by age; and by which route."""

    rates: tuple[tuple[int, Rate], ...]
    """Until so many months in care, this rate; the last stands for all after."""
    by_band: dict[str, Annotated[float, Field(ge=0, le=10)]]
    uasc: Rate
    adopted: Share
    """Of those under five who leave after half a year."""
    routes: dict[CareEnd, Share]
    at_eighteen: dict[CareEnd, Share]

    @field_validator("routes", "at_eighteen")
    @classmethod
    def _whole(cls, shares: dict[Any, float]) -> dict[Any, float]:
        _adds_up(shares)
        return shares


class Moving(Part):
    """How often children move: events a year, by months in the placement, times a factor by age."""

    rates: tuple[tuple[int, Rate], ...]
    by_band: dict[str, Annotated[float, Field(ge=0, le=10)]]
    unplanned: Share


class Kind(Part):
    """A kind of home as the authority's papers count them."""

    title: str
    type: PlacementType
    sector: Sector
    weekly_pence: int = Field(gt=0)
    """At the anchor."""
    share: ByBand
    """Of new placements of children in each age band; what is left of 1 goes to the first kind."""
    uasc: Share = 0
    moves: Annotated[float, Field(ge=0, le=10)] = 1
    """How much more or less often placements of this kind end in a move."""
    location: tuple[Share, Share, Share]
    """In the area, in a bordering one, at a distance."""
    beds: int | None = Field(None, gt=0)
    """Where there are so many and no more."""
    else_in: str | None = None
    """Where whoever finds them all taken lives instead."""

    @field_validator("location")
    @classmethod
    def _everywhere(cls, shares: tuple[float, float, float]) -> tuple[float, float, float]:
        _adds_up(dict(enumerate(shares)))
        return shares


class Law(Part):
    """Legal careers."""

    agreed: Share
    """Of those who come in, by agreement (s20); the others by an interim care order."""
    ordered_after_days: tuple[int, int]
    """Until a full care order, least and most."""


class Published(BaseModel):
    """Something a council published; the other parts of the calibration are made of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Children(Published):
    as_at: date
    all: int
    uasc: int | None = None


class Ages(Published):
    as_at: date
    bands: tuple[int, int, int, int, int, int]


class CountedShare(Published):
    measure: str
    as_at: date
    count: int
    of: int


class Percentage(Published):
    measure: str
    as_at: date
    percent: float


class Mix(Published):
    as_at: date
    of: int
    kinds: dict[str, int]


class Weekly(Published):
    year_to: date
    pounds: dict[str, int]


class Occupied(Published):
    kind: str
    year_to: date
    percent: float


class Adopted(Published):
    year_to: date
    count: int


class Flow(Published):
    """Who came and who left after one day and up to another."""

    after: date
    to: date
    started: int
    ceased: int
    started_uasc: int | None = None
    ceased_uasc: int | None = None


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


class Authority(Part):
    """One authority."""

    name: str
    code: str = Field(pattern=r"^E\d{8}$")
    anchor: date
    years: int = Field(10, ge=1, le=15)
    """Of history before the anchor."""
    inflation: Annotated[float, Field(ge=-0.2, le=0.5)]
    entries: Entries
    leaving: Leaving
    moving: Moving
    law: Law
    kinds: dict[str, Kind] = Field(min_length=1)
    calibration: Calibration

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        for band in BANDS:
            _within(f"kinds: shares of {band}", sum(kind.share.get(band, 0) for kind in list(self.kinds.values())[1:]))
        _within("kinds: shares of uasc", sum(kind.uasc for kind in list(self.kinds.values())[1:]))
        for name, kind in self.kinds.items():
            _bands(f"kinds: {kind.title}", kind.share)
            if kind.else_in is not None and (kind.else_in == name or kind.else_in not in self.kinds):
                raise ValueError(f"kinds: {kind.title}: there is no other kind {kind.else_in}")
            if (kind.beds is None) != (kind.else_in is None):
                raise ValueError(f"kinds: {kind.title}: beds and else_in go together")
        _bands("leaving", self.leaving.by_band, every=True)
        _bands("moving", self.moving.by_band, every=True)
        self._calibration_holds()
        return self

    def _calibration_holds(self) -> None:
        told = self.calibration
        asked = [*(told.mix.kinds if told.mix else ()), *(told.weekly.pounds if told.weekly else ())]
        asked += [told.occupied.kind] if told.occupied else []
        if unknown := set(asked) - set(self.kinds):
            raise ValueError(f"calibration: there is no kind of home {', '.join(sorted(unknown))}")
        measures = {share.measure for share in told.shares} | {one.measure for one in told.percentages}
        if unknown := measures - set(MEASURES):
            raise ValueError(f"calibration: there is no measure {', '.join(sorted(unknown))}")

    def assumptions(self) -> list[str]:
        """What no paper gives, by its name in the TOML."""
        parts = {name: getattr(self, name) for name in ("entries", "leaving", "moving", "law")}
        parts |= {f"kinds.{name}": kind for name, kind in self.kinds.items()}
        own = list(self.assumed)
        return own + [f"{name}.{what}" for name, part in parts.items() for what in part.assumed]


def _within(what: str, share: float) -> None:
    if share > 1.0001:
        raise ValueError(f"{what} add up to {share:.2f}, more than 1")


def _bands(what: str, told: Mapping[str, float], *, every: bool = False) -> None:
    if unknown := set(told) - set(BANDS):
        raise ValueError(f"{what}: there is no age band {', '.join(sorted(unknown))}")
    if every and (missing := set(BANDS) - set(told)):
        raise ValueError(f"{what}: the age band {', '.join(sorted(missing))} is left out")


def named(name: str) -> Authority:
    """One of those shipped here, or of a TOML file by its path. Raises Unsound."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    return read(path)


def read(path: Path) -> Authority:
    """An authority out of its file. Raises Unsound, with a line for each thing that is wrong."""
    try:
        told = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Unsound(f"{path.name} cannot be read: {error}") from error
    try:
        return Authority.model_validate(told)
    except ValidationError as error:
        lines = [
            f"{path.name}: {'.'.join(map(str, one['loc'])) or 'the whole'}: {_words(one)}" for one in error.errors()
        ]
        raise Unsound("\n".join(lines)) from error


def _words(one: Any) -> str:
    return str(one["msg"]).removeprefix("Value error, ")
