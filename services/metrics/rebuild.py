"""Rebuild of all facts from the kept logs: a second set of tables, compared with the live ones, swapped in at once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from pydantic_core import to_json

from services.metrics.memory import Memory
from services.metrics.projections import PROJECTED, as_json, facts_of, insert_facts
from services.metrics.tables import KINDS, Kind
from shared.contracts import Envelope
from shared.errors import Refused
from shared.service.feed import MOST, Feeds
from shared.store.database import Database
from shared.store.dead import in_words
from shared.store.session import ReadSession, WriteSession

LOCK = 903_101
"""The advisory lock that lets one process rebuild; the spine keeps the numbers up to 903_100."""
ROUNDS = 5
"""How often it catches up with the live facts before it stops them for the rest."""
TOPICS = frozenset(event.topic for event in PROJECTED)

log = structlog.get_logger()

AFRESH = [
    "DROP SCHEMA IF EXISTS rebuild CASCADE",
    "CREATE SCHEMA rebuild",
    *(f"CREATE TABLE rebuild.{kind} (LIKE public.{kind} INCLUDING ALL EXCLUDING INDEXES)" for kind in KINDS),
]
SWAP = [
    *(f"DROP TABLE public.{kind}" for kind in KINDS),
    *(f"ALTER TABLE rebuild.{kind} SET SCHEMA public" for kind in KINDS),
    "DROP SCHEMA rebuild",
    "UPDATE position SET change_id = change_id + 1, epoch = gen_random_uuid()",
]
NOT_APPLIED = """SELECT sequence FROM spine.dead
    WHERE handled_at IS NULL AND lane = $1 AND sequence > $2 AND sequence <= $3"""

OWED = "SELECT EXISTS (SELECT FROM spine.restorations WHERE settled_at IS NULL)"
SETTLE = "UPDATE spine.restorations SET settled_at = $1, facts = $2::jsonb WHERE settled_at IS NULL"
OWED_SECONDS = 2.0
"""How often it looks whether a restored publisher makes a rebuild necessary."""
HANDLED = "SELECT handled_at IS NOT NULL FROM spine.dead WHERE lane = $1 AND sequence = $2"


@dataclass(frozen=True)
class Comparison:
    """What a rebuild found: how far it read, and by table how many rows were only live, only rebuilt, or told otherwise."""

    lanes: Mapping[str, int]
    rows: Mapping[str, int]
    differences: Mapping[str, int]

    @property
    def same(self) -> bool:
        """Whether the live facts were what the logs tell."""
        return not any(self.differences.values())


@dataclass
class Progress:
    """How far a rebuild is."""

    state: str = "none"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    read: dict[str, int] = field(default_factory=dict)
    to_read: dict[str, int] = field(default_factory=dict)
    passed_over: list[tuple[str, int]] = field(default_factory=list)
    result: Comparison | None = None
    error: str = ""


class Rebuilding:
    """One replica's rebuilds; an advisory lock keeps those of all replicas apart."""

    def __init__(self, database: Database, feeds: Feeds, memory: Memory) -> None:
        self._database, self._feeds, self._memory = database, feeds, memory
        self._asked = asyncio.Event()
        self.progress = Progress()

    def ask(self) -> Progress:
        """Have the facts rebuilt. Raises Refused while it is being done."""
        if self.progress.state in ("asked", "running"):
            raise Refused("The facts are being rebuilt already.", code="rebuilding")
        self.progress = Progress("asked", self._database.clock.now())
        self._asked.set()
        return self.progress

    async def run(self) -> None:
        """Rebuild each time it is asked for, or a publisher's log went back, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(OWED_SECONDS):
                    await self._asked.wait()
            try:
                if self._asked.is_set() or await self._owed():
                    self._asked.clear()
                    await self.rebuild()
            except Refused:
                log.info("another process is rebuilding")
            except Exception as failure:  # noqa: BLE001  # told by `progress`; the next one may go well
                log.error("rebuild failed", error=in_words(failure))

    async def _owed(self) -> bool:
        async with self._database.reading() as session:
            return bool(await session.value(OWED))

    async def rebuild(self) -> Comparison:
        """Read, compare, swap. Raises Refused where another replica is at it, ConnectionError where a feed is away."""
        clock = self._database.clock
        self.progress = progress = Progress("running", clock.now())
        connection = await self._database.connect()
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                raise Refused("The facts are being rebuilt already.", code="rebuilding")
            await self.copy(progress)
            progress.result = await self.swap(progress)
            progress.state = "done"
        except BaseException as failure:
            progress.state, progress.error = "failed", in_words(failure)
            raise
        finally:
            progress.ended_at = clock.now()
            connection.terminate()
        self._memory.look()
        self._memory.tell_others()
        return progress.result

    async def copy(self, progress: Progress) -> None:
        """The facts so far in tables of their own, while the live ones go on."""
        async with self._database.writing() as session:
            for statement in AFRESH:
                await session.run(statement)
        for _ in range(ROUNDS):
            async with self._database.reading() as session:
                progress.to_read = await _live_reach(session)
            for lane, until in progress.to_read.items():
                await self._copy(lane, until, progress)
        async with self._database.writing() as session:
            for kind in KINDS.values():
                for statement in _keyed(kind):
                    await session.run(statement)

    async def swap(self, progress: Progress) -> Comparison:
        """The rest, the comparison and the exchange, while the live facts stand still."""
        async with self._database.writing() as session:
            # No consumer and no re-handling gets past this; whoever is inside has committed before we have it.
            await session.run("LOCK TABLE spine.inbox IN EXCLUSIVE MODE")
            progress.to_read = await _live_reach(session)
            for lane, until in progress.to_read.items():
                async for page in self._pages(session, lane, until, progress):
                    await _record(session, page)
            await _record(session, [envelope async for envelope in self._handled_since(session, progress)])
            found = Comparison(
                progress.to_read,
                {name: await session.value(f"SELECT count(*) FROM rebuild.{name}") for name in KINDS},
                {name: await session.value(_difference(kind)) for name, kind in KINDS.items()},
            )
            for statement in SWAP:
                await session.run(statement)
            await session.run(SETTLE, session.clock.now(), to_json(found.differences).decode())
        return found

    async def _handled_since(self, session: ReadSession, progress: Progress) -> AsyncIterator[Envelope]:
        """Events passed over because they were set aside, and handled again before the live facts stood still."""
        for lane, sequence in progress.passed_over:
            if await session.value(HANDLED, lane, sequence):
                for envelope in (await self._page(lane, sequence - 1, sequence))[0]:
                    yield envelope

    async def _copy(self, lane: str, until: int, progress: Progress) -> None:
        """The facts of a lane so far, a page in memory at a time, each in its own transaction."""
        async with self._database.reading() as reader:
            async for page in self._pages(reader, lane, until, progress):
                async with self._database.writing() as session:
                    # A crash ends the rebuild anyway, so its pages need not wait for the disk.
                    await session.run("SET LOCAL synchronous_commit = off")
                    await _record(session, page)

    async def _pages(
        self, session: ReadSession, lane: str, until: int, progress: Progress
    ) -> AsyncIterator[Sequence[Envelope]]:
        """What live facts were made of: events up to where they stand, without those set aside."""
        after = progress.read.get(lane, 0)
        fetching = asyncio.create_task(self._page(lane, after, until))
        try:
            while after < until:
                envelopes, through = await fetching
                # The next page is on its way while this one is recorded.
                fetching = asyncio.create_task(self._page(lane, through, until))
                dead = {row.sequence for row in await session.all(NOT_APPLIED, lane, after, through)}
                progress.passed_over += [(lane, sequence) for sequence in sorted(dead)]
                yield [envelope for envelope in envelopes if envelope.sequence not in dead] if dead else envelopes
                after = progress.read[lane] = through
        finally:
            fetching.cancel()

    async def _page(self, lane: str, after: int, until: int) -> tuple[list[Envelope], int]:
        """Events of a lane after a sequence and how far they speak for, never beyond `until`."""
        if after >= until:
            return [], until
        envelopes, through, _ = await self._feeds.page(lane, after, min(MOST, until - after))
        if through <= after:
            raise ConnectionError(f"the feed of {lane} does not hold what it has published")
        if through > until:  # of a token that is not shown everything
            envelopes = [envelope for envelope in envelopes if envelope.sequence <= until]
        return envelopes, min(through, until)


async def _live_reach(session: ReadSession) -> dict[str, int]:
    """How far the live facts have heard each lane that tells any."""
    rows = await session.all("SELECT lane, sequence FROM spine.inbox ORDER BY lane")
    return {row.lane: row.sequence for row in rows if row.lane.rpartition(".")[0] in TOPICS}


async def _record(session: WriteSession, envelopes: Sequence[Envelope]) -> None:
    # Change id 0: before everything that the tables will hear once they are live.
    rows = facts_of(envelopes)
    for name, told in rows.items():
        await session.run(insert_facts(KINDS[name], schema="rebuild", parameter=1, change_id="0"), as_json(told))


def _keyed(kind: Kind) -> tuple[str, ...]:
    """What a table gets once it is full, which costs a third of keeping it up row by row: of a version told twice only
    what was told first, as live; and the live table's indexes."""
    key = ", ".join(kind.key)
    numbered = f"SELECT ctid, row_number() OVER (PARTITION BY {key} ORDER BY ctid) AS n FROM rebuild.{kind.table}"
    return (
        f"ANALYZE rebuild.{kind.table}",
        f"DELETE FROM rebuild.{kind.table} WHERE ctid IN (SELECT ctid FROM ({numbered}) AS told WHERE n > 1)",
        f"ALTER TABLE rebuild.{kind.table} ADD PRIMARY KEY ({key})",
        f"CREATE INDEX ON rebuild.{kind.table} (change_id)",
    )


def _difference(kind: Kind) -> str:
    """How many rows are on one side only, or not the same on both."""
    told = [column for column in kind.columns if column not in kind.key]
    same = (
        f"({', '.join(f'l.{name}' for name in told)}) IS NOT DISTINCT FROM ({', '.join(f'r.{name}' for name in told)})"
    )
    joined = f"public.{kind.table} l FULL JOIN rebuild.{kind.table} r USING ({', '.join(kind.key)})"
    return f"SELECT count(*) FROM {joined} WHERE NOT ({same}) OR l.change_id IS NULL OR r.change_id IS NULL"
