"""The relay: gives committed events their place in their lane and hands them to the bus, in that order."""

import asyncio
from contextlib import suppress
from itertools import groupby
from time import monotonic

import asyncpg
import structlog

from shared.bus import Bus, BusAway
from shared.contracts.envelope import batches
from shared.store.database import MISSING, Database
from shared.store.epochs import begin_epoch
from shared.store.session import Row
from shared.telemetry.meters import SpineMeters

LOCK = 903_001
"""The advisory lock that makes one process of a service its relay."""
CHANNEL = "outbox_filled"
MOST = 5_000
"""Events sequenced in one sweep."""
RETRY_SECONDS = 0.5

log = structlog.get_logger()

# One statement, so that a sweep is one round trip and one flush: committed rows leave the outbox, get the next
# numbers of their lanes, and stand in the log for good. Up to a position, and not among positions: where the statistics
# are of an empty outbox, PostgreSQL compares every row that waits with every position, and a backlog never drains.
SWEEP = """
WITH moved AS (
    DELETE FROM spine.outbox WHERE position <= (
        SELECT max(position) FROM (SELECT position FROM spine.outbox ORDER BY position LIMIT $1) AS first)
    RETURNING *
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY lane ORDER BY position) AS n, count(*) OVER (PARTITION BY lane) AS size
    FROM moved
), heads AS (
    INSERT INTO spine.lanes AS l (lane, last_sequence) SELECT lane, count(*) FROM moved GROUP BY lane
    ON CONFLICT (lane) DO UPDATE SET last_sequence = l.last_sequence + excluded.last_sequence
    RETURNING lane, last_sequence
)
INSERT INTO spine.log (lane, sequence, id, type, subject, authority, recorded_at, body)
SELECT lane, last_sequence - size + n, id, type, subject, authority, recorded_at, body
FROM numbered JOIN heads USING (lane)
RETURNING lane, sequence, body
"""
UNSETTLED = """SELECT sequence, body FROM spine.log WHERE lane = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"""
SETTLE = """UPDATE spine.lanes AS l SET published_through = s.through
    FROM unnest($1::text[], $2::bigint[]) AS s (lane, through)
    WHERE l.lane = s.lane AND l.published_through < s.through"""


class Relay:
    """One for each service process; the one that holds the lock works, the others stand by."""

    def __init__(self, database: Database, bus: Bus, meters: SpineMeters, slow_poll: float) -> None:
        self._database, self._bus, self._meters, self._slow_poll = database, bus, meters, slow_poll
        self._filled = asyncio.Event()
        self._settled: dict[str, int] = {}
        self._notifying: asyncio.Task[None] | None = None
        self._unnotified = False
        self.leading = False
        database.outbox_filled = self.wake
        bus.when_settled(database.service, self._settle)

    def wake(self) -> None:
        """There is something in the outbox: here, or in the process that is leading."""
        if self.leading:
            self._filled.set()
            return
        self._unnotified = True
        if self._notifying is None or self._notifying.done():
            # After the commit and outside it, because a NOTIFY inside would make commits queue for one another.
            self._notifying = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        try:
            while self._unnotified:  # what commits while one is on its way may be too late for it
                self._unnotified = False
                await self._database.pool.execute("SELECT pg_notify($1, '')", CHANNEL)
        except (*MISSING, asyncpg.InterfaceError):
            log.info("could not wake the relay; it will look by itself")

    def _settle(self, lane: str, through: int) -> None:
        if through > self._settled.get(lane, 0):
            self._settled[lane] = through

    async def run(self) -> None:
        """Lead whenever the lock can be had, until cancelled."""
        while True:
            try:
                connection = await self._database.connect()
                try:
                    await self._stand_by(connection)
                    await self._lead(connection)
                finally:
                    self.leading = False
                    connection.terminate()
            except (BusAway, asyncpg.InterfaceError, *MISSING) as away:
                log.warning("relay is waiting", reason=type(away).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _stand_by(self, connection: "asyncpg.Connection[Row]") -> None:
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            await asyncio.sleep(self._slow_poll)
        await connection.add_listener(CHANNEL, lambda *_: self._filled.set())
        self.leading = True

    async def _lead(self, connection: "asyncpg.Connection[Row]") -> None:
        self._settled.clear()
        await begin_epoch(connection, self._database.service, self._database.partitions)
        await self._publish_unsettled(connection)
        noted = monotonic()
        while True:
            self._filled.clear()
            rows = await connection.fetch(SWEEP, MOST)
            await self._publish_rows(rows)
            if monotonic() > noted + self._slow_poll:
                await self._note_settled(connection)
                noted = monotonic()
            # A sweep that was not full took all there was: what came meanwhile has said so, or the slow poll finds it.
            if len(rows) < MOST:
                await self._until_filled()

    async def _until_filled(self) -> None:
        # Not wait_for: on Python 3.11 it swallows a cancellation that meets a wake-up, and the process never ends.
        with suppress(TimeoutError):  # the net under a lost wake-up
            async with asyncio.timeout(self._slow_poll):
                await self._filled.wait()

    async def _publish_unsettled(self, connection: "asyncpg.Connection[Row]") -> None:
        """What a former leader sequenced and may not have handed over."""
        for lane, through in await connection.fetch("SELECT lane, published_through FROM spine.lanes"):
            while rows := await connection.fetch(UNSETTLED, lane, through, MOST):
                await self._publish(lane, [(row["sequence"], row["body"]) for row in rows])
                through = rows[-1]["sequence"]

    async def _publish_rows(self, rows: list[Row]) -> None:
        ordered = sorted(rows, key=lambda row: (row["lane"], row["sequence"]))
        for lane, of_lane in groupby(ordered, key=lambda row: str(row["lane"])):
            await self._publish(lane, [(row["sequence"], row["body"]) for row in of_lane])

    async def _publish(self, lane: str, rows: list[tuple[int, str]]) -> None:
        for batch in batches(lane, rows):
            await self._bus.publish(batch)
            self._meters.published(lane, batch.last - batch.first + 1)

    async def _note_settled(self, connection: "asyncpg.Connection[Row]") -> None:
        if self._settled:
            settled, self._settled = self._settled, {}
            # Lost in a crash, this only makes events come again, so the commit need not wait for the disk.
            async with connection.transaction():
                await connection.execute("SET LOCAL synchronous_commit = off")
                await connection.execute(SETTLE, list(settled), list(settled.values()))
