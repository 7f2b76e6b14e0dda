"""What is on offer to an authority, and what one of its referrals asks for, as matching judges them."""

from datetime import date
from uuid import UUID

from services.placements.matching import Offered, Wanted
from shared.contracts.vocabulary import Feature, PlacementType, Sector, Sex
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

MARKET = """
SELECT p.place, p.number, p.features, p.opens, p.closes, v.vacancy, v.available_from, v.available_until,
       v.weekly_pence, v.confirmed_at, h.home, h.provider, h.name, h.type, h.sector, h.area, h.outward,
       h.youngest, h.oldest, h.sexes, h.closed,
       ARRAY(SELECT ROW(o.starts, o.ends) FROM occupations o WHERE o.place = p.place AND NOT o.released) AS taken
FROM vacancies v JOIN places p ON p.place = ANY(v.places) JOIN homes h ON h.home = p.home
JOIN providers o ON o.provider = v.provider AND coalesce(o.owned_by, $1) = $1
WHERE NOT v.withdrawn AND ($2::uuid IS NULL OR v.vacancy = $2)
ORDER BY p.place, v.confirmed_at DESC"""
WANTED = """
SELECT r.referral, r.authority, r.open, r.wanted_from, r.wanted_until, r.types, rc.child, rc.needs, c.born, c.sex
FROM referrals r JOIN referral_children rc USING (referral)
LEFT JOIN children c ON c.child = rc.child AND c.authority = r.authority
WHERE r.referral = $1 AND ($2::uuid IS NULL OR rc.child = $2) ORDER BY rc.child LIMIT 1"""


async def places_offered(session: ReadSession, authority: str, vacancy: UUID | None = None) -> list[Offered]:
    """Every place of every live vacancy (or of one) that an authority may use, with the nights it is taken.

    Another authority's own homes are not on its market.
    """
    return [_offered(row) for row in await session.all(MARKET, authority, vacancy)]


def _offered(row: Row) -> Offered:
    closes = min((day for day in (row.closes, row.closed) if day is not None), default=None)
    return Offered(
        place=row.place,
        number=row.number,
        vacancy=row.vacancy,
        home=row.home,
        provider=row.provider,
        name=row.name,
        type=PlacementType(row.type),
        sector=Sector(row.sector),
        area=row.area,
        outward=row.outward,
        youngest=row.youngest,
        oldest=row.oldest,
        sexes=frozenset(map(Sex, row.sexes)),
        features=frozenset(map(Feature, row.features)),
        opens=row.opens,
        closes=closes,
        available_from=row.available_from,
        available_until=row.available_until,
        weekly_pence=row.weekly_pence,
        confirmed_at=row.confirmed_at,
        taken=tuple((taken[0], taken[1]) for taken in row.taken),
    )


async def wanted_for(session: ReadSession, referral: UUID, child: UUID | None, by: Person) -> tuple[Row, Wanted]:
    """What an authority's referral asks for one of its children. Raises NotFound for anybody else's."""
    row = await session.one(WANTED, referral, child)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound(
            "We cannot find that referral. If it was sent just now, try again in a moment.", field="referral"
        )
    return row, wanted_in(row, row.wanted_from, row.wanted_until)


def wanted_in(row: Row, starts: date, ends: date | None) -> Wanted:
    """What a row of WANTED asks for on some nights."""
    return Wanted(
        born=row.born,
        sex=Sex(row.sex) if row.sex else None,
        starts=starts,
        ends=ends,
        types=frozenset(map(PlacementType, row.types)),
        needs=frozenset(map(Feature, row.needs)),
    )
