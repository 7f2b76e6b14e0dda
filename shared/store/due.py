"""The ticker: does what falls due, by actions like any other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from shared.store.database import CLASHES, MISSING, Database
from shared.store.dead import in_words
from shared.store.session import Row, WriteSession

Due = Callable[[WriteSession, str], Awaitable[None]]
"""An action on a subject (its id as text), in the transaction that also strikes it off."""

TAKE = """DELETE FROM spine.due WHERE (action, subject) IN (
    SELECT action, subject FROM spine.due WHERE at <= $1 AND action = ANY($2)
    ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING action, subject, at, tries"""
PUT_OFF = """UPDATE spine.due SET tries = tries + 1, at = $3 WHERE action = $1 AND subject = $2"""

log = structlog.get_logger()


class Ticker:
    """One for each service process; rows are taken with SKIP LOCKED, so any number may tick."""

    def __init__(self, database: Database, actions: Mapping[str, Due], slow_poll: float) -> None:
        self._database, self._actions, self._slow_poll = database, actions, slow_poll

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            try:
                while await self.tick():
                    continue
            except (*MISSING, *CLASHES) as away:
                log.warning("ticker is waiting", reason=type(away).__name__)
            await asyncio.sleep(self._slow_poll)

    async def tick(self) -> bool:
        """Do one thing that is due; answers whether there was one."""
        taken: Row | None = None
        try:
            async with self._database.writing() as session:
                taken = await session.one(TAKE, session.clock.now(), list(self._actions))
                if taken is not None:
                    await self._actions[taken.action](session, taken.subject)
        except (*MISSING, *CLASHES):
            raise
        except Exception as error:  # noqa: BLE001 - whatever an action raises
            log.error("what was due failed", code=taken.action if taken else "", error=in_words(error))
            await self._put_off(taken)
        return taken is not None

    async def _put_off(self, taken: Row | None) -> None:
        if taken is None:
            return
        async with self._database.writing() as session:
            later = session.clock.now() + timedelta(seconds=min(3600, 2**taken.tries))
            await session.run(PUT_OFF, taken.action, taken.subject, later)
