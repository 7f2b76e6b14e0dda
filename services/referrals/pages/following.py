"""What became of a referral: its page with its timeline, the confirmation, and withdrawing it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions.endings import withdraw_referral
from services.referrals.actions.panel import answer_question
from services.referrals.domain import MAY_BE_WITHDRAWN, Act, must_allow, short_reference
from services.referrals.forms.panel import AnswerQuestion
from services.referrals.forms.referrals import ReferralAnswer, WithdrawReferral
from services.referrals.forms.withdrawal import WithdrawalAnswer
from services.referrals.pages.asking import QUESTIONS
from services.referrals.pages.desk import HERE, PAGES, Asker, crumbs
from services.referrals.pages.drafting import onward
from services.referrals.pages.words import ABOUT, ENDINGS, STATES, WITHDRAWALS
from services.referrals.queries import the_referral
from shared.contracts.vocabulary import OfferStatus, ReferralStatus
from shared.errors import Refused
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import ReadSession, Row
from shared.web.called import FEATURES
from shared.web.questions import Question, answered, as_typed, in_words, summary_of, typed_in, wrong_with

router = APIRouter(prefix=HERE + "/{referral:uuid}", include_in_schema=False)
WHY = Question(
    "reason",
    "reason",
    WithdrawReferral,
    "Why is the home no longer needed?",
    "radios",
    "Reason",
    missing="Choose why the home is no longer needed.",
    options=WITHDRAWALS,
)
WORDS = Question(
    "words", "words", WithdrawReferral, "Anything to add", "prose", "In words", hint="It stays in your authority."
)
ANSWER = Question(
    "answer",
    "answer",
    AnswerQuestion,
    "What is your answer?",
    "prose",
    "Answer",
    hint="It stays in your authority.",
    missing="Enter your answer.",
)
HOMES_DID = {"asked": "{} asked", "offered": "{} offered", "declined": "{} declined"}
OUT = {"invited": "an invitation", "offered": "an offer", "accepted": "an accepted offer"}


@router.get("")
async def referral(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """One referral: where it stands, what can be done, what has happened, what was asked for."""
    told = await the_referral(session, referral, by)
    session.audit(by.id, "read referral", referral)
    offers, homes = await queries.out_for(session, referral)
    state, colour = STATES[told.status]
    return PAGES.show(
        request,
        "referral.html",
        told=told,
        state=state,
        colour=colour,
        timeline=timeline_of(told, await queries.answers_of_homes(session, referral)),
        asked=asked_for(told),
        children=[(line, [FEATURES.get(need, need) for need in line.needs]) for line in told.children],
        offers=len(offers),
        undecided=any(one.status == OfferStatus.OFFERED and one.agrees is None for one in offers),
        homes=[home for home in homes if home.status in ("booked", "confirmed")],
        may_amend=may_be_done(Act.AMEND, told.status),
        may_withdraw=told.status in MAY_BE_WITHDRAWN,
        waiting=told.questions[-1] if told.status == ReferralStatus.INFORMATION_ASKED else None,
        about=ABOUT,
        ended=ENDINGS.get(told.ended_because or "", told.ended_because),
        crumbs=crumbs(f"Referral {told.reference}"),
    )


@router.get("/asked")
async def confirmation(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """That it has been sent, and what happens now."""
    told = await the_referral(session, referral, by)
    session.audit(by.id, "read referral", referral)
    return PAGES.show(request, "asked.html", told=told, crumbs=crumbs(f"Referral {told.reference}"))


@router.get("/withdraw")
async def withdrawing(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """What would fall with it, before anybody decides."""
    return await _withdraw(request, session, referral, by)


@router.post("/withdraw")
async def withdraw(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """Ask no longer. Sent twice, the second leads where the first did."""
    row = await queries.referral_of(session, referral, by, lock=True)
    if row.status == ReferralStatus.WITHDRAWN:
        return onward(f"{HERE}/{referral}")
    sent = await typed_in(request)
    told = [answered(question, sent) for question in (WHY, WORDS)]
    typed = {name: said for one in told for name, said in one.typed.items()}
    wrong = {name: words for one in told for name, words in one.wrong.items()}
    if not wrong:
        try:
            async with session.savepoint():
                seen = str(sent.get("version", ""))
                version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else row.version
                form = WithdrawReferral(reason=told[0].kept, words=told[1].kept, version=version)
                await withdraw_referral(session, referral, form, by=by)
            return onward(f"{HERE}/{referral}")
        except Refused as refused:
            wrong = wrong_with(refused, ["reason"])
            wrong["reason"] += " What falls with it is shown as it is now." if refused.code == "stale" else ""
    return await _withdraw(request, session, referral, by, typed, wrong)


@router.get("/answer")
async def answering(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """What was asked, and room for the answer."""
    return await _answer(request, session, referral, by)


@router.post("/answer")
async def answer(request: Request, referral: UUID, by: Asker, session: Writing) -> Response:
    """Tell it. Sent twice, the second leads where the first did."""
    row = await queries.referral_of(session, referral, by, lock=True)
    if row.status != ReferralStatus.INFORMATION_ASKED:
        return onward(f"{HERE}/{referral}")
    told = answered(ANSWER, await typed_in(request))
    if told.wrong:
        return await _answer(request, session, referral, by, told.typed, told.wrong)
    await answer_question(session, referral, AnswerQuestion(answer=told.kept, version=row.version), by=by)
    return onward(f"{HERE}/{referral}")


async def _answer(
    request: Request, session: ReadSession, referral: UUID, by: Person, typed: Any = None, wrong: Any = None
) -> Response:
    told = await the_referral(session, referral, by)
    must_allow(Act.ANSWER, told.status)
    return PAGES.show(
        request,
        "answer.html",
        status=422 if wrong else 200,
        told=told,
        asked=told.questions[-1],
        about=ABOUT[told.questions[-1].about],
        question=ANSWER,
        typed=typed or {"answer": ""},
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        crumbs=crumbs(f"Referral {told.reference}"),
    )


async def _withdraw(
    request: Request, session: ReadSession, referral: UUID, by: Person, typed: Any = None, wrong: Any = None
) -> Response:
    row = await queries.referral_of(session, referral, by)
    falls = WithdrawalAnswer.of(
        row, await queries.lines_of(session, referral), *await queries.out_for(session, referral)
    )
    if not falls.may_be_withdrawn:
        raise Refused(falls.blocked_by or "The referral has ended already.", code="referral_ended")
    return PAGES.show(
        request,
        "withdraw.html",
        status=422 if wrong else 200,
        reference=short_reference(referral),
        back=f"{HERE}/{referral}",
        falls=falls,
        out=OUT,
        questions=(WHY, WORDS),
        typed=typed or {one.field: as_typed(one, None) for one in (WHY, WORDS)},
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
    )


def may_be_done(act: Act, status: ReferralStatus) -> bool:
    """Whether somebody may do this to a referral that stands so."""
    try:
        must_allow(act, status)
    except Refused:
        return False
    return True


def asked_for(told: ReferralAnswer) -> list[tuple[str, str]]:
    """What was asked for, and in whose words, as a summary says it."""
    said = told.model_dump(mode="json") | told.considered.model_dump()
    asked = [question for question in QUESTIONS.values() if question.field != "together" or len(told.children) > 1]
    return [(question.short, in_words(question, said[question.field])) for question in asked if said[question.field]]


def _so_many(homes: int) -> str:
    return "One home" if homes == 1 else f"{homes} homes"


def timeline_of(told: ReferralAnswer, homes: Sequence[Row] = ()) -> list[tuple[datetime, str, str]]:
    """What has happened, the newest first: when, what, and in whose words."""
    steps: list[tuple[datetime | None, str, str]] = [
        (told.made_at, "Draft made", ""),
        (told.submitted_at, "Sent", ""),
        (told.deadline_passed_at, "Deadline passed", ""),
        (told.ended_at, "Ended", ENDINGS.get(told.ended_because or "", told.ended_because or "")),
        *((asked.asked_at, f"Information asked about {ABOUT[asked.about]}", asked.words) for asked in told.questions),
        *((asked.answered_at, "Information given", asked.answer or "") for asked in told.questions),
        *((said.noted_at, f"Panel: {said.decision}", said.conditions or "") for said in told.decisions),
        *((row.at, HOMES_DID[row.what].format(_so_many(row.homes)), "") for row in homes),
    ]
    known = [(at, what, words) for at, what, words in steps if at is not None]
    return sorted(known, key=lambda step: step[0], reverse=True)
