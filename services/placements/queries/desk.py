"""What waits at the placements desk: an authority's open referrals, and how far each has come."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from shared.contracts.vocabulary import ReferralStatus
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row, WriteSession


class Stage(StrEnum):
    """How far the search for a home has come, in the order of what needs somebody first."""

    CHOOSE = "choose"
    ASK = "ask"
    ANSWERS = "answers"
    BOOK = "book"
    NOT_YET = "not_yet"
    FOUND = "found"


MOST = 200
NOT_YET = (ReferralStatus.SUBMITTED, ReferralStatus.INFORMATION_ASKED)
STAGED = """SELECT r.referral, r.status, r.urgency, r.due_at, r.submitted_at, r.wanted_from, r.types, r.open,
        (SELECT count(*) FROM referral_children c WHERE c.referral = r.referral) AS children,
        coalesce(o.invited, 0) AS invited, coalesce(o.offered, 0) AS offered,
        CASE WHEN NOT EXISTS (SELECT FROM referral_children c WHERE c.referral = r.referral AND NOT EXISTS (
                 SELECT FROM placements p WHERE p.referral = r.referral AND p.child = c.child
                     AND p.status NOT IN ('cancelled', 'annulled') AND NOT p.on_hold)) THEN 'found'
             WHEN r.status = ANY($2) THEN 'not_yet'
             WHEN o.offered > 0 THEN 'choose' WHEN o.invited > 0 THEN 'answers'
             WHEN o.accepted > 0 THEN 'book' ELSE 'ask' END AS stage
    FROM referrals r LEFT JOIN (SELECT referral, count(*) FILTER (WHERE status = 'invited') AS invited,
            count(*) FILTER (WHERE status = 'offered') AS offered, count(*) FILTER (WHERE status = 'accepted') AS accepted
        FROM offers WHERE authority = $1 AND open GROUP BY referral) o USING (referral)
    WHERE r.authority = $1"""
NARROWED = "($3::text IS NULL OR urgency = $3) AND ($4::text IS NULL OR stage = $4)"
IN_ORDER = "ORDER BY stage = 'found', due_at NULLS LAST, submitted_at, referral LIMIT $5"
QUEUE = f"SELECT * FROM ({STAGED} AND r.open) waiting WHERE {NARROWED} {IN_ORDER}"
OWNED = f"""SELECT q.*, w.owner, c.name AS owner_name FROM ({STAGED} AND r.open) q
    LEFT JOIN referral_owners w USING (referral) LEFT JOIN colleagues c ON c.person = w.owner
    WHERE {NARROWED} AND ($6::text IS NULL OR CASE $6 WHEN 'mine' THEN w.owner = $7 WHEN 'nobody' THEN w.owner IS NULL
        ELSE w.owner <> $7 END) {IN_ORDER}"""
# By the short reference of the referral or of a child, or by the child's own case or pupil number.
CALLED = f"""SELECT q.*, w.owner, c.name AS owner_name FROM ({STAGED} AND (right(r.referral::text, 8) = $3 OR EXISTS (
        SELECT FROM referral_children l LEFT JOIN statutory_details d USING (child) WHERE l.referral = r.referral
            AND (right(l.child::text, 8) = $3 OR d.reference = $4 OR d.upn = upper($4))))) q
    LEFT JOIN referral_owners w USING (referral) LEFT JOIN colleagues c ON c.person = w.owner
    ORDER BY submitted_at DESC, referral LIMIT $5"""
STANDING = "SELECT * FROM referrals WHERE referral = $1 AND authority = $2"
BOOKED = """SELECT placement, status, offer, child, starts, ends FROM placements
    WHERE referral = $1 AND status NOT IN ('cancelled', 'annulled') AND NOT on_hold ORDER BY child, starts, placement"""
HELD = """SELECT p.placement, p.version, p.offer, p.child, p.place, p.starts, p.ends, p.purpose, p.moves_from, p.held,
        p.held_until, o.vacancy
    FROM placements p JOIN offers o USING (offer) WHERE (p.referral = $1 OR p.offer = $2) AND p.status = 'booked'
        AND p.on_hold ORDER BY p.child, p.placement"""
OF_OFFER = """SELECT placement FROM placements
    WHERE offer = $1 AND status NOT IN ('cancelled', 'annulled') AND NOT on_hold"""
NOW_AT = """SELECT placement, status, purpose, starts, ends, home, type FROM placements
    WHERE child = $1 AND authority = $2 AND status = 'started' AND purpose <> 'temporary' ORDER BY starts DESC LIMIT 1"""
MOVES = """SELECT p.*, h.name FROM placements p LEFT JOIN homes h USING (home) WHERE p.child = $1 AND p.authority = $2
    AND p.status NOT IN ('cancelled', 'annulled') AND NOT p.on_hold ORDER BY p.starts DESC, p.placement"""
HOMES = """SELECT home, name, type, area, outward, rating, rated_on, sector, youngest, oldest FROM homes
    WHERE home = ANY($1)"""


async def waiting_for(
    session: ReadSession, by: Person, urgency: str | None, stage: str | None, owner: str | None
) -> list[Row]:
    """The authority's open referrals, the soonest due first; `owner` is mine, nobody or others."""
    return await session.all(OWNED, by.authority, list(NOT_YET), urgency, stage, MOST, owner, by.id)


async def referrals_called(session: ReadSession, reference: str, by: Person) -> list[Row]:
    """The authority's referrals by their own reference or by a child's, the newest first, closed ones too."""
    digits = reference.replace("-", "").lower()
    return await session.all(CALLED, by.authority, list(NOT_YET), digits, reference, MOST)


async def standing_of(session: ReadSession, referral: UUID, by: Person) -> Row:
    """How a referral of the person's authority stands. Raises NotFound for anybody else's."""
    row = await session.one(STANDING, referral, by.authority)
    if row is None:
        raise NotFound(
            "We cannot find that referral. If it was sent just now, try again in a moment.", field="referral"
        )
    return row


async def booked_for(session: ReadSession, referral: UUID) -> list[Row]:
    """The placements of a referral that were not given up."""
    return await session.all(BOOKED, referral)


async def held_for(session: ReadSession, referral: UUID) -> list[Row]:
    """The places that are held for a referral's children, of homes that were not chosen yet."""
    return await session.all(HELD, referral, None)


async def held_under(session: ReadSession, offer: UUID) -> Row | None:
    """The place that is held under an offer that was not chosen yet."""
    return await session.one(HELD, None, offer)


async def booked_with(session: ReadSession, offer: UUID) -> UUID | None:
    """The placement an offer was booked as, unless it was given up."""
    return await session.value(OF_OFFER, offer)  # type: ignore[no-any-return]


async def lives_at(session: ReadSession, child: UUID, by: Person) -> Row | None:
    """Where a child of the person's authority lives now."""
    return await session.one(NOW_AT, child, by.authority)


async def moves_of(session: ReadSession, child: UUID, by: Person) -> list[Row]:
    """A child's placements with the names of homes, the latest first."""
    return await session.all(MOVES, child, by.authority)


async def homes_of(session: ReadSession, homes: Sequence[UUID]) -> dict[UUID, Row]:
    """Our copies of these homes."""
    return {row.home: row for row in await session.all(HOMES, list(homes))}


async def one_after_another(session: WriteSession, referral: UUID) -> None:
    """Two presses about one referral wait for each other here, so that the second sees what the first did."""
    await session.run("SELECT 1 FROM referrals WHERE referral = $1 FOR UPDATE", referral)
