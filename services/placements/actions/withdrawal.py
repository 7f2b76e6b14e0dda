"""What falls with a referral that is no longer open: its offers, and its bookings that have not started."""

from uuid import UUID

from services.placements.actions.holding import give_up
from services.placements.actions.offers import tell_withdrawn
from shared.store.session import WriteSession

# Where every child has a home the offers that were accepted stand: they are what the children live under.
OFFERS = """UPDATE offers SET status = 'withdrawn', open = false, version = version + 1
    WHERE referral = $1 AND status = ANY($2) AND NOT EXISTS (SELECT FROM placements p
        WHERE p.offer = offers.offer AND p.status IN ('started', 'ended')) RETURNING *"""
UNSTARTED = """SELECT * FROM placements WHERE referral = $1 AND status IN ('booked', 'confirmed')
    ORDER BY placement FOR UPDATE"""


async def withdraw_what_was_asked(session: WriteSession, referral: UUID, *, all_placed: bool) -> None:
    """Withdraw open offers and cancel unstarted bookings; `all_placed`: it closed because the children have homes."""
    statuses = ["invited", "offered"] if all_placed else ["invited", "offered", "accepted"]
    await tell_withdrawn(session, await session.all(OFFERS, referral, statuses))
    if not all_placed:
        for row in await session.all(UNSTARTED, referral):
            await give_up(session, row, "referral_withdrawn", with_group=False)
