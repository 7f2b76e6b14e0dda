"""Placements' copies of what referrals and providers told it: the newest version of each."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.placements.tables.kept import Kept, flag, ids, moment, texts


class Child(Kept, table=True):
    """Referrals' child, as far as matching and the return need."""

    __tablename__ = "children"
    child: UUID = Field(primary_key=True)
    authority: str
    version: int
    born: date
    sex: str
    ethnicity: str | None
    uasc: bool = flag()
    uasc_ceased: date | None
    """SSDA903 DUC: from when the child is no longer seeking asylum unaccompanied."""


class StatutoryDetails(Kept, table=True):
    """What the statutory return needs of a child besides; nowhere else but with referrals."""

    __tablename__ = "statutory_details"
    child: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    version: int
    reference: str | None
    former_references: list[str] = texts()
    upn: str | None
    home_postcode: str | None
    mother: bool = flag()
    own_child_born: date | None


class ImportantPlaces(Kept, table=True):
    """Where it matters to a child to be near, or not to be: `kind`, `postcode` and `within_miles` of each."""

    __tablename__ = "important_places"
    child: UUID = Field(primary_key=True)
    authority: str
    version: int
    places: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))


class Assessment(Kept, table=True):
    """What a child needs, as last assessed; what a referral asks for is on its own line."""

    __tablename__ = "assessments"
    child: UUID = Field(primary_key=True)
    authority: str
    version: int
    assessed_on: date
    needs: list[str] = texts()
    solo: bool = flag()
    not_with: list[UUID] = ids()


class Referral(Kept, table=True):
    """Referrals' request for a home; `open` while one is still wanted."""

    __tablename__ = "referrals"
    referral: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    version: int
    status: str
    urgency: str
    submitted_at: datetime = moment()
    due_at: datetime | None = moment(null=True)
    wanted_from: date
    wanted_until: date | None
    types: list[str] = texts()
    together: bool = flag(default=True)
    most_weekly_pence: int | None
    approved_until: date | None
    open: bool


class ReferralChild(Kept, table=True):
    """One child of a referral with what that child needs."""

    __tablename__ = "referral_children"
    referral: UUID = Field(primary_key=True)
    child: UUID = Field(primary_key=True)
    needs: list[str] = texts()
    solo: bool = flag()
    not_with: list[UUID] = ids()


class Provider(Kept, table=True):
    """Providers' organisation; `owned_by` is the only authority whose children its homes are for."""

    __tablename__ = "providers"
    provider: UUID = Field(primary_key=True)
    version: int
    name: str
    sector: str
    owned_by: str | None
    urn: str | None
    checked_until: date | None


class Contract(Kept, table=True):
    """On what terms an authority may buy from a provider on nights `[starts, ends)`."""

    __tablename__ = "contracts"
    __table_args__ = (Index("ix_contracts_between", "authority", "provider"),)
    contract: UUID = Field(primary_key=True)
    provider: UUID
    authority: str
    version: int
    kind: str
    tier: int | None
    lot: str | None
    types: list[str] = texts()
    starts: date
    ends: date | None
    weekly_pence: int | None
    block_places: int | None


class Home(Kept, table=True):
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
    sexes: list[str] = texts()
    opened: date
    closed: date | None
    urn: str | None
    rating: str | None
    rated_on: date | None
    solo: bool = flag()
    also: list[str] = texts()


class HomeLocation(Kept, table=True):
    """Exactly where a home is; nowhere else but with providers."""

    __tablename__ = "home_locations"
    home: UUID = Field(primary_key=True)
    version: int
    postcode: str


class Place(Kept, table=True):
    """Providers' place in a home."""

    __tablename__ = "places"
    place: UUID = Field(primary_key=True)
    home: UUID = Field(index=True)
    version: int
    number: int
    features: list[str] = texts()
    opens: date
    closes: date | None
    reserved_for: str | None
    emergency: bool = flag()
    beyond_approved: bool = flag()


class Vacancy(Kept, table=True):
    """Providers' offer of named places; `youngest`, `oldest`, `sexes` where narrower than the home's own."""

    __tablename__ = "vacancies"
    vacancy: UUID = Field(primary_key=True)
    provider: UUID
    home: UUID
    version: int
    places: list[UUID] = ids()
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime = moment()
    withdrawn: bool
    youngest: int | None
    oldest: int | None
    sexes: list[str] = texts()


class Occupation(Kept, table=True):
    """Providers' word on which nights of a place are taken, as what, and by which placement if by one."""

    __tablename__ = "occupations"
    __table_args__ = (Index("ix_occupations_home", "home", postgresql_where=text("NOT released")),)
    occupation: UUID = Field(primary_key=True)
    place: UUID = Field(index=True)
    home: UUID
    version: int
    kind: str
    placement: UUID | None
    starts: date
    ends: date | None
    expires_at: datetime | None = moment(null=True)
    released: bool
