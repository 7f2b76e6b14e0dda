"""How a referral ends without a home, and what falls with it."""

from uuid import UUID

from services.referrals.actions.telling import state
from services.referrals.deadlines import overdue
from services.referrals.domain import LOOKING, Act, LineStatus, Standing, after, must_allow
from services.referrals.forms.referrals import CloseReferral, WithdrawReferral
from services.referrals.queries import lines_of, referral_of
from shared.contracts.referrals import ReferralClosed, ReferralWithdrawn
from shared.errors import Refused, must_be_current
from shared.identity.person import Person, acting_for
from shared.store.session import Row, WriteSession

OURSELVES = acting_for("referrals")
MARK_OVERDUE = "mark_overdue"
END = """UPDATE referral SET status = $2, stage = $2, asked_while = NULL, ended_at = $3, ended_because = $4,
    ended_words = $5, version = version + 1 WHERE referral = $1 RETURNING *"""
PASSED = """UPDATE referral SET deadline_passed_at = $2
    WHERE referral = $1 AND status = ANY($3) AND due_at < $2 AND deadline_passed_at IS NULL RETURNING 1"""


async def withdraw_referral(session: WriteSession, referral: UUID, form: WithdrawReferral, *, by: Person) -> None:
    """Ask no longer: placements takes back offers and bookings; a child who is placed stays. Raises NotFound, Stale,
    Refused where it has ended."""
    row, was_draft = await _ended(session, referral, Act.WITHDRAW, form, by)
    if not was_draft:  # nobody was told of a draft
        session.publish(ReferralWithdrawn(**await state(session, row), reason=form.reason))
    session.audit(by.id, "withdraw referral", referral)


async def close_unplaced(session: WriteSession, referral: UUID, form: CloseReferral, *, by: Person) -> None:
    """No home could be found. Raises NotFound, Stale, Refused where one was, or none is looked for."""
    row, _ = await _ended(session, referral, Act.CLOSE, form, by)
    if any(line.status == LineStatus.MATCHED for line in await lines_of(session, referral)):
        raise Refused("A home waits for a child of this referral.", code="home_waits")
    session.publish(ReferralClosed(**await state(session, row)))
    session.audit(by.id, "close referral", referral)


async def _ended(
    session: WriteSession, referral: UUID, act: Act, form: WithdrawReferral | CloseReferral, by: Person
) -> tuple[Row, bool]:
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, form.version)
    must_allow(act, kept.status)
    standing = after(act, Standing(kept.stage, kept.asked_while), needs_panel=kept.needs_panel)
    row = await session.one(END, referral, standing.stage, session.clock.now(), form.reason, form.words)
    assert row is not None
    return row, kept.submitted_at is None


async def mark_overdue(session: WriteSession, referral: str) -> None:
    """The deadline has passed and the home is still looked for: mark it, once."""
    if await session.value(PASSED, UUID(referral), session.clock.now(), list(LOOKING)):
        session.audit(OURSELVES.id, "deadline passed", referral)


async def note_deadline(session: WriteSession, referral: UUID, *, version: int | None, by: Person) -> None:
    """Say that the deadline has passed, as the ticker does by itself. Raises NotFound, Stale, Refused while it has not."""
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, version)
    if kept.status not in LOOKING or kept.due_at is None or not overdue(kept.due_at, session.clock.now()):
        raise Refused("Its deadline has not passed, or it has ended.", code="not_due")
    await session.no_longer_due(MARK_OVERDUE, referral)
    await mark_overdue(session, str(referral))
