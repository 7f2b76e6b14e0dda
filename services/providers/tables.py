"""Providers' tables, the constraint that gives a place only once, and what broken constraints mean in words."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, MetaData, Text, UniqueConstraint, text
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE, ExcludeConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.providers.domain import PLACE_TAKEN, REFUSALS
from shared.web.problem import sentence

METADATA = MetaData()

GIVEN_ONCE = "a_place_is_given_once"
ONE_PLACE = "a_placement_has_one_place"
BELONGS_ONCE = "a_person_belongs_to_one_place"
URN_ONCE = "a_urn_is_registered_once"

sentence(GIVEN_ONCE, REFUSALS[PLACE_TAKEN], field="starts", code=PLACE_TAKEN)
sentence(BELONGS_ONCE, "That person belongs somewhere already; end that first.", field="person")
sentence(URN_ONCE, "A provider with this URN is registered already.", field="urn")


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Every table here stands in providers' own metadata."""


def _moment(*, nullable: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


class Provider(_Table, table=True):
    """An organisation; `registered_by` is the authority that vouches for who its people are."""

    __tablename__ = "provider"
    __table_args__ = (Index(URN_ONCE, "urn", unique=True, postgresql_where=text("urn IS NOT NULL")),)

    provider: UUID = Field(primary_key=True)
    version: int
    name: str = Field(sa_type=Text)
    sector: str = Field(sa_type=Text)
    owned_by: str | None = Field(sa_type=Text)
    urn: str | None = Field(sa_type=Text)
    registered_by: str | None = Field(sa_type=Text)


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
    """A children's home or a carer's household; its full postcode never leaves this table."""

    __tablename__ = "home"

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


class Place(_Table, table=True):
    """One approved bed, which exists on nights `[opens, closes)`."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("home", "number", name="places_are_numbered"),)

    place: UUID = Field(primary_key=True)
    home: UUID = Field(foreign_key="home.home")
    number: int
    features: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    opens: date
    closes: date | None


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


class PlacementHeard(_Table, table=True):
    """The last version of each placement that was dealt with here, so that nothing is done twice."""

    __tablename__ = "placement_heard"

    placement: UUID = Field(primary_key=True)
    version: int
