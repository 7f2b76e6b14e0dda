"""What falls due is done once, at its time, whoever ticks; what fails is put off further each time."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import FixedClock
from shared.contracts.placements import CareStarted
from shared.ids import new_id
from shared.store.database import Database
from shared.store.due import Due, Ticker
from shared.store.session import Row, WriteSession
from tests.service.spine import Spine, care, killed
from tests.waiting import until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LAPSE = "lapse_offer"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def database(one_process: Spine, clock: FixedClock) -> Database:
    made = await one_process.database("placements", clock=clock)
    await made.pool.execute("CREATE TABLE done (position bigint GENERATED ALWAYS AS IDENTITY, subject text)")
    return made


async def write_down(session: WriteSession, subject: str) -> None:
    await session.run("INSERT INTO done (subject) VALUES ($1)", subject)


async def tick_all(database: Database, actions: Mapping[str, Due] | None = None) -> int:
    """Tick until nothing is due; how often there was something."""
    ticker, ticked = Ticker(database, actions or {LAPSE: write_down}, 1.0), 0
    while await ticker.tick():
        ticked += 1
    return ticked


async def done(database: Database) -> list[str]:
    return [row.subject for row in await database.pool.fetch("SELECT subject FROM done ORDER BY position")]


async def due(database: Database) -> list[Row]:
    return await database.pool.fetch("SELECT * FROM spine.due ORDER BY action, subject")


async def after(database: Database, minutes: int, subject: str, action: str = LAPSE) -> None:
    async with database.writing() as session:
        await session.after(session.clock.now() + timedelta(minutes=minutes), action, subject)


async def test_it_is_done_once_and_not_before_its_time(database: Database, clock: FixedClock) -> None:
    await after(database, 30, "late")
    await after(database, 10, "early")
    clock.move(timedelta(minutes=9, seconds=59))
    assert await tick_all(database) == 0
    clock.move(timedelta(seconds=1))
    assert await tick_all(database) == 1
    clock.move(timedelta(hours=1))
    assert await tick_all(database) == 1
    assert await tick_all(database) == 0
    assert await done(database) == ["early", "late"]


async def test_what_became_due_while_nobody_ticked_is_done_in_the_order_of_its_times(
    database: Database, clock: FixedClock
) -> None:
    for minutes, subject in ((3, "c"), (1, "a"), (2, "b")):
        await after(database, minutes, subject)
    clock.move(timedelta(days=1))
    assert await tick_all(database) == 3
    assert await done(database) == ["a", "b", "c"]


async def test_a_later_word_moves_it_and_it_can_be_forgotten(database: Database, clock: FixedClock) -> None:
    await after(database, 10, "moved")
    await after(database, 20, "moved")
    await after(database, 10, "forgotten")
    async with database.writing() as session:
        await session.no_longer_due(LAPSE, "forgotten")
    clock.move(timedelta(minutes=10))
    assert await tick_all(database) == 0
    clock.move(timedelta(minutes=10))
    assert await tick_all(database) == 1


async def test_what_fails_changes_nothing_and_is_put_off_further_each_time(
    database: Database, clock: FixedClock
) -> None:
    failures = 0

    async def fail(session: WriteSession, subject: str) -> None:
        nonlocal failures
        failures += 1
        await write_down(session, subject)
        session.publish(care(new_id(), 1))
        raise KeyError

    await after(database, 0, "stubborn")
    delays = []
    for _ in range(14):
        assert await tick_all(database, {LAPSE: fail}) == 1
        (row,) = await due(database)
        delays.append((row.at - clock.now()).total_seconds())
        clock.at = row.at - timedelta(microseconds=1)
        assert await tick_all(database, {LAPSE: fail}) == 0
        clock.at = row.at
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]
    assert failures == 14
    assert await done(database) == []
    assert await database.pool.fetchval("SELECT count(*) FROM spine.outbox") == 0
    assert await tick_all(database) == 1
    assert await due(database) == []


async def test_what_fails_holds_nothing_else_up(database: Database, clock: FixedClock) -> None:
    async def fail(_: WriteSession, __: str) -> None:
        raise KeyError

    await after(database, 0, "stubborn", "fail")
    await after(database, 1, "easy")
    clock.move(timedelta(minutes=1))
    assert await tick_all(database, {LAPSE: write_down, "fail": fail}) == 2
    assert await done(database) == ["easy"]


async def test_a_release_that_does_not_know_an_action_leaves_it_for_one_that_does(
    database: Database, clock: FixedClock
) -> None:
    await after(database, 0, "new", "action_of_tomorrow")
    assert await tick_all(database) == 0
    assert [row.action for row in await due(database)] == ["action_of_tomorrow"]


async def test_its_events_commit_with_it(database: Database) -> None:
    subject = new_id()

    async def tell(session: WriteSession, told: str) -> None:
        session.publish(care(subject, 1))

    await after(database, 0, str(subject))
    assert await tick_all(database, {LAPSE: tell}) == 1
    types = [row.type for row in await database.pool.fetch("SELECT type FROM spine.outbox")]
    assert types == [CareStarted.event_type]


async def test_many_tickers_never_do_one_thing_twice(database: Database, one_process: Spine) -> None:
    subjects = [f"{number:03d}" for number in range(100)]
    async with database.writing() as session:
        for subject in subjects:
            await session.after(NOON, LAPSE, subject)
    other = await one_process.database("placements", database.url, FixedClock(NOON))
    tickers = [Ticker(at, {LAPSE: write_down}, 0.01) for at in (database, database, other, other)]
    ticking = [asyncio.create_task(ticker.run()) for ticker in tickers]
    await until(lambda: _all_done(database, 100))
    for task in ticking:
        await killed(task)
    assert sorted(await done(database)) == subjects


async def _all_done(database: Database, count: int) -> bool:
    return len(await done(database)) >= count
