"""What the statutory return asks of a child besides episodes: reviews, health, adoption, absence, social workers and more.

Every row has a version and can be annulled; `told_in` is the newest collection year whose return wrote it, and null
once a person has recorded or corrected it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from services.placements.tables.kept import Kept, flag
from shared.web import problem

STANDS = text("NOT annulled")
REVIEWED_ONCE = "a_child_is_reviewed_once_a_day"
HEALTH_ONCE = "health_is_told_once_a_year"
LEAVER_ONCE = "a_care_leaver_is_told_of_once_a_year"
PERMANENCE_ONCE = "previous_permanence_is_told_once_a_year"
ADOPTED_ONCE = "an_adoption_is_decided_once"
DECIDED_ONCE = "adoption_is_decided_once_at_a_time"
MISSING_ONCE = "a_child_is_missing_once_at_a_time"
ONE_WORKER = "a_child_has_one_social_worker"
ONE_ORDER = "liberty_is_restricted_once_at_a_time"
DECISION_IN_ORDER = "a_decision_is_reversed_after_it_is_made"
MISSING_IN_ORDER = "a_child_returns_after_going_missing"
WORKER_IN_ORDER = "a_social_worker_ends_after_starting"
ORDER_IN_ORDER = "an_order_ends_after_it_starts"

problem.sentence(REVIEWED_ONCE, "A review of the child on that day is recorded already.", field="reviewed_on")
problem.sentence(HEALTH_ONCE, "The child's health in that year is recorded already. Correct that.", field="year")
problem.sentence(LEAVER_ONCE, "The care leaver is recorded for that year already. Correct that.", field="year")
problem.sentence(PERMANENCE_ONCE, "Previous permanence is recorded for that year already. Correct that.", field="year")
problem.sentence(ADOPTED_ONCE, "An adoption decided on that day is recorded already.", field="decided_on")
problem.sentence(DECIDED_ONCE, "Another decision for adoption stood on some of these days.", field="decided_on")
problem.sentence(MISSING_ONCE, "The child was already missing on some of these days.", field="starts")
problem.sentence(ONE_WORKER, "The child had another social worker on some of these days.", field="starts")
problem.sentence(ONE_ORDER, "The child's liberty was already restricted on some of these days.", field="starts")
problem.sentence(DECISION_IN_ORDER, "It would be reversed before it was made.", field="reversed_on", status=422)
problem.sentence(MISSING_IN_ORDER, "The child would return before going missing.", field="ends", status=422)
problem.sentence(WORKER_IN_ORDER, "It would end before it starts.", field="ends", status=422)
problem.sentence(ORDER_IN_ORDER, "The order would end before it starts.", field="ends", status=422)


def _once(name: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, postgresql_where=STANDS)


def _one_at_a_time(name: str, first: str, last: str) -> Any:
    """From the first day until the last; what lasts no longer than a day has that day, so that two of them meet."""
    days = f"daterange({first}, CASE WHEN {last} = {first} THEN {first} + 1 ELSE {last} END)"
    return ExcludeConstraint(("child", "="), (text(days), "&&"), name=name, using="gist", where=STANDS)


class Review(Kept, table=True):
    """A review of the child's case; `participation` is REVIEW_CODE."""

    __tablename__ = "reviews"
    __table_args__ = (_once(REVIEWED_ONCE, "child", "reviewed_on"),)
    review: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    reviewed_on: date
    participation: str


class HealthYear(Kept, table=True):
    """OC2: a child's health in a collection year; what is null is not known."""

    __tablename__ = "health_years"
    __table_args__ = (_once(HEALTH_ONCE, "child", "year"),)
    health: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    year: int
    sdq_score: int | None
    sdq_reason: str | None
    convicted: bool | None
    health_check: bool | None
    immunisations: bool | None
    teeth_check: bool | None
    health_assessment: bool | None
    substance_misuse: bool | None
    intervention_received: bool | None
    intervention_offered: bool | None


class LeaverYear(Kept, table=True):
    """OC3: how a care leaver was living at the birthday in a collection year."""

    __tablename__ = "leaver_years"
    __table_args__ = (_once(LEAVER_ONCE, "child", "year"),)
    leaver: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    year: int
    in_touch: str
    activity: str | None
    accommodation: str | None


class PreviousPermanence(Kept, table=True):
    """PrevPerm: what a child who became looked after in a collection year had had before.

    `ordered_on` is written dd/mm/yyyy with ZZ for a day or month and ZZZZ for a year that nobody knows.
    """

    __tablename__ = "previous_permanence"
    __table_args__ = (_once(PERMANENCE_ONCE, "child", "year"),)
    permanence: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    year: int
    kind: str
    arranged_by: str | None
    ordered_on: str | None


class Adoption(Kept, table=True):
    """AD1: who adopts a child, and when that was decided (DATE_INT) and matched (DATE_MATCH)."""

    __tablename__ = "adoptions"
    __table_args__ = (_once(ADOPTED_ONCE, "child", "decided_on"),)
    adoption: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    decided_on: date
    matched_on: date | None
    by_foster_carer: bool | None
    adopters: int | None
    adopters_sex: str | None
    adopters_status: str | None


class AdoptionDecision(Kept, table=True):
    """PlacedAdoption: that a child should be placed for adoption (DATE_PLACED), and no longer (DATE_PLACED_CEASED)."""

    __tablename__ = "adoption_decisions"
    __table_args__ = (
        CheckConstraint("reversed_on IS NULL OR reversed_on >= decided_on", name=DECISION_IN_ORDER),
        _one_at_a_time(DECIDED_ONCE, "decided_on", "reversed_on"),
    )
    decision: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    decided_on: date
    reversed_on: date | None
    reason: str | None


class MissingSpell(Kept, table=True):
    """Missing from the placement (M) or away from it without authorisation (A), from a day until the child was back."""

    __tablename__ = "missing_spells"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name=MISSING_IN_ORDER),
        _one_at_a_time(MISSING_ONCE, "starts", "ends"),
    )
    missing: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    kind: str
    starts: date
    ends: date | None


class SocialWorkerSpell(Kept, table=True):
    """Who the child's social worker was (SW_ID), from a day until another took over, and why this one came."""

    __tablename__ = "social_worker_spells"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name=WORKER_IN_ORDER),
        _one_at_a_time(ONE_WORKER, "starts", "ends"),
    )
    spell: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    worker: str
    starts: date
    ends: date | None
    reason: str


class LibertyOrder(Kept, table=True):
    """DoLo: an order that authorises depriving the child of liberty, in force from a day until another."""

    __tablename__ = "liberty_orders"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name=ORDER_IN_ORDER),
        _one_at_a_time(ONE_ORDER, "starts", "ends"),
    )
    liberty: UUID = Field(primary_key=True)
    child: UUID
    authority: str = Field(index=True)
    version: int
    annulled: bool = flag()
    told_in: int | None
    starts: date
    ends: date | None
