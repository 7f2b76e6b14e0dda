"""One service's pool of connections, and the sessions that requests, reactions and the clock work in."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any, TypeVar

import asyncpg
from fastapi import Depends, Request

from shared.clock import Clock
from shared.errors import Stale
from shared.store.session import ReadSession, Row, WriteSession
from shared.store.signals import Signals
from shared.store.single import TRIES, InTurn, SingleWrite

Answer = TypeVar("Answer")
Session = TypeVar("Session", bound=WriteSession)

MISSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # a connection the server has just said goodbye on
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
    TimeoutError,
)
"""The database is away: wait, and try the same thing again."""
CLASHES = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)
"""Two transactions were in each other's way: try the same thing again."""


async def _keep(connection: Any) -> None:
    """Sessions leave nothing behind, so the pool's reset (one more round trip) has nothing to do."""


def _gone(connection: "asyncpg.pool.PoolConnectionProxy[Row]") -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True  # the pool took it back when it was lost


class Database:
    """The tables of one service."""

    def __init__(self, url: str, *, service: str, clock: Clock, partitions: int, pool_size: int = 10) -> None:
        self.url, self.service, self.clock, self.partitions = url, service, clock, partitions
        self._pool_size = pool_size
        self._pool: asyncpg.Pool[Row] | None = None
        self.signals = Signals()
        self.outbox_filled: Callable[[], None] = lambda: None
        """Called after a commit that published; the relay sets it."""

    async def open(self) -> None:
        """Connect. Raises one of MISSING when there is no server."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=2,
            max_size=self._pool_size,
            record_class=Row,
            reset=_keep,
            server_settings={"application_name": f"sufficiency {self.service}", "timezone": "UTC"},
            command_timeout=60,
            timeout=5,
        )

    async def close(self) -> None:
        """Let every connection go, also where the server no longer answers."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), 5)
            except MISSING:
                self._pool.terminate()

    async def connect(self, **settings: Any) -> "asyncpg.Connection[Row]":
        """A connection outside the pool, for locks and notifications that must not be shared."""
        return await asyncpg.connect(self.url, record_class=Row, timeout=5, **settings)

    @property
    def pool(self) -> "asyncpg.Pool[Row]":
        if self._pool is None:
            raise ConnectionError(f"the database of {self.service} is not open")
        return self._pool

    @asynccontextmanager
    async def _lent(self) -> "AsyncIterator[asyncpg.pool.PoolConnectionProxy[Row]]":
        """A pooled connection. asyncpg has one error for a lost connection and for a statement called wrongly (an
        argument too many): the first is a ConnectionError here, so that the second is never waited out."""
        async with self.pool.acquire(timeout=10) as connection:
            try:
                yield connection
            except asyncpg.InterfaceError as failure:
                if _gone(connection):
                    raise ConnectionError(f"the database of {self.service} is away") from failure
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ReadSession]:
        """Ask questions; each sees what is committed when it is asked."""
        async with self._lent() as connection:
            yield ReadSession(connection, self.clock)

    def writing(self) -> AbstractAsyncContextManager[WriteSession]:
        """One transaction, committed at the end of the block, or nothing at all."""
        return self._transaction(WriteSession)

    def writing_in_turn(self) -> AbstractAsyncContextManager[InTurn]:
        """The same for many commands, each of which `in_turn` finishes."""
        return self._transaction(InTurn)

    @asynccontextmanager
    async def _transaction(self, kind: type[Session]) -> AsyncIterator[Session]:
        async with self._lent() as connection:
            session = kind(connection, self.clock, self.service, self.partitions, self.signals)
            async with connection.transaction():
                yield session
                published = await session.flush()
        session.committed()
        if published:
            self.outbox_filled()

    async def at_once(self, sql: str, *arguments: Any) -> Row | None:
        """One statement, which is a transaction by itself; its first row."""
        async with self._lent() as connection:
            return await connection.fetchrow(sql, *arguments)

    async def write_once(self, work: Callable[[SingleWrite], Awaitable[Answer]]) -> Answer:
        """Do work that ends in one statement; again, where somebody else changed the row between."""
        for last in (*[False] * (TRIES - 1), True):
            async with self._lent() as connection:
                session = SingleWrite(connection, self.clock, self.service, self.partitions, self.signals)
                answer = await work(session)
                try:
                    published = await session.flush()
                except Stale:
                    if last:
                        raise
                    continue
            session.committed()
            if published:
                self.outbox_filled()
            return answer
        raise AssertionError("the last try ends the loop")


async def _reading(request: Request) -> AsyncIterator[ReadSession]:
    async with request.app.state.database.reading() as session:
        yield session


async def _writing(request: Request) -> AsyncIterator[WriteSession]:
    async with request.app.state.database.writing() as session:
        yield session


# The scope is essential: by default FastAPI would commit after the answer has gone.
Reading = Annotated[ReadSession, Depends(_reading, scope="function")]
Writing = Annotated[WriteSession, Depends(_writing, scope="function")]
