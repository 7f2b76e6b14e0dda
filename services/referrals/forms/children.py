"""Forms and answers about a child, the places that matter to a child, and what a child needs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationInfo, field_validator

from services.referrals.domain import Ethnicity, short_reference
from shared.contracts.vocabulary import Feature, ImportantPlaceKind, Sex
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.session import Row
from shared.web.fields import Day, Features, Form, Postcode, Version, Words, each_once

MOST_NOT_WITH = 50
MOST_NAMED = 100
KNOWS_NAMES = "referrals:write_children"
"""Who records children knows who they are; the others who may read of them see a short reference."""
IDENTITY = ("name", "upn", "local_reference", "home_postcode")

Upn = Annotated[str, StringConstraints(pattern=r"^([A-Z][0-9]{11}[0-9A-Z]|UN[1-5])$")]
Miles = Annotated[int, Field(strict=True, ge=1, le=500)]
NotWith = Annotated[tuple[UUID, ...], Field(max_length=MOST_NOT_WITH), AfterValidator(each_once)]


class RegisterChild(Form):
    """Who is the child?"""

    name: Words | None = Field(None, examples=["Robin Ash"])
    born: Day = Field(examples=["2014-05-21"])
    sex: Sex = Field(examples=["F"])
    ethnicity: Ethnicity = Field(examples=["WBRI"], description="SSDA903 ETHNIC")
    uasc: bool = Field(False, strict=True, description="unaccompanied and seeking asylum, now or once")
    uasc_ceased: Day | None = Field(None, description="from when no longer: SSDA903 DUC")
    upn: Upn | None = Field(
        None, examples=["A123456789012"], description="SSDA903 UPN, or UN1 to UN5 why there is none"
    )
    home_postcode: Postcode | None = Field(None, examples=["LS1 4AP"])
    local_reference: Words | None = Field(None, examples=["C-1042"], description="your own case number: SSDA903 CHILD")
    mother: bool = Field(False, strict=True, description="SSDA903 MOTHER")
    own_child_born: Day | None = Field(None, description="SSDA903 MC_DOB")


class CorrectChild(RegisterChild):
    """What should have been recorded?"""

    version: Version


class ChildAnswer(BaseModel):
    """A child of your authority; who the child is, to those who need to know."""

    child: UUID
    version: int
    reference: str = Field(description="short, to say instead of a name", examples=["D990-4085"])
    name: str | None
    born: date
    sex: Sex
    ethnicity: Ethnicity
    uasc: bool
    uasc_ceased: date | None
    upn: str | None
    home_postcode: str | None
    local_reference: str | None
    mother: bool
    own_child_born: date | None

    @classmethod
    def of(cls, row: Row, by: Person) -> Self:
        """What is kept of a child, as this person may see it."""
        hidden = {} if allows(KNOWS_NAMES, by) else dict.fromkeys(IDENTITY)
        return cls(**{**row, **hidden}, reference=short_reference(row.child))


class FindChild(Form):
    """Which child? Asked in a body: no address ever holds a case number."""

    reference: Words = Field(examples=["C-1042"], description="your case number, the UPN or our short reference")


class NameChildren(Form):
    """Which children? Those of another authority are left out of the answer."""

    children: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_NAMED)]


class ChildNamed(BaseModel):
    """Who a child is; nobody has said where the name is null."""

    child: UUID
    reference: str = Field(examples=["D990-4085"])
    name: str | None


class NotePlace(Form):
    """Where does it matter to the child to be near, or not to be?"""

    kind: ImportantPlaceKind = Field(examples=["school"])
    postcode: Postcode = Field(examples=["LS1 4AP"])
    within_miles: Miles | None = Field(
        None, examples=[5], validate_default=True, description="how near to be, or how far to stay away"
    )
    version: int | None = Field(None, strict=True, ge=0, description="of the list; refused if it is no longer current")

    @field_validator("within_miles")
    @classmethod
    def _says_how_far_to_stay_away(cls, miles: int | None, info: ValidationInfo) -> int | None:
        if miles is None and info.data.get("kind") == ImportantPlaceKind.AVOID:
            raise ValueError("Say how many miles to stay away")
        return miles


class PlaceAnswer(BaseModel):
    """Somewhere that matters to a child."""

    important_place: UUID
    kind: ImportantPlaceKind
    postcode: str
    within_miles: int | None


class PlacesAnswer(BaseModel):
    """Every place that matters to a child; the version is the list's own."""

    child: UUID
    version: int
    places: tuple[PlaceAnswer, ...]

    @classmethod
    def of(cls, child: Row, places: Sequence[Row]) -> Self:
        """What is kept, as it is told."""
        told = tuple(PlaceAnswer(**place) for place in places)
        return cls(child=child.child, version=child.places_version, places=told)


class AssessNeeds(Form):
    """What does the child need, as assessed on which day?"""

    assessed_on: Day = Field(examples=["2026-02-16"])
    needs: Features = Field(examples=[["own_bedroom", "therapeutic"]], description="all of them in one place")
    solo: bool = Field(False, strict=True, description="in a home with no other child")
    not_with: NotWith = Field((), description="children of your authority, never in one home with this child")


class AssessmentAnswer(BaseModel):
    """What a child needs, as one assessment says."""

    child: UUID
    version: int
    assessed_on: date
    needs: tuple[Feature, ...]
    solo: bool
    not_with: tuple[UUID, ...]
    noted_at: datetime
