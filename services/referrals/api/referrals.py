"""Routes of referrals."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals import queries
from services.referrals.actions import referrals as actions
from services.referrals.forms import AsOfVersion, MakeReferral, ReferralAnswer, ReferralSummary
from shared.contracts.vocabulary import ReferralStatus, Urgency
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession

router = APIRouter(prefix="/referrals", tags=["referrals"])
Referrer = Annotated[Person, Depends(may("referrals:submit"))]
Reader = Annotated[Person, Depends(may("referrals:read"))]
NO_VERSION = AsOfVersion(version=None)


async def _answer(session: ReadSession, referral: UUID, by: Person) -> ReferralAnswer:
    row = await queries.referral_of(session, referral, by)
    return ReferralAnswer.of(row, await queries.lines_of(session, referral))


@router.post("", status_code=201, summary="Draft a referral")
async def make_referral(form: MakeReferral, by: Referrer, session: Writing) -> ReferralAnswer:
    return await _answer(session, await actions.make_referral(session, form, by=by), by)


@router.post("/{referral:uuid}/submit", summary="Ask for the home")
async def submit_referral(
    referral: UUID, by: Referrer, session: Writing, form: AsOfVersion = NO_VERSION
) -> ReferralAnswer:
    await actions.submit_referral(session, referral, version=form.version, by=by)
    return await _answer(session, referral, by)


@router.post("/{referral:uuid}/withdraw", summary="Ask no longer")
async def withdraw_referral(
    referral: UUID, by: Referrer, session: Writing, form: AsOfVersion = NO_VERSION
) -> ReferralAnswer:
    await actions.withdraw_referral(session, referral, version=form.version, by=by)
    return await _answer(session, referral, by)


@router.get("", summary="Your authority's referrals")
async def referrals(
    by: Reader,
    session: Reading,
    status: Annotated[ReferralStatus | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
) -> list[ReferralSummary]:
    rows = await queries.referrals_of_authority(session, by, status, urgency)
    return [ReferralSummary(**row) for row in rows]


@router.get("/{referral:uuid}", summary="One referral with its children")
async def referral(referral: UUID, by: Reader, session: Writing) -> ReferralAnswer:
    answer = await _answer(session, referral, by)
    session.audit(by.id, "read referral", referral)
    return answer
