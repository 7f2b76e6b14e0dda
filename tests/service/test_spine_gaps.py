"""What the bus did not bring is read from the feed; tombstones and partitions leave no gap of their own."""

import asyncio
from functools import partial

from pydantic_core import to_json

from shared.bus.in_process import MOST_WAITING
from shared.contracts import Batch, Envelope
from shared.contracts.envelope import partition_of
from shared.ids import new_id
from shared.store.log import expunge, read_log
from shared.store.session import WriteSession
from tests.service.spine import LANE, Fresh, Spine, a_spine, care, in_order, some_care
from tests.waiting import until


async def test_a_slow_consumer_reads_from_the_feed_what_its_queue_could_not_hold(one_process: Spine) -> None:
    hearer = await one_process.hearer()
    slow, count = asyncio.Event(), 3 * MOST_WAITING

    async def wait(_: WriteSession, __: Envelope) -> None:
        await slow.wait()

    hearer.refuse = wait
    await hearer.start()
    one_process.start_relay()
    for number in range(1, count + 1):
        await one_process.tell(care(new_id(), number))
        await until(partial(_sequenced, one_process, number))
    assert await hearer.position() == 0
    slow.set()
    assert in_order(await hearer.hears(count), count)
    await until(lambda: _settled(one_process, count))


async def _sequenced(spine: Spine, sequence: int) -> bool:
    return (await spine.lane())[0] == sequence


async def _settled(spine: Spine, sequence: int) -> bool:
    return await spine.lane() == (sequence, sequence)


async def test_a_first_subscriber_hears_what_was_published_before_it_came(spine: Spine) -> None:
    await spine.tell(*some_care(1_200))
    spine.start_relay()
    await until(lambda: _settled(spine, 1_200))
    hearer = await spine.hearer("newcomer")
    await hearer.start()
    await spine.tell(care(new_id(), 1_201))
    assert in_order(await hearer.hears(1_201), 1_201)


async def test_a_first_subscriber_hears_it_also_when_nothing_new_is_published(spine: Spine) -> None:
    await spine.tell(*some_care(700))
    spine.start_relay()
    await until(lambda: _settled(spine, 700))
    hearer = await spine.hearer("newcomer")
    await hearer.start()
    assert in_order(await hearer.hears(700), 700)


async def test_a_quiet_lane_is_caught_up_with_while_another_is_never_quiet(fresh_database: Fresh, make_bus) -> None:
    async with a_spine(fresh_database, make_bus, partitions=3) as spine:
        quiet, busy = _authority_in("00"), _authority_in("01")
        await spine.tell(*(care(new_id(), number, quiet) for number in range(1, 6)))
        spine.start_relay()
        await until(lambda: _sequenced(spine, 5))
        await until(lambda: _settled(spine, 5))
        hearer = await spine.hearer("newcomer")
        await hearer.start()

        async def one_more_is_heard_of_the_busy_and_all_of_the_quiet() -> bool:
            await spine.tell(care(new_id(), 0, busy))
            return in_order(await hearer.heard(), 5)

        await until(one_more_is_heard_of_the_busy_and_all_of_the_quiet)


def _authority_in(partition: str) -> str:
    return next(name for number in range(100) if partition_of(name := f"council-{number}", 3) == partition)


async def test_repeats_and_batches_across_what_was_handled_change_nothing(spine: Spine) -> None:
    hearer = await spine.hearer()
    await hearer.start()
    spine.start_relay()
    await spine.tell(*some_care(6))
    await hearer.hears(6)
    log = await spine.log()
    for first, last in ((1, 6), (4, 6), (1, 1), (3, 5)):
        await spine.bus.publish(_batch(log[first - 1 : last]))
    await spine.tell(care(new_id(), 7))
    assert in_order(await hearer.hears(7), 7)


def _batch(envelopes: list[Envelope]) -> Batch:
    body = to_json([envelope.raw for envelope in envelopes])
    return Batch(LANE, envelopes[0].sequence, envelopes[-1].sequence, body)


async def test_a_message_that_is_no_batch_stops_nothing_for_good(spine: Spine) -> None:
    """Whatever it held is read from the feed; the task that failed on it is started again by its service."""
    hearer = await spine.hearer()
    await hearer.start()
    await spine.bus.publish(Batch(LANE, 1, 1, b"not json"))
    await asyncio.wait({hearer.task}, timeout=10)
    assert isinstance(hearer.task.exception(), ValueError)
    hearer.task = asyncio.create_task(hearer.consumer.run())
    spine.start_relay()
    await spine.tell(*some_care(3))
    assert in_order(await hearer.hears(3), 3)


async def test_an_expunged_payload_is_gone_from_log_and_outbox_and_consumers_pass_over_it(spine: Spine) -> None:
    forgotten, hearer = new_id(), await spine.hearer()
    await spine.tell(care(forgotten, 1), care(new_id(), 2), care(forgotten, 3))
    relaying = spine.start_relay()
    await until(lambda: _sequenced(spine, 3))
    await spine.crash()
    assert relaying.done()
    await spine.tell(care(forgotten, 4), care(new_id(), 5))
    async with spine.teller.writing() as session:
        assert await expunge(session, str(forgotten)) == 3
    await spine.teller.pool.execute("UPDATE spine.lanes SET published_through = 0")
    await hearer.start()
    spine.start_relay()
    assert [h.version for h in await hearer.hears(2)] == [2, 5]
    await until(lambda: _position(hearer, 5))
    assert await hearer.dead() == []
    log = await spine.log()
    assert [envelope.sequence for envelope in log] == [1, 2, 3, 4, 5]
    assert [envelope.expunged for envelope in log] == [True, False, True, True, False]
    assert [envelope.event is None for envelope in log] == [True, False, True, True, False]


async def _position(hearer, sequence: int) -> bool:
    return await hearer.position() == sequence


async def test_expunging_takes_dead_events_too(one_process: Spine) -> None:
    hearer, forgotten = await one_process.hearer(), new_id()

    async def fail(_: WriteSession, envelope: Envelope) -> None:
        if envelope.subject == str(forgotten):
            raise KeyError

    hearer.refuse = fail
    await hearer.start()
    one_process.start_relay()
    await one_process.tell(care(forgotten, 1))
    await until(hearer.dead)
    async with hearer.database.writing() as session:
        await expunge(session, str(forgotten))
    assert await hearer.database.pool.fetchval("SELECT count(*) FROM spine.dead") == 0


async def test_a_page_of_the_feed_leaves_out_other_authorities_and_says_how_far_it_speaks(one_process: Spine) -> None:
    mine, others = [care(new_id(), n, "E09000033") for n in (1, 2)], [care(new_id(), n, "E09000020") for n in (3, 4)]
    await one_process.tell(mine[0], *others, mine[1])
    one_process.start_relay()
    await until(lambda: _sequenced(one_process, 4))
    async with one_process.teller.reading() as session:
        whole = await read_log(session, LANE, 0, 10, ["E09000033"])
        first = await read_log(session, LANE, 0, 1, ["E09000033"])
        rest = await read_log(session, LANE, first.through, 1, ["E09000033"])
    assert (len(whole.bodies), whole.through, whole.head) == (2, 4, 4)
    assert (first.through, rest.through) == (1, 4)
    assert not any("E09000020" in body for body in whole.bodies)


async def test_with_three_partitions_each_authority_keeps_to_its_lane_and_everything_arrives(
    fresh_database: Fresh, make_bus
) -> None:
    authorities = [f"council-{number}" for number in range(12)]
    async with a_spine(fresh_database, make_bus, partitions=3) as spine:
        hearer = await spine.hearer()
        await hearer.start()
        spine.start_relay()
        for version in range(1, 11):
            await spine.tell(*(care(new_id(), version, authority) for authority in authorities))
        heard = await hearer.hears(120)
        for lane in spine.lanes:
            of_lane = [h.sequence for h in heard if h.lane == lane]
            assert of_lane == list(range(1, len(of_lane) + 1))
            assert of_lane
            there = {envelope.authority for envelope in await spine.log(lane)}
            assert {partition_of(authority, 3) for authority in there} == {lane.rpartition(".")[2]}
