"""Closing a referral for which no home could be found, with the reason."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions.endings import close_unplaced
from services.referrals.domain import Act, short_reference
from services.referrals.forms.referrals import CloseReferral
from services.referrals.forms.withdrawal import WithdrawalAnswer
from services.referrals.pages.desk import HERE, PAGES, Asker, crumbs
from services.referrals.pages.drafting import onward
from services.referrals.pages.following import OUT, may_be_done
from services.referrals.pages.words import CLOSINGS
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import NotFound, Refused
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import WriteSession
from shared.web.questions import (
    Answered,
    Question,
    answered_all,
    as_typed,
    form_of,
    seen_in,
    summary_of,
    typed_in,
    wrong_with,
)

WHY = Question(
    "reason",
    "reason",
    CloseReferral,
    "Why could no home be found?",
    "radios",
    "Reason",
    missing="Choose why no home could be found.",
    options=CLOSINGS,
)
WORDS = Question(
    "words", "words", CloseReferral, "Anything to add", "prose", "In words", hint="It stays in your authority."
)
QUESTIONS = (WHY, WORDS)
router = APIRouter(prefix=HERE + "/{referral:uuid}/close", include_in_schema=False)


@router.get("")
async def closing(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """What falls with it, before anybody decides."""
    row = await queries.referral_of(session, referral, by)
    session.audit(by.id, "read referral", referral)
    if not may_be_done(Act.CLOSE, row.status):
        return onward(f"{HERE}/{referral}")
    return await _shown(request, session, referral, by)


@router.post("")
async def close(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """Look no longer. Sent twice, the second leads where the first did."""
    row = await queries.referral_of(session, referral, by, lock=True)
    if row.status == ReferralStatus.CLOSED_UNPLACED:
        return onward(f"{HERE}/{referral}")
    form = await typed_in(request)
    sent = answered_all(QUESTIONS, form)
    if not sent.wrong:
        try:
            async with session.savepoint():
                said = form_of(CloseReferral, {**sent.kept, "version": seen_in(form) or row.version})
                await close_unplaced(session, referral, said, by=by)
            return onward(f"{HERE}/{referral}")
        except NotFound:
            raise
        except Refused as refused:
            sent = Answered(sent.typed, {}, wrong_with(refused, ["reason"]))
    return await _shown(request, session, referral, by, sent)


async def _shown(
    request: Request, session: WriteSession, referral: UUID, by: Person, sent: Answered | None = None
) -> Response:
    row = await queries.referral_of(session, referral, by)
    falls = WithdrawalAnswer.of(
        row, await queries.lines_of(session, referral), *await queries.out_for(session, referral)
    )
    wrong = dict(sent.wrong) if sent else {}
    return PAGES.show(
        request,
        "close.html",
        status=422 if wrong else 200,
        reference=short_reference(referral),
        back=f"/placements/desk/referrals/{referral}" if allows("placements:match", by) else f"{HERE}/{referral}",
        falls=falls,
        out=OUT,
        questions=QUESTIONS,
        typed=sent.typed if sent else {one.field: as_typed(one, None) for one in QUESTIONS},
        wrong=wrong,
        errors_shown=summary_of(wrong),
        crumbs=crumbs(f"Referral {short_reference(referral)}"),
    )
