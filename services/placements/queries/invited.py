"""What a provider was asked: the referrals that wait for its answer or the authority's, what became of the others, how fast it answers."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

PER_PAGE = 20
MOST = 200
LOOKED_BACK = timedelta(days=365)
ASKED = """SELECT o.*, r.urgency, r.wanted_from, r.wanted_until, r.types, r.together, r.open AS wanted,
    r.status AS referral_status, rc.needs, rc.solo, c.sex, c.born, h.name, h.outward, v.weekly_pence AS posted_pence,
    v.available_from AS posted_from, p.placement, p.status AS placed, p.starts,
    (SELECT count(*) FROM referral_children s WHERE s.referral = o.referral) AS children
FROM offers o JOIN referrals r USING (referral)
LEFT JOIN referral_children rc ON rc.referral = o.referral AND rc.child = o.child
LEFT JOIN children c ON c.child = o.child
LEFT JOIN homes h ON h.home = o.home LEFT JOIN vacancies v ON v.vacancy = o.vacancy
LEFT JOIN placements p ON p.offer = o.offer AND p.status NOT IN ('cancelled', 'annulled') AND NOT p.on_hold
WHERE o.provider = $1"""
WAITS = "o.open AND (o.status <> 'accepted' OR p.status IS NULL OR p.status IN ('booked', 'confirmed'))"
WAITING = f"{ASKED} AND {WAITS} ORDER BY o.status <> 'invited', o.answer_by, o.offer LIMIT $2"
OVER = f"""{ASKED} AND NOT ({WAITS}) AND ($2::text IS NULL OR o.status = $2)
    ORDER BY coalesce(o.answered_at, o.answer_by) DESC, o.offer LIMIT $3 OFFSET $4"""
WITH_SIBLINGS = """SELECT offer, status FROM offers WHERE provider = $1 AND referral = $2 AND home = $3 AND child <> $4
    AND open ORDER BY offer"""
HOW_FAST = """SELECT r.urgency, count(*) AS asked, count(o.answered_at) AS answered,
    count(*) FILTER (WHERE o.status = 'lapsed') AS lapsed, count(*) FILTER (WHERE o.weekly_pence IS NOT NULL) AS offered,
    count(*) FILTER (WHERE o.status = 'accepted') AS chosen,
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY o.answered_at - o.invited_at)
        FILTER (WHERE o.answered_at IS NOT NULL) AS taken
FROM offers o JOIN referrals r USING (referral) WHERE o.provider = $1 AND o.invited_at >= $2
GROUP BY GROUPING SETS ((), (r.urgency)) ORDER BY grouping(r.urgency) DESC, r.urgency"""


async def waiting_invitations(session: ReadSession, by: Person) -> list[Row]:
    """What waits for the provider's answer, the soonest due first; then what waits for the authority."""
    return await session.all(WAITING, by.provider, MOST)


async def past_invitations(session: ReadSession, by: Person, status: str | None, page: int) -> tuple[list[Row], bool]:
    """One page of what has been decided, the latest first, and whether there are more."""
    rows = await session.all(OVER, by.provider, status, PER_PAGE + 1, (page - 1) * PER_PAGE)
    return rows[:PER_PAGE], len(rows) > PER_PAGE


async def the_invitation(session: ReadSession, offer: UUID, by: Person) -> Row:
    """What a provider may know of one of its invitations. Raises NotFound for anybody else's."""
    row = await session.one(f"{ASKED} AND o.offer = $2", by.provider, offer)
    if row is None:
        raise NotFound("We cannot find that offer.", field="offer")
    return row


async def asked_with(session: ReadSession, row: Row) -> list[Row]:
    """The open invitations for the child's brothers and sisters at the same home."""
    return await session.all(WITH_SIBLINGS, row.provider, row.referral, row.home, row.child)


async def how_fast(session: ReadSession, by: Person) -> Sequence[Row]:
    """How the provider answered over the last year: in all, then by how soon a home was needed. Spans are in `taken`."""
    return await session.all(HOW_FAST, by.provider, session.clock.now() - LOOKED_BACK)
