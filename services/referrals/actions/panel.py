"""What a panel does with a referral, further information, and the search that an approval opens."""

from typing import Any
from uuid import UUID

from services.referrals.actions.telling import state
from services.referrals.domain import Act, Decision, LineStatus, Standing, after, must_allow, status_of
from services.referrals.forms.panel import AnswerQuestion, AskForInformation, Decide
from services.referrals.queries import lines_of, referral_of
from shared.clock import day_in_england
from shared.contracts.referrals import InformationAsked, PanelDecided, ReferralAmended, SearchOpened
from shared.errors import Invalid, NotAllowed, must_be_current
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

NEXT = "(SELECT coalesce(max(number), 0) + 1 FROM {} WHERE referral = $1)"
ASK = f"""INSERT INTO question (referral, number, about, words, asked_by, asked_at)
    VALUES ($1, {NEXT.format("question")}, $2, $3, $4, $5)"""
ANSWER = """UPDATE question SET answer = $2, answered_by = $3, answered_at = $4
    WHERE referral = $1 AND answered_at IS NULL"""
DECIDE = f"""INSERT INTO panel_decision
    (referral, number, decision, decided_on, most_weekly_pence, approved_until, conditions, decided_by, noted_at)
    VALUES ($1, {NEXT.format("panel_decision")}, $2, $3, $4, $5, $6, $7, $8)"""
LIMIT = """UPDATE referral SET most_weekly_pence = $2, approved_until = $3,
    ended_at = $4, ended_because = $5 WHERE referral = $1"""
STAND = """UPDATE referral SET stage = $2, asked_while = $3, status = $4, version = version + 1
    WHERE referral = $1 RETURNING *"""


async def ask_for_information(session: WriteSession, referral: UUID, form: AskForInformation, *, by: Person) -> None:
    """Decision and search wait for more to be told; the clock runs on. Raises NotFound, Stale, Refused."""
    kept = await _kept(session, referral, form.version, by)
    must_allow(Act.ASK, kept.status)
    row = await _stands(session, kept, after(Act.ASK, _standing(kept), needs_panel=kept.needs_panel))
    await session.run(ASK, referral, form.about, form.words, by.id, session.clock.now())
    session.publish(InformationAsked(**await state(session, row)))
    session.audit(by.id, "ask for information", referral)


async def answer_question(session: WriteSession, referral: UUID, form: AnswerQuestion, *, by: Person) -> None:
    """Tell it; the referral goes on where it was. Raises NotFound, Stale, Refused where nothing is asked."""
    kept = await _kept(session, referral, form.version, by)
    row = await _stands(session, kept, after(Act.ANSWER, _standing(kept), needs_panel=kept.needs_panel))
    await session.run(ANSWER, referral, form.answer, by.id, session.clock.now())
    session.publish(ReferralAmended(**await state(session, row)))
    session.audit(by.id, "answer question", referral)


async def decide(session: WriteSession, referral: UUID, form: Decide, *, by: Person) -> None:
    """Note what the panel decided. Raises NotFound, Stale, NotAllowed for whoever asked for it, Invalid, Refused."""
    kept = await _kept(session, referral, form.version, by)
    if by.id in (kept.made_by, kept.submitted_by):
        raise NotAllowed("Nobody approves what they asked for.", code="own_referral")
    must_allow(Act.DECIDE, kept.status)
    _must_be_a_day_since(kept, form, session)
    now = session.clock.now()
    limits = (form.most_weekly_pence, form.approved_until)
    said = (form.decision, form.decided_on, *limits, form.conditions)
    await session.run(DECIDE, referral, *said, by.id, now)
    refused = form.decision == Decision.REFUSED
    ended = (now, "refused by panel") if refused else (None, None)
    await session.run(LIMIT, referral, *limits, *ended)
    standing = after(Act.DECIDE, _standing(kept), needs_panel=kept.needs_panel, decision=form.decision)
    row = await _stands(session, kept, standing)
    session.publish(PanelDecided(**await state(session, row), decided_on=form.decided_on))
    session.audit(by.id, f"panel {form.decision}", referral)


async def open_search(session: WriteSession, referral: UUID, *, version: int | None, by: Person) -> None:
    """Providers may be asked for what was approved. Raises NotFound, Stale, Refused where it is not approved."""
    kept = await _kept(session, referral, version, by)
    row = await _stands(session, kept, after(Act.OPEN_SEARCH, _standing(kept), needs_panel=kept.needs_panel))
    session.publish(SearchOpened(**await state(session, row)))
    session.audit(by.id, "open search", referral)


def _must_be_a_day_since(kept: Row, form: Decide, session: WriteSession) -> None:
    if not day_in_england(kept.submitted_at) <= form.decided_on <= session.clock.today():
        raise Invalid("A panel decides between the submission and today.", field="decided_on")


async def _kept(session: WriteSession, referral: UUID, version: int | None, by: Person) -> Row:
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, version)
    return kept


def _standing(kept: Any) -> Standing:
    return Standing(kept.stage, kept.asked_while)


async def _stands(session: WriteSession, kept: Row, standing: Standing) -> Row:
    lines = [LineStatus(line.status) for line in await lines_of(session, kept.referral)]
    status = status_of(standing.stage, lines)
    row = await session.one(STAND, kept.referral, standing.stage, standing.asked_while, status)
    assert row is not None
    return row
