"""Providers' tables, the constraint that gives a place only once, and what broken constraints mean in words."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, INT4RANGE, ExcludeConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.providers.domain import HOME_IS_SOLO, PLACE_TAKEN, REFUSALS
from shared.web.problem import sentence

METADATA = MetaData()

GIVEN_ONCE = "a_place_is_given_once"
ONE_PLACE = "a_placement_has_one_place"
BELONGS_ONCE = "a_person_belongs_to_one_place"
URN_ONCE = "a_urn_is_registered_once"
ONE_CHILD = "a_solo_home_has_one_child"
HOME_URN_ONCE = "a_homes_urn_is_registered_once"
PRICE_ONCE = "a_price_is_said_once"
PICTURE_ONCE = "a_picture_is_kept_once"

sentence(GIVEN_ONCE, REFUSALS[PLACE_TAKEN], field="starts", code=PLACE_TAKEN)
sentence(BELONGS_ONCE, "That person belongs somewhere already; end that first.", field="person")
sentence(URN_ONCE, "A provider with this URN is registered already.", field="urn")
sentence(ONE_CHILD, REFUSALS[HOME_IS_SOLO], field="solo", code=HOME_IS_SOLO)
sentence(HOME_URN_ONCE, "A home with this URN is registered already.", field="urn")
sentence(PRICE_ONCE, "Two prices are said for the same age from the same day.", field="prices")
sentence(PICTURE_ONCE, "This picture is there already.", field="picture")


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Every table here stands in providers' own metadata."""


def _moment(*, nullable: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


class Provider(_Table, table=True):
    """An organisation; `registered_by` is the authority that vouches for who its people are, `owner` Ofsted's number of it."""

    __tablename__ = "provider"
    __table_args__ = (
        Index(URN_ONCE, "urn", unique=True, postgresql_where=text("urn IS NOT NULL")),
        Index("an_owner_is_registered_once", "owner", unique=True, postgresql_where=text("owner IS NOT NULL")),
    )

    provider: UUID = Field(primary_key=True)
    version: int
    name: str = Field(sa_type=Text)
    sector: str = Field(sa_type=Text)
    owned_by: str | None = Field(sa_type=Text)
    urn: str | None = Field(sa_type=Text)
    registered_by: str | None = Field(sa_type=Text)
    owner: str | None = Field(sa_type=Text)
    checked_on: date | None
    checked_until: date | None


class DueDiligence(_Table, table=True):
    """Somebody looked into a provider, and how long that holds; `checked_by` is a person's opaque identifier."""

    __tablename__ = "due_diligence"

    due_diligence: UUID = Field(primary_key=True)
    provider: UUID = Field(foreign_key="provider.provider", index=True)
    checked_on: date
    checked_until: date
    checked_by: str = Field(sa_type=Text)


class Contract(_Table, table=True):
    """On what terms one authority buys from a provider, on nights `[starts, ends)`."""

    __tablename__ = "contract"

    contract: UUID = Field(primary_key=True)
    provider: UUID = Field(foreign_key="provider.provider", index=True)
    authority: str = Field(sa_type=Text, index=True)
    version: int
    kind: str = Field(sa_type=Text)
    tier: int | None
    lot: str | None = Field(sa_type=Text)
    types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    starts: date
    ends: date | None
    weekly_pence: int | None
    block_places: int | None


class ContractPrice(_Table, table=True):
    """A line of a contract's schedule: from a day on, for one kind of home and children of these ages."""

    __tablename__ = "contract_price"
    __table_args__ = (
        ExcludeConstraint(
            ("contract", "="), ("type", "="), ("starts", "="), ("ages", "&&"), using="gist", name=PRICE_ONCE
        ),
    )

    price: UUID = Field(primary_key=True)
    contract: UUID = Field(foreign_key="contract.contract")
    type: str = Field(sa_type=Text)
    youngest: int
    oldest: int
    ages: Any = Field(
        sa_column=Column(INT4RANGE, Computed("int4range(youngest, oldest, '[]')", persisted=True), nullable=True)
    )
    starts: date
    weekly_pence: int


class Invitation(_Table, table=True):
    """A person of a shared issuer and the one place they belong to."""

    __tablename__ = "invitation"
    __table_args__ = (Index(BELONGS_ONCE, "issuer", "person", unique=True, postgresql_where=text("ended_at IS NULL")),)

    invitation: UUID = Field(primary_key=True)
    version: int
    invited_by: UUID = Field(foreign_key="provider.provider")
    issuer: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    belongs_to_authority: str | None = Field(sa_type=Text)
    belongs_to_provider: UUID | None
    ended_at: datetime | None = Field(sa_column=_moment())


class Home(_Table, table=True):
    """A children's home or a carer's household.

    `setting` tells apart those of one URN; `listed`: as Ofsted's list has it, until its provider says otherwise.
    """

    __tablename__ = "home"
    __table_args__ = (Index(HOME_URN_ONCE, "urn", "setting", unique=True, postgresql_where=text("urn IS NOT NULL")),)

    home: UUID = Field(primary_key=True)
    provider: UUID = Field(foreign_key="provider.provider", index=True)
    version: int
    name: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    sector: str = Field(sa_type=Text)
    area: str = Field(sa_type=Text)
    postcode: str | None = Field(sa_type=Text)
    youngest: int
    oldest: int
    sexes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    opened: date
    closed: date | None
    urn: str | None = Field(sa_type=Text)
    setting: str = Field(sa_type=Text)
    listed: bool
    rating: str | None = Field(sa_type=Text)
    rated_on: date | None
    solo: bool
    also: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class HomeRating(_Table, table=True):
    """What Ofsted judged a home to be, inspection by inspection."""

    __tablename__ = "home_rating"

    home: UUID = Field(primary_key=True, foreign_key="home.home")
    inspected_on: date = Field(primary_key=True)
    rating: str = Field(sa_type=Text)


class Place(_Table, table=True):
    """One approved bed, which exists on nights `[opens, closes)`; `beyond` is why there may be one more than approved."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("home", "number", name="places_are_numbered"),
        CheckConstraint("beyond IS NULL OR closes IS NOT NULL", name="beyond_what_is_approved_ends"),
    )

    place: UUID = Field(primary_key=True)
    home: UUID = Field(foreign_key="home.home")
    number: int
    features: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    opens: date
    closes: date | None
    reserved_for: str | None = Field(sa_type=Text)
    emergency: bool
    beyond: str | None = Field(sa_type=Text)


class Vacancy(_Table, table=True):
    """Named places offered at a weekly price, and when that was last said to be so."""

    __tablename__ = "vacancy"

    vacancy: UUID = Field(primary_key=True)
    home: UUID = Field(foreign_key="home.home", index=True)
    version: int
    places: list[UUID] = Field(sa_column=Column(ARRAY(SqlUuid), nullable=False))
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime = Field(sa_column=_moment(nullable=False))
    withdrawn_at: datetime | None = Field(sa_column=_moment())
    youngest: int | None
    oldest: int | None
    sexes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class Occupation(_Table, table=True):
    """Who or what has a place on which nights; what is not released can never overlap in one place."""

    __tablename__ = "occupation"
    __table_args__ = (
        CheckConstraint("NOT isempty(during)", name="nights_are_not_empty"),
        CheckConstraint("(kind = 'out_of_service') = (placement IS NULL)", name="a_stay_is_somebodys"),
        CheckConstraint("(kind = 'held') = (expires_at IS NOT NULL)", name="only_a_hold_expires"),
        ExcludeConstraint(
            ("place", "="), ("during", "&&"), where=text("released_at IS NULL"), using="gist", name=GIVEN_ONCE
        ),
        ExcludeConstraint(
            ("home", "="),
            ("during", "&&"),
            where=text("released_at IS NULL AND solo AND kind <> 'out_of_service'"),
            using="gist",
            name=ONE_CHILD,
        ),
        Index(ONE_PLACE, "placement", unique=True, postgresql_where=text("released_at IS NULL")),
    )

    occupation: UUID = Field(primary_key=True)
    version: int
    place: UUID = Field(foreign_key="place.place")
    home: UUID = Field(foreign_key="home.home")
    kind: str = Field(sa_type=Text)
    during: Any = Field(sa_column=Column(DATERANGE, nullable=False))
    placement: UUID | None
    authority: str | None = Field(sa_type=Text)
    reason: str | None = Field(sa_type=Text)
    expires_at: datetime | None = Field(sa_column=_moment())
    released_at: datetime | None = Field(sa_column=_moment())
    solo: bool


class PlacementHeard(_Table, table=True):
    """The last version of each placement that was dealt with here, so that nothing is done twice."""

    __tablename__ = "placement_heard"

    placement: UUID = Field(primary_key=True)
    version: int


class Welcome(_Table, table=True):
    """What a child is told of a home; a version is never changed, the highest is the one that holds."""

    __tablename__ = "welcome"

    home: UUID = Field(primary_key=True, foreign_key="home.home")
    version: int = Field(primary_key=True)
    hello: str = Field(sa_type=Text)
    people: str | None = Field(sa_type=Text)
    bedroom: str | None = Field(sa_type=Text)
    meals: str | None = Field(sa_type=Text)
    fun: str | None = Field(sa_type=Text)
    rules: str | None = Field(sa_type=Text)
    pictures: list[UUID] = Field(sa_column=Column(ARRAY(SqlUuid), nullable=False))
    written_at: datetime = Field(sa_column=_moment(nullable=False))
    written_by: str = Field(sa_type=Text)


class WelcomePicture(_Table, table=True):
    """A picture of a home as we wrote it anew; `shows` is what somebody is told who cannot see it."""

    __tablename__ = "welcome_picture"
    __table_args__ = (UniqueConstraint("home", "digest", name=PICTURE_ONCE),)

    picture: UUID = Field(primary_key=True)
    home: UUID = Field(foreign_key="home.home")
    shows: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    width: int
    height: int
    content: bytes
    digest: str = Field(sa_type=Text)


class WelcomeIssued(_Table, table=True):
    """Which version was given to the child of a placement, and when."""

    __tablename__ = "welcome_issued"
    __table_args__ = (ForeignKeyConstraint(["home", "version"], ["welcome.home", "welcome.version"]),)

    placement: UUID = Field(primary_key=True)
    authority: str = Field(sa_type=Text)
    home: UUID = Field(index=True)
    version: int
    issued_at: datetime = Field(sa_column=_moment(nullable=False))
