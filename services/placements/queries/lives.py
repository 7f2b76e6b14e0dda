"""Where an authority's children live: homes offered, arrivals to come, placements that may not last, and everybody who lives somewhere."""

from uuid import UUID

from shared.identity.person import Person
from shared.store.session import ReadSession, Row

PER_PAGE = 25
MOST_EXPECTED = 100
OF_CHILD = """SELECT p.placement, p.child, p.status, p.purpose, p.type, p.outward, p.starts, p.ends, p.fear, h.name
    FROM placements p LEFT JOIN homes h USING (home)"""
EXPECTED = f"""{OF_CHILD} WHERE p.authority = $1 AND p.status IN ('booked', 'confirmed')
    AND NOT p.on_hold ORDER BY p.starts, p.placement LIMIT $2"""
FRAGILE = f"""{OF_CHILD} WHERE p.authority = $1 AND p.status = 'started' AND p.fear IS NOT NULL
    ORDER BY p.starts DESC, p.placement LIMIT $2"""
LIVING = f"""{OF_CHILD} WHERE p.authority = $1 AND p.status = 'started' AND p.purpose <> 'temporary'
    ORDER BY p.starts DESC, p.placement LIMIT $2 OFFSET $3"""
HOW_MANY = """SELECT count(*) FROM placements
    WHERE authority = $1 AND status = 'started' AND purpose <> 'temporary'"""
TO_CONSIDER = """SELECT referral, child, count(*) AS homes, min(answered_at) AS since FROM offers o
    WHERE authority = $1 AND open AND status = 'offered'
        AND NOT EXISTS (SELECT FROM offer_opinions p WHERE p.offer = o.offer)
    GROUP BY referral, child ORDER BY since, child LIMIT $2"""
IN_CARE = "SELECT EXISTS (SELECT FROM care_periods WHERE child = $1 AND ended IS NULL AND NOT annulled)"
KNOWN = "SELECT true FROM children WHERE child = $1 AND authority = $2"


async def expected(session: ReadSession, by: Person) -> list[Row]:
    """Children who have a home booked and are not there yet, the soonest first."""
    return await session.all(EXPECTED, by.authority, MOST_EXPECTED)


async def to_consider(session: ReadSession, by: Person) -> list[Row]:
    """Children with homes offered of which no social worker has said a word, who has waited longest, first."""
    return await session.all(TO_CONSIDER, by.authority, MOST_EXPECTED)


async def fragile(session: ReadSession, by: Person) -> list[Row]:
    """Placements of which somebody fears that they will not last."""
    return await session.all(FRAGILE, by.authority, MOST_EXPECTED)


async def living(session: ReadSession, by: Person, page: int) -> tuple[list[Row], int]:
    """One page of the children who live somewhere, the latest moved first, and how many there are in all."""
    rows = await session.all(LIVING, by.authority, PER_PAGE, (page - 1) * PER_PAGE)
    return rows, await session.value(HOW_MANY, by.authority)


async def in_care(session: ReadSession, child: UUID) -> bool:
    """Whether a child is looked after now."""
    return bool(await session.value(IN_CARE, child))


async def known_here(session: ReadSession, child: UUID, by: Person) -> bool:
    """Whether referrals has told us of this child of the person's authority."""
    return bool(await session.value(KNOWN, child, by.authority))
