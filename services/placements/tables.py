"""What placements keeps: its own offers, placements and periods of care, and its copies of what others told it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.web import problem

METADATA = MetaData()
CHILD_SLEEPS_ONCE = "a_child_lives_in_one_home"
ONE_OPEN_PERIOD = "a_child_is_in_care_once"
ONE_OPEN_OFFER = "a_home_is_asked_once"
ONE_PLACEMENT_OF_OFFER = "an_offer_is_booked_once"

problem.sentence(CHILD_SLEEPS_ONCE, "The child already lives somewhere on some of these nights.", field="starts")
problem.sentence(ONE_OPEN_PERIOD, "The child is already looked after.", field="child")
problem.sentence(ONE_OPEN_OFFER, "This home has already been asked about this child.", field="vacancy")
problem.sentence(ONE_PLACEMENT_OF_OFFER, "This offer has already been booked.", field="offer")


class _Kept(SQLModel, registry=registry(metadata=METADATA)):
    """The registry of this service's tables alone."""

    metadata = METADATA


def _moment(*, null: bool = False) -> Any:
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=null))


def _texts() -> Any:
    return Field(sa_column=Column(ARRAY(Text), nullable=False))


class Child(_Kept, table=True):
    """Referrals' child, as far as matching needs."""

    __tablename__ = "children"
    child: UUID = Field(primary_key=True)
    authority: str
    version: int
    born: date
    sex: str


class Referral(_Kept, table=True):
    """Referrals' request for a home."""

    __tablename__ = "referrals"
    referral: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    version: int
    urgency: str
    submitted_at: datetime = _moment()
    wanted_from: date
    wanted_until: date | None
    types: list[str] = _texts()
    open: bool


class ReferralChild(_Kept, table=True):
    """One child of a referral with what that child needs."""

    __tablename__ = "referral_children"
    referral: UUID = Field(primary_key=True)
    child: UUID = Field(primary_key=True)
    needs: list[str] = _texts()


class Provider(_Kept, table=True):
    """Providers' organisation; `owned_by` is the only authority whose children its homes are for."""

    __tablename__ = "providers"
    provider: UUID = Field(primary_key=True)
    version: int
    owned_by: str | None


class Home(_Kept, table=True):
    """Providers' home."""

    __tablename__ = "homes"
    home: UUID = Field(primary_key=True)
    provider: UUID
    version: int
    name: str
    type: str
    sector: str
    area: str
    outward: str
    youngest: int
    oldest: int
    sexes: list[str] = _texts()
    opened: date
    closed: date | None


class Place(_Kept, table=True):
    """Providers' place in a home."""

    __tablename__ = "places"
    place: UUID = Field(primary_key=True)
    home: UUID = Field(index=True)
    version: int
    number: int
    features: list[str] = _texts()
    opens: date
    closes: date | None


class Vacancy(_Kept, table=True):
    """Providers' offer of named places."""

    __tablename__ = "vacancies"
    vacancy: UUID = Field(primary_key=True)
    provider: UUID
    home: UUID
    version: int
    places: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime = _moment()
    withdrawn: bool


class Occupation(_Kept, table=True):
    """Providers' word on which nights of a place are taken."""

    __tablename__ = "occupations"
    occupation: UUID = Field(primary_key=True)
    place: UUID = Field(index=True)
    version: int
    starts: date
    ends: date | None
    released: bool


class Offer(_Kept, table=True):
    """A provider asked about a child, and the answer."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(ONE_OPEN_OFFER, "referral", "child", "vacancy", unique=True, postgresql_where=text("open")),
    )
    offer: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    provider: UUID = Field(index=True)
    referral: UUID = Field(index=True)
    child: UUID
    home: UUID
    vacancy: UUID
    version: int
    status: str
    open: bool
    answer_by: datetime = _moment()
    weekly_pence: int | None
    available_from: date | None
    decline_reason: str | None


class Placement(_Kept, table=True):
    """Where a child is to live, lives or lived, on nights `[starts, ends)`, with dated prices."""

    __tablename__ = "placements"
    __table_args__ = (
        Index(ONE_PLACEMENT_OF_OFFER, "offer", unique=True, postgresql_where=text("status <> 'cancelled'")),
        CheckConstraint("ends IS NULL OR ends >= starts", name="a_placement_ends_after_it_starts"),
        ExcludeConstraint(
            ("child", "="),
            (text("daterange(starts, ends)"), "&&"),
            name=CHILD_SLEEPS_ONCE,
            using="gist",
            where=text("status IN ('started', 'ended') AND purpose <> 'temporary'"),
        ),
    )
    placement: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    child: UUID = Field(index=True)
    version: int
    status: str
    purpose: str
    moves_from: UUID | None
    referral: UUID | None
    offer: UUID | None
    provider: UUID | None
    home: UUID | None
    place: UUID | None
    tried: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    type: str
    sector: str
    starts: date
    ends: date | None
    reason: str | None
    planned: bool | None
    prices: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))


class CarePeriod(_Kept, table=True):
    """An unbroken time of being looked after."""

    __tablename__ = "care_periods"
    __table_args__ = (
        Index(ONE_OPEN_PERIOD, "child", unique=True, postgresql_where=text("ended IS NULL")),
        CheckConstraint("ended IS NULL OR ended >= started", name="care_ends_after_it_starts"),
    )
    period: UUID = Field(primary_key=True)
    child: UUID = Field(index=True)
    authority: str = Field(index=True)
    version: int
    started: date
    ended: date | None
    legal_status: str
    reason: str | None
