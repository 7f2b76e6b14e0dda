"""What only a broker can do to us: go away in mid-flow, count deliveries, and be asked for what is not one's own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelClosed

from deploy.installation import SERVICES, heard_by, published_by
from deploy.permissions import permissions, topic_permissions
from deploy.rabbitmq import RabbitMQ
from shared.bus import BusAway, RabbitBus
from shared.bus.rabbitmq import EXCHANGE
from shared.contracts import Batch
from tests.service.spine import LANE, Fresh, Spine, a_spine, in_order, killed, some_care
from tests.waiting import until

KILLS = 30
A_BATCH = Batch(LANE, 1, 1, b"[]")


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_rabbitmq_stopped_and_started_in_mid_flow_loses_and_doubles_nothing(
    fresh_database: Fresh, folder: Path, how: str
) -> None:
    with RabbitMQ.start(folder) as node:
        async with a_spine(fresh_database, lambda: RabbitBus(node.url())) as spine:
            hearer = await spine.hearer()
            await hearer.start()
            await until(lambda: node.has_kept("metrics.00"))
            spine.start_relay()
            told: list[int] = []
            telling = asyncio.create_task(_keep_telling(spine, told))
            await hearer.hears(50)
            getattr(node, how)()
            there = len(told)
            await until(lambda: len(told) >= there + 30)
            assert await spine.bus.ailments() != []
            node.restart()
            await until(lambda: _nothing_ails(spine), seconds=30)
            await killed(telling)
            await until(lambda: _nothing_waits(spine))
            accepted = (await spine.lane())[0]
            assert in_order(await hearer.hears(accepted, seconds=60), accepted)
            assert accepted >= 2 * (there + 30)


async def _keep_telling(spine: Spine, told: list[int]) -> None:
    """Two events a time, but never far ahead of what is heard."""
    while True:
        await spine.tell(*some_care(2))
        told.append(2)


async def _nothing_ails(spine: Spine) -> bool:
    return await spine.bus.ailments() == []


async def _nothing_waits(spine: Spine) -> bool:
    return await spine.teller.pool.fetchval("SELECT count(*) = 0 FROM spine.outbox")


async def test_a_message_outlives_thirty_deaths_of_its_consumer(rabbitmq: RabbitMQ, vhost: str) -> None:
    """Each death counts as a delivery; RabbitMQ 4 drops a message at the 21st unless the queue says otherwise."""
    publisher = RabbitBus(rabbitmq.url(vhost))
    for deaths in range(KILLS):
        bus = RabbitBus(rabbitmq.url(vhost))
        subscription = await bus.subscribe("metrics.00", [LANE])
        if deaths == 0:
            await publisher.publish(A_BATCH)
        (delivery,) = await asyncio.wait_for(subscription.take(1), 20)
        assert delivery.receipt.headers.get("x-delivery-count", 0) == deaths
        await bus.close()
    subscription = await publisher.subscribe("metrics.00", [LANE])
    (delivery,) = await asyncio.wait_for(subscription.take(1), 20)
    assert delivery.batch == A_BATCH
    await subscription.done([delivery])
    await publisher.close()


async def test_it_is_the_delivery_limit_of_the_queue_that_keeps_it(rabbitmq: RabbitMQ, vhost: str) -> None:
    """The same deaths under the default limit of RabbitMQ 4: the message is gone, so the test above can fail."""
    limited: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 20}
    deaths = 0
    while True:
        async with await aio_pika.connect(rabbitmq.url(vhost)) as connection:
            queue = await (await connection.channel()).declare_queue("limited", durable=True, arguments=limited)
            if deaths == 0:
                await _put(connection, queue.name)
            message = await queue.get(fail=False, timeout=5)
            if message is None:
                break
            deaths += 1
    assert deaths == 21


async def _put(connection: AbstractConnection, queue: str) -> None:
    channel = await connection.channel()
    await channel.default_exchange.publish(aio_pika.Message(b"[]", delivery_mode=2), queue)


@pytest.fixture(scope="module")
async def guarded(tmp_path_factory) -> AsyncIterator[RabbitMQ]:
    """A node whose users are the four services, with the permissions they have in an installation."""
    folder = tmp_path_factory.mktemp("guarded")
    users = dict.fromkeys(SERVICES, "a password for tests")
    with RabbitMQ.start(folder, users=users, permissions=permissions(), topic_permissions=topic_permissions()) as node:
        for name in SERVICES:
            bus = RabbitBus(node.url(user=name))
            await bus.subscribe(f"{name}.00", [])
            assert await bus.ailments() == []
            await bus.close()
        yield node


@pytest.fixture
async def channel_of(guarded: RabbitMQ) -> AsyncIterator:
    """`await channel_of("providers")`: what that service's user can open."""
    connections = []

    async def channel(service: str) -> AbstractChannel:
        connections.append(await aio_pika.connect(guarded.url(user=service)))
        return await connections[-1].channel()

    yield channel
    for connection in connections:
        await connection.close()


TOPICS = sorted(topic for service in SERVICES for topic in published_by(service))
OTHERS_LANES = [(service, f"{topic}.00") for service in SERVICES for topic in TOPICS if topic not in heard_by(service)]


async def test_a_service_binds_and_publishes_its_own_topics(guarded: RabbitMQ) -> None:
    for service in SERVICES:
        bus = RabbitBus(guarded.url(user=service))
        lanes = [f"{topic}.{partition}" for topic in sorted(heard_by(service)) for partition in ("00", "07", "all")]
        subscription = await bus.subscribe(f"{service}.00", lanes)
        assert subscription.connected, service
        for topic in published_by(service):
            await bus.publish(Batch(f"{topic}.00", 1, 1, b"[]"))
        await bus.close()


@pytest.mark.parametrize(("service", "lane"), [*OTHERS_LANES, ("providers", "referrals.children.00")])
async def test_a_service_cannot_bind_a_topic_it_has_no_part_in(channel_of, service: str, lane: str) -> None:
    await _cannot_bind(await channel_of(service), service, lane)


@pytest.mark.parametrize("pattern", ["#", "*.*.*", "*.children.*", "referrals.#", "*.00", "placements.00.#", "*.*"])
async def test_no_pattern_gets_around_it(channel_of, pattern: str) -> None:
    await _cannot_bind(await channel_of("providers"), "providers", pattern)


async def _cannot_bind(channel: AbstractChannel, service: str, lane: str) -> None:
    queue = await channel.get_queue(f"{service}.00")
    with pytest.raises(ChannelAccessRefused):
        await queue.bind(EXCHANGE, lane)


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_a_service_cannot_publish_on_anothers_topic(guarded: RabbitMQ, service: str) -> None:
    for topic in sorted(set(TOPICS) - published_by(service)):
        bus = RabbitBus(guarded.url(user=service))
        with pytest.raises(BusAway):
            await bus.publish(Batch(f"{topic}.00", 1, 1, b"[]"))
        await bus.close()


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_a_service_reaches_no_queue_of_another(channel_of, service: str) -> None:
    for other in sorted(set(SERVICES) - {service}):
        queue = f"{other}.00"
        with pytest.raises(ChannelAccessRefused):
            await (await (await channel_of(service)).get_queue(queue, ensure=False)).consume(print)
        with pytest.raises(ChannelAccessRefused):
            await (await channel_of(service)).queue_delete(queue)
        with pytest.raises((ChannelAccessRefused, ChannelClosed)):
            await (await channel_of(service)).default_exchange.publish(aio_pika.Message(b"[]"), queue)
