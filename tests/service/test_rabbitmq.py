"""The RabbitMQ node we start: it keeps its messages through crashes and stands beside others."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPConnectionError, ProbableAuthenticationError
from aiormq.exceptions import ChannelAccessRefused

from deploy import rabbitmq as deployed
from deploy.rabbitmq import NotInstalled, Permission, RabbitMQ, TopicPermission
from tests.waiting import until

QUORUM: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}


async def put(url: str, body: bytes) -> None:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("offers", durable=True, arguments=QUORUM)
        await channel.default_exchange.publish(aio_pika.Message(body, delivery_mode=2), queue.name)


async def take(url: str) -> bytes:
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("offers", durable=True, arguments=QUORUM)
        async with asyncio.timeout(10), queue.iterator() as messages:
            async for message in messages:
                await message.ack()
                return message.body
    raise AssertionError("the queue closed without a message")


async def test_confirmed_messages_outlive_a_crash_and_a_restart(folder: Path) -> None:
    with RabbitMQ.start(folder) as node:
        address = node.url()
        await put(address, b"before the crash")
        await until(lambda: node.has_kept("offers"))
        node.kill()
        with pytest.raises((AMQPConnectionError, OSError)):
            await put(address, b"into the void")
        node.restart()
        assert node.url() == address
        assert await take(address) == b"before the crash"
        await put(address, b"before the stop")
        node.stop()
        node.restart()
        assert await take(address) == b"before the stop"


async def test_two_nodes_stand_side_by_side_and_leave_nothing_behind(
    rabbitmq: RabbitMQ, vhost: str, folder: Path
) -> None:
    with RabbitMQ.start(folder) as other:
        await put(rabbitmq.url(vhost), b"one")
        await put(other.url(), b"other")
        assert await take(rabbitmq.url(vhost)) == b"one"
        assert await take(other.url()) == b"other"
    left = subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, text=True, check=False)
    assert left.stdout == ""


async def test_a_user_binds_only_the_topics_it_was_given(folder: Path) -> None:
    permissions = [Permission("metrics", "/", configure="^metrics$", write="^metrics$", read="^(metrics|events)$")]
    topics = [TopicPermission("metrics", "/", "events", write="^$", read=r"^placements\.")]
    with RabbitMQ.start(folder, users={"metrics": "p/w d"}, permissions=permissions, topic_permissions=topics) as node:
        async with await aio_pika.connect(node.url()) as operator:
            await (await operator.channel()).declare_exchange("events", "topic", durable=True)
        async with await aio_pika.connect(node.url(user="metrics")) as connection:
            await bind(await connection.channel(), "placements.00")
            with pytest.raises(ChannelAccessRefused):
                await bind(await connection.channel(), "referrals.statutory.00")


async def bind(channel: AbstractChannel, routing_key: str) -> None:
    queue = await channel.declare_queue("metrics", durable=True, arguments=QUORUM)
    await queue.bind("events", routing_key)


async def test_a_virtual_host_can_be_added_while_it_runs(rabbitmq: RabbitMQ) -> None:
    rabbitmq.add_vhost("added")
    await put(rabbitmq.url("added"), b"here")
    assert await take(rabbitmq.url("added")) == b"here"


async def test_nobody_enters_as_guest(rabbitmq: RabbitMQ) -> None:
    with pytest.raises(ProbableAuthenticationError):
        await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{rabbitmq.port}/")


def test_a_machine_without_the_package_is_told_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployed, "PROGRAMS", folder)
    with pytest.raises(NotInstalled, match=r"^RabbitMQ is not installed: apt-get install -y rabbitmq-server$"):
        RabbitMQ.start(folder)
