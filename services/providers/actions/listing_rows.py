"""The rows that Ofsted's list makes and changes, each kind in one statement however long the list is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from services.providers.ofsted.listed import Listed
from shared.contracts.vocabulary import PlacementType, Sector
from shared.ids import new_id
from shared.store.session import Row, WriteSession, columns_of

HOMES_LISTED = """SELECT h.home, h.urn, h.setting, h.listed, h.name, h.area, h.postcode, h.also, h.closed, h.rating,
        h.rated_on, p.owned_by, coalesce(b.approved, 0) AS approved, coalesce(b.last, 0) AS last,
        coalesce(b.places, '{}') AS places
    FROM home h JOIN provider p USING (provider) LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE beyond IS NULL AND (closes IS NULL OR closes > $2)) AS approved,
            max(number) AS last, array_agg(place) AS places FROM place WHERE home = h.home) b ON true
    WHERE h.urn = ANY($1) ORDER BY h.home FOR NO KEY UPDATE OF h"""
PROVIDERS_LISTED = "SELECT provider, owner, urn FROM provider WHERE owner = ANY($1) OR urn = ANY($2)"
REGISTER = """INSERT INTO provider (provider, version, name, sector, owned_by, urn, owner, registered_by)
    SELECT provider, 1, name, sector, owned_by, urn, owner, $1
    FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        AS u (provider, name, sector, owned_by, urn, owner) RETURNING *"""
OPEN = """INSERT INTO home (home, provider, version, name, type, also, sector, area, postcode, youngest, oldest, sexes,
        opened, closed, urn, setting, listed, rating, rated_on, solo)
    SELECT home, provider, 1, u.name, type, string_to_array(also, ','), p.sector, area, postcode, youngest, oldest,
        '{F,M,U}', opened, closed, u.urn, setting, true, rating, rated_on, false
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[],
        $9::integer[], $10::date[], $11::date[], $12::text[], $13::text[], $14::text[], $15::date[])
        AS u (home, provider, name, type, also, area, postcode, youngest, oldest, opened, closed, urn, setting, rating,
            rated_on)
    JOIN provider p USING (provider)"""
ADD = """INSERT INTO place (place, home, number, features, opens, closes, emergency)
    SELECT place, home, number, '{}', opens, closes, false
    FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::date[], $5::date[])
        AS u (place, home, number, opens, closes)"""
CHANGE = """UPDATE home h SET version = version + 1, name = u.name, area = u.area, postcode = u.postcode,
        also = string_to_array(u.also, ','), closed = u.closed, rating = u.rating, rated_on = u.rated_on
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[], $8::date[])
        AS u (home, name, area, postcode, also, closed, rating, rated_on)
    WHERE h.home = u.home"""
CLOSE_ALL = """UPDATE place p SET closes = greatest(u.closed, p.opens)
    FROM unnest($1::uuid[], $2::date[]) AS u (home, closed)
    WHERE p.home = u.home AND (p.closes IS NULL OR p.closes > u.closed)"""
# Where a home has fewer places than it had, the last ones go that nobody has and nobody is offered.
FREE = """SELECT home, place FROM (
    SELECT p.home, p.place, u.fewer, row_number() OVER (PARTITION BY p.home ORDER BY p.number DESC) AS nth
    FROM place p JOIN unnest($1::uuid[], $2::integer[]) AS u (home, fewer) USING (home)
    WHERE (p.closes IS NULL OR p.closes > $3) AND p.beyond IS NULL
        AND NOT EXISTS (SELECT 1 FROM occupation o WHERE o.place = p.place AND o.released_at IS NULL
            AND o.during && daterange($3, NULL))
        AND NOT EXISTS (SELECT 1 FROM vacancy v WHERE v.home = p.home AND p.place = ANY(v.places)
            AND v.withdrawn_at IS NULL AND daterange(v.available_from, v.available_until) && daterange($3, NULL))) f
    WHERE nth <= fewer"""
CLOSE = "UPDATE place SET closes = greatest($2, opens) WHERE place = ANY($1)"
NEEDED = """SELECT DISTINCT o.home FROM occupation o JOIN unnest($1::uuid[], $2::date[]) AS u (home, closed) USING (home)
    WHERE o.released_at IS NULL AND o.kind <> 'out_of_service' AND o.during && daterange(u.closed, NULL)"""
RATE = """INSERT INTO home_rating (home, inspected_on, rating)
    SELECT * FROM unnest($1::uuid[], $2::date[], $3::text[])
    ON CONFLICT (home, inspected_on) DO UPDATE SET rating = excluded.rating"""
OLDEST, YOUNGEST_SUPPORTED = 17, 16
"""The list says no ages: a children's home may take any child, supported accommodation nobody under sixteen."""


@dataclass(frozen=True, slots=True)
class NewProvider:
    """An organisation that a row names; `owned_by` where it is an authority's own and may be said to be."""

    provider: UUID
    listed: Listed
    owned_by: str | None


class Changed(Protocol):
    """What of a home is new."""

    facts: bool
    rated: bool
    closes: bool


async def homes_listed(session: WriteSession, urns: Sequence[str]) -> list[Row]:
    """The homes of these URNs with what they are compared by, locked in one order."""
    return await session.all(HOMES_LISTED, urns, session.clock.today())


async def providers_listed(session: WriteSession, owners: Sequence[str], urns: Sequence[str]) -> list[Row]:
    """The providers that go by these numbers."""
    return await session.all(PROVIDERS_LISTED, owners, urns)


async def register(session: WriteSession, new: Sequence[NewProvider], authority: str | None) -> list[Row]:
    """Write providers down; another authority's own service is that to everybody else (PR2)."""
    columns = [
        (
            one.provider,
            one.listed.provider_name,
            Sector.OTHER_AUTHORITY if one.listed.sector == Sector.OWN and not one.owned_by else one.listed.sector,
            one.owned_by,
            one.listed.urn if one.listed.provider_key[0] == "urn" else None,
            one.listed.provider_key[1] if one.listed.provider_key[0] == "owner" else None,
        )
        for one in new
    ]
    return await session.all(REGISTER, authority, *columns_of(columns, 6)) if new else []


async def open_homes(session: WriteSession, opened: Sequence[tuple[UUID, UUID, Listed]]) -> None:
    """Write homes down with the places they are registered for."""
    if not opened:
        return
    await session.run(OPEN, *columns_of([(home, provider, *_facts(one)) for home, provider, one in opened], 15))
    places = [
        (new_id(), home, number, one.opened, one.closed)
        for home, _, one in opened
        for number in range(1, one.places + 1)
    ]
    await session.run(ADD, *columns_of(places, 5))


def _facts(one: Listed) -> Sequence[Any]:
    youngest = YOUNGEST_SUPPORTED if one.type == PlacementType.SUPPORTED_ACCOMMODATION else 0
    what = (one.name, one.type, ",".join(one.also), one.area, one.postcode, youngest, OLDEST)
    return *what, one.opened, one.closed, one.urn, one.setting, one.rating, one.rated_on


async def change_homes(session: WriteSession, changed: Sequence[tuple[Row, Listed, Changed]]) -> None:
    """Write down what is new of homes, and close the places of those that close."""
    if not changed:
        return
    lines = [
        (
            kept.home,
            *((one.name, one.area, one.postcode, ",".join(one.also)) if new.facts else _kept(kept)),
            one.closed if new.closes else kept.closed,
            *((one.rating, one.rated_on) if new.rated else (kept.rating, kept.rated_on)),
        )
        for kept, one, new in changed
    ]
    await session.run(CHANGE, *columns_of(lines, 8))
    closing = [(kept.home, one.closed) for kept, one, new in changed if new.closes]
    await session.run(CLOSE_ALL, *columns_of(closing, 2))


def _kept(kept: Row) -> Sequence[Any]:
    return kept.name, kept.area, kept.postcode, ",".join(kept.also)


async def add_places(session: WriteSession, more: Sequence[tuple[Row, int]], *, opens: date) -> None:
    """Places that a home is newly registered for, numbered on from its last."""
    lines = [
        (new_id(), kept.home, kept.last + number, opens, None) for kept, count in more for number in range(1, count + 1)
    ]
    await session.run(ADD, *columns_of(lines, 5))


async def free_places(session: WriteSession, fewer: Sequence[tuple[UUID, int]], *, on: date) -> list[Row]:
    """The places (at most so many of each home) that could close on a day without anybody being in the way."""
    return await session.all(FREE, *columns_of(fewer, 2), on)


async def close_places(session: WriteSession, places: Sequence[UUID], *, on: date) -> None:
    """These are no longer there."""
    await session.run(CLOSE, list(places), on)


async def still_needed(session: WriteSession, closing: Sequence[tuple[UUID, date | None]]) -> Collection[UUID]:
    """Homes in which a child is to be on the day they close or later."""
    return {row.home for row in await session.all(NEEDED, *columns_of(closing, 2))}


async def note_ratings(session: WriteSession, listed: Sequence[tuple[UUID, Listed]]) -> None:
    """Every inspection is kept, also one that is not the latest."""
    lines = [(home, one.rated_on, one.rating) for home, one in listed if one.rating is not None]
    await session.run(RATE, *columns_of(lines, 3))
