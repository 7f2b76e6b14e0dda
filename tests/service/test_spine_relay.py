"""The relay: sequences without gap or double whoever writes and whoever leads, and nobody waits for a stranger."""

import asyncio
import json
from contextlib import suppress
from functools import partial
from typing import Any

from shared.contracts import Envelope
from shared.ids import new_id
from shared.store.relay import SWEEP
from shared.store.session import WriteSession
from tests.service.spine import Spine, care, in_order, some_care
from tests.waiting import until

LEADER = """SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 903001
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


async def test_concurrent_writers_get_sequences_without_gaps_and_exactly_what_committed(one_process: Spine) -> None:
    one_process.start_relay()
    committed: set[int] = set()
    numbers = iter(range(200))

    async def write() -> None:
        for number in numbers:
            try:
                async with one_process.teller.writing() as session:
                    session.publish(care(new_id(), number))
                    if number % 5 == 0:
                        await session.flush()
                        raise KeyError
                committed.add(number)
            except KeyError:
                continue

    await asyncio.gather(*(write() for _ in range(8)))
    assert len(committed) == 160
    await until(lambda: _logged(one_process, 160))
    log = await one_process.log()
    assert [envelope.sequence for envelope in log] == list(range(1, 161))
    assert {envelope.raw["data"]["version"] for envelope in log} == committed


async def _logged(spine: Spine, count: int) -> bool:
    return len(await spine.log()) == count


async def test_events_of_one_subject_keep_the_order_of_their_transactions(one_process: Spine) -> None:
    """Writers of one subject wait for its row; whoever commits later is sequenced later, whatever else goes on."""
    one_process.start_relay()
    pool = one_process.teller.pool
    await pool.execute("CREATE TABLE periods (period int PRIMARY KEY, version int NOT NULL)")
    subjects = {number: new_id() for number in range(4)}
    await pool.executemany("INSERT INTO periods VALUES ($1, 0)", [(number,) for number in subjects])

    async def write(number: int) -> None:
        async with one_process.teller.writing() as session:
            version = await session.value(
                "UPDATE periods SET version = version + 1 WHERE period = $1 RETURNING version", number
            )
            session.publish(care(subjects[number], version))

    await asyncio.gather(*(write(n % 4) for n in range(120)))
    await until(lambda: _logged(one_process, 120))
    log = await one_process.log()
    for subject in subjects.values():
        versions = [e.raw["data"]["version"] for e in log if e.subject == str(subject)]
        assert versions == list(range(1, 31))


async def test_of_two_relays_one_leads_and_the_other_takes_over_when_its_connection_dies(spine: Spine) -> None:
    hearer = await spine.hearer()
    await hearer.start()
    spine.start_relay()
    first = spine.relay
    await until(lambda: first.leading)
    spine.start_relay()
    second = spine.relay
    told = 0
    for _ in range(6):
        leading, standing = (first, second) if first.leading else (second, first)
        assert not standing.leading
        await spine.tell(*some_care(5))
        told += 5
        await hearer.hears(told)
        assert (leading.leading, standing.leading) == (True, False)
        pid = await spine.teller.pool.fetchval(LEADER)
        await spine.tell(*some_care(5))
        await spine.teller.pool.execute("SELECT pg_terminate_backend($1)", pid)
        told += 5
        await hearer.hears(told, seconds=10)
        await until(partial(_somebody_else_leads, spine, pid))
        await until(lambda: first.leading != second.leading)
    assert in_order(await hearer.heard(), told)
    assert [envelope.sequence for envelope in await spine.log()] == list(range(1, told + 1))


async def _somebody_else_leads(spine: Spine, pid: int) -> bool:
    found = await spine.teller.pool.fetchval(LEADER)
    return found is not None and found != pid


async def test_a_commit_in_a_process_that_stands_by_wakes_the_one_that_leads(one_process: Spine) -> None:
    """Also one that commits while an earlier word is on its way; the slow poll, here a minute, would be too late."""
    one_process.start_relay(slow_poll=60)
    leading = one_process.relay
    await until(lambda: leading.leading)
    one_process.start_relay(slow_poll=60)
    assert one_process.teller.outbox_filled == one_process.relay.wake
    for number in range(1, 51):
        await asyncio.gather(*(one_process.tell(event) for event in some_care(3)))
        await until(partial(_logged, one_process, 3 * number), seconds=5)


async def test_an_open_transaction_delays_nobody_elses_events(spine: Spine) -> None:
    """Neither in another service's database of the same server, nor in the one that is telling."""
    hearer, other = await spine.hearer(), await spine.database("providers")
    await hearer.start()
    spine.start_relay()
    with suppress(KeyError):
        async with other.writing() as elsewhere, spine.teller.writing() as here:
            await elsewhere.value("SELECT pg_current_xact_id()")
            here.publish(care(new_id(), 0))
            await here.flush()
            for number in range(1, 6):
                await spine.tell(care(new_id(), number))
                assert (await hearer.hears(number, seconds=5))[-1].version == number
            raise KeyError
    await spine.tell(care(new_id(), 6))
    assert in_order(await hearer.hears(6), 6)


async def test_a_slow_consumer_delays_no_other(spine: Spine) -> None:
    slow, quick = await spine.hearer("metrics"), await spine.hearer("referrals")
    may_go_on = asyncio.Event()

    async def wait(_: WriteSession, __: Envelope) -> None:
        await may_go_on.wait()

    slow.refuse = wait
    await slow.start()
    await quick.start()
    spine.start_relay()
    for number in range(1, 201):
        await spine.tell(care(new_id(), number))
        if number % 20 == 0:
            await quick.hears(number, seconds=5)
    assert await slow.position() == 0
    may_go_on.set()
    assert in_order(await slow.hears(200), 200)


async def test_a_sweep_reads_each_waiting_event_a_few_times_also_where_the_statistics_are_of_an_empty_outbox(
    one_process: Spine,
) -> None:
    """A backlog that came all at once, before PostgreSQL has looked again: what a sweep reads grows with it, no more."""
    pool, waiting = one_process.teller.pool, 2_000
    async with pool.acquire() as connection:
        await connection.execute("ALTER TABLE spine.outbox SET (autovacuum_enabled = off)")
        await _publish(one_process, 500)
        await connection.execute("DELETE FROM spine.outbox")
        await connection.execute("ANALYZE spine.outbox")
        await _publish(one_process, waiting)
        asked = SWEEP.replace("$1", str(waiting // 2))
        plan = json.loads(await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}"))[0]["Plan"]
    assert _read(plan) < 20 * waiting


async def _publish(spine: Spine, number: int) -> None:
    async with spine.teller.writing() as session:
        for _ in range(number):
            session.publish(care(new_id(), 1))


def _read(node: dict[str, Any]) -> float:
    """Rows that a plan's parts gave or looked at in vain, every time they were gone through."""
    here = node["Actual Rows"] + sum(rows for name, rows in node.items() if name.startswith("Rows Removed"))
    return node["Actual Loops"] * here + sum(_read(part) for part in node.get("Plans", ()))
