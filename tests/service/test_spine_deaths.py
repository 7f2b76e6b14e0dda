"""Whatever dies when, an accepted event is neither lost nor counted twice, and its lane keeps its order."""

import asyncio
from functools import partial

import pytest
from pydantic_core import to_json

from shared.contracts import Batch, Envelope
from shared.contracts.envelope import batches
from shared.ids import new_id
from tests.service.spine import DyingBus, DyingSubscription, Hearer, Spine, care, in_order, killed, some_care
from tests.waiting import until

ACCEPTED = "SELECT (SELECT count(*) FROM spine.outbox) + (SELECT count(*) FROM spine.log)"


async def test_killed_between_commit_and_publish_events_still_arrive(spine: Spine) -> None:
    hearer = await spine.hearer()
    await spine.tell(*some_care(3))
    await spine.crash()
    await hearer.start()
    spine.start_relay()
    assert in_order(await hearer.hears(3), 3)


async def test_killed_after_the_sweep_and_before_the_bus_has_them_events_still_arrive(spine: Spine) -> None:
    hearer = await spine.hearer()
    dying = DyingBus(spine.bus, after=False)
    await spine.tell(*some_care(3))
    spine.start_relay(dying)
    await dying.reached()
    assert await spine.lane() == (3, 0)
    await spine.crash()
    await hearer.start()
    spine.start_relay()
    assert in_order(await hearer.hears(3), 3)


async def test_killed_between_publish_and_mark_nothing_is_counted_twice(spine: Spine) -> None:
    hearer = await spine.hearer()
    await hearer.start()
    dying = DyingBus(spine.bus, after=True)
    await spine.tell(*some_care(3))
    spine.start_relay(dying)
    await dying.reached()
    await hearer.hears(3)
    assert await spine.lane() == (3, 0), "the death came too late to try anything"
    await spine.crash()
    await hearer.start()
    spine.start_relay()
    await spine.tell(care(new_id(), 4))
    assert in_order(await hearer.hears(4), 4)
    await until(lambda: _published_through(spine, 4))


async def _published_through(spine: Spine, sequence: int) -> bool:
    return await spine.lane() == (sequence, sequence)


async def test_killed_between_reaction_and_acknowledgement_nothing_is_counted_twice(spine: Spine) -> None:
    hearer = await spine.hearer()
    await hearer.start(dying=True)
    spine.start_relay()
    await spine.tell(*some_care(3))
    assert isinstance(hearer.subscription, DyingSubscription)
    await hearer.subscription.reached()
    assert in_order(await hearer.heard(), 3)
    await spine.crash()
    await hearer.start()
    spine.start_relay()
    await spine.tell(care(new_id(), 4))
    assert in_order(await hearer.hears(4), 4)
    assert await hearer.position() == 4


async def test_thirty_deaths_of_everything_in_the_midst_of_writes(spine: Spine) -> None:
    hearer = await spine.hearer()
    telling = asyncio.create_task(_keep_telling(spine))
    for _ in range(30):
        await hearer.start()
        spine.start_relay()
        before = await hearer.position()
        await until(partial(_further, hearer, before))
        await spine.crash()
    await killed(telling)
    await hearer.start()
    spine.start_relay()
    accepted = await spine.teller.pool.fetchval(ACCEPTED)
    assert in_order(await hearer.hears(accepted, seconds=60), accepted)


async def _keep_telling(spine: Spine) -> None:
    while True:
        await spine.tell(*some_care(7))


async def _further(hearer: Hearer, before: int) -> bool:
    return await hearer.position() > before


@pytest.mark.parametrize("steps", range(12))
async def test_a_consumer_and_a_relay_can_be_stopped_at_any_moment(one_process: Spine, steps: int) -> None:
    """A cancellation that meets an arriving batch or a wake-up must not be swallowed: the process would never end."""
    hearer = await one_process.hearer()
    await hearer.start()
    relaying = one_process.start_relay()
    await one_process.tell(*some_care(1))
    await hearer.hears(1)
    again = _first_again(await one_process.log())
    await one_process.bus.publish(again)
    one_process.relay.wake()
    for _ in range(steps):
        await asyncio.sleep(0)
    hearer.task.cancel()
    relaying.cancel()
    _, running = await asyncio.wait({hearer.task, relaying}, timeout=3)
    assert not running


def _first_again(log: list[Envelope]) -> Batch:
    body = {name: part for name, part in log[0].raw.items() if name != "sequence"}
    return next(iter(batches(log[0].lane, [(1, to_json(body).decode())])))
