"""A service that tells, services that hear and the bus between them, small enough to kill at any moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from pydantic_core import from_json

from deploy.rabbitmq import RabbitMQ
from shared.bus import Bus, InProcessBus, RabbitBus, Subscription
from shared.clock import Clock, SystemClock
from shared.contracts import Envelope
from shared.contracts.event import EVENTS
from shared.contracts.placements import CareStarted
from shared.contracts.vocabulary import LegalStatus
from shared.ids import new_id
from shared.store.consumer import AtOnce, Consumer
from shared.store.database import Database
from shared.store.dead import dead_events, handle_again
from shared.store.log import heads, read_log
from shared.store.migrate import SPINE
from shared.store.relay import Relay
from shared.store.session import Row, WriteSession
from shared.telemetry.meters import Meters, SpineMeters
from tests.waiting import until

LANE = "placements.00"
SLOW_POLL = 0.05
Fresh = Callable[[Path], Awaitable[str]]
Refuse = Callable[[WriteSession, Envelope], Awaitable[None]]
HEARD = """CREATE TABLE heard (position bigint GENERATED ALWAYS AS IDENTITY, lane text, sequence bigint, subject text,
    version integer)"""
WRITE_DOWN = """INSERT INTO heard (lane, sequence, subject, version)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[])"""


class Heard(NamedTuple):
    """One event as a reaction wrote it down."""

    lane: str
    sequence: int
    subject: str
    version: int


def care(subject: UUID, version: int, authority: str = "E09000033") -> CareStarted:
    """Word of a period of care; its `version` says which word it is."""
    return CareStarted(
        period=subject,
        child=subject,
        authority=authority,
        version=version,
        started=date(2026, 3, 2),
        ended=None,
        legal_status=LegalStatus.SECTION_20,
    )


def some_care(count: int) -> list[CareStarted]:
    """As many events, each of a subject of its own, versions counting from one."""
    return [care(new_id(), number) for number in range(1, count + 1)]


async def content(_: WriteSession, __: Envelope) -> None:
    """Refuses nothing."""


class Dying:
    """A moment a process reaches and never leaves, until it is killed there."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()

    async def here(self) -> None:
        self._reached.set()
        await asyncio.Event().wait()

    async def reached(self) -> None:
        async with asyncio.timeout(20):
            await self._reached.wait()


class DyingBus(Dying):
    """A bus at which the publisher dies: before the bus has the batch, or after, with the word of it on its way."""

    def __init__(self, bus: Bus, *, after: bool) -> None:
        super().__init__()
        self._bus, self._after = bus, after
        self.when_settled, self.subscribe = bus.when_settled, bus.subscribe
        self.ailments, self.close = bus.ailments, bus.close

    async def publish(self, batch) -> None:
        if self._after:
            await self._bus.publish(batch)
        await self.here()


class DyingSubscription(Dying):
    """A subscription whose consumer dies after its commit, before its acknowledgement."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__()
        self.take, self.renew, self.close = subscription.take, subscription.renew, subscription.close

    async def done(self, _: object) -> None:
        await self.here()


async def killed(task: asyncio.Task[None]) -> None:
    """Cancel and see it end; again, because a library's wait_for may swallow a cancellation (Python 3.11)."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)


class Hearer:
    """A service that writes down what it hears, and refuses what it is told to refuse."""

    def __init__(self, spine: "Spine", name: str, database: Database) -> None:
        self.name, self.database, self._spine = name, database, spine
        self.refuse: Refuse = content
        self.heeds: Collection[str] = EVENTS
        self.at_once: AtOnce = lambda _: nullcontext()
        self.batches: list[int] = []
        self.consumer: Consumer
        self.subscription: Subscription
        self.task: asyncio.Task[None]

    async def start(self, *, dying: bool = False) -> None:
        """Subscribe and consume, as after every start of a process."""
        self.subscription = await self._spine.bus.subscribe(f"{self.name}.00", self._spine.lanes)
        if dying:
            self.subscription = DyingSubscription(self.subscription)
        self.consumer = self._consumer(self.subscription)
        self.task = asyncio.create_task(self.consumer.run())

    def _consumer(self, subscription: Subscription) -> Consumer:
        meters, spine = SpineMeters(Meters(self.name)), self._spine
        return Consumer(
            self.name,
            self.database,
            subscription,
            self.react,
            heeds=self.heeds,
            at_once=self.at_once,
            fetch=spine.fetch,
            heads=spine.heads,
            meters=meters,
            slow_poll=SLOW_POLL,
        )

    async def react(self, session: WriteSession, envelopes: Sequence[Envelope]) -> None:
        self.batches.append(len(envelopes))
        told = [(e, e.event) for e in envelopes if isinstance(e.event, CareStarted)]
        rows = [(e.lane, e.sequence, e.subject, event.version) for e, event in told]
        if rows:
            await session.run(WRITE_DOWN, *map(list, zip(*rows, strict=True)))
        for envelope in envelopes:
            await self.refuse(session, envelope)

    async def stop(self) -> None:
        """Die: what was not acknowledged comes again."""
        await killed(self.task)
        await self.subscription.close()

    async def heard(self) -> list[Heard]:
        """Everything written down, in the order in which it was."""
        rows = await self.database.pool.fetch("SELECT lane, sequence, subject, version FROM heard ORDER BY position")
        return [Heard(*row) for row in rows]

    async def hears(self, count: int, *, seconds: float = 20) -> list[Heard]:
        """Wait until as many events are written down; answers them."""

        async def heard() -> list[Heard]:
            found = await self.heard()
            assert len(found) >= count, f"{len(found)} of {count} heard"
            return found

        return await until(heard, seconds=seconds)

    async def position(self, lane: str = LANE) -> int:
        """How far its inbox has come."""
        return await self.database.pool.fetchval("SELECT sequence FROM spine.inbox WHERE lane = $1", lane) or 0

    async def dead(self) -> list[Row]:
        async with self.database.reading() as session:
            return await dead_events(session)

    async def handle_again(self, subject: UUID | str, lane: str = LANE) -> int:
        async with self.database.writing() as session:
            return await handle_again(session, lane, str(subject), self.react)


class Spine:
    """Placements, which tells; whoever hears; and the bus between."""

    def __init__(self, fresh: Fresh, make_bus: Callable[[], Bus], partitions: int = 1) -> None:
        self._fresh, self._make_bus, self.partitions = fresh, make_bus, partitions
        self.lanes = [f"placements.{number:02d}" for number in range(partitions)]
        self.bus = make_bus()
        self.teller: Database
        self.relay: Relay
        self._databases: list[Database] = []
        self._hearers: list[Hearer] = []
        self._relaying: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self.teller = await self.database("placements")

    async def database(self, service: str, url: str | None = None, clock: Clock | None = None) -> Database:
        """An open database with the spine's tables and nothing else."""
        address = url or await self._fresh(SPINE)
        database = Database(address, service=service, clock=clock or SystemClock(), partitions=self.partitions)
        await database.open()
        self._databases.append(database)
        return database

    async def hearer(self, name: str = "metrics", url: str | None = None) -> Hearer:
        """A service with a table for what it hears; not started yet."""
        database = await self.database(name, url)
        await database.pool.execute(HEARD)
        self._hearers.append(Hearer(self, name, database))
        return self._hearers[-1]

    async def tell(self, *events: CareStarted) -> None:
        """Publish in one transaction."""
        async with self.teller.writing() as session:
            for event in events:
                session.publish(event)

    def start_relay(self, bus: Bus | DyingBus | None = None, slow_poll: float = SLOW_POLL) -> asyncio.Task[None]:
        """The relay of a process that has just begun."""
        self.relay = Relay(self.teller, bus or self.bus, SpineMeters(Meters("placements")), slow_poll)
        self._relaying.append(asyncio.create_task(self.relay.run()))
        return self._relaying[-1]

    async def crash(self) -> None:
        """Everything of this process dies, its bus or its connections included; databases and the broker stand."""
        for task in (*self._relaying, *(hearer.task for hearer in self._hearers if hasattr(hearer, "task"))):
            await killed(task)
        self._relaying.clear()
        await self.bus.close()
        self.bus = self._make_bus()

    async def close(self) -> None:
        await self.crash()
        await self.bus.close()
        for database in self._databases:
            await database.close()

    async def fetch(self, lane: str, after: int, last: int) -> list[Envelope]:
        """The feed, read where it is kept."""
        async with self.teller.reading() as session:
            page = await read_log(session, lane, after, last - after)
        return [Envelope(lane, from_json(body)) for body in page.bodies]

    async def heads(self) -> Mapping[str, int]:
        async with self.teller.reading() as session:
            return await heads(session)

    async def log(self, lane: str = LANE) -> list[Envelope]:
        """Everything in a lane of the kept log."""
        return await self.fetch(lane, 0, 1_000_000)

    async def lane(self, lane: str = LANE) -> tuple[int, int]:
        """The last sequence of a lane, and how far it counts as published."""
        found = await self.teller.pool.fetchrow(
            "SELECT last_sequence, published_through FROM spine.lanes WHERE lane = $1", lane
        )
        return (found[0], found[1]) if found else (0, 0)


def in_order(heard: Sequence[Heard], count: int, lane: str = LANE) -> bool:
    """Whether every event of a lane is there once, in its place."""
    return [h.sequence for h in heard if h.lane == lane] == list(range(1, count + 1))


@pytest.fixture(params=["in process", "rabbitmq"])
def make_bus(request: pytest.FixtureRequest) -> Callable[[], Bus]:
    """A process's view of the bus, at each call; the in-process bus dies with its process."""
    if request.param == "in process":
        return InProcessBus
    node: RabbitMQ = request.getfixturevalue("rabbitmq")
    address = node.url(request.getfixturevalue("vhost"))
    return lambda: RabbitBus(address)


@asynccontextmanager
async def a_spine(fresh: Fresh, make_bus: Callable[[], Bus], partitions: int = 1) -> AsyncIterator[Spine]:
    spine = Spine(fresh, make_bus, partitions)
    try:
        await spine.open()
        yield spine
    finally:
        await spine.close()


@pytest.fixture
async def spine(fresh_database: Fresh, make_bus: Callable[[], Bus]) -> AsyncIterator[Spine]:
    """One spine over each bus."""
    async with a_spine(fresh_database, make_bus) as opened:
        yield opened


@pytest.fixture
async def one_process(fresh_database: Fresh) -> AsyncIterator[Spine]:
    """A spine where the kind of bus makes no difference."""
    async with a_spine(fresh_database, InProcessBus) as opened:
        yield opened
