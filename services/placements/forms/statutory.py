"""What is asked and shown of the facts that the statutory return wants besides episodes; nothing in them is free text."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

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
from shared.contracts.statutory import Arranger, PartlyKnownDay
from shared.web.fields import Day, Form, Version

Year = Annotated[
    int, Field(strict=True, ge=2000, le=2100, description="collection year: it ends on 31 March of this year")
]
Yes = Annotated[bool | None, Field(strict=True, description="none, where it is not known")]
Worker = Annotated[str, StringConstraints(pattern=r"^(SW|XX)[0-9A-Z]{2,10}$")]


class Shown(BaseModel):
    """What every fact is shown with."""

    record: UUID
    child: UUID
    version: int
    annulled: bool


class AnnulFact(Form):
    """Which version was recorded in error?"""

    version: Version = Field(examples=[1])


class RecordReview(Form):
    """When was the child's case reviewed, and how did the child take part?"""

    reviewed_on: Day = Field(examples=["2026-02-17"])
    participation: ReviewParticipation = Field(examples=["PN1"], description="SSDA903 REVIEW_CODE")


class CorrectReview(RecordReview):
    """What should have been recorded of the review?"""

    version: Version = Field(examples=[1])


class ReviewShown(Shown, RecordReview):
    """A review of a child's case."""


class RecordHealth(Form):
    """How was the child's health looked after in a collection year? SSDA903 OC2."""

    year: Year = Field(examples=[2026])
    sdq_score: int | None = Field(None, strict=True, ge=0, le=40, examples=[14])
    sdq_reason: NoScoreReason | None = Field(None, description="why there is no score")
    convicted: Yes = None
    health_check: Yes = Field(None, description="up to date; of children under five")
    immunisations: Yes = Field(None, examples=[True])
    teeth_check: Yes = Field(None, examples=[True])
    health_assessment: Yes = Field(None, examples=[True])
    substance_misuse: Yes = None
    intervention_received: Yes = None
    intervention_offered: Yes = None


class CorrectHealth(RecordHealth):
    """What should have been recorded of the child's health in that year?"""

    version: Version = Field(examples=[1])


class HealthShown(Shown, RecordHealth):
    """A child's health in a collection year."""


class RecordCareLeaver(Form):
    """How was the care leaver living at the birthday in a collection year? SSDA903 OC3."""

    year: Year = Field(examples=[2026])
    in_touch: InTouch = Field(examples=["YES"])
    activity: Activity | None = Field(None, examples=["F2"])
    accommodation: Accommodation | None = Field(None, examples=["U1"])


class CorrectCareLeaver(RecordCareLeaver):
    """What should have been recorded of the care leaver?"""

    version: Version = Field(examples=[1])


class CareLeaverShown(Shown, RecordCareLeaver):
    """A care leaver in a collection year."""


class RecordPreviousPermanence(Form):
    """What permanence had a child had who became looked after in a collection year? SSDA903 PrevPerm."""

    year: Year = Field(examples=[2026])
    kind: PermanenceKind = Field(examples=["P2"], description="SSDA903 PREV_PERM")
    arranged_by: Arranger | None = Field(None, examples=["301"], description="SSDA903 LA_PERM")
    ordered_on: PartlyKnownDay | None = Field(None, examples=["ZZ/05/2019"], description="dd/mm/yyyy; ZZ: not known")


class CorrectPreviousPermanence(RecordPreviousPermanence):
    """What should have been recorded of previous permanence?"""

    version: Version = Field(examples=[1])


class PreviousPermanenceShown(Shown, RecordPreviousPermanence):
    """What permanence a child had had before."""


class RecordAdoption(Form):
    """Who adopts the child, when was that decided, and when were they matched? SSDA903 AD1."""

    decided_on: Day = Field(examples=["2025-06-11"], description="that adoption is best: DATE_INT")
    matched_on: Day | None = Field(None, examples=["2025-10-02"])
    by_foster_carer: Yes = Field(None, examples=[False])
    adopters: int | None = Field(None, strict=True, ge=1, le=2, examples=[2])
    adopters_sex: AdoptersSex | None = Field(None, examples=["MF"])
    adopters_status: AdoptersStatus | None = Field(None, examples=["L11"])


class CorrectAdoption(RecordAdoption):
    """What should have been recorded of the adoption?"""

    version: Version = Field(examples=[1])


class AdoptionShown(Shown, RecordAdoption):
    """An adoption."""


class RecordAdoptionDecision(Form):
    """When was it decided that the child should be placed for adoption, and if reversed, when and why?"""

    decided_on: Day = Field(examples=["2025-06-11"], description="SSDA903 DATE_PLACED")
    reversed_on: Day | None = Field(None, description="SSDA903 DATE_PLACED_CEASED")
    reason: ReversalReason | None = Field(None, description="SSDA903 REASON_PLACED_CEASED")


class CorrectAdoptionDecision(RecordAdoptionDecision):
    """What should have been recorded of the decision?"""

    version: Version = Field(examples=[1])


class AdoptionDecisionShown(Shown, RecordAdoptionDecision):
    """A decision that a child should be placed for adoption."""


class RecordMissing(Form):
    """From when until when was the child missing, or away without authorisation?"""

    kind: AbsenceKind = Field(examples=["M"])
    starts: Day = Field(examples=["2026-02-20"])
    ends: Day | None = Field(None, examples=["2026-02-21"], description="none, while the child is not back")


class CorrectMissing(RecordMissing):
    """What should have been recorded of the absence?"""

    version: Version = Field(examples=[1])


class MissingShown(Shown, RecordMissing):
    """A time when a child was missing."""


class RecordSocialWorker(Form):
    """Who became the child's social worker, when, and why?"""

    worker: Worker = Field(
        examples=["SW12345"], description="the number at Social Work England; XX and digits for none"
    )
    starts: Day = Field(examples=["2025-09-01"])
    ends: Day | None = Field(None, description="none, while it is this social worker")
    reason: WorkerChange = Field(examples=["LEFTRL"])


class CorrectSocialWorker(RecordSocialWorker):
    """What should have been recorded of the social worker?"""

    version: Version = Field(examples=[1])


class SocialWorkerShown(Shown, RecordSocialWorker):
    """A time with one social worker."""


class RecordLiberty(Form):
    """From when until when was an order in force that deprives the child of liberty?"""

    starts: Day = Field(examples=["2026-01-12"])
    ends: Day | None = Field(None, description="none, while it is in force")


class CorrectLiberty(RecordLiberty):
    """What should have been recorded of the order?"""

    version: Version = Field(examples=[1])


class LibertyShown(Shown, RecordLiberty):
    """A time under an order that deprives a child of liberty."""


class StatutoryShown(BaseModel):
    """Everything the return asks of a child besides episodes, as it stands; what was annulled is left out."""

    child: UUID
    born: date
    reviews: list[ReviewShown]
    health: list[HealthShown]
    care_leavers: list[CareLeaverShown]
    previous_permanence: list[PreviousPermanenceShown]
    adoptions: list[AdoptionShown]
    adoption_decisions: list[AdoptionDecisionShown]
    missing: list[MissingShown]
    social_workers: list[SocialWorkerShown]
    liberty: list[LibertyShown]
