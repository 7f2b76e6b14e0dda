"""Answers about providers, homes, vacancies and calendars, each only to those whose business it is."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.providers.domain import manages, sees
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

# The same rule as `domain.sees`, for lists.
IN_SIGHT = """(p.provider = $1::uuid OR ($1::uuid IS NULL AND
    (p.owned_by IS NULL OR $2::boolean OR p.owned_by = ANY($3::text[]))))"""
HOME = """h.home, h.provider, h.version, h.name, h.type, h.sector, h.area,
    split_part(coalesce(h.postcode, ''), ' ', 1) AS outward,
    h.youngest, h.oldest, h.sexes, h.opened, h.closed"""
VACANCY = """v.vacancy, h.provider, v.home, v.version, v.places, v.available_from, v.available_until,
    v.weekly_pence, v.confirmed_at, v.withdrawn_at"""
OCCUPATION = """o.occupation, o.version, o.place, o.home, o.kind, lower(o.during) AS starts, upper(o.during) AS ends,
    o.placement, o.authority, o.reason, o.expires_at, o.released_at"""

# One row per place and day, or NULL where nothing live stands there: the constraint lets no more be found. A hold
# that has expired gives way to whoever wants the place, so its nights are vacant.
CALENDAR = """SELECT $2::date + n AS day, count(p.place) AS approved,
    count(*) FILTER (WHERE o.kind = 'occupied') AS occupied,
    count(*) FILTER (WHERE o.kind IN ('held', 'booked')) AS held,
    count(*) FILTER (WHERE o.kind = 'out_of_service') AS out_of_service,
    count(p.place) FILTER (WHERE o.kind IS NULL) AS vacant
FROM generate_series(0, $3::date - $2::date - 1) AS n
LEFT JOIN place p ON p.home = $1 AND daterange(p.opens, p.closes) @> $2::date + n
LEFT JOIN occupation o ON o.place = p.place AND o.released_at IS NULL AND o.during @> $2::date + n
    AND (o.expires_at > $4 OR o.expires_at IS NULL)
GROUP BY n ORDER BY n"""


def _sight(by: Person) -> tuple[UUID | None, bool, list[str]]:
    return by.provider, by.installation, sorted({*by.region, *([by.authority] if by.authority else [])})


async def providers_in_sight(session: ReadSession, by: Person) -> list[Row]:
    """The market: every provider somebody may look at, by name."""
    return await session.all(f"SELECT p.* FROM provider p WHERE {IN_SIGHT} ORDER BY p.name, p.provider", *_sight(by))


async def homes_in_sight(session: ReadSession, by: Person) -> list[Row]:
    """Every home of those providers, by name."""
    return await session.all(
        f"SELECT {HOME} FROM home h JOIN provider p USING (provider) WHERE {IN_SIGHT} ORDER BY h.name, h.home",
        *_sight(by),
    )


async def vacancies_in_sight(session: ReadSession, by: Person) -> list[Row]:
    """What those homes offer and have not withdrawn, the latest confirmed first."""
    return await session.all(
        f"""SELECT {VACANCY} FROM vacancy v JOIN home h USING (home) JOIN provider p USING (provider)
        WHERE v.withdrawn_at IS NULL AND {IN_SIGHT} ORDER BY v.confirmed_at DESC, v.vacancy""",
        *_sight(by),
    )


async def provider_seen(session: ReadSession, provider: UUID, by: Person) -> Row:
    """A provider somebody may look at. Raises NotFound."""
    row = await session.one("SELECT * FROM provider WHERE provider = $1", provider)
    if row is None or not sees(by, row.provider, row.owned_by):
        raise NotFound
    return row


async def home_seen(session: ReadSession, home: UUID, by: Person) -> Row:
    """A home of a provider somebody may look at. Raises NotFound."""
    row = await _home(session, home)
    if row is None or not sees(by, row.provider, row.owned_by):
        raise NotFound
    return row


async def provider_managed(session: ReadSession, provider: UUID, by: Person) -> Row:
    """A provider whose homes are somebody's to run. Raises NotFound."""
    row = await session.one("SELECT * FROM provider WHERE provider = $1", provider)
    if row is None or not manages(by, row.provider, row.owned_by):
        raise NotFound(field="provider")
    return row


async def home_managed(session: ReadSession, home: UUID, by: Person, *, lock: bool = False) -> Row:
    """A home somebody runs, kept from changing until the transaction ends where asked. Raises NotFound."""
    row = await _home(session, home, "FOR NO KEY UPDATE OF h" if lock else "")
    if row is None or not manages(by, row.provider, row.owned_by):
        raise NotFound
    return row


async def _home(session: ReadSession, home: UUID, locked: str = "") -> Row | None:
    return await session.one(
        f"SELECT {HOME}, p.owned_by FROM home h JOIN provider p USING (provider) WHERE h.home = $1 {locked}", home
    )


async def places_of(session: ReadSession, home: UUID) -> list[Row]:
    """Every place a home has had, as they now stand."""
    return await session.all(
        "SELECT place, number, features, opens, closes FROM place WHERE home = $1 ORDER BY number", home
    )


async def calendar(session: ReadSession, home: UUID, starts: date, ends: date) -> Sequence[Row]:
    """What is approved, occupied, held, out of service and vacant in a home on each night of `[starts, ends)`."""
    return await session.all(CALENDAR, home, starts, ends, session.clock.now())
