"""What metrics keeps: facts, a row for each version of a subject (or for each line of it), and how far they reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Numeric, Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

# PostgreSQL's own names, because a rebuild's tables get those: `LIKE … INCLUDING ALL` does not copy names.
METADATA = MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_name)s_idx", "pk": "%(table_name)s_pkey"})


class _Kept(SQLModel, registry=registry(metadata=METADATA)):
    """The registry of this service's tables alone."""


class _Fact(_Kept):
    """`recorded_at` is the event's own time, so that a rebuild knows it too; `change_id` is the batch that brought it."""

    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    change_id: int = Field(sa_type=BigInteger, index=True)


class CarePeriod(_Fact, table=True):
    """A run of care of one child, as one version of it stood."""

    __tablename__ = "care_periods"
    period: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    authority: str
    child: UUID
    started: date
    ended: date | None
    legal_status: str
    start_known: bool | None
    annulled: bool
    reason: str | None


class Placement(_Fact, table=True):
    """A child's stay with one carer or home on nights `[starts, ends)`."""

    __tablename__ = "placements"
    placement: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    authority: str
    status: str
    child: UUID
    referral: UUID | None
    provider: UUID | None
    home: UUID | None
    place: UUID | None
    type: str
    sector: str | None
    purpose: str
    starts: date
    ends: date | None
    contract: str | None
    same_carer: bool | None
    outward: str | None
    miles_tenths: int | None
    location: str | None
    distance_reason: str | None
    long_term_match: bool | None
    fragile: bool | None
    reason: str | None
    planned: bool | None


class Price(_Fact, table=True):
    """One line of a placement's prices; where a version has no lines, line 0 says so and holds nothing else."""

    __tablename__ = "prices"
    placement: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    authority: str
    element: str | None
    starts: date | None
    ends: date | None
    weekly_pence: int | None


class Home(_Fact, table=True):
    """A children's home or a carer's household; `area` is the authority it stands in."""

    __tablename__ = "homes"
    home: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    provider: UUID
    type: str
    sector: str
    area: str
    outward: str
    youngest: int
    oldest: int
    opened: date
    closed: date | None


class Place(_Fact, table=True):
    """One of the places of a home; line 0 as for prices."""

    __tablename__ = "places"
    home: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    place: UUID | None
    number: int | None
    opens: date | None
    closes: date | None


class Occupation(_Fact, table=True):
    """What stands in a place's calendar on nights `[starts, ends)`; a released one stands there no more."""

    __tablename__ = "occupations"
    occupation: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    authority: str | None
    place: UUID
    home: UUID
    kind: str
    placement: UUID | None
    starts: date
    ends: date | None
    expires_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    released_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    reason: str | None


class Child(_Fact, table=True):
    """What measures ask about a child; no name, no address."""

    __tablename__ = "children"
    child: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    authority: str
    born: date
    sex: str
    ethnicity: str
    uasc: bool


class LegalStatus(_Fact, table=True):
    """One line of a period's legal statuses, in force until the next line's `starts`; line 0 as for prices."""

    __tablename__ = "legal_statuses"
    period: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    authority: str
    child: UUID
    status: str | None
    starts: date | None


class Coverage(_Fact, table=True):
    """The day from which an authority's record is whole."""

    __tablename__ = "coverages"
    authority: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    starts: date


class Vacancy(_Fact, table=True):
    """One of the places that a vacancy offers; line 0 as for prices."""

    __tablename__ = "vacancies"
    vacancy: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    provider: UUID
    home: UUID
    place: UUID | None
    status: str
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime = Field(sa_type=DateTime(timezone=True))


class Referral(_Fact, table=True):
    """One child of a referral, with what is asked for; `type` is the first of the kinds of home that would do."""

    __tablename__ = "referrals"
    referral: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    authority: str
    child: UUID | None
    status: str
    urgency: str
    type: str | None
    submitted_at: datetime = Field(sa_type=DateTime(timezone=True))
    due_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    wanted_from: date
    together: bool | None


class Offer(_Fact, table=True):
    """A home asked for and, it may be, offered for a child; `reason` where the provider declined."""

    __tablename__ = "offers"
    offer: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    authority: str
    referral: UUID
    child: UUID
    provider: UUID
    home: UUID
    vacancy: UUID
    status: str
    invited_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    answered_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    reason: str | None


class Position(_Kept, table=True):
    """How far the facts reach. One row: a batch locks it, so change ids follow commits and have no gaps."""

    __tablename__ = "position"
    one: bool = Field(primary_key=True)
    change_id: int = Field(sa_type=BigInteger)
    epoch: UUID
    """Another value after each rebuild, and in each database."""


class Target(_Kept, table=True):
    """What an authority aims at, in the measure's unit; no fact, so a rebuild leaves it alone."""

    __tablename__ = "targets"
    authority: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    version: int
    value: Decimal = Field(sa_type=Numeric)
    starts: date
    source: str
    """Where the target is written down, as people cite it."""
    set_by: str
    set_at: datetime = Field(sa_type=DateTime(timezone=True))


@dataclass(frozen=True)
class Kind:
    """A fact table as those who read and write it by name need it."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    """Every column but `change_id`, which the writing transaction gives."""
    types: tuple[str, ...]
    """Their PostgreSQL types."""

    @property
    def subject(self) -> str:
        """The column that says whom or what a row is about."""
        return self.key[0]


_TYPES = {"Uuid": "uuid", "Date": "date", "DateTime": "timestamptz", "Integer": "integer", "Boolean": "boolean"}


def _kind(table: Table) -> Kind:
    own = [column for column in table.columns if column.name != "change_id"]
    return Kind(
        table.name,
        tuple(column.name for column in table.primary_key.columns),
        tuple(column.name for column in own),
        tuple(_TYPES.get(type(column.type).__name__, "varchar") for column in own),
    )


FACTS: Sequence[type[_Fact]] = (
    CarePeriod,
    LegalStatus,
    Placement,
    Price,
    Home,
    Place,
    Occupation,
    Vacancy,
    Child,
    Referral,
    Offer,
    Coverage,
)
KINDS: dict[str, Kind] = {kind.table: kind for kind in (_kind(METADATA.tables[str(f.__tablename__)]) for f in FACTS)}
"""Every fact table by name, in the order in which transactions touch them."""
