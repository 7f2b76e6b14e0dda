"""What placements tells of the facts that the statutory return asks for besides episodes, on a topic of their own.

Each event says how one fact now stands, also once it has been annulled. What no figure can need stays with placements:
convictions, substance misuse, and which social worker it is.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from shared.contracts.event import Event
from shared.contracts.return_codes import (
    AbsenceKind,
    Accommodation,
    Activity,
    AdoptersSex,
    AdoptersStatus,
    InTouch,
    NoScoreReason,
    PermanenceKind,
    ReversalReason,
    ReviewParticipation,
    WorkerChange,
)

TOPIC = "placements.statutory"
PartlyKnownDay = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|ZZ)/([0-9]{2}|ZZ)/([0-9]{4}|ZZZZ)$")]
"""dd/mm/yyyy with ZZ for a day or month and ZZZZ for a year that nobody knows."""
Arranger = Annotated[str, StringConstraints(pattern=r"^([0-9]{3}|WAL|SCO|NUK|NIR)$")]
"""The three digits of an authority in England, WAL, SCO, NIR, or NUK for outside the United Kingdom."""


class _Fact(Event):
    child: UUID
    authority: str
    version: int
    annulled: bool = False


class ReviewNoted(_Fact, topic=TOPIC, subject="review"):
    """A child's case was reviewed."""

    review: UUID
    reviewed_on: date
    participation: ReviewParticipation


class HealthNoted(_Fact, topic=TOPIC, subject="health"):
    """How a child's health was looked after in a collection year; what is null is not known."""

    health: UUID
    year: int
    sdq_score: int | None
    sdq_reason: NoScoreReason | None
    health_check: bool | None
    immunisations: bool | None
    teeth_check: bool | None
    health_assessment: bool | None


class CareLeaverNoted(_Fact, topic=TOPIC, subject="leaver"):
    """How a care leaver was living at the birthday in a collection year."""

    leaver: UUID
    year: int
    in_touch: InTouch
    activity: Activity | None
    accommodation: Accommodation | None


class PreviousPermanenceNoted(_Fact, topic=TOPIC, subject="permanence"):
    """What permanence a child who became looked after in a collection year had had before."""

    permanence: UUID
    year: int
    kind: PermanenceKind
    arranged_by: Arranger | None
    ordered_on: PartlyKnownDay | None


class AdoptionNoted(_Fact, topic=TOPIC, subject="adoption"):
    """By whom a child is to be adopted, when that was decided and when they were matched."""

    adoption: UUID
    decided_on: date
    matched_on: date | None
    by_foster_carer: bool | None
    adopters: int | None
    adopters_sex: AdoptersSex | None
    adopters_status: AdoptersStatus | None


class AdoptionDecided(_Fact, topic=TOPIC, subject="decision"):
    """It was decided that a child should be placed for adoption; or, with `reversed_on`, that it should not after all."""

    decision: UUID
    decided_on: date
    reversed_on: date | None
    reason: ReversalReason | None


class MissingNoted(_Fact, topic=TOPIC, subject="missing"):
    """A child was missing, or away without authorisation, from a day until back."""

    missing: UUID
    kind: AbsenceKind
    starts: date
    ends: date | None


class SocialWorkerNoted(_Fact, topic=TOPIC, subject="spell"):
    """A child has a social worker from a day on; who, stays with placements."""

    spell: UUID
    starts: date
    ends: date | None
    reason: WorkerChange


class LibertyRestricted(_Fact, topic=TOPIC, subject="liberty"):
    """An order that deprives a child of liberty, in force from a day until another."""

    liberty: UUID
    starts: date
    ends: date | None
