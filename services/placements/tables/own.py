"""What placements alone decides: offers, placements, periods of care with their legal statuses, coverage."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field

from services.placements.tables.kept import Kept, flag, ids, moment
from shared.web import problem

CHILD_SLEEPS_ONCE = "a_child_lives_in_one_home"
CHILD_STAYS_ONCE = "a_child_stays_in_one_place"
ONE_PERIOD = "a_child_is_in_care_once"
ONE_OPEN_OFFER = "a_home_is_asked_once"
ONE_PLACEMENT_OF_OFFER = "an_offer_is_booked_once"
IN_ORDER = "a_placement_ends_after_it_starts"
CARE_IN_ORDER = "care_ends_after_it_starts"

problem.sentence(CHILD_SLEEPS_ONCE, "The child already lives somewhere on some of these nights.", field="starts")
problem.sentence(CHILD_STAYS_ONCE, "The child already has a temporary stay on some of these nights.", field="starts")
problem.sentence(ONE_PERIOD, "The child is already looked after on some of these days.", field="child")
problem.sentence(ONE_OPEN_OFFER, "This home has already been asked about this child.", field="vacancy")
problem.sentence(ONE_PLACEMENT_OF_OFFER, "This offer has already been booked.", field="offer")
problem.sentence(IN_ORDER, "The placement would end before it starts.", field="ends", status=422)
problem.sentence(CARE_IN_ORDER, "The care would end before it starts.", field="ended", status=422)


class Offer(Kept, table=True):
    """A provider asked about a child, and the answer; `invited_by` may not also approve its price."""

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
    invited_at: datetime = moment()
    invited_by: str
    answer_by: datetime = moment()
    answered_at: datetime | None = moment(null=True)
    weekly_pence: int | None
    available_from: date | None
    decline_reason: str | None
    distance_reason: str | None
    distance_approved_by: str | None
    conditions: str | None
    """What the provider offers it upon; leaves this table by no event."""
    note: str | None
    """What the provider adds to a no; leaves this table by no event."""
    not_chosen_reason: str | None
    """Why it is another home's turn: said while booking that one, told once that one is confirmed."""


class StayReport(Kept, table=True):
    """What a home says of a child who is to live there or does, the newest word; no `report`: it was taken back."""

    __tablename__ = "stay_reports"
    placement: UUID = Field(primary_key=True)
    provider: UUID
    version: int
    report: str | None
    said_of: date | None
    reason: str | None
    planned: bool | None
    said_by: str
    said_at: datetime = moment()


class OfferOpinion(Kept, table=True):
    """What the child's social worker thinks of an offer, the newest word; `words` leave this table by no event."""

    __tablename__ = "offer_opinions"
    offer: UUID = Field(primary_key=True)
    agrees: bool
    objection: str | None
    words: str | None
    said_by: str
    said_at: datetime = moment()


class Placement(Kept, table=True):
    """Where a child is to live, lives or lived, on nights `[starts, ends)`, with dated prices.

    `reason` is the statutory code of its end, or why it was cancelled. Where `place` is null nothing is held.
    `on_hold`: the home was not chosen yet; unless it is, its place is let go at `held_until`, which providers says.
    """

    __tablename__ = "placements"
    __table_args__ = (
        Index(
            ONE_PLACEMENT_OF_OFFER,
            "offer",
            unique=True,
            postgresql_where=text("status NOT IN ('cancelled', 'annulled')"),
        ),
        Index("ix_placements_group_id", "group_id", postgresql_where=text("group_id IS NOT NULL")),
        CheckConstraint("ends IS NULL OR ends >= starts", name=IN_ORDER),
        ExcludeConstraint(
            ("child", "="),
            (text("daterange(starts, ends)"), "&&"),
            name=CHILD_SLEEPS_ONCE,
            using="gist",
            where=text("status IN ('started', 'ended') AND purpose <> 'temporary'"),
        ),
        ExcludeConstraint(
            ("child", "="),
            (text("daterange(starts, ends)"), "&&"),
            name=CHILD_STAYS_ONCE,
            using="gist",
            where=text("status IN ('started', 'ended') AND purpose = 'temporary'"),
        ),
    )
    placement: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    child: UUID = Field(index=True)
    version: int
    status: str
    purpose: str
    moves_from: UUID | None
    referral: UUID | None = Field(index=True)
    offer: UUID | None
    provider: UUID | None = Field(index=True)
    home: UUID | None = Field(index=True)
    place: UUID | None
    tried: list[UUID] = ids()
    held: bool = flag()
    on_hold: bool = flag()
    held_until: datetime | None = moment(null=True)
    group_id: UUID | None
    type: str
    sector: str | None
    urn: str | None
    contract: str | None
    same_carer: bool = flag()
    postcode: str | None
    outward: str | None
    miles_tenths: int | None
    location: str | None
    distance_reason: str | None
    distance_approved_by: str | None
    starts: date
    ends: date | None
    reason: str | None
    planned: bool | None
    long_term_match: bool = flag()
    fear: str | None
    prices: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))


class CarePeriod(Kept, table=True):
    """An unbroken time of being looked after; `legal_status` is the newest of `legal_statuses`."""

    __tablename__ = "care_periods"
    __table_args__ = (
        CheckConstraint("ended IS NULL OR ended >= started", name=CARE_IN_ORDER),
        ExcludeConstraint(
            ("child", "="),
            (text("daterange(started, ended)"), "&&"),
            name=ONE_PERIOD,
            using="gist",
            where=text("NOT annulled"),
        ),
    )
    period: UUID = Field(primary_key=True)
    child: UUID = Field(index=True)
    authority: str = Field(index=True)
    version: int
    started: date
    start_known: bool = flag(default=True)
    ended: date | None
    legal_status: str
    reason: str | None
    category_of_need: str | None
    """SSDA903 CIN, the same for the whole period; the return alone needs it."""
    annulled: bool = flag()


class LegalStatus(Kept, table=True):
    """A legal status of a period of care, in force from a day until the next one's."""

    __tablename__ = "legal_statuses"
    period: UUID = Field(primary_key=True)
    starts: date = Field(primary_key=True)
    status: str


class Coverage(Kept, table=True):
    """From which day an authority's record is whole."""

    __tablename__ = "coverage"
    authority: str = Field(primary_key=True)
    version: int
    starts: date
