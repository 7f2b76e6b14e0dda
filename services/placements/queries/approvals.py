"""What approvers were asked about offers, and what they decided."""

from uuid import UUID

from shared.identity.person import Person
from shared.store.session import ReadSession, Row

MOST_SHOWN = 100
OF_OFFER = """SELECT a.*, coalesce(c.name, 'a colleague') AS asked_by_name, coalesce(d.name, 'an approver') AS decided_by_name
    FROM approvals a LEFT JOIN colleagues c ON c.person = a.asked_by LEFT JOIN colleagues d ON d.person = a.decided_by"""
WITH_OFFER = f"""SELECT a.*, o.status, o.referral, o.child, o.invited_by, o.weekly_pence AS price, h.name AS home_name,
        r.urgency, r.due_at, r.most_weekly_pence
    FROM ({OF_OFFER} WHERE a.authority = $1) a JOIN offers o USING (offer) JOIN referrals r USING (referral)
    LEFT JOIN homes h ON h.home = o.home"""
WAITING = f"""{WITH_OFFER} WHERE a.approved IS NULL AND r.open AND o.status IN ('offered', 'accepted')
    ORDER BY r.due_at NULLS LAST, a.asked_at, a.offer LIMIT $2"""
DECIDED = f"""{WITH_OFFER} WHERE a.approved IS NOT NULL ORDER BY a.decided_at DESC, a.offer LIMIT $2"""


async def approval_of(session: ReadSession, offer: UUID) -> Row | None:
    """What was asked and decided about an offer, if anything."""
    return await session.one(f"{OF_OFFER} WHERE a.offer = $1", offer)


async def most_for(session: ReadSession, referral: UUID) -> int | None:
    """What the panel allows a week for a referral, in pence, if it set a limit."""
    sql = "SELECT most_weekly_pence FROM referrals WHERE referral = $1"
    return await session.value(sql, referral)  # type: ignore[no-any-return]


async def approvals_waiting(session: ReadSession, by: Person) -> list[Row]:
    """What an approver of the authority has to decide, the soonest due first."""
    return await session.all(WAITING, by.authority, MOST_SHOWN)


async def approvals_decided(session: ReadSession, by: Person, most: int) -> list[Row]:
    """What was decided last."""
    return await session.all(DECIDED, by.authority, most)
