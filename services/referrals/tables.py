"""Referrals' tables, and what a broken constraint means in words."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, DateTime, Index, Integer, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.web.problem import sentence

METADATA = MetaData()

ONCE_UNACCOMPANIED = "only_who_sought_asylum_ceases_to"
REFERENCE_ONCE = "a_local_reference_is_used_once"
NIGHTS_WANTED = "nights_are_wanted"
sentence(NIGHTS_WANTED, "The home must be wanted for at least one night.", field="wanted_until", status=422)
sentence(ONCE_UNACCOMPANIED, "The child did not seek asylum unaccompanied.", field="uasc_ceased", status=422)
sentence(REFERENCE_ONCE, "Another child has that reference already.", field="local_reference")


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Every table here stands in referrals' own metadata."""


def _moment(*, nullable: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


def _several(kind: Any = Text, *, nullable: bool = False) -> Any:
    return Column(ARRAY(kind), nullable=nullable)


class Child(_Table, table=True):
    """A child an authority is responsible for; the name never leaves this table by an event."""

    __tablename__ = "child"
    __table_args__ = (
        CheckConstraint("uasc OR uasc_ceased IS NULL", name=ONCE_UNACCOMPANIED),
        Index(
            REFERENCE_ONCE,
            "authority",
            "local_reference",
            unique=True,
            postgresql_where=text("local_reference IS NOT NULL"),
        ),
        Index("children_by_pupil_number", "authority", "upn", postgresql_where=text("upn IS NOT NULL")),
        Index(
            "children_once_called_otherwise", "authority", postgresql_where=text("former_references <> '{}'::text[]")
        ),
        Index("children_by_short_reference", "authority", text('"right"(child::text, 8)')),
    )

    child: UUID = Field(primary_key=True)
    authority: str = Field(sa_type=Text)
    version: int
    name: str | None = Field(sa_type=Text)
    """A return names no child: one that came by it is shown by its short reference."""
    born: date
    sex: str = Field(sa_type=Text)
    ethnicity: str = Field(sa_type=Text)
    uasc: bool
    """Unaccompanied and seeking asylum, or once was: until `uasc_ceased`, SSDA903 DUC."""
    uasc_ceased: date | None
    upn: str | None = Field(sa_type=Text)
    home_postcode: str | None = Field(sa_type=Text)
    local_reference: str | None = Field(sa_type=Text)
    """The authority's own case number: SSDA903 CHILD."""
    former_references: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False, server_default=text("'{}'")))
    """What it was before somebody changed it: an older return still tells of the child by it."""
    mother: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    own_child_born: date | None
    places_version: int = Field(sa_column=Column(Integer, nullable=False, server_default=text("0")))


class ImportantPlace(_Table, table=True):
    """Somewhere that matters to a child."""

    __tablename__ = "important_place"

    important_place: UUID = Field(primary_key=True)
    child: UUID = Field(foreign_key="child.child", index=True)
    kind: str = Field(sa_type=Text)
    postcode: str = Field(sa_type=Text)
    within_miles: int | None


class Wish(_Table, table=True):
    """What a child, or somebody who matters to a child, wishes and feels; none is ever changed, the newest stands."""

    __tablename__ = "wish"

    wish: UUID = Field(primary_key=True)
    child: UUID = Field(foreign_key="child.child", index=True)
    whose: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    noted_by: str = Field(sa_type=Text)
    noted_at: datetime = Field(sa_column=_moment(nullable=False))


class NeedsAssessment(_Table, table=True):
    """What a child needs as assessed on a day; none is ever changed, the newest version stands."""

    __tablename__ = "needs_assessment"

    child: UUID = Field(primary_key=True, foreign_key="child.child")
    version: int = Field(primary_key=True)
    assessed_on: date
    needs: list[str] = Field(sa_column=_several())
    solo: bool
    not_with: list[UUID] = Field(sa_column=_several(PG_UUID(as_uuid=True)))
    noted_by: str = Field(sa_type=Text)
    noted_at: datetime = Field(sa_column=_moment(nullable=False))


class Referral(_Table, table=True):
    """One asking for a home, for one child or for several; `stage` is where it stands apart from homes found."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referrals_of_an_authority", "authority", "status"),
        CheckConstraint("wanted_until > wanted_from", name=NIGHTS_WANTED),
    )

    referral: UUID = Field(primary_key=True)
    authority: str = Field(sa_type=Text)
    version: int
    status: str = Field(sa_type=Text)
    stage: str = Field(sa_type=Text)
    asked_while: str | None = Field(sa_type=Text)
    """Where it goes back to once a question is answered."""
    urgency: str = Field(sa_type=Text)
    wanted_from: date
    wanted_until: date | None
    types: list[str] = Field(sa_column=_several())
    together: bool
    needs_panel: bool
    factors: list[str] = Field(sa_column=_several())
    factors_reason: str | None = Field(sa_type=Text)
    summary: str | None = Field(sa_type=Text)
    childs_wishes: str | None = Field(sa_type=Text)
    parents_wishes: str | None = Field(sa_type=Text)
    others_wishes: str | None = Field(sa_type=Text)
    religion: str | None = Field(sa_type=Text)
    racial_origin: str | None = Field(sa_type=Text)
    culture: str | None = Field(sa_type=Text)
    language: str | None = Field(sa_type=Text)
    made_by: str = Field(sa_type=Text)
    made_at: datetime = Field(sa_column=_moment(nullable=False))
    submitted_by: str | None = Field(sa_type=Text)
    submitted_at: datetime | None = Field(sa_column=_moment())
    due_at: datetime | None = Field(sa_column=_moment())
    deadline_passed_at: datetime | None = Field(sa_column=_moment())
    most_weekly_pence: int | None
    approved_until: date | None
    ended_at: datetime | None = Field(sa_column=_moment())
    ended_because: str | None = Field(sa_type=Text)
    ended_words: str | None = Field(sa_type=Text)


class ReferralLine(_Table, table=True):
    """One child of a referral; what is not said here is as in the assessment, the newest until one is written in."""

    __tablename__ = "referral_line"

    referral: UUID = Field(primary_key=True, foreign_key="referral.referral")
    child: UUID = Field(primary_key=True, foreign_key="child.child", index=True)
    position: int
    needs: list[str] | None = Field(sa_column=_several(nullable=True))
    solo: bool | None
    not_with: list[UUID] | None = Field(sa_column=_several(PG_UUID(as_uuid=True), nullable=True))
    assessment: int | None


class Question(_Table, table=True):
    """Further information that was asked for, and its answer."""

    __tablename__ = "question"

    referral: UUID = Field(primary_key=True, foreign_key="referral.referral")
    number: int = Field(primary_key=True)
    about: str = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
    asked_by: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_column=_moment(nullable=False))
    answer: str | None = Field(sa_type=Text)
    answered_by: str | None = Field(sa_type=Text)
    answered_at: datetime | None = Field(sa_column=_moment())


class PanelDecision(_Table, table=True):
    """What a panel decided of a referral, with limits and conditions."""

    __tablename__ = "panel_decision"

    referral: UUID = Field(primary_key=True, foreign_key="referral.referral")
    number: int = Field(primary_key=True)
    decision: str = Field(sa_type=Text)
    decided_on: date
    most_weekly_pence: int | None
    approved_until: date | None
    conditions: str | None = Field(sa_type=Text)
    decided_by: str = Field(sa_type=Text)
    noted_at: datetime = Field(sa_column=_moment(nullable=False))


class DeadlineTimes(_Table, table=True):
    """An authority's own times for finding a home, in working days."""

    __tablename__ = "deadline_times"

    authority: str = Field(primary_key=True, sa_type=Text)
    version: int
    short_notice_working_days: int
    planned_working_days: int
    emergency_in_working_time: bool


class Placing(_Table, table=True):
    """The newest word from placements about each placement that answers a referral."""

    __tablename__ = "home_found"
    __table_args__ = (Index("placings_of_a_line", "referral", "child"),)

    placement: UUID = Field(primary_key=True)
    version: int
    referral: UUID
    child: UUID
    status: str = Field(sa_type=Text)
    starts: date


class OfferOut(_Table, table=True):
    """The newest word from placements about each offer for a child of a referral."""

    __tablename__ = "offer_out"
    __table_args__ = (Index("offers_of_a_line", "referral", "child"),)

    offer: UUID = Field(primary_key=True)
    version: int
    referral: UUID
    child: UUID
    home: UUID
    provider: UUID | None = Field(index=True)
    """Once its offer is accepted it may know who the child is."""
    status: str = Field(sa_type=Text)
    invited_at: datetime | None = Field(sa_column=_moment())
    answered_at: datetime | None = Field(sa_column=_moment())
    agrees: bool | None
    """What the child's social worker said of it; nothing where nobody has."""


class LoadedChild(_Table, table=True):
    """A child last written by a return, as this version: with another, somebody has recorded more since.

    `year` is the newest collection year of a return that told of the child.
    """

    __tablename__ = "loaded_child"

    child: UUID = Field(primary_key=True, foreign_key="child.child")
    version: int
    year: int
