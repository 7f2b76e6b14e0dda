"""Opening a home with its places, correcting, rating and closing it, and its calendar."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.providers.forms.fields import Area, Sexes, Types, Urn
from services.providers.forms.places import NewPlace, PlaceAnswer
from shared.contracts.vocabulary import PlacementType, Rating, Sector, Sex
from shared.store.session import Row
from shared.web.fields import Age, Answer, Day, Form, Postcode, Version, Words

MOST_PLACES = 100


class _Registered(Form):
    """What both opening and correcting say of a home."""

    name: Words = Field(
        examples=["Beech House"], description="never a carer's own name: everybody who matches reads it"
    )
    area: Area | None = Field(
        None, examples=["E09000033"], description="the authority it stands in; needed only where no postcode is known"
    )
    postcode: Postcode | None = Field(
        None, examples=["SW1P 3JR"], description="kept for counting miles; others read only its outward half"
    )
    youngest: Age = Field(examples=[8])
    oldest: Age = Field(examples=[17])
    sexes: Sexes = Field(examples=[["F", "M"]])
    urn: Urn | None = Field(None, examples=["SC123456"], description="Ofsted's number of this home")
    solo: bool = Field(False, strict=True, description="one child at a time, however many places it has")
    also: Types = Field((), examples=[["K2"]], description="other kinds of home it is registered as")

    @field_validator("oldest")
    @classmethod
    def _not_younger(cls, oldest: int, info: ValidationInfo) -> int:
        if oldest < info.data.get("youngest", 0):
            raise ValueError("The oldest age must not be below the youngest")
        return oldest


class OpenHome(_Registered):
    """What is this home, for whom, and how many can live there?"""

    provider: UUID | None = Field(None, description="needed only where you do not belong to the provider yourself")
    type: PlacementType = Field(examples=["K2"], description="SSDA903 PLACE")
    opened: Day = Field(examples=["2024-04-01"])
    places: Annotated[tuple[NewPlace, ...], Field(min_length=1, max_length=MOST_PLACES)] = Field(
        examples=[[{"features": ["own_bedroom"]}, {"features": []}]]
    )


class CorrectHome(_Registered):
    """What is true of this home now? Where no postcode is said, the one that is kept stands."""

    version: Version


class NoteRating(Form):
    """What did Ofsted judge, and when?"""

    rating: Rating = Field(examples=["good"])
    inspected_on: Day = Field(examples=["2026-01-20"])


class CloseHome(Form):
    """When does it close?"""

    on: Day = Field(examples=["2026-09-30"], description="the night before is the last")
    version: Version


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
    urn: str | None
    rating: Rating | None
    rated_on: date | None
    solo: bool
    also: tuple[PlacementType, ...]


class RatingAnswer(Answer):
    """One inspection."""

    rating: Rating
    inspected_on: date


class HomeAnswer(HomeSummary):
    """A home with its places."""

    places: tuple[PlaceAnswer, ...]

    @classmethod
    def of(cls, home: Row, places: list[Row]) -> Self:
        """What is kept of a home, as it is told."""
        return cls(**home, places=tuple(PlaceAnswer(**place) for place in places))


class CalendarDay(Answer):
    """One night of a home: what is approved is always what is occupied, held, void, out of service and vacant together."""

    day: date
    approved: int
    occupied: int
    held: int
    void: int = Field(description="empty, and paid for by a block contract")
    out_of_service: int
    vacant: int
