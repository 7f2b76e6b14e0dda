"""Routes of referrals, from draft to end."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.referrals import queries
from services.referrals.actions import endings
from services.referrals.actions import referrals as actions
from services.referrals.forms.children import FindChild
from services.referrals.forms.referrals import (
    AmendReferral,
    AsOfVersion,
    CloseReferral,
    MakeReferral,
    Order,
    ReferralAnswer,
    ReferralSummary,
    WithdrawReferral,
)
from services.referrals.forms.withdrawal import WithdrawalAnswer
from services.referrals.queries import the_referral
from shared.contracts.vocabulary import ReferralStatus, Urgency
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing

router = APIRouter(prefix="/referrals", tags=["referrals"])
Referrer = Annotated[Person, Depends(may("referrals:submit"))]
Reader = Annotated[Person, Depends(may("referrals:read"))]
NO_VERSION = AsOfVersion(version=None)


@router.post("", status_code=201, summary="Draft a referral")
async def make_referral(form: MakeReferral, by: Referrer, session: Writing) -> ReferralAnswer:
    return await the_referral(session, await actions.make_referral(session, form, by=by), by)


@router.post("/{referral:uuid}/amend", summary="Ask for something else")
async def amend_referral(referral: UUID, form: AmendReferral, by: Referrer, session: Writing) -> ReferralAnswer:
    await actions.amend_referral(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.post("/{referral:uuid}/submit", summary="Ask for the home")
async def submit_referral(
    referral: UUID, by: Referrer, session: Writing, form: AsOfVersion = NO_VERSION
) -> ReferralAnswer:
    await actions.submit_referral(session, referral, version=form.version, by=by)
    return await the_referral(session, referral, by)


@router.get("/{referral:uuid}/withdrawal", summary="What would fall with a referral")
async def withdrawal(referral: UUID, by: Referrer, session: Writing) -> WithdrawalAnswer:
    row = await queries.referral_of(session, referral, by)
    session.audit(by.id, "read withdrawal", referral)
    lines, (offers, homes) = await queries.lines_of(session, referral), await queries.out_for(session, referral)
    return WithdrawalAnswer.of(row, lines, offers, homes)


@router.post("/{referral:uuid}/withdraw", summary="Ask no longer")
async def withdraw_referral(referral: UUID, form: WithdrawReferral, by: Referrer, session: Writing) -> ReferralAnswer:
    await endings.withdraw_referral(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.post("/{referral:uuid}/close", summary="No home could be found")
async def close_unplaced(referral: UUID, form: CloseReferral, by: Referrer, session: Writing) -> ReferralAnswer:
    await endings.close_unplaced(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.get("", summary="Your authority's referrals")
async def referrals(
    by: Reader,
    session: Reading,
    status: Annotated[ReferralStatus | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
    overdue: Annotated[bool | None, Query(description="past its deadline while a home is looked for")] = None,
    child: Annotated[UUID | None, Query()] = None,
    sort: Annotated[Order, Query(description="soonest first")] = Order.WANTED,
) -> list[ReferralSummary]:
    rows = await queries.referrals_of_authority(
        session, by, status=status, urgency=urgency, overdue=overdue, child=child, order=sort
    )
    return [ReferralSummary.of(row, session.clock.now()) for row in rows]


@router.post("/search", summary="Find referrals by their reference, or by a child's")
async def find_referrals(form: FindChild, by: Reader, session: Writing) -> list[ReferralSummary]:
    rows = await queries.referrals_called(session, form.reference, by)
    for row in rows:
        session.audit(by.id, "find referral", row.referral)
    return [ReferralSummary.of(row, session.clock.now()) for row in rows]


@router.get("/{referral:uuid}", summary="One referral with its children")
async def referral(referral: UUID, by: Reader, session: Writing) -> ReferralAnswer:
    answer = await the_referral(session, referral, by)
    session.audit(by.id, "read referral", referral)
    return answer
