"""How a referral is answered by every route that shows one."""

from uuid import UUID

from services.referrals import queries
from services.referrals.forms.referrals import ReferralAnswer, whole
from shared.identity.person import Person
from shared.store.session import ReadSession


async def the_referral(session: ReadSession, referral: UUID, by: Person) -> ReferralAnswer:
    """A referral of the caller's authority, whole. Raises NotFound."""
    row = await queries.referral_of(session, referral, by)
    questions, decisions = [
        await queries.numbered(session, table, referral) for table in ("question", "panel_decision")
    ]
    return whole(row, session.clock.now(), await queries.lines_of(session, referral), questions, decisions)
