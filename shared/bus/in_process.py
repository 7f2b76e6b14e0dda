"""The bus of embedded mode: bounded queues in memory, one for each consumer and lane."""

import asyncio
from collections import deque
from collections.abc import Sequence

from shared.bus.protocol import Delivery, Settled
from shared.contracts import Batch

MOST_WAITING = 64
"""Batches kept for a slow consumer in one lane; older ones it reads from the feed, as after any gap."""


class InProcessSubscription:
    """A consumer's queues; the first to subscribe under a name is served until it closes."""

    def __init__(self, bus: "InProcessBus", consumer: str, lanes: Sequence[str]) -> None:
        self._bus, self.consumer, self.lanes = bus, consumer, frozenset(lanes)
        self._waiting: dict[str, deque[Batch]] = {}
        self._taken: list[Batch] = []
        self._arrived = asyncio.Event()
        self.done_through: dict[str, int] = {}

    def put(self, batch: Batch) -> None:
        """Queue a batch; when the lane is full the oldest makes room and shows later as a gap."""
        self._waiting.setdefault(batch.lane, deque(maxlen=MOST_WAITING)).append(batch)
        self._arrived.set()

    async def take(self, most_events: int) -> list[Delivery]:
        while not (self._bus.serves(self) and any(self._waiting.values())):
            self._arrived.clear()
            await self._arrived.wait()
        taken: list[Batch] = []
        for waiting in self._waiting.values():
            while waiting and (not taken or most_events > 0):
                batch = waiting.popleft()
                taken.append(batch)
                most_events -= batch.last - batch.first + 1
        self._taken += taken
        return [Delivery(batch, None) for batch in taken]

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            batch = delivery.batch
            self.done_through[batch.lane] = max(batch.last, self.done_through.get(batch.lane, 0))
            if batch in self._taken:
                self._taken.remove(batch)
            self._bus.settle(batch.lane)

    async def renew(self) -> None:
        for batch in reversed(self._taken):
            self._waiting.setdefault(batch.lane, deque(maxlen=MOST_WAITING)).appendleft(batch)
        self._taken.clear()
        self._arrived.set()

    async def close(self) -> None:
        await self.renew()
        self._bus.leave(self)

    def inherit(self, other: "InProcessSubscription") -> None:
        """Take over what another subscriber of the same name left."""
        self._waiting, self.done_through = other._waiting, other.done_through
        self._arrived.set()

    def wake(self) -> None:
        """Look again whether it is this one's turn."""
        self._arrived.set()


class InProcessBus:
    """Everything in one process; durable because the log is: what was not committed is published again at start."""

    def __init__(self) -> None:
        self._subscribers: dict[str, list[InProcessSubscription]] = {}
        self._published: dict[str, int] = {}
        self._settled: dict[str, Settled] = {}

    async def publish(self, batch: Batch) -> None:
        self._published[batch.lane] = max(batch.last, self._published.get(batch.lane, 0))
        for replicas in self._subscribers.values():
            if replicas and batch.lane in replicas[0].lanes:
                replicas[0].put(batch)
        self.settle(batch.lane)

    async def subscribe(self, consumer: str, lanes: Sequence[str]) -> InProcessSubscription:
        subscription = InProcessSubscription(self, consumer, lanes)
        self._subscribers.setdefault(consumer, []).append(subscription)
        return subscription

    def serves(self, subscription: InProcessSubscription) -> bool:
        """Whether it is this replica's turn."""
        replicas = self._subscribers.get(subscription.consumer)
        return bool(replicas) and replicas[0] is subscription  # type: ignore[index]

    def leave(self, subscription: InProcessSubscription) -> None:
        """The next replica of the same name takes over what this one had."""
        replicas = self._subscribers.get(subscription.consumer, [])
        if subscription not in replicas:
            return
        served = replicas[0] is subscription
        replicas.remove(subscription)
        if served and replicas:
            replicas[0].inherit(subscription)

    def when_settled(self, source: str, settled: Settled) -> None:
        self._settled[source] = settled

    def settle(self, lane: str) -> None:
        """Every consumer of the lane has committed this far: its relay may forget it."""
        consumers = [replicas[0] for replicas in self._subscribers.values() if replicas and lane in replicas[0].lanes]
        through = min((consumer.done_through.get(lane, 0) for consumer in consumers), default=self._published[lane])
        if settled := self._settled.get(lane.partition(".")[0]):
            settled(lane, through)

    async def ailments(self) -> list[str]:
        return []

    async def close(self) -> None:
        self._subscribers.clear()
