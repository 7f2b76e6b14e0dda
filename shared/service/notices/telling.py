"""Turns what a service has published into notices and letters: from its own kept log, each event once, in order."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from pydantic_core import from_json

from shared.contracts import Envelope
from shared.contracts.envelope import sequenced
from shared.service.notices.letters import SEND
from shared.service.notices.notice import Notice
from shared.store.database import CLASHES, MISSING, Database
from shared.store.session import Row, WriteSession, columns_of

AT_ONCE = 500
FRESH = timedelta(days=1)
"""Nobody is told of what a load or a restore tells long after it happened."""
BEHIND = """SELECT l.lane, l.last_sequence FROM spine.lanes l LEFT JOIN spine.told t USING (lane)
    WHERE coalesce(t.sequence, 0) < l.last_sequence"""
BEGIN = "INSERT INTO spine.told VALUES ($1, 0) ON CONFLICT DO NOTHING"
TAKE = "SELECT sequence FROM spine.told WHERE lane = $1 FOR UPDATE"
PAGE = """SELECT sequence, body FROM spine.log WHERE lane = $1 AND sequence > $2 AND sequence <= $3
    AND type = ANY($4) AND recorded_at > $5 ORDER BY sequence LIMIT $6"""
REACHED = "UPDATE spine.told SET sequence = $2 WHERE lane = $1"
TELL = """INSERT INTO spine.notices (kind, authority, provider, subject, path, at)
    SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[])
    RETURNING notice, kind, authority, provider"""
WRITE = """INSERT INTO spine.letters (notice, person, address, state, at)
    SELECT n.notice, w.person, w.address, $2, $3 FROM spine.notices n JOIN spine.notice_wishes w
        ON w.address <> '' AND n.kind = ANY(w.kinds) AND (w.authority = n.authority OR w.provider = n.provider)
    WHERE n.notice = ANY($1) RETURNING letter"""
STATES = {"list": "listed", "live": "waiting"}

log = structlog.get_logger()


class Teller:
    """One for each service process; a lane is told by whichever has its row."""

    def __init__(self, database: Database, notices: Sequence[Notice], mode: str, slow_poll: float) -> None:
        self._database, self._notices, self._slow_poll = database, notices, slow_poll
        self._state = STATES.get(mode)
        self._types = sorted({notice.event.event_type for notice in notices})

    async def run(self) -> None:
        """Tell until cancelled."""
        while self._notices:
            try:
                while await self.tell():
                    continue
            except (*MISSING, *CLASHES) as away:
                log.warning("notices wait", reason=type(away).__name__)
            await asyncio.sleep(self._slow_poll)

    async def tell(self) -> bool:
        """One page of every lane that is behind; answers whether there may be more."""
        async with self._database.reading() as session:
            behind = await session.all(BEHIND)
        for row in behind:
            async with self._database.writing() as session:
                await self._lane(session, row)
        return bool(behind)

    async def _lane(self, session: WriteSession, row: Row) -> None:
        await session.run(BEGIN, row.lane)
        reached = await session.value(TAKE, row.lane)
        since = session.clock.now() - FRESH
        page = await session.all(PAGE, row.lane, reached, row.last_sequence, self._types, since, AT_ONCE)
        found = [one for event in page for one in self._made_of(row.lane, event, session)]
        if found:
            await self._write(session, found)
        through = page[-1].sequence if len(page) == AT_ONCE else max(reached, row.last_sequence)
        await session.run(REACHED, row.lane, through)

    def _made_of(self, lane: str, row: Row, session: WriteSession) -> list[tuple[Any, ...]]:
        envelope = Envelope(lane, from_json(sequenced(row.body, row.sequence)))
        event = envelope.event
        if event is None:
            return []
        made = ((notice, notice.leads(event)) for notice in self._notices if isinstance(event, notice.event))
        now = session.clock.now()
        return [(one.kind, *one.whose(event), envelope.subject, path, now) for one, path in made if path]

    async def _write(self, session: WriteSession, found: list[tuple[Any, ...]]) -> None:
        told = await session.all(TELL, *columns_of(found, 6))
        if self._state is None:
            return
        now = session.clock.now()
        letters = await session.all(WRITE, [one.notice for one in told], self._state, now)
        for letter in letters if self._state == "waiting" else ():
            await session.after(now, SEND, letter.letter)
