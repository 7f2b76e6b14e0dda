"""A database that goes away, and transactions in each other's way: waited for and tried again, never a dead event."""

import asyncio
from pathlib import Path

import asyncpg

from deploy.postgres import Postgres, ensure_database
from shared.contracts import Envelope
from shared.ids import new_id
from shared.store.migrate import SPINE, migrate
from shared.store.session import WriteSession
from tests.service.spine import Spine, care, in_order, some_care
from tests.waiting import until

WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def test_a_consumer_waits_while_its_database_is_away(spine: Spine, folder: Path) -> None:
    """Killed in the midst of a reaction, and stopped while nothing happens: everything arrives, nothing is dead."""
    with Postgres.start(folder) as server:
        await ensure_database(server.url("metrics"))
        await migrate(server.url("metrics"), SPINE)
        hearer = await spine.hearer(url=server.url("metrics"))
        reacting, times = asyncio.Event(), 0

        async def wait_once(session: WriteSession, envelope: Envelope) -> None:
            nonlocal times
            if envelope.sequence == 150 and (times := times + 1) == 1:
                reacting.set()
                await session.value("SELECT pg_sleep(60)")

        hearer.refuse = wait_once
        await hearer.start()
        await spine.tell(*some_care(200))
        spine.start_relay()
        await reacting.wait()
        server.kill()
        await spine.tell(*some_care(100))
        await until(lambda: _sequenced(spine, 300))
        server.restart()
        assert in_order(await hearer.hears(300), 300)
        server.stop()
        await spine.tell(*some_care(100))
        await until(lambda: _sequenced(spine, 400))
        server.restart()
        assert in_order(await hearer.hears(400), 400)
        assert await hearer.dead() == []
        assert not hearer.consumer.stopped_because
        await spine.crash()
        await hearer.database.close()


async def _sequenced(spine: Spine, sequence: int) -> bool:
    return (await spine.lane())[0] == sequence


async def test_a_relay_waits_while_its_database_is_away(spine: Spine, folder: Path) -> None:
    with Postgres.start(folder) as server:
        await ensure_database(server.url("placements"))
        await migrate(server.url("placements"), SPINE)
        spine.teller = await spine.database("placements", server.url("placements"))
        hearer = await spine.hearer()
        await hearer.start()
        spine.start_relay()
        told = 0
        for away in (server.kill, server.stop):
            await spine.tell(*some_care(5))
            away()
            server.restart()
            await until(lambda: _can_tell(spine))
            told += 6
            assert in_order(await hearer.hears(told), told)
        await spine.crash()
        await spine.teller.close()


async def _can_tell(spine: Spine) -> bool:
    try:
        await spine.tell(care(new_id(), 0))
    except (asyncpg.PostgresError, OSError):
        return False
    return True


async def test_a_deadlock_is_tried_again(spine: Spine) -> None:
    hearer = await spine.hearer()
    await hearer.database.pool.execute(
        "CREATE TABLE homes (home int PRIMARY KEY, n int); INSERT INTO homes VALUES (1, 0), (2, 0)"
    )
    has_first, clashed = asyncio.Event(), 0

    async def lock_both(session: WriteSession, envelope: Envelope) -> None:
        nonlocal clashed
        if envelope.sequence != 2:
            return
        await session.run("SET LOCAL deadlock_timeout = '10ms'")
        await session.run("UPDATE homes SET n = n + 1 WHERE home = 1")
        has_first.set()
        try:
            await session.run("UPDATE homes SET n = n + 1 WHERE home = 2")
        except asyncpg.DeadlockDetectedError:
            clashed += 1
            raise

    hearer.refuse = lock_both
    await hearer.start()
    async with hearer.database.writing() as rival:
        await rival.run("SET LOCAL deadlock_timeout = '1min'")
        await rival.run("UPDATE homes SET n = n + 1 WHERE home = 2")
        await spine.tell(*some_care(3))
        spine.start_relay()
        await has_first.wait()
        await rival.run("UPDATE homes SET n = n + 1 WHERE home = 1")
    assert in_order(await hearer.hears(3), 3)
    assert clashed >= 1, "no deadlock was provoked"
    assert await hearer.dead() == []
    assert await hearer.database.pool.fetchval("SELECT sum(n) FROM homes") == 4


async def test_a_serialisation_failure_is_tried_again(spine: Spine) -> None:
    """Also while events are tried one by one, because another of them is poison."""
    hearer, poison = await spine.hearer(), new_id()
    await hearer.database.pool.execute(
        "CREATE TABLE homes (home int PRIMARY KEY, n int); INSERT INTO homes VALUES (1, 0)"
    )
    clashes = 0

    async def clash(session: WriteSession, envelope: Envelope) -> None:
        nonlocal clashes
        if envelope.subject == str(poison):
            raise KeyError
        if envelope.sequence == 3 and clashes < 3:
            clashes += 1
            await session.run("DO $$ BEGIN RAISE serialization_failure; END $$")

    hearer.refuse = clash
    await hearer.start()
    await spine.tell(care(new_id(), 1), care(poison, 2), care(new_id(), 3), care(new_id(), 4))
    spine.start_relay()
    assert [h.version for h in await hearer.hears(3)] == [1, 3, 4]
    assert clashes == 3
    assert [row.sequence for row in await hearer.dead()] == [2]


async def test_a_lost_connection_is_tried_again_also_one_by_one(spine: Spine) -> None:
    hearer, poison = await spine.hearer(), new_id()
    cuts = 0

    async def cut(session: WriteSession, envelope: Envelope) -> None:
        nonlocal cuts
        if envelope.subject == str(poison):
            raise KeyError
        if envelope.sequence == 3 and cuts < 3:
            cuts += 1
            pid = await session.value("SELECT pg_backend_pid()")
            await hearer.database.pool.execute("SELECT pg_terminate_backend($1, 5000)", pid)
            await session.value("SELECT 1")

    hearer.refuse = cut
    await hearer.start()
    await spine.tell(care(new_id(), 1), care(poison, 2), care(new_id(), 3), care(new_id(), 4))
    spine.start_relay()
    assert [h.version for h in await hearer.hears(3)] == [1, 3, 4]
    assert cuts == 3
    assert [row.sequence for row in await hearer.dead()] == [2]
