"""Rebuilds, replicas and restarts of metrics: the same figures from the logs, on every replica, and after a start."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.postgres import Postgres
from services.metrics.measures import compute
from services.metrics.memory import Memory
from services.metrics.rebuild import Progress
from services.metrics.service import SERVICE
from services.metrics.tables import METADATA
from shared.contracts import Event
from shared.ids import new_id
from tests.service.figures import (
    MEASURES,
    NORTHSHIRE,
    SOUTHMERE,
    TODAY,
    AtWork,
    Watching,
    a_home,
    a_stay,
    at_work,
    care,
    lives_in,
)
from tests.waiting import until


@pytest.fixture
async def works(postgres: Postgres) -> AsyncIterator[AtWork]:
    async with at_work(postgres) as all_of_it:
        yield all_of_it


def some_history(count: int) -> list[Event]:
    """Children, stays, homes and who lives in them, of two authorities; some of it corrected."""
    dice, events = Random(903), []
    for _ in range(count):
        authority, child, home = dice.choice([NORTHSHIRE, SOUTHMERE]), new_id(), new_id()
        places = [new_id() for _ in range(dice.randrange(4))]
        period = care(child, authority, started=TODAY - timedelta(days=dice.randrange(60)))
        events += [period, *a_stay(child, dice.randrange(1_000_000), authority), *a_home(home, places, authority)]
        events += [lives_in(home, place, authority) for place in places if dice.random() < 0.7]
        if dice.random() < 0.3:
            events.append(care(child, authority, version=2, started=date(2026, 1, 15)))
    return events


async def figures(works: AtWork) -> list[tuple[Any, Any]]:
    asked = [await works.figure(measure, as_at=day) for measure in MEASURES for day in ("2026-02-02", "2026-03-02")]
    return [(figure["numerator"], figure["denominator"]) for figure in asked]


def tile(works: AtWork, measure: str) -> dict[str, Any]:
    return {one["measure"]: one for one in works.live.board.tiles(NORTHSHIRE)}[measure]


async def test_a_rebuild_from_the_logs_finds_what_is_live(works: AtWork):
    await works.tell(*some_history(40))
    await works.all_heard()
    before = await figures(works)
    assert (await works.asks("administrator", "/rebuild", "POST")).status_code == 202
    assert (await works.asks("administrator", "/rebuild", "POST")).status_code == 409
    epoch = works.live.memory.epoch

    async def done() -> dict[str, Any]:
        told = (await works.asks("administrator", "/rebuild")).json()
        return told if told["state"] == "done" else {}

    told = await until(done)
    assert told["result"]["same"], told
    assert told["result"]["rows"]["care_periods"] > 40
    assert told["read"] == told["result"]["lanes"]
    await until(lambda: works.live.memory.epoch != epoch)
    assert await figures(works) == before
    assert (await works.asks("commissioner", "/rebuild", "POST")).status_code == 403


async def test_a_rebuild_while_events_pour_in_loses_and_doubles_none(works: AtWork):
    history = some_history(60)
    half = len(history) // 2
    await works.tell(*history[:half])
    pouring = asyncio.create_task(works.tell(*history[half:], together=False))
    async with Watching(works.live, NORTHSHIRE) as north:
        found = [await works.rebuild() for _ in range(3)]
        await pouring
        await works.all_heard()
        assert all(one.same for one in found), found
        expected = await figures(works)
        again = await works.rebuild()
        assert again.same, again
        await until(lambda: north.value("cla") == tile(works, "cla")["value"])
        assert await figures(works) == expected


async def test_a_rebuild_names_what_differs_and_puts_it_right(works: AtWork):
    await works.tell(*(care(new_id()) for _ in range(3)), *a_home(new_id(), [new_id()]))
    await works.all_heard()
    async with works.database.writing() as session:
        await session.run("DELETE FROM care_periods WHERE ctid IN (SELECT ctid FROM care_periods LIMIT 1)")
        await session.run("UPDATE homes SET area = $1", SOUTHMERE)
        await session.run(
            "INSERT INTO children SELECT now(), 0, gen_random_uuid(), 1, $1, '2010-01-01', 'F', 'WBRI', false",
            NORTHSHIRE,
        )
    found = await works.rebuild()
    differing = {kind: count for kind, count in found.differences.items() if count}
    assert differing == {"care_periods": 1, "homes": 1, "children": 1}
    assert (await works.rebuild()).same
    await until(lambda: tile(works, "occupancy")["denominator"] == 1)


async def test_events_set_aside_are_in_neither(works: AtWork):
    poison = care(new_id(), version=2**40)
    await works.tell(care(new_id()), poison, care(new_id()))
    await works.all_heard()
    async with works.database.reading() as session:
        assert await session.value("SELECT count(*) FROM spine.dead") == 1
    assert (await works.rebuild()).same
    assert (await works.figure("cla"))["value"] == 2


async def test_an_event_handled_again_during_a_rebuild_is_in_both(works: AtWork):
    refuse = "ALTER TABLE care_periods ADD CONSTRAINT not_yet CHECK (started > '2026-01-01')"
    async with works.database.writing() as session:
        await session.run(refuse)
    child = new_id()
    await works.tell(care(child), care(new_id(), started=TODAY))
    await works.all_heard()
    progress = Progress("running", works.clock.now())
    await works.live.rebuilding.copy(progress)
    async with works.database.writing() as session:
        for schema in ("public", "rebuild"):
            await session.run(f"ALTER TABLE {schema}.care_periods DROP CONSTRAINT not_yet")
    path = f"/dead-events/placements.00/{child}/handle-again"
    assert (await works.asks("administrator", path, "POST")).json() == {"handled": 1}
    found = await works.live.rebuilding.swap(progress)
    assert found.same, found
    assert found.rows["care_periods"] == 2


async def test_the_tables_after_a_rebuild_are_those_the_migrations_make(works: AtWork):
    await works.tell(*some_history(3))
    await works.all_heard()
    await works.rebuild()
    assert await drift(works.database.url) == []


async def test_the_migrations_make_the_tables_the_code_names(fresh_database):
    assert await drift(await fresh_database(SERVICE.migrations)) == []


async def drift(url: str) -> list[Any]:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name != "alembic_version"}
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda plain: compare_metadata(MigrationContext.configure(plain, opts=options), METADATA)
            )
    finally:
        await engine.dispose()


async def test_every_replica_shows_the_same_and_resumes_the_others_watchers(postgres: Postgres):
    async with at_work(postgres, replicas=2) as works:
        async with Watching(works.live_at(0), NORTHSHIRE) as first, Watching(works.live_at(1), NORTHSHIRE) as second:
            await works.tell(*(care(new_id()) for _ in range(3)))
            await until(lambda: first.value("cla") == 3 and second.value("cla") == 3)
            seen = first.ids[-1]
            await works.tell(care(new_id()))
            await until(lambda: first.value("cla") == 4 and second.value("cla") == 4)
        async with Watching(works.live_at(1), NORTHSHIRE, last_seen=seen) as resumed:
            await until(lambda: resumed.value("cla") == 4)
        memories = [works.live_at(n).memory for n in (0, 1)]
        epoch = memories[0].epoch
        await works.rebuild()
        await until(lambda: memories[0].epoch == memories[1].epoch != epoch)


async def test_a_start_loads_what_was_recorded_before(works: AtWork):
    await works.tell(*some_history(20))
    await works.all_heard()
    live, fresh = works.live.memory, Memory(works.database, slow_poll=60)
    following = asyncio.create_task(fresh.follow())
    await until(lambda: fresh.epoch is not None)
    following.cancel()
    assert (fresh.change_id, fresh.newest, fresh.reached) == (live.change_id, live.newest, live.reached)
    for measure in MEASURES:
        loaded = compute(fresh.columns, measure, NORTHSHIRE, TODAY)
        assert loaded == compute(live.columns, measure, NORTHSHIRE, TODAY)
        assert loaded.numerator is not None


async def test_facts_told_twice_and_in_another_order_are_the_same_facts(works: AtWork):
    history = some_history(10)
    await works.tell(*history)
    await works.all_heard()
    before = await figures(works)
    dice, again = Random(1), list(history)
    dice.shuffle(again)
    await works.tell(*again)
    await works.all_heard()
    assert await figures(works) == before
    assert (await works.rebuild()).same
