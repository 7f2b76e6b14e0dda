"""Read and write sessions over one connection, and the single place where anything is committed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as _asyncpg_dialect
from sqlalchemy.sql import Select

from shared.clock import Clock, FixedClock
from shared.contracts import Composed, Event
from shared.contracts.envelope import compose
from shared.ids import new_id
from shared.store.signals import Signals
from shared.telemetry.traces import traceparent

DIALECT = _asyncpg_dialect()  # type: ignore[no-untyped-call]

# Audit and outbox in one statement, because every write has both and a round trip is a third of its time.
FLUSH = """WITH noted AS (
    INSERT INTO spine.audit (at, person, action, subject, trace)
    SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[]))
INSERT INTO spine.outbox (id, lane, type, subject, authority, recorded_at, body)
    SELECT id, lane, type, subject, authority, recorded_at, body
    FROM unnest($6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::text[])
        WITH ORDINALITY AS o (id, lane, type, subject, authority, recorded_at, body, n)
    ORDER BY n"""
SET_DUE = """INSERT INTO spine.due (action, subject, at) VALUES ($1, $2, $3)
    ON CONFLICT (action, subject) DO UPDATE SET at = excluded.at, tries = 0"""

COPIED = 10_000
"""Rows to a statement."""
LONG_PAST = timedelta(hours=1)
"""What is told of a moment so long ago is told of a made-up past, and not a little late."""

Query = str | Select[Any]


class Row(asyncpg.Record):
    """A database row whose columns are also attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


def _ready(query: Query, arguments: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    if isinstance(query, str):
        return query, arguments
    compiled = query.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    return compiled.string, [compiled.params[name] for name in compiled.positiontup or ()]


def columns_of(rows: Iterable[Sequence[Any]], count: int) -> list[Sequence[Any]]:
    """Rows turned to columns, as `unnest` takes them."""
    return [list(column) for column in zip(*rows, strict=True)] or [[]] * count


class ReadSession:
    """Questions to the service's own tables, in SQL with `$1` arguments or as a SQLAlchemy select."""

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[Row]", clock: Clock) -> None:
        self._connection = connection
        self.clock = clock

    async def all(self, query: Query, *arguments: Any) -> list[Row]:
        """Every row."""
        sql, arguments_ = _ready(query, arguments)
        return await self._connection.fetch(sql, *arguments_)

    async def one(self, query: Query, *arguments: Any) -> Row | None:
        """The first row, or None."""
        sql, arguments_ = _ready(query, arguments)
        return await self._connection.fetchrow(sql, *arguments_)

    async def value(self, query: Query, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        sql, arguments_ = _ready(query, arguments)
        return await self._connection.fetchval(sql, *arguments_)


class WriteSession(ReadSession):
    """One transaction: changes, the events that tell of them, the audit and what falls due, all or nothing."""

    def __init__(
        self,
        connection: "asyncpg.pool.PoolConnectionProxy[Row]",
        clock: Clock,
        source: str,
        partitions: int,
        signals: Signals,
    ) -> None:
        super().__init__(connection, clock)
        self._signals = signals
        self.source = source
        self._partitions = partitions
        self._events: list[Composed] = []
        self._audit: list[tuple[datetime, str, str, str, str]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._published = False
        self._real = clock

    def as_of(self, at: datetime | None) -> None:
        """From here on it is that moment; None is now. For made-up people only."""
        self.clock = self._real if at is None else FixedClock(at)

    @contextmanager
    def as_when_told(self, at: datetime) -> Iterator[None]:
        """Inside it is when what is answered now was told, if that is long past; else now."""
        self.as_of(at if self._real.now() - at > LONG_PAST else None)
        try:
            yield
        finally:
            self.as_of(None)

    def from_now(self, span: timedelta) -> datetime:
        """When so long is over. Counted from when it is told, also of a made-up past: answers to it are still to come."""
        return self._real.now() + span

    async def run(self, sql: str, *arguments: Any) -> str:
        """Execute a statement; answers PostgreSQL's command tag."""
        return await self._connection.execute(sql, *arguments)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], schema: str) -> None:
        """Add many rows at once: so many to a statement that none outlasts its time, however many there are."""
        for first in range(0, len(rows), COPIED):
            some = rows[first : first + COPIED]
            await self._connection.copy_records_to_table(table, columns=columns, records=some, schema_name=schema)

    def publish(self, event: Event) -> None:
        """Tell of a fact when, and only when, this transaction commits."""
        owner = event.topic.partition(".")[0]
        if owner != self.source:
            raise ValueError(f"{self.source} may not publish {event.event_type}")
        self._events.append(
            compose(event, id=new_id(), at=self.clock.now(), traceparent=traceparent(), partitions=self._partitions)
        )

    def audit(self, person: str, action: str, subject: UUID | str) -> None:
        """Record who did what to what; `person` is an opaque id."""
        self._audit.append((self.clock.now(), person, action, str(subject), traceparent()))

    async def after(self, at: datetime, action: str, subject: UUID | str) -> None:
        """Have the ticker do an action on a subject at a moment; a later call moves it.

        Of a moment long past it waits, because what became of it is still to be told.
        """
        if self.clock is not self._real:
            at = max(at, self._real.now() + LONG_PAST)
        await self.run(SET_DUE, action, str(subject), at)

    async def no_longer_due(self, action: str, subject: UUID | str) -> None:
        """Forget what was to be done."""
        await self.run("DELETE FROM spine.due WHERE action = $1 AND subject = $2", action, str(subject))

    def on_commit(self, tell: Callable[[], None]) -> None:
        """Call this once the transaction has committed."""
        self._after_commit.append(tell)

    def signal(self, subject: UUID | str) -> None:
        """Once this has committed, wake those in this process who wait for the subject."""
        self.on_commit(partial(self._signals.tell, subject))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that can fail alone: its changes and its events are dropped together."""
        events, audit, after = len(self._events), len(self._audit), len(self._after_commit)
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self._events[events:], self._audit[audit:], self._after_commit[after:]
            raise

    async def flush(self) -> bool:
        """Write audit and outbox; answers whether anything was published so far.

        It is done before the commit; whoever tells of tens of thousands does it on the way too, so that no statement
        is endless.
        """
        if self._audit or self._events:
            events = ((e.id, e.lane, e.type, e.subject, e.authority, e.time, e.body) for e in self._events)
            await self.run(FLUSH, *columns_of(self._audit, 5), *columns_of(events, 7))
            self._published = self._published or bool(self._events)
            self._events.clear()
            self._audit.clear()
        return self._published

    def committed(self) -> None:
        """Tell those who asked to know."""
        for tell in self._after_commit:
            tell()


Work = Callable[[WriteSession], Awaitable[None]]
