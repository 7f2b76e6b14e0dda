"""Routes for periods of care: legal statuses, corrections, a child's whole record, an authority's coverage."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.placements import actions
from services.placements.api.showing import Reader, Recorder, care_shown, placement_shown
from services.placements.forms import (
    AnnulCare,
    CareShown,
    ChangeLegalStatus,
    CorrectCare,
    CoverageShown,
    DeclareCoverage,
    RecordShown,
)
from services.placements.queries import Filter, my_placements, the_period, the_periods
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import WriteSession

router = APIRouter(prefix="/placements", tags=["care"])
CARE = "/care/{period:uuid}"


@router.get("/children/{child:uuid}", summary="A child's periods of care, legal statuses and placements")
async def record(child: UUID, by: Reader, session: Writing) -> RecordShown:
    periods = [care_shown(row) for row in await the_periods(session, child, by)]
    today = session.clock.today()
    placements = [placement_shown(row, by, today) for row in await my_placements(session, by, Filter(child=child))]
    session.audit(by.id, "read child", child)
    return RecordShown(child=child, periods=periods, placements=placements[::-1])


@router.post(f"{CARE}/legal-status", summary="A legal status came into force")
async def change_legal_status(period: UUID, form: ChangeLegalStatus, by: Recorder, session: Writing) -> CareShown:
    """Said again for the same day it replaces that day's; none takes it away."""
    await actions.change_legal_status(session, period, form, by=by)
    return await _shown(session, period)


@router.post(f"{CARE}/correct", summary="What was recorded of a period of care is put right")
async def correct(period: UUID, form: CorrectCare, by: Recorder, session: Writing) -> CareShown:
    await actions.correct_care(session, period, form, by=by)
    return await _shown(session, period)


@router.post(f"{CARE}/annul", summary="The period was recorded in error")
async def annul(period: UUID, form: AnnulCare, by: Recorder, session: Writing) -> CareShown:
    await actions.annul_care(session, period, form, by=by)
    return await _shown(session, period)


async def _shown(session: WriteSession, period: UUID) -> CareShown:
    row = await the_period(session, period)
    assert row is not None
    return care_shown(row)


@router.post("/coverage", summary="From which day my authority's record is whole")
async def declare_coverage(
    form: DeclareCoverage, by: Annotated[Person, Depends(may("placements:declare_coverage"))], session: Writing
) -> CoverageShown:
    row = await actions.declare_own_coverage(session, form, by=by)
    return CoverageShown(authority=row.authority, version=row.version, starts=row.starts)
