"""Referrals' tables, and what a broken constraint means in words."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, Index, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.web.problem import sentence

METADATA = MetaData()

REFERENCE_ONCE = "a_local_reference_is_used_once"
NIGHTS_WANTED = "nights_are_wanted"
sentence(NIGHTS_WANTED, "The home must be wanted for at least one night.", field="wanted_until", status=422)
sentence(REFERENCE_ONCE, "Another child has that reference already.", field="local_reference")


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Every table here stands in referrals' own metadata."""


def _moment(*, nullable: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


class Child(_Table, table=True):
    """A child an authority is responsible for; name, postcode and reference never leave this table by an event."""

    __tablename__ = "child"
    __table_args__ = (
        Index(
            REFERENCE_ONCE,
            "authority",
            "local_reference",
            unique=True,
            postgresql_where=text("local_reference IS NOT NULL"),
        ),
    )

    child: UUID = Field(primary_key=True)
    authority: str = Field(sa_type=Text)
    version: int
    name: str = Field(sa_type=Text)
    born: date
    sex: str = Field(sa_type=Text)
    ethnicity: str = Field(sa_type=Text)
    uasc: bool
    home_postcode: str | None = Field(sa_type=Text)
    local_reference: str | None = Field(sa_type=Text)


class Referral(_Table, table=True):
    """One asking for a home, for one child or for several together."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referrals_of_an_authority", "authority", "status"),
        CheckConstraint("wanted_until > wanted_from", name=NIGHTS_WANTED),
    )

    referral: UUID = Field(primary_key=True)
    authority: str = Field(sa_type=Text)
    version: int
    status: str = Field(sa_type=Text)
    urgency: str = Field(sa_type=Text)
    wanted_from: date
    wanted_until: date | None
    types: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    summary: str | None = Field(sa_type=Text)
    made_by: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_column=_moment(nullable=False))
    submitted_at: datetime | None = Field(sa_column=_moment())


class ReferralLine(_Table, table=True):
    """One child of a referral, and what that child needs, jointly."""

    __tablename__ = "referral_line"

    referral: UUID = Field(primary_key=True, foreign_key="referral.referral")
    child: UUID = Field(primary_key=True, foreign_key="child.child", index=True)
    position: int
    needs: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class Placing(_Table, table=True):
    """The newest word from placements about each placement that answers a referral."""

    __tablename__ = "home_found"
    __table_args__ = (Index("placings_of_a_line", "referral", "child"),)

    placement: UUID = Field(primary_key=True)
    version: int
    referral: UUID
    child: UUID
    status: str = Field(sa_type=Text)
