"""What one authority is like: its TOML, read and held against what can be."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from deploy.county.published import Calibration
from services.metrics.measures import MEASURES
from services.placements.domain import MOST_NIGHTS
from services.referrals.domain import Ethnicity
from shared.contracts.return_codes import CategoryOfNeed
from shared.contracts.vocabulary import CareEnd, DeclineReason, Feature, PlacementType, Rating, Sector

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


def _falls_due(rates: tuple[tuple[int, float], ...]) -> None:
    """Rates until so many months."""
    if not rates:
        raise ValueError("at least one rate is needed")
    months = [until for until, _ in rates]
    if months[0] <= 0 or months != sorted(set(months)):
        raise ValueError("the months rise from more than 0")


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
    family: Annotated[float, Field(ge=2, le=3)]
    """How many they are together, on average: two or three."""

    @field_validator("uasc_ages")
    @classmethod
    def _of_children(cls, shares: dict[int, float]) -> dict[int, float]:
        if grown := [age for age in shares if not 0 <= age <= 17]:
            raise ValueError(f"nobody comes into care at the age of {grown[0]}")
        return shares

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

    @field_validator("rates")
    @classmethod
    def _until(cls, rates: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        _falls_due(rates)
        return rates

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

    @field_validator("rates")
    @classmethod
    def _until(cls, rates: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        _falls_due(rates)
        return rates


class Away(Part):
    """Nights elsewhere while the home is kept: how often in a year of care, and for how many nights, by SSDA903 PLACE."""

    a_year: dict[PlacementType, Rate]
    nights: dict[PlacementType, tuple[int, int]]

    @model_validator(mode="after")
    def _temporary(self) -> Self:
        if set(self.a_year) != set(self.nights):
            raise ValueError("a_year and nights are of the same kinds of stay")
        for type_, nights in self.nights.items():
            most = MOST_NIGHTS.get(type_)
            if most is None:
                raise ValueError(f"{type_} is no temporary stay of its own: {', '.join(MOST_NIGHTS)}")
            _least_and_most(f"nights of {type_}", nights)
            if nights[1] > most:
                raise ValueError(f"{nights[1]} nights are more than a {type_} may last: {most}")
        return self


class Needs(Part):
    """What children need: shares by age band of those who come in, and how they score."""

    shares: dict[Feature, ByBand]
    score: Annotated[float, Field(ge=0, le=40)]
    """Of strengths and difficulties (SDQ), on average."""
    score_spread: Annotated[float, Field(ge=0, le=20)]
    """Its standard deviation between children."""
    score_moves: Annotated[float, Field(ge=0, le=20)]
    """And of one child's from year to year."""

    @model_validator(mode="after")
    def _of_bands(self) -> Self:
        for feature, by_band in self.shares.items():
            _bands(str(feature), by_band)
        return self


class Homes(Part):
    """Homes in the area, and how their people answer."""

    sizes: dict[str, tuple[int, int]]
    """Children of a home, least and most, by SSDA903 PLACE, and of every `other`."""
    empty: Share
    """Of places: nobody can live in them beside those who do. Where an authority has so many beds, none."""
    price_spread: Annotated[float, Field(ge=0, lt=1)]
    """Homes of a kind cost up to so much more or less than its price."""
    ratings: dict[Rating, Share]
    closures: Annotated[float, Field(ge=0, le=5)]
    """How often a home stops taking children, a year."""
    stale: Share
    """Of homes: nobody says for weeks that their vacancies still stand."""
    declines: dict[DeclineReason, Share]
    """Of invitations, those that are declined, by reason."""
    late: Share
    """Of invitations, those that nobody answers in time."""
    hours: Annotated[int, Field(ge=1, le=6)]
    """In which an invitation is to be answered."""
    asked_besides: Annotated[int, Field(ge=0, le=20)]
    """Homes that are asked besides the one that is chosen, at most."""
    short_notice_days: tuple[int, int]
    """From asking for a home to the first night, least and most; in an emergency it is the same day."""
    planned_days: tuple[int, int]
    confirmed_weeks: Annotated[int, Field(ge=1, le=52)]
    """How often homes that are not stale say that their vacancies stand, once the years before the anchor are over."""
    furthest_miles: Annotated[int, Field(ge=1, le=400)]
    """From the middle of the area to homes at a distance."""

    @field_validator("ratings")
    @classmethod
    def _whole(cls, shares: dict[Any, float]) -> dict[Any, float]:
        _adds_up(shares)
        return shares

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if "other" not in self.sizes:
            raise ValueError("sizes: the size of every other home is left out")
        for type_, size in self.sizes.items():
            if type_ != "other" and type_ not in set(PlacementType):
                raise ValueError(f"sizes: there is no kind of home {type_}")
            _least_and_most(f"sizes of {type_}", size)
        _least_and_most("short_notice_days", self.short_notice_days)
        _least_and_most("planned_days", self.planned_days)
        _within("declines and late", sum(self.declines.values()) + self.late)
        return self


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

    @field_validator("ordered_after_days")
    @classmethod
    def _in_order(cls, days: tuple[int, int]) -> tuple[int, int]:
        _least_and_most("days", days)
        return days


class Authority(Part):
    """One authority."""

    name: str
    code: str = Field(pattern=r"^E\d{8}$")
    anchor: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1))]
    years: int = Field(10, ge=1, le=15)
    """Of history before the anchor."""
    inflation: Annotated[float, Field(ge=-0.2, le=0.5)]
    entries: Entries
    leaving: Leaving
    moving: Moving
    law: Law
    away: Away
    needs: Needs
    homes: Homes
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
        if late := sorted(day for day in told.days() if day > self.anchor):
            raise ValueError(f"calibration: {late[0]} is after the anchor, {self.anchor}")
        asked = [*(told.mix.kinds if told.mix else ()), *(told.weekly.pounds if told.weekly else ())]
        asked += [told.occupied.kind] if told.occupied else []
        if unknown := set(asked) - set(self.kinds):
            raise ValueError(f"calibration: there is no kind of home {', '.join(sorted(unknown))}")
        measures = {share.measure for share in told.shares} | {one.measure for one in told.percentages}
        if unknown := measures - set(MEASURES):
            raise ValueError(f"calibration: there is no measure {', '.join(sorted(unknown))}")

    def assumptions(self) -> list[str]:
        """What no paper gives, by its name in the TOML."""
        parts = {
            name: getattr(self, name) for name in ("entries", "leaving", "moving", "law", "away", "needs", "homes")
        }
        parts |= {f"kinds.{name}": kind for name, kind in self.kinds.items()}
        own = list(self.assumed)
        return own + [f"{name}.{what}" for name, part in parts.items() for what in part.assumed]


def _within(what: str, share: float) -> None:
    if share > 1.0001:
        raise ValueError(f"{what} add up to {share:.2f}, more than 1")


def _least_and_most(what: str, told: tuple[int, int]) -> None:
    if not 1 <= told[0] <= told[1]:
        raise ValueError(f"{what}: {told[0]} to {told[1]} is no range from 1 up")


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
