"""Answers about children and referrals, only to the authority whose they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.referrals.deadlines import USUAL, Deadlines
from services.referrals.domain import LOOKING
from services.referrals.forms.referrals import Order, ReferralAnswer, whole
from shared.contracts.vocabulary import ReferralStatus, Urgency
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

# A line stands as far as the placement that is furthest; one that was cancelled or annulled is no placement.
# What it does not say itself the assessment says: the one written in at submission, until then the newest.
LINES = """SELECT l.child, coalesce(l.needs, a.needs, '{}') AS needs, coalesce(l.solo, a.solo, false) AS solo,
        coalesce(l.not_with, a.not_with, '{}') AS not_with, coalesce(l.assessment, a.version) AS assessment, s.status
    FROM referral_line l
    LEFT JOIN LATERAL (SELECT * FROM needs_assessment n
        WHERE n.child = l.child AND (l.assessment IS NULL OR n.version = l.assessment)
        ORDER BY n.version DESC LIMIT 1) a ON true
    CROSS JOIN LATERAL (SELECT CASE WHEN bool_or(p.status IN ('started', 'ended')) THEN 'placed'
            WHEN bool_or(p.status = 'confirmed') THEN 'matched' ELSE 'waiting' END AS status
        FROM home_found p WHERE p.referral = l.referral AND p.child = l.child) s
    WHERE l.referral = $1 ORDER BY l.position"""
OF_AUTHORITY = """SELECT r.* FROM referral r WHERE authority = $1
    AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR urgency = $3)
    AND ($4::boolean IS NULL OR $4 = coalesce(status = ANY($5) AND due_at < $6, false))
    AND ($7::uuid IS NULL OR EXISTS (SELECT FROM referral_line l WHERE l.referral = r.referral AND l.child = $7))
    ORDER BY CASE WHEN $8 = 'due_at' THEN due_at END, wanted_from, referral LIMIT $9"""
# By the authority's own case number, the pupil number, or the short reference.
CALLED = """SELECT * FROM child WHERE authority = $1
    AND (local_reference = $2 OR upn = upper($2) OR right(child::text, 8) = $3) ORDER BY child LIMIT $4"""
REFERRALS_CALLED = f"""WITH called AS ({CALLED})
SELECT r.* FROM referral r WHERE r.authority = $1 AND (right(r.referral::text, 8) = $3 OR EXISTS (
    SELECT FROM referral_line l JOIN called c ON c.child = l.child WHERE l.referral = r.referral))
    ORDER BY r.made_at DESC LIMIT $4"""
# Also by a part of the name.
FOUND = """SELECT * FROM child WHERE authority = $1
    AND (local_reference = $2 OR upn = upper($2) OR right(child::text, 8) = $3 OR name ILIKE $5)
    ORDER BY name NULLS LAST, child LIMIT $4"""
# What was said in a referral counts like what was noted by itself; the same words again are the same.
WISHES = """SELECT whose, words, max(at) AS noted_at FROM (
        SELECT whose, words, noted_at AS at FROM wish WHERE child = $1
        UNION ALL
        SELECT said.whose, said.words, coalesce(r.submitted_at, r.made_at)
        FROM referral_line l JOIN referral r USING (referral) CROSS JOIN LATERAL (VALUES
            ('child', r.childs_wishes), ('parents', r.parents_wishes), ('others', r.others_wishes)) said (whose, words)
        WHERE l.child = $1 AND said.words IS NOT NULL) told
    GROUP BY whose, words ORDER BY noted_at DESC, whose LIMIT $2"""
LAST = """SELECT r.*, l.needs FROM referral r JOIN referral_line l USING (referral)
    WHERE l.child = $1 AND r.authority = $2 AND r.submitted_at IS NOT NULL ORDER BY r.submitted_at DESC LIMIT 1"""
TOGETHER = """SELECT DISTINCT c.child, c.name FROM referral_line mine JOIN referral_line theirs USING (referral)
    JOIN child c ON c.child = theirs.child
    WHERE mine.child = ANY($1) AND NOT theirs.child = ANY($1) AND c.authority = $2 ORDER BY c.name, c.child LIMIT $3"""
UNDECIDED = """SELECT DISTINCT o.referral FROM offer_out o JOIN referral r USING (referral)
    WHERE r.authority = $1 AND o.status = 'offered' AND o.agrees IS NULL"""
KNOWN_TO_PROVIDER = """SELECT c.* FROM child c WHERE c.child = ANY($1)
    AND EXISTS (SELECT FROM offer_out o WHERE o.child = c.child AND o.provider = $2 AND o.status = 'accepted')
    ORDER BY c.child"""
# Homes that are asked in one go, or answer within the same minute, are one line of the timeline.
ANSWERS = """SELECT max(at) AS at, what, count(*) AS homes FROM (
        SELECT invited_at AS at, 'asked' AS what FROM offer_out WHERE referral = $1
        UNION ALL
        SELECT answered_at, CASE WHEN status = 'declined' THEN 'declined' ELSE 'offered' END
        FROM offer_out WHERE referral = $1) told
    WHERE at IS NOT NULL GROUP BY date_trunc('minute', at), what ORDER BY at DESC LIMIT $2"""
PLACES = "SELECT * FROM important_place WHERE child = $1 ORDER BY important_place"
ASSESSMENTS = "SELECT * FROM needs_assessment WHERE child = $1 ORDER BY version DESC"
TIMES = "SELECT * FROM deadline_times WHERE authority = $1"
OFFERS_OUT = """SELECT * FROM offer_out WHERE referral = $1 AND status IN ('invited', 'offered', 'accepted')
    ORDER BY offer"""
HOMES_FOUND = "SELECT * FROM home_found WHERE referral = $1 ORDER BY placement"
MOST, MOST_FOUND = 500, 50


async def child_of(session: ReadSession, child: UUID, by: Person, *, lock: bool = False) -> Row:
    """A child of the caller's authority. Raises NotFound."""
    row = await session.one(f"SELECT * FROM child WHERE child = $1 {'FOR UPDATE' if lock else ''}", child)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def children_of(session: ReadSession, children: Sequence[UUID], by: Person) -> list[Row]:
    """Those of these children who are of the caller's authority."""
    sql = "SELECT * FROM child WHERE child = ANY($1) AND authority = $2 ORDER BY child"
    return await session.all(sql, list(children), by.authority)


async def children_known_to(session: ReadSession, children: Sequence[UUID], by: Person) -> list[Row]:
    """Those of these children who are of the caller's authority, or for whom the caller's offer is accepted."""
    if by.provider is None:
        return await children_of(session, children, by)
    return await session.all(KNOWN_TO_PROVIDER, list(children), by.provider)


async def referral_of(session: ReadSession, referral: UUID, by: Person, *, lock: bool = False) -> Row:
    """A referral of the caller's authority. Raises NotFound."""
    row = await session.one(f"SELECT * FROM referral WHERE referral = $1 {'FOR UPDATE' if lock else ''}", referral)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def lines_of(session: ReadSession, referral: UUID) -> list[Row]:
    """Each child of a referral with needs and how far it has got, in the order they were named."""
    return await session.all(LINES, referral)


async def numbered(session: ReadSession, table: str, referral: UUID) -> list[Row]:
    """The questions or panel decisions of a referral, in order."""
    return await session.all(f"SELECT * FROM {table} WHERE referral = $1 ORDER BY number", referral)


async def referrals_of_authority(
    session: ReadSession,
    by: Person,
    *,
    status: ReferralStatus | None = None,
    urgency: Urgency | None = None,
    overdue: bool | None = None,
    child: UUID | None = None,
    order: Order = Order.WANTED,
) -> list[Row]:
    """The caller's authority's referrals, the soonest first, at most 500."""
    late: tuple[Any, ...] = (overdue, list(LOOKING), session.clock.now())
    return await session.all(OF_AUTHORITY, by.authority, status, urgency, *late, child, order, MOST)


async def children_called(session: ReadSession, reference: str, by: Person) -> list[Row]:
    """Children of the caller's authority by case number, pupil number or short reference."""
    return await session.all(CALLED, by.authority, reference, _digits(reference), MOST_FOUND)


async def referrals_called(session: ReadSession, reference: str, by: Person) -> list[Row]:
    """Referrals of the caller's authority by their short reference or by a child's references, newest first."""
    return await session.all(REFERRALS_CALLED, by.authority, reference, _digits(reference), MOST_FOUND)


def _digits(reference: str) -> str:
    return reference.replace("-", "").lower()


async def places_of(session: ReadSession, child: UUID) -> list[Row]:
    """The places that matter to a child, in the order they were noted."""
    return await session.all(PLACES, child)


async def assessments_of(session: ReadSession, child: UUID) -> list[Row]:
    """Every assessment of a child's needs, newest first."""
    return await session.all(ASSESSMENTS, child)


async def deadlines_of(session: ReadSession, authority: str) -> tuple[Deadlines, int]:
    """An authority's times, and their version: 0 where they are the usual ones."""
    row = await session.one(TIMES, authority)
    if row is None:
        return USUAL, 0
    own = {name: row[name] for name in row.keys() if name not in ("authority", "version")}  # noqa: SIM118
    return Deadlines(**own), row.version


async def out_for(session: ReadSession, referral: UUID) -> tuple[list[Row], list[Row]]:
    """What placements has told of a referral: offers that are out, and placements however they stand."""
    return await session.all(OFFERS_OUT, referral), await session.all(HOMES_FOUND, referral)


async def the_referral(session: ReadSession, referral: UUID, by: Person) -> ReferralAnswer:
    """A referral of the caller's authority, whole. Raises NotFound."""
    row = await referral_of(session, referral, by)
    questions, decisions = [await numbered(session, table, referral) for table in ("question", "panel_decision")]
    return whole(row, session.clock.now(), await lines_of(session, referral), questions, decisions)


async def children_found(session: ReadSession, sought: str, by: Person) -> list[Row]:
    """Children of the caller's authority by any reference, or by a part of the name."""
    literal = sought.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return await session.all(FOUND, by.authority, sought, _digits(sought), MOST_FOUND, f"%{literal}%")


async def wishes_of(session: ReadSession, child: UUID) -> list[Row]:
    """What a child and those who matter wish and feel, the newest first."""
    return await session.all(WISHES, child, MOST_FOUND)


async def last_referral_of(session: ReadSession, child: UUID, by: Person) -> Row | None:
    """What was asked for a child the last time, with the needs that were said then."""
    return await session.one(LAST, child, by.authority)


async def together_before(session: ReadSession, children: Sequence[UUID], by: Person) -> list[Row]:
    """Who was on a referral with one of these children, and is not among them."""
    return await session.all(TOGETHER, list(children), by.authority, MOST_FOUND)


async def undecided(session: ReadSession, by: Person) -> set[UUID]:
    """The authority's referrals with an offer of which the social worker has said nothing."""
    return {row.referral for row in await session.all(UNDECIDED, by.authority)}


async def answers_of_homes(session: ReadSession, referral: UUID) -> list[Row]:
    """When homes were asked for a referral, offered or declined, and how many, the newest first."""
    return await session.all(ANSWERS, referral, MOST_FOUND)
