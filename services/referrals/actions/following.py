"""What follows for a referral from what placements says of its children."""

from uuid import UUID

from services.referrals.actions.telling import state
from services.referrals.domain import OPEN, LineStatus, status_of
from services.referrals.queries import lines_of
from shared.contracts.referrals import ReferralClosed
from shared.contracts.vocabulary import ReferralStatus
from shared.identity.person import acting_for
from shared.store.session import WriteSession

OURSELVES = acting_for("referrals")
SET_STATUS = """UPDATE referral SET status = $2, version = version + 1,
    ended_at = CASE WHEN $2 = 'placed' THEN $3::timestamptz END, stage = CASE WHEN $2 = 'placed' THEN $2 ELSE stage END
    WHERE referral = $1 RETURNING *"""


async def follow_placements(session: WriteSession, referral: UUID) -> None:
    """Bring a referral's status to what its children's placements say; placed, it is closed."""
    kept = await session.one("SELECT status, stage FROM referral WHERE referral = $1 FOR UPDATE", referral)
    if kept is None or kept.status not in OPEN:
        return
    statuses = [LineStatus(line.status) for line in await lines_of(session, referral)]
    status = status_of(ReferralStatus(kept.stage), statuses)
    if status == kept.status:
        return
    row = await session.one(SET_STATUS, referral, status, session.clock.now())
    assert row is not None
    if status == ReferralStatus.PLACED:
        session.publish(ReferralClosed(**await state(session, row)))
    session.audit(OURSELVES.id, f"note referral {status}", referral)
