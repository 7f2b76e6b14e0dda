"""Checking children's parts of the return: those touched since, by what is kept of them at one moment."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from services.placements.queries.checks import checked_together, found_before, register_of, shared_upns, touched
from services.placements.queries.ledgers import AS_ONE, kept_for_return
from services.placements.returns import checks
from services.placements.returns.checks import RULES, Case, Fault, Places, faults_of, in_return, rules_in
from services.placements.returns.checks.case import Rows
from services.placements.returns.kept import Kept, OneChild
from services.placements.returns.tables import Year, rows_of
from shared.geography import Geography
from shared.ssda903.shape import YEARS
from shared.ssda903.years import last_day, year_of
from shared.store.database import Database
from shared.store.session import WriteSession, columns_of

LOCK = 903_005
"""The advisory lock under which one process at a time checks."""
MOST = 100
"""Children checked in one go: more would keep a busy process from its work for too long at a time."""
DONE = "DELETE FROM touched_children WHERE child = ANY($1)"
STALE = """INSERT INTO touched_children (child) SELECT c.child FROM children c CROSS JOIN unnest($1::int[]) AS y (year)
    LEFT JOIN return_standings s ON s.child = c.child AND s.year = y.year
    WHERE s.child IS NULL OR s.rules <> $2 OR s.checked_on < $3 GROUP BY c.child
    HAVING NOT EXISTS (SELECT FROM touched_children t WHERE t.child = c.child)"""
FORGET = """DELETE FROM return_faults f USING unnest($1::uuid[], $2::int[]) AS g (child, year)
    WHERE f.child = g.child AND f.year = g.year"""
LOOKED_AT = "UPDATE return_standings SET checked_on = $2 WHERE child = ANY($1) AND checked_on <> $2"
STAND = """INSERT INTO return_standings (child, year, authority, reference, in_return, faults, rules, checked_on)
    SELECT *, $8::date
    FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::bool[], $6::int[], $7::text[])
    ON CONFLICT (child, year) DO UPDATE SET authority = excluded.authority, reference = excluded.reference,
        in_return = excluded.in_return, faults = excluded.faults, rules = excluded.rules, checked_on = excluded.checked_on,
        change = nextval('return_changes')"""
COLUMNS = ("child", "year", "authority", "rule", "table_name", "fields", "mender", "record")
MENDERS = {(rule.number, rule.table, rule.fields): rule.mender for rule in RULES}


def _edition() -> str:
    """A name for these rules: other sources, other rules, and everybody is checked anew."""
    sources = sorted(Path(checks.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


EDITION = _edition()


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks found of one child in one year."""

    child: UUID
    year: int
    reference: str
    in_return: bool
    faults: Sequence[Fault]


def years_watched(today: date) -> tuple[int, ...]:
    """The collection year that runs, and the one before, whose return is being repaired."""
    return tuple(year for year in (year_of(today) - 1, year_of(today)) if year in YEARS)


async def touch_the_stale(session: WriteSession) -> None:
    """Mark every child not yet checked today for a year that is watched, or checked by other rules."""
    today = session.clock.today()
    await session.run(STALE, list(years_watched(today)), EDITION, today)


async def check_some(database: Database, geography: Geography) -> set[str] | None:
    """Check the children touched longest ago, of one authority; answers whose standing moved, None if none waited."""
    async with database.reading() as session:
        marks = await touched(session)
    if not marks:
        return None
    authority = next((mark.authority for mark in marks if mark.authority), None)
    mine = [mark for mark in marks if mark.authority in (authority, None)][:MOST]
    async with database.writing() as session:
        await session.run(AS_ONE)
        if not await session.value("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return None
        moved = authority is not None and await _check(
            session, authority, {mark.child for mark in mine if mark.authority}, geography
        )
        # Only marks that this moment knows of: a fact that changed since has left another.
        await session.run(DONE, [mark.child for mark in mine])
    return {authority} if moved and authority else set()


async def _check(session: WriteSession, authority: str, children: set[UUID], geography: Geography) -> bool:
    """Check these children as they are kept at this moment, and write what is found where it is new."""
    years = years_watched(session.clock.today())
    together = await checked_together(session, authority, sorted(children))
    kept = await kept_for_return(session, authority, together)
    shared = await shared_upns(session, authority, (who.upn for who in kept.children))
    placed = [placement.urn for rows in kept.placements.values() for placement in rows]
    places = Places(geography, await register_of(session, placed))
    today = session.clock.today()
    found = await asyncio.to_thread(lambda: list(_found(kept, authority, years, today, places, shared)))
    return await _write(session, authority, found)


def _found(
    kept: Kept, authority: str, years: Iterable[int], today: date, places: Places, shared: set[str]
) -> Iterator[Found]:
    for one in kept.each():
        told = {year: _told(one, year, today) for year in {year - before for year in years for before in (0, 1)}}
        for year in years:
            now, then, twice = told[year], told[year - 1], one.who.upn in shared
            case = Case(one.reference, authority, year, now, then, places, twice, today)
            faults = faults_of(case, rules_in(year)) if in_return(case) else []
            yield Found(one.who.child, year, one.reference, in_return(case), faults)


def _told(one: OneChild, year: int, today: date) -> Rows:
    """What a child's ledger comes to in a year's return; of the year that runs, until today."""
    return rows_of(one, Year(year, min(today, last_day(year)))).rows


async def _write(session: WriteSession, authority: str, found: Sequence[Found]) -> bool:
    """Keep what is new; answers whether anything was."""
    children = sorted({one.child for one in found})
    standings, before = await found_before(session, children, sorted({one.year for one in found}))
    new = []
    for one in found:
        row, key = standings.get((one.child, one.year)), (one.child, one.year)
        said = {(f.rule, f.table, f.fields, f.record) for f in one.faults}
        stands = row is not None and (row.reference, row.in_return, row.rules) == (
            one.reference,
            one.in_return,
            EDITION,
        )
        if not stands or said != before.get(key, set()):
            new.append(one)
    await session.run(FORGET, *columns_of([(one.child, one.year) for one in new], 2))
    rows = [
        (one.child, one.year, authority, f.rule, f.table, f.fields, MENDERS[f.rule, f.table, f.fields], f.record)
        for one in new
        for f in one.faults
    ]
    await session.copy("return_faults", COLUMNS, rows, "public")
    stand = [(o.child, o.year, authority, o.reference, o.in_return, len(o.faults), EDITION) for o in new]
    await session.run(STAND, *columns_of(stand, 7), session.clock.today())
    await session.run(LOOKED_AT, children, session.clock.today())
    return bool(new)
