"""The bus of distributed mode: a topic exchange and a quorum queue for each consumer."""

import asyncio
from collections.abc import Sequence

import aio_pika
import structlog
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
    ExchangeType,
)
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import ChannelInvalidStateError

from shared.bus.protocol import BusAway, Delivery, Settled
from shared.contracts import Batch
from shared.contracts.envelope import BATCH_TYPE

EXCHANGE = "sufficiency"
PREFETCH = 50
"""Messages in a consumer's hands. One transaction takes all that are there, so that small batches do not queue up."""
DELIVERY_LIMIT = 1_000_000
"""Left out, RabbitMQ 4 drops a message at its 21st delivery; -1 drops it at once on 3.10."""
ACKNOWLEDGE_SECONDS = 0.1
"""An acknowledgement may wait so long for the next: each costs both sides as much as a message."""
RETRY_SECONDS = 0.5
CONSUME_SECONDS = 10.0
AWAY = (AMQPError, ConnectionError, OSError, asyncio.TimeoutError, ChannelInvalidStateError, RuntimeError)

Arrived = asyncio.Queue[AbstractIncomingMessage | None]

log = structlog.get_logger()


async def _declare_exchange(channel: AbstractChannel) -> AbstractExchange:
    return await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)


class RabbitSubscription:
    """One consumer's queue over a connection of its own, made again whenever it is lost."""

    def __init__(self, url: str, consumer: str, lanes: Sequence[str]) -> None:
        self._url, self.consumer, self._lanes = url, consumer, lanes
        self._connection: AbstractConnection | None = None
        self._arrived: Arrived = asyncio.Queue()
        self._done: list[AbstractIncomingMessage] = []
        self._acknowledging: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._connection is not None and not self._connection.is_closed

    async def open(self) -> None:
        """Declare and bind the queue and begin to consume. Raises BusAway."""
        try:
            await self._open()
        except AWAY as away:
            await self.close()
            raise BusAway(type(away).__name__) from away

    async def _open(self) -> None:
        connection = await aio_pika.connect(self._url, timeout=5)
        self._connection, self._arrived, self._done = connection, asyncio.Queue(), []
        arrived = self._arrived
        connection.close_callbacks.add(lambda *_: arrived.put_nowait(None))
        channel = await connection.channel()
        channel.close_callbacks.add(lambda *_: arrived.put_nowait(None))
        await channel.set_qos(prefetch_count=PREFETCH)
        exchange = await _declare_exchange(channel)
        queue = await channel.declare_queue(
            self.consumer,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-single-active-consumer": True,
                "x-delivery-limit": DELIVERY_LIMIT,
            },
        )
        for lane in self._lanes:
            await queue.bind(exchange, lane)
        await self._consume(queue, arrived)

    async def _consume(self, queue: AbstractQueue, arrived: Arrived) -> None:
        """RabbitMQ 3.10 can lose a quorum queue that was killed in its first second: consuming then never answers.

        Such a queue is thrown away and made again; what it held is a gap, which the feeds fill.
        """
        try:
            async with asyncio.timeout(CONSUME_SECONDS):
                await queue.consume(arrived.put, no_ack=False)
        except TimeoutError:
            log.warning("queue does not answer and is made again", consumer=self.consumer)
            async with asyncio.timeout(CONSUME_SECONDS):
                await queue.delete(if_unused=False, if_empty=False)
            raise

    async def take(self, most_events: int) -> list[Delivery]:
        while True:
            if self._connection is None:
                await self._reopen()
            first = await self._arrived.get()
            if first is None:
                log.warning("connection to RabbitMQ lost", consumer=self.consumer)
                await self.close()
                continue
            return self._with_what_is_there(first, most_events)

    def _with_what_is_there(self, first: AbstractIncomingMessage, most_events: int) -> list[Delivery]:
        taken = [_delivery(first)]
        most_events -= taken[0].batch.last - taken[0].batch.first + 1
        while most_events > 0 and not self._arrived.empty():
            message = self._arrived.get_nowait()
            if message is None:
                self._arrived.put_nowait(None)
                break
            taken.append(_delivery(message))
            most_events -= taken[-1].batch.last - taken[-1].batch.first + 1
        return taken

    async def _reopen(self) -> None:
        while True:
            try:
                return await self.open()
            except BusAway:
                await asyncio.sleep(RETRY_SECONDS)

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        self._done += [delivery.receipt for delivery in deliveries]
        if len(self._done) >= PREFETCH // 2:
            await self._acknowledge()
        elif self._acknowledging is None or self._acknowledging.done():
            self._acknowledging = asyncio.create_task(self._acknowledge_soon())

    async def _acknowledge_soon(self) -> None:
        await asyncio.sleep(ACKNOWLEDGE_SECONDS)
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """All that is done at once; what is lost on the way comes again and is known by its sequence."""
        done, self._done = self._done, []
        try:
            if done:
                await done[-1].ack(multiple=True)
        except AWAY:
            log.warning("could not acknowledge; the batches will come again", consumer=self.consumer)

    async def renew(self) -> None:
        await self.close()

    async def close(self) -> None:
        # The whole connection: closing a channel with acknowledgements in flight fails the connection anyway.
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed:
            try:
                await self._acknowledge()
                await connection.close()
            except AWAY:
                log.info("connection was already gone", consumer=self.consumer)


def _delivery(message: AbstractIncomingMessage) -> Delivery:
    headers = message.headers
    batch = Batch(message.routing_key or "", int(str(headers["first"])), int(str(headers["last"])), message.body)
    return Delivery(batch, message)


class RabbitBus:
    """Publishes over one connection with confirms; each subscription has a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AbstractConnection | None = None
        self._exchange: AbstractExchange | None = None
        self._opening = asyncio.Lock()
        self._subscriptions: list[RabbitSubscription] = []
        self._settled: dict[str, Settled] = {}

    async def publish(self, batch: Batch) -> None:
        message = aio_pika.Message(
            batch.body,
            content_type=BATCH_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={"first": batch.first, "last": batch.last},
        )
        try:
            exchange = await self._publishing()
            await exchange.publish(message, routing_key=batch.lane, mandatory=False, timeout=10)
        except AWAY as away:
            await self._hang_up()
            raise BusAway(type(away).__name__) from away
        if settled := self._settled.get(batch.lane.partition(".")[0]):
            settled(batch.lane, batch.last)

    async def _publishing(self) -> AbstractExchange:
        async with self._opening:
            if self._exchange is None or self._connection is None or self._connection.is_closed:
                self._connection = await aio_pika.connect(self._url, timeout=5)
                channel = await self._connection.channel(publisher_confirms=True)
                self._exchange = await _declare_exchange(channel)
            return self._exchange

    async def _hang_up(self) -> None:
        connection, self._connection, self._exchange = self._connection, None, None
        if connection is not None and not connection.is_closed:
            try:
                await connection.close()
            except AWAY:
                log.info("publishing connection was already gone")

    async def subscribe(self, consumer: str, lanes: Sequence[str]) -> RabbitSubscription:
        subscription = RabbitSubscription(self._url, consumer, lanes)
        try:
            await subscription.open()
        except BusAway:
            log.warning("RabbitMQ is away; will subscribe when it is back", consumer=consumer)
        self._subscriptions.append(subscription)
        return subscription

    def when_settled(self, source: str, settled: Settled) -> None:
        self._settled[source] = settled

    async def ailments(self) -> list[str]:
        try:
            await self._publishing()
        except AWAY as away:
            return [f"RabbitMQ is away: {type(away).__name__}"]
        return [f"{s.consumer} has no connection to RabbitMQ" for s in self._subscriptions if not s.connected]

    async def close(self) -> None:
        for subscription in self._subscriptions:
            await subscription.close()
        await self._hang_up()
