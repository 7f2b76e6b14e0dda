"""Routes of further information, of the panel's decision and of an authority's deadlines."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.referrals import queries
from services.referrals.actions import panel
from services.referrals.actions.deadlines import set_deadlines
from services.referrals.domain import authority_of
from services.referrals.forms.panel import AnswerQuestion, AskForInformation, DeadlinesAnswer, Decide, SetDeadlines
from services.referrals.forms.referrals import AsOfVersion, ReferralAnswer
from services.referrals.queries import the_referral
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession

router = APIRouter(prefix="/referrals", tags=["panel"])
Referrer = Annotated[Person, Depends(may("referrals:submit"))]
Considering = Annotated[Person, Depends(may("referrals:consider"))]
Approver = Annotated[Person, Depends(may("referrals:decide"))]
Commissioner = Annotated[Person, Depends(may("referrals:set_deadlines"))]
NO_VERSION = AsOfVersion(version=None)


@router.post("/{referral:uuid}/questions", status_code=201, summary="Ask for further information")
async def ask_for_information(
    referral: UUID, form: AskForInformation, by: Considering, session: Writing
) -> ReferralAnswer:
    await panel.ask_for_information(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.post("/{referral:uuid}/answer", summary="Give the information that was asked for")
async def answer_question(referral: UUID, form: AnswerQuestion, by: Referrer, session: Writing) -> ReferralAnswer:
    await panel.answer_question(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.post("/{referral:uuid}/decide", summary="Note what the panel decided")
async def decide(referral: UUID, form: Decide, by: Approver, session: Writing) -> ReferralAnswer:
    await panel.decide(session, referral, form, by=by)
    return await the_referral(session, referral, by)


@router.post("/{referral:uuid}/open-search", summary="Open the search for what was approved")
async def open_search(
    referral: UUID, by: Considering, session: Writing, form: AsOfVersion = NO_VERSION
) -> ReferralAnswer:
    await panel.open_search(session, referral, version=form.version, by=by)
    return await the_referral(session, referral, by)


async def _deadlines(session: ReadSession, by: Person) -> DeadlinesAnswer:
    times, version = await queries.deadlines_of(session, authority_of(by))
    told = {name: value for name, value in asdict(times).items() if name in DeadlinesAnswer.model_fields}
    return DeadlinesAnswer(**told, version=version)


@router.get("/deadlines", summary="How long your authority gives itself to find a home")
async def deadlines(by: Commissioner, session: Reading) -> DeadlinesAnswer:
    return await _deadlines(session, by)


@router.put("/deadlines", summary="Set how long your authority gives itself to find a home")
async def put_deadlines(form: SetDeadlines, by: Commissioner, session: Writing) -> DeadlinesAnswer:
    await set_deadlines(session, form, by=by)
    return await _deadlines(session, by)
