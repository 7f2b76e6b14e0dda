"""Routes for what the statutory return asks of a child besides episodes: record, correct, annul, look."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter

from services.placements.actions import statutory as actions
from services.placements.api.showing import Reader, Recorder
from services.placements.forms.statutory import (
    AdoptionDecisionShown,
    AdoptionShown,
    AnnulFact,
    CareLeaverShown,
    CorrectAdoption,
    CorrectAdoptionDecision,
    CorrectCareLeaver,
    CorrectHealth,
    CorrectLiberty,
    CorrectMissing,
    CorrectPreviousPermanence,
    CorrectReview,
    CorrectSocialWorker,
    HealthShown,
    LibertyShown,
    MissingShown,
    PreviousPermanenceShown,
    RecordAdoption,
    RecordAdoptionDecision,
    RecordCareLeaver,
    RecordHealth,
    RecordLiberty,
    RecordMissing,
    RecordPreviousPermanence,
    RecordReview,
    RecordSocialWorker,
    ReviewShown,
    Shown,
    SocialWorkerShown,
    StatutoryShown,
)
from services.placements.queries.statutory import facts_of, the_child
from services.placements.statutory import KINDS, Kind, KindName
from shared.store.database import Writing
from shared.store.session import Row

router = APIRouter(prefix="/placements/statutory", tags=["statutory return"])
AnyShown = TypeVar("AnyShown", bound=Shown)
CHILD = "/children/{child:uuid}"


def _shown(shown: type[AnyShown], kind: Kind, row: Row) -> AnyShown:
    whose = {"record": row[kind.key], "child": row.child, "version": row.version, "annulled": row.annulled}
    return shown.model_validate(whose | {name: row[name] for name in kind.columns})


@router.get(CHILD, summary="Everything the return asks of a child besides episodes")
async def everything(child: UUID, by: Reader, session: Writing) -> StatutoryShown:
    known = await the_child(session, child, by)
    found = await facts_of(session, child)
    session.audit(by.id, "read child", child)
    return StatutoryShown(
        child=child,
        born=known.born,
        reviews=_all(ReviewShown, KindName.REVIEWS, found),
        health=_all(HealthShown, KindName.HEALTH, found),
        care_leavers=_all(CareLeaverShown, KindName.CARE_LEAVERS, found),
        previous_permanence=_all(PreviousPermanenceShown, KindName.PREVIOUS_PERMANENCE, found),
        adoptions=_all(AdoptionShown, KindName.ADOPTIONS, found),
        adoption_decisions=_all(AdoptionDecisionShown, KindName.ADOPTION_DECISIONS, found),
        missing=_all(MissingShown, KindName.MISSING, found),
        social_workers=_all(SocialWorkerShown, KindName.SOCIAL_WORKERS, found),
        liberty=_all(LibertyShown, KindName.LIBERTY, found),
    )


def _all(shown: type[AnyShown], name: KindName, found: Mapping[KindName, list[Row]]) -> list[AnyShown]:
    return [_shown(shown, KINDS[name], row) for row in found[name]]


@router.post("/{kind}/{record:uuid}/annul", summary="A fact was recorded in error")
async def annul(kind: KindName, record: UUID, form: AnnulFact, by: Recorder, session: Writing) -> Shown:
    row = await actions.annul_fact(session, KINDS[kind], record, seen=form.version, by=by)
    return _shown(Shown, KINDS[kind], row)


@router.post(f"{CHILD}/reviews", status_code=201, summary="A review of the child took place")
async def record_reviews(child: UUID, form: RecordReview, by: Recorder, session: Writing) -> ReviewShown:
    kind = KINDS[KindName.REVIEWS]
    return _shown(ReviewShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post("/reviews/{record:uuid}/correct", summary="What was recorded of a review is put right")
async def correct_reviews(record: UUID, form: CorrectReview, by: Recorder, session: Writing) -> ReviewShown:
    kind = KINDS[KindName.REVIEWS]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(ReviewShown, kind, row)


@router.post(f"{CHILD}/health", status_code=201, summary="How the child's health was looked after in a year")
async def record_health(child: UUID, form: RecordHealth, by: Recorder, session: Writing) -> HealthShown:
    kind = KINDS[KindName.HEALTH]
    return _shown(HealthShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post("/health/{record:uuid}/correct", summary="What was recorded of a child's health in a year is put right")
async def correct_health(record: UUID, form: CorrectHealth, by: Recorder, session: Writing) -> HealthShown:
    kind = KINDS[KindName.HEALTH]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(HealthShown, kind, row)


@router.post(f"{CHILD}/care-leavers", status_code=201, summary="How a care leaver was living")
async def record_care_leavers(child: UUID, form: RecordCareLeaver, by: Recorder, session: Writing) -> CareLeaverShown:
    kind = KINDS[KindName.CARE_LEAVERS]
    return _shown(CareLeaverShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post("/care-leavers/{record:uuid}/correct", summary="What was recorded of a care leaver is put right")
async def correct_care_leavers(
    record: UUID, form: CorrectCareLeaver, by: Recorder, session: Writing
) -> CareLeaverShown:
    kind = KINDS[KindName.CARE_LEAVERS]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(CareLeaverShown, kind, row)


@router.post(f"{CHILD}/previous-permanence", status_code=201, summary="What permanence the child had had before")
async def record_previous_permanence(
    child: UUID, form: RecordPreviousPermanence, by: Recorder, session: Writing
) -> PreviousPermanenceShown:
    kind = KINDS[KindName.PREVIOUS_PERMANENCE]
    return _shown(PreviousPermanenceShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post(
    "/previous-permanence/{record:uuid}/correct", summary="What was recorded of previous permanence is put right"
)
async def correct_previous_permanence(
    record: UUID, form: CorrectPreviousPermanence, by: Recorder, session: Writing
) -> PreviousPermanenceShown:
    kind = KINDS[KindName.PREVIOUS_PERMANENCE]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(PreviousPermanenceShown, kind, row)


@router.post(f"{CHILD}/adoptions", status_code=201, summary="Who adopts the child")
async def record_adoptions(child: UUID, form: RecordAdoption, by: Recorder, session: Writing) -> AdoptionShown:
    kind = KINDS[KindName.ADOPTIONS]
    return _shown(AdoptionShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post("/adoptions/{record:uuid}/correct", summary="What was recorded of an adoption is put right")
async def correct_adoptions(record: UUID, form: CorrectAdoption, by: Recorder, session: Writing) -> AdoptionShown:
    kind = KINDS[KindName.ADOPTIONS]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(AdoptionShown, kind, row)


@router.post(
    f"{CHILD}/adoption-decisions", status_code=201, summary="The child should be placed for adoption, or no longer"
)
async def record_adoption_decisions(
    child: UUID, form: RecordAdoptionDecision, by: Recorder, session: Writing
) -> AdoptionDecisionShown:
    kind = KINDS[KindName.ADOPTION_DECISIONS]
    return _shown(AdoptionDecisionShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post(
    "/adoption-decisions/{record:uuid}/correct", summary="What was recorded of a decision for adoption is put right"
)
async def correct_adoption_decisions(
    record: UUID, form: CorrectAdoptionDecision, by: Recorder, session: Writing
) -> AdoptionDecisionShown:
    kind = KINDS[KindName.ADOPTION_DECISIONS]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(AdoptionDecisionShown, kind, row)


@router.post(f"{CHILD}/missing", status_code=201, summary="The child was missing, or away without authorisation")
async def record_missing(child: UUID, form: RecordMissing, by: Recorder, session: Writing) -> MissingShown:
    kind = KINDS[KindName.MISSING]
    return _shown(MissingShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post("/missing/{record:uuid}/correct", summary="What was recorded of an absence is put right")
async def correct_missing(record: UUID, form: CorrectMissing, by: Recorder, session: Writing) -> MissingShown:
    kind = KINDS[KindName.MISSING]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(MissingShown, kind, row)


@router.post(f"{CHILD}/social-workers", status_code=201, summary="The child has a social worker")
async def record_social_workers(
    child: UUID, form: RecordSocialWorker, by: Recorder, session: Writing
) -> SocialWorkerShown:
    kind = KINDS[KindName.SOCIAL_WORKERS]
    return _shown(SocialWorkerShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post(
    "/social-workers/{record:uuid}/correct", summary="What was recorded of a child's social worker is put right"
)
async def correct_social_workers(
    record: UUID, form: CorrectSocialWorker, by: Recorder, session: Writing
) -> SocialWorkerShown:
    kind = KINDS[KindName.SOCIAL_WORKERS]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(SocialWorkerShown, kind, row)


@router.post(f"{CHILD}/liberty", status_code=201, summary="An order deprives the child of liberty")
async def record_liberty(child: UUID, form: RecordLiberty, by: Recorder, session: Writing) -> LibertyShown:
    kind = KINDS[KindName.LIBERTY]
    return _shown(LibertyShown, kind, await actions.record_fact(session, kind, child, form, by=by))


@router.post(
    "/liberty/{record:uuid}/correct", summary="What was recorded of an order that deprives of liberty is put right"
)
async def correct_liberty(record: UUID, form: CorrectLiberty, by: Recorder, session: Writing) -> LibertyShown:
    kind = KINDS[KindName.LIBERTY]
    row = await actions.correct_fact(session, kind, record, form, seen=form.version, by=by)
    return _shown(LibertyShown, kind, row)
