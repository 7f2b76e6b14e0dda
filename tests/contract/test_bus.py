"""One suite that both buses pass: what `shared.bus.Bus` promises."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.rabbitmq import RabbitMQ
from shared.bus import Bus, Delivery, InProcessBus, RabbitBus
from shared.contracts import Batch

LANE, OTHER = "placements.00", "providers.all"
MakeBus = Callable[[], Bus]


def a_batch(first: int, last: int, lane: str = LANE) -> Batch:
    return Batch(lane, first, last, f'[{{"sequence":"{first}"}}]'.encode())


@pytest.fixture(params=["in process", "rabbitmq"])
async def make_bus(request: pytest.FixtureRequest) -> AsyncIterator[MakeBus]:
    """Another process's view of the same bus at each call."""
    made: list[Bus] = []
    if request.param == "in process":
        shared_by_all = InProcessBus()

        def make() -> Bus:
            made.append(shared_by_all)
            return shared_by_all
    else:
        node: RabbitMQ = request.getfixturevalue("rabbitmq")
        vhost: str = request.getfixturevalue("vhost")

        def make() -> Bus:
            made.append(RabbitBus(node.url(vhost)))
            return made[-1]

    yield make
    for bus in made:
        await bus.close()


async def taken(take: Callable[[int], Awaitable[list[Delivery]]], events: int) -> list[Delivery]:
    """Take until this many events have come."""
    deliveries: list[Delivery] = []
    while sum(d.batch.last - d.batch.first + 1 for d in deliveries) < events:
        deliveries += await asyncio.wait_for(take(1), 20)
    return deliveries


def sequences(deliveries: list[Delivery]) -> list[tuple[int, int]]:
    return [(delivery.batch.first, delivery.batch.last) for delivery in deliveries]


async def test_every_consumer_gets_every_batch_of_its_lanes_in_order(make_bus: MakeBus) -> None:
    bus = make_bus()
    first, second = await bus.subscribe("one.00", [LANE]), await bus.subscribe("two.00", [LANE, OTHER])
    for number in range(1, 41):
        await bus.publish(a_batch(number, number))
    for subscription in (first, second):
        deliveries = await taken(subscription.take, 40)
        assert sequences(deliveries) == [(number, number) for number in range(1, 41)]
        assert all(delivery.batch.lane == LANE for delivery in deliveries)
        await subscription.done(deliveries)


async def test_a_consumer_hears_only_its_own_lanes(make_bus: MakeBus) -> None:
    bus = make_bus()
    subscription = await bus.subscribe("one.00", [LANE])
    await bus.publish(a_batch(1, 1, "placements.01"))
    await bus.publish(a_batch(1, 1, "placements.children.00"))
    await bus.publish(a_batch(1, 1))
    assert [d.batch.lane for d in await taken(subscription.take, 1)] == [LANE]


async def test_the_body_arrives_as_it_was_sent(make_bus: MakeBus) -> None:
    bus = make_bus()
    subscription = await bus.subscribe("one.00", [LANE])
    sent = Batch(LANE, 7, 9, '[{"é": "✓"}]'.encode())
    await bus.publish(sent)
    assert (await taken(subscription.take, 3))[0].batch == sent


async def test_what_was_taken_and_not_done_comes_again_to_whoever_subscribes_next(make_bus: MakeBus) -> None:
    bus = make_bus()
    subscription = await bus.subscribe("one.00", [LANE])
    for number in range(1, 4):
        await bus.publish(a_batch(number, number))
    deliveries = await taken(subscription.take, 3)
    await subscription.done(deliveries[:1])
    successor = await make_bus().subscribe("one.00", [LANE])
    await subscription.close()
    again = await taken(successor.take, 2)
    assert sequences(again)[-2:] == [(2, 2), (3, 3)]


async def test_renewing_brings_back_what_was_held(make_bus: MakeBus) -> None:
    bus = make_bus()
    subscription = await bus.subscribe("one.00", [LANE])
    for number in range(1, 4):
        await bus.publish(a_batch(number, number))
    await taken(subscription.take, 3)
    await subscription.renew()
    assert sequences(await taken(subscription.take, 3)) == [(1, 1), (2, 2), (3, 3)]


async def test_of_two_replicas_only_one_is_served_until_it_leaves(make_bus: MakeBus) -> None:
    first = await make_bus().subscribe("one.00", [LANE])
    second = await make_bus().subscribe("one.00", [LANE])
    publisher = make_bus()
    await publisher.publish(a_batch(1, 1))
    done = await taken(first.take, 1)
    await first.done(done)
    waiting = asyncio.create_task(taken(second.take, 1))
    await first.close()
    await publisher.publish(a_batch(2, 2))
    # The last acknowledgement may have been cut off by the close: then the first batch comes again too.
    assert sequences(await asyncio.wait_for(waiting, 20))[-1] in [(1, 1), (2, 2)]


async def test_a_slow_consumer_delays_nobody_else(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.subscribe("slow.00", [LANE])
    quick = await bus.subscribe("quick.00", [LANE])
    for number in range(1, 301):
        await bus.publish(a_batch(number, number))
        deliveries = await taken(quick.take, 1)
        assert sequences(deliveries) == [(number, number)]
        await quick.done(deliveries)


async def test_cancelling_a_take_loses_nothing(make_bus: MakeBus) -> None:
    bus = make_bus()
    subscription = await bus.subscribe("one.00", [LANE])
    for number in range(1, 21):
        waiting = asyncio.create_task(subscription.take(1))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await bus.publish(a_batch(number, number))
        deliveries = await taken(subscription.take, 1)
        assert sequences(deliveries) == [(number, number)]
        await subscription.done(deliveries)


async def test_the_publisher_is_told_how_far_its_lane_is_settled(make_bus: MakeBus) -> None:
    bus = make_bus()
    settled: dict[str, int] = {}
    bus.when_settled("placements", settled.__setitem__)
    subscription = await bus.subscribe("one.00", [LANE])
    await bus.publish(a_batch(1, 5))
    await subscription.done(await taken(subscription.take, 5))
    assert settled[LANE] == 5


async def test_a_healthy_bus_has_no_ailments(make_bus: MakeBus) -> None:
    bus = make_bus()
    await bus.subscribe("one.00", [LANE])
    assert await bus.ailments() == []
