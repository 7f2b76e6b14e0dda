"""Opening a home with its places, adding places, closing it, and its calendar."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.providers.forms.fields import Area, Sexes
from shared.contracts.vocabulary import Feature, PlacementType, Sector, Sex
from shared.store.session import Row
from shared.web.fields import Age, Answer, Day, Features, Form, Postcode, Version, Words, later

MOST_PLACES = 100


class NewPlace(Form):
    """What does this bed offer?"""

    features: Features = Field((), examples=[["own_bedroom", "step_free"]])


class OpenHome(Form):
    """What is this home, for whom, and how many can live there?"""

    provider: UUID | None = Field(None, description="needed only where you do not belong to the provider yourself")
    name: Words = Field(examples=["Beech House"])
    type: PlacementType = Field(examples=["K2"], description="SSDA903 PLACE")
    area: Area = Field(examples=["E09000033"], description="the authority it stands in")
    postcode: Postcode | None = Field(
        None, examples=["LS1 4AP"], description="kept here; only its outward half is told"
    )
    youngest: Age = Field(examples=[8])
    oldest: Age = Field(examples=[17])
    sexes: Sexes = Field(examples=[["F", "M"]])
    opened: Day = Field(examples=["2024-04-01"])
    places: Annotated[tuple[NewPlace, ...], Field(min_length=1, max_length=MOST_PLACES)] = Field(
        examples=[[{"features": ["own_bedroom"]}, {"features": []}]]
    )

    @field_validator("oldest")
    @classmethod
    def _not_younger(cls, oldest: int, info: ValidationInfo) -> int:
        if oldest < info.data.get("youngest", 0):
            raise ValueError("The oldest age must not be below the youngest")
        return oldest


class AddPlace(Form):
    """What does the new bed offer, and from when?"""

    features: Features = Field((), examples=[["ground_floor_bedroom"]])
    opens: Day = Field(examples=["2026-04-01"])
    closes: Day | None = Field(None, description="the first day it is no longer there")

    @field_validator("closes")
    @classmethod
    def _after_opening(cls, closes: date | None, info: ValidationInfo) -> date | None:
        return later(closes, info.data.get("opens"), "A place must close after it opens")


class CloseHome(Form):
    """When does it close?"""

    on: Day = Field(examples=["2026-09-30"], description="the night before is the last")
    version: Version


class PlaceAnswer(Answer):
    """One place."""

    place: UUID
    number: int
    features: tuple[Feature, ...]
    opens: date
    closes: date | None


class HomeSummary(Answer):
    """A home, without its places."""

    home: UUID
    provider: UUID
    version: int
    name: str
    type: PlacementType
    sector: Sector
    area: str
    outward: str
    youngest: int
    oldest: int
    sexes: tuple[Sex, ...]
    opened: date
    closed: date | None


class HomeAnswer(HomeSummary):
    """A home with its places."""

    places: tuple[PlaceAnswer, ...]

    @classmethod
    def of(cls, home: Row, places: list[Row]) -> Self:
        """What is kept of a home, as it is told."""
        return cls(**home, places=tuple(PlaceAnswer(**place) for place in places))


class CalendarDay(Answer):
    """One night of a home: what is approved is always what is occupied, held, out of service and vacant together."""

    day: date
    approved: int
    occupied: int
    held: int
    out_of_service: int
    vacant: int
