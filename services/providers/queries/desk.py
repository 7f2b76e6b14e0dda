"""What a provider's own people see first: their homes, what they offer, who is to arrive."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from services.providers.queries.market import HOME, VACANCY
from services.providers.queries.nights import Night, nights_of
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

SOON = timedelta(days=7)
# The same rule as `domain.manages`, for lists.
MINE = "(h.provider = $1 OR p.owned_by = $2)"
OF_MINE = f"FROM home h JOIN provider p USING (provider) WHERE {MINE}"
HOMES = f"SELECT {HOME} {OF_MINE} AND (h.closed IS NULL OR h.closed > $3) ORDER BY h.name, h.home"
VACANCIES = f"""SELECT {VACANCY}, h.name, h.type, h.urn FROM vacancy v JOIN home h USING (home)
    JOIN provider p USING (provider)
    WHERE {MINE} AND v.withdrawn_at IS NULL AND (v.available_until IS NULL OR v.available_until > $3)
        AND ($4::uuid IS NULL OR v.home = $4)
    ORDER BY v.confirmed_at, h.name, v.vacancy"""
ARRIVING = f"""SELECT o.placement, o.place, b.number, h.home, h.name, lower(o.during) AS starts, o.expires_at AS held_until
    FROM occupation o JOIN place b USING (place) JOIN home h ON h.home = o.home JOIN provider p USING (provider)
    WHERE {MINE} AND o.released_at IS NULL AND o.kind IN ('held', 'booked')
        AND (o.expires_at IS NULL OR o.expires_at > $3) AND lower(o.during) <= $4
    ORDER BY starts, h.name, b.number"""
ONE = f"""SELECT {VACANCY}, h.name, h.type, p.owned_by FROM vacancy v JOIN home h USING (home) JOIN provider p USING (provider)
    WHERE v.vacancy = $1"""


async def my_homes(session: ReadSession, by: Person) -> list[Row]:
    """The homes somebody runs that have not closed, by name."""
    return await session.all(HOMES, by.provider, by.authority, session.clock.today())


async def my_vacancies(session: ReadSession, by: Person, home: UUID | None = None) -> list[Row]:
    """What they offer still, of one home where asked; what was confirmed longest ago, first."""
    return await session.all(VACANCIES, by.provider, by.authority, session.clock.today(), home)


async def arriving(session: ReadSession, by: Person) -> list[Row]:
    """Stays that are held or booked, and ought to have begun or will within a week."""
    now, until = session.clock.now(), session.clock.today() + SOON
    return await session.all(ARRIVING, by.provider, by.authority, now, until)


async def tonight(session: ReadSession, homes: Sequence[Row]) -> Mapping[UUID, Counter[Night]]:
    """How many places of each home stand how tonight."""
    today = session.clock.today()
    found: dict[UUID, Counter[Night]] = {home.home: Counter() for home in homes}
    providers = sorted({home.provider for home in homes})
    for one in await nights_of(session, providers, list(found), today, today + timedelta(days=1)):
        found[one.home][one.night] += 1
    return found


async def vacancy_read(session: ReadSession, vacancy: UUID) -> Row | None:
    """A vacancy with its home's name and whose home it is."""
    return await session.one(ONE, vacancy)
