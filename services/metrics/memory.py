"""The facts' columns in this process: loaded at start, then moved by what the tables hold after its own change id."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog

from services.metrics.columns import DAY, ID, LINED, MOMENT, NUMBER, SHAPES, Columns
from services.metrics.projections import LISTENING, Change, Told
from services.metrics.tables import KINDS
from shared.errors import Refused
from shared.store.database import MISSING, Database
from shared.store.session import Row

CHANNEL = "facts_changed"
FOLLOWER = "sufficiency metrics memory"
"""The application name of every replica's listening connection."""
CHUNK = 5_000
RETRY_SECONDS = 0.5

BEGIN = """INSERT INTO position (one, change_id, epoch) VALUES (true, 0, gen_random_uuid()) ON CONFLICT DO NOTHING"""
REACH = """SELECT change_id, epoch, ARRAY(SELECT lane FROM spine.inbox ORDER BY lane) AS lanes,
    ARRAY(SELECT sequence FROM spine.inbox ORDER BY lane) AS sequences FROM position"""
# Only where another replica listens: a NOTIFY is a commit of its own, and waits for the disk. Looking who listens costs
# as much as a batch, so that nobody does is remembered for a slow poll: one that starts meanwhile reads everything.
TELL_OTHERS = """SELECT pg_notify($1, $2) WHERE (SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $3) > 1"""

log = structlog.get_logger()

Moved = Callable[[Mapping[str, Collection[str]] | None], None]
"""Told after a change whose figures it touches, and which fact tables; None means everybody's and all."""


class Memory:
    """One replica's columns, and how far they reach."""

    def __init__(self, database: Database, slow_poll: float) -> None:
        self._database, self._slow_poll = database, slow_poll
        self._name = str(uuid4())
        self._wake = asyncio.Event()
        self._reading = False
        self._telling: asyncio.Task[None] | None = None
        self._alone_until = 0.0
        self._columns = Columns()
        self.epoch: UUID | None = None
        self.change_id = -1
        self.reached: dict[str, int] = {}
        self.newest: datetime | None = None
        """When the newest fact was recorded by its owner."""
        self.moved: Moved = lambda _: None

    @property
    def columns(self) -> Columns:
        """The facts. Raises Refused (503) until they are loaded."""
        if self.epoch is None:
            raise Refused("Figures are being loaded. Try again in a moment.", status=503, code="loading")
        return self._columns

    def facts_changed(self, change: Change) -> None:
        """A batch was committed in this process: it is taken in while the consumer waits for its next commit."""
        asyncio.get_running_loop().call_soon(self._take, change)

    def _take(self, change: Change) -> None:
        """Add a batch as it was told, or have the tables read where it does not follow on what is here."""
        if change.epoch != self.epoch or change.change_id <= self.change_id:
            return
        if self._reading or change.change_id != self.change_id + 1 or not change.all_new:
            self._wake.set()
        else:
            self._add({kind: _picked(kind, rows) for kind, rows in change.rows.items()}, change.change_id)
            self.reached |= change.reached
        self.tell_others()

    def look(self) -> None:
        """Have the tables looked at now."""
        self._wake.set()

    def tell_others(self) -> None:
        """Let the other replicas look; while one word is on its way, it speaks for those after it."""
        if monotonic() > self._alone_until and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell_others())

    async def _tell_others(self) -> None:
        with suppress(*MISSING):
            if not await self._database.pool.fetch(TELL_OTHERS, CHANNEL, self._name, FOLLOWER):
                self._alone_until = monotonic() + self._slow_poll

    async def follow(self) -> None:
        """Keep up until cancelled; the slow poll is the net under lost words."""
        LISTENING.add(self)
        while True:
            try:
                connection = await self._database.connect(server_settings={"application_name": FOLLOWER})
                try:
                    await self._follow(connection)
                finally:
                    connection.terminate()
            except MISSING as away:
                log.warning("memory is waiting", reason=type(away).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, connection: "asyncpg.Connection[Row]") -> None:
        await connection.add_listener(CHANNEL, self._heard)
        await connection.execute(BEGIN)
        while True:
            self._wake.clear()
            at = await connection.fetchrow(REACH)
            assert at is not None
            if at["epoch"] != self.epoch or at["change_id"] > self.change_id:
                await self._catch_up(connection)
            else:
                self.reached |= dict(zip(at["lanes"], at["sequences"], strict=True))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._slow_poll):
                    await self._wake.wait()

    def _heard(self, _connection: Any, _pid: int, _channel: str, sender: Any) -> None:
        if sender != self._name:
            self._wake.set()

    async def _catch_up(self, connection: "asyncpg.Connection[Row]") -> None:
        """Read what the tables hold beyond this memory, in one snapshot; everything, where the epoch is another."""
        self._reading = True
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                at = await connection.fetchrow(REACH)
                assert at is not None
                if at["epoch"] == self.epoch:
                    news: dict[str, list[Any]] = {}
                    async for kind, rows in _rows_after(connection, self.change_id):
                        news.setdefault(kind, []).extend(rows)
                    self._add(news, at["change_id"])
                else:
                    self._columns, self.newest = await _loaded(connection)
                    self.epoch, self.change_id = at["epoch"], at["change_id"]
                    self.moved(None)
                self.reached |= dict(zip(at["lanes"], at["sequences"], strict=True))
        finally:
            self._reading = False

    def _add(self, news: Mapping[str, Sequence[Sequence[Any]]], change_id: int) -> None:
        touched: dict[str, set[str]] = {}
        for kind in SHAPES:
            if rows := news.get(kind):
                for authority in self._columns.append(kind, rows):
                    touched.setdefault(authority, set()).add(kind)
                self.newest = max(_newest(rows), self.newest or _newest(rows))
        self.change_id = change_id
        self.moved(touched)


async def _loaded(connection: "asyncpg.Connection[Row]") -> tuple[Columns, datetime | None]:
    columns, newest = Columns(), None
    async for kind, rows in _rows_after(connection, -1):
        columns.append(kind, rows)
        newest = max(_newest(rows), newest or _newest(rows))
    return columns, newest


async def _rows_after(
    connection: "asyncpg.Connection[Row]", change_id: int
) -> AsyncIterator[tuple[str, Sequence[Any]]]:
    """Rows of every kind that came after a change, a chunk at a time, the lines of a version together."""
    for kind in SHAPES:
        cursor = await connection.cursor(_SELECTS[kind], change_id)
        while rows := await cursor.fetch(CHUNK):
            yield kind, rows


def _select(kind: str) -> str:
    columns = [f"uuid_send({name})" if type_ == ID else name for name, type_ in SHAPES[kind].items()]
    subject = KINDS[kind].subject
    order = f"{subject}, version{', line' if kind in LINED else ''}"
    names = ", ".join(["version", "recorded_at", *columns])
    return f"SELECT {names} FROM {kind} WHERE change_id > $1 ORDER BY {order}"


_SELECTS: Mapping[str, str] = {kind: _select(kind) for kind in SHAPES}


def _newest(rows: Sequence[Sequence[Any]]) -> datetime:
    return max(row[1] for row in rows)  # type: ignore[no-any-return]


_READERS: Mapping[str, Callable[[str], Any]] = {
    ID: lambda told: bytes.fromhex(told.replace("-", "")),
    DAY: date.fromisoformat,
    MOMENT: datetime.fromisoformat,
}


def _picked(kind: str, rows: Sequence[Told]) -> list[tuple[Any, ...]]:
    """Rows as their events told them, as the columns take them."""
    shape = {"version": NUMBER, "recorded_at": MOMENT, **SHAPES[kind]}
    return list(zip(*(_column(rows, name, _READERS.get(type_)) for name, type_ in shape.items()), strict=True))


def _column(rows: Sequence[Told], name: str, read: Callable[[str], Any] | None) -> list[Any]:
    column = [row.get(name) for row in rows]
    return column if read is None else [None if told is None else read(told) for told in column]
