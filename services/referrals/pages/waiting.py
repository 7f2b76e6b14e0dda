"""What waits in referrals for whoever asks: what is overdue, what was asked of them, what was begun."""

from collections.abc import Sequence

from services.referrals.domain import LOOKING, OPEN
from services.referrals.pages.asking import KIND
from services.referrals.pages.desk import HERE
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.service.waiting import Waiting
from shared.store.session import ReadSession

COUNTS = """SELECT count(*) FILTER (WHERE status = ANY($3) AND due_at < $4) AS late,
        count(*) FILTER (WHERE status = 'information_asked') AS asked,
        count(*) FILTER (WHERE status = 'matched') AS found,
        count(*) FILTER (WHERE status = 'submitted') AS undecided,
        count(*) FILTER (WHERE status = 'submitted' AND due_at < $4) AS undecided_late,
        count(*) FILTER (WHERE status = 'approved') AS approved,
        count(*) FILTER (WHERE status = 'approved' AND due_at < $4) AS approved_late,
        count(*) FILTER (WHERE status = 'information_asked' AND due_at < $4) AS asked_late
    FROM referral WHERE authority = $1 AND status = ANY($2)"""
PANEL = "/referrals/panel"
BEGUN = "SELECT count(*) FROM spine.drafts WHERE kind = $1 AND person = $2 AND expires_at > $3 AND became IS NULL"


async def waits(session: ReadSession, by: Person) -> Sequence[Waiting]:
    """By authority, and drafts by person."""
    if by.authority is None or not allows("referrals:read", by):
        return ()
    now = session.clock.now()
    row = await session.one(COUNTS, by.authority, list(OPEN), list(LOOKING), now)
    assert row is not None
    lines = []
    if allows("referrals:decide", by):
        lines.append(Waiting("Referrals the panel has to decide", PANEL, row.undecided, row.undecided_late))
    if allows("referrals:consider", by):
        lines.append(Waiting("Approved: open the search", PANEL, row.approved, row.approved_late))
    if allows("referrals:submit", by):
        begun = await session.value(BEGUN, KIND, by.id, now)
        lines += [
            Waiting("Referrals past their deadline", HERE, row.late, row.late),
            Waiting("Referrals that wait for your answer", HERE, row.asked, row.asked_late),
            Waiting("Homes found: arrange the arrival", HERE, row.found),
            Waiting("Referrals you have begun and not sent", HERE, begun),
        ]
    return lines
