"""Answers about providers, homes, vacancies and calendars, each only to those whose business it is."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.providers.domain import manages, sees, vouches
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

# The same rule as `domain.sees`, for lists.
IN_SIGHT = """(p.provider = $1::uuid OR ($1::uuid IS NULL AND
    (p.owned_by IS NULL OR $2::boolean OR p.owned_by = ANY($3::text[]))))"""
HOME = """h.home, h.provider, h.version, h.name, h.type, h.sector, h.area,
    split_part(coalesce(h.postcode, ''), ' ', 1) AS outward,
    h.youngest, h.oldest, h.sexes, h.opened, h.closed, h.urn, h.rating, h.rated_on, h.solo, h.also"""
VACANCY = """v.vacancy, h.provider, v.home, v.version, v.places, v.available_from, v.available_until,
    v.weekly_pence, v.confirmed_at, v.withdrawn_at, v.youngest, v.oldest, v.sexes"""
OCCUPATION = """o.occupation, o.version, o.place, o.home, o.kind, lower(o.during) AS starts, upper(o.during) AS ends,
    o.placement, o.authority, o.reason, o.expires_at, o.released_at"""

PLACE = """place, number, features, opens, closes, reserved_for, emergency,
    beyond, beyond IS NOT NULL AS beyond_approved"""
CONTRACT = """c.contract, c.provider, c.authority, c.version, c.kind, c.tier, c.lot, c.types, c.starts, c.ends,
    c.weekly_pence, c.block_places"""
DILIGENCE = """CASE WHEN p.checked_until IS NULL THEN 'missing' WHEN p.checked_until < $4 THEN 'expired'
    WHEN p.checked_until < $4::date + 30 THEN 'expiring' ELSE 'sound' END"""

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


async def providers_in_sight(session: ReadSession, by: Person, due_diligence: str | None = None) -> list[Row]:
    """The market: every provider somebody may look at, by name; or those whose due diligence stands so."""
    return await session.all(
        f"""SELECT p.*, {DILIGENCE} AS due_diligence FROM provider p
        WHERE {IN_SIGHT} AND ($5::text IS NULL OR {DILIGENCE} = $5) ORDER BY p.name, p.provider""",
        *_sight(by),
        session.clock.today(),
        due_diligence,
    )


async def homes_in_sight(session: ReadSession, by: Person) -> list[Row]:
    """Every home of those providers, by name."""
    return await session.all(
        f"SELECT {HOME} FROM home h JOIN provider p USING (provider) WHERE {IN_SIGHT} ORDER BY h.name, h.home",
        *_sight(by),
    )


async def vacancies_in_sight(
    session: ReadSession, by: Person, *, home: UUID | None, type: str | None, stale_days: int | None
) -> list[Row]:
    """What those homes offer and have not withdrawn, the latest confirmed first; narrowed where asked."""
    return await session.all(
        f"""SELECT {VACANCY} FROM vacancy v JOIN home h USING (home) JOIN provider p USING (provider)
        WHERE v.withdrawn_at IS NULL AND {IN_SIGHT} AND ($4::uuid IS NULL OR v.home = $4)
            AND ($5::text IS NULL OR h.type = $5 OR $5 = ANY(h.also))
            AND ($6::timestamptz IS NULL OR v.confirmed_at < $6)
        ORDER BY v.confirmed_at DESC, v.vacancy""",
        *_sight(by),
        home,
        type,
        None if stale_days is None else session.clock.now() - timedelta(days=stale_days),
    )


async def provider_seen(session: ReadSession, provider: UUID, by: Person) -> Row:
    """A provider somebody may look at. Raises NotFound."""
    row = await session.one(
        f"SELECT p.*, {DILIGENCE.replace('$4', '$2')} AS due_diligence FROM provider p WHERE provider = $1",
        provider,
        session.clock.today(),
    )
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


async def home_managed(
    session: ReadSession, home: UUID, by: Person, *, lock: bool = False, nobody_moves_in: bool = False
) -> Row:
    """A home somebody runs, kept from changing until the transaction ends where asked. Raises NotFound."""
    locked = "FOR UPDATE OF h" if nobody_moves_in else "FOR NO KEY UPDATE OF h" if lock else ""
    row = await _home(session, home, locked)
    if row is None or not manages(by, row.provider, row.owned_by):
        raise NotFound
    return row


async def home_vouched_for(session: ReadSession, home: UUID, by: Person) -> Row:
    """A home of a provider that the caller's authority registered. Raises NotFound."""
    row = await session.one(
        f"SELECT {HOME}, p.registered_by FROM home h JOIN provider p USING (provider) WHERE h.home = $1", home
    )
    if row is None or not vouches(by, row.registered_by):
        raise NotFound
    return row


async def _home(session: ReadSession, home: UUID, locked: str = "") -> Row | None:
    return await session.one(
        f"SELECT {HOME}, p.owned_by FROM home h JOIN provider p USING (provider) WHERE h.home = $1 {locked}", home
    )


async def places_of(session: ReadSession, home: UUID) -> list[Row]:
    """Every place a home has had, as they now stand."""
    return await session.all(f"SELECT {PLACE} FROM place WHERE home = $1 ORDER BY number", home)


async def ratings_of(session: ReadSession, home: UUID) -> list[Row]:
    """What Ofsted has judged a home to be, the latest first."""
    return await session.all(
        "SELECT rating, inspected_on FROM home_rating WHERE home = $1 ORDER BY inspected_on DESC", home
    )


async def out_of_service_of(session: ReadSession, home: UUID) -> list[Row]:
    """A home's spells out of service that have not been given back, by their first day."""
    return await session.all(
        f"""SELECT {OCCUPATION} FROM occupation o
        WHERE o.home = $1 AND o.kind = 'out_of_service' AND o.released_at IS NULL ORDER BY starts, o.occupation""",
        home,
    )


async def contracts_of(session: ReadSession, by: Person) -> list[Row]:
    """The contracts of somebody's own authority, or of their own provider, the latest first."""
    return await session.all(
        f"SELECT {CONTRACT} FROM contract c WHERE c.authority = $1 OR c.provider = $2 ORDER BY c.starts DESC, c.contract",
        by.authority,
        by.provider,
    )


async def contract_awarded_by(session: ReadSession, contract: UUID, by: Person, *, lock: bool = False) -> Row:
    """A contract of the caller's own authority. Raises NotFound."""
    row = await session.one(
        f"SELECT {CONTRACT} FROM contract c WHERE c.contract = $1 {'FOR NO KEY UPDATE OF c' if lock else ''}", contract
    )
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def prices_of(session: ReadSession, contracts: Sequence[UUID]) -> list[Row]:
    """The schedules of these contracts, in the order they are read in."""
    return await session.all(
        """SELECT contract, type, youngest, oldest, weekly_pence, starts FROM contract_price
        WHERE contract = ANY($1) ORDER BY contract, type, youngest, starts""",
        list(contracts),
    )


async def provider_vouched_for(session: ReadSession, provider: UUID, by: Person) -> Row:
    """A provider that the caller's authority registered: it alone says who and how sound they are. Raises NotFound."""
    row = await session.one("SELECT * FROM provider WHERE provider = $1", provider)
    if row is None or not vouches(by, row.registered_by):
        raise NotFound
    return row
