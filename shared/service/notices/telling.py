"""Turns what a service has published, and what a morning finds, into notices and letters: each event and day once."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from pydantic_core import from_json

from shared.clock import LONDON
from shared.contracts import Envelope
from shared.contracts.envelope import sequenced
from shared.errors import Refused
from shared.service.notices.letters import SEND
from shared.service.notices.notice import AnyNotice, Morning, Notice
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
LOOKED = "(mornings)"
"""Stands among the lanes: its sequence is the day that was looked at last."""
FIRST_LOOK = "INSERT INTO spine.told VALUES ($1, $2) ON CONFLICT DO NOTHING"
MORNING = time(8, tzinfo=LONDON)

log = structlog.get_logger()


class Teller:
    """One for each service process; a lane is told by whichever has its row, a morning by whichever is first."""

    def __init__(
        self, database: Database, notices: Sequence[AnyNotice], mode: str, slow_poll: float, running: Any = None
    ) -> None:
        self._database, self._slow_poll, self._running = database, slow_poll, running
        self._notices = [notice for notice in notices if isinstance(notice, Notice)]
        self._mornings = [notice for notice in notices if isinstance(notice, Morning)]
        self._looked: date | None = None
        self._state = STATES.get(mode)
        self._types = sorted({notice.event.event_type for notice in self._notices})

    async def run(self) -> None:
        """Tell until cancelled."""
        while self._notices or self._mornings:
            try:
                while await self.tell():
                    continue
                await self.look()
            except (Refused, *MISSING, *CLASHES) as away:
                log.warning("notices wait", reason=type(away).__name__)
            await asyncio.sleep(self._slow_poll)

    async def tell(self) -> bool:
        """One page of every lane that is behind; answers whether there may be more."""
        if not self._notices:
            return False
        async with self._database.reading() as session:
            behind = await session.all(BEHIND)
        for row in behind:
            async with self._database.writing() as session:
                await self._lane(session, row)
        return bool(behind)

    async def look(self) -> None:
        """What this morning finds, unless it was looked for already; a service's first day tells nothing of before."""
        if not self._mornings or self._looked == _day(self._database.clock.now()):
            return
        async with self._database.writing() as session:
            today = _day(session.clock.now())
            await session.run(FIRST_LOOK, LOOKED, today.toordinal())
            before = date.fromordinal(await session.value(TAKE, LOOKED))
            if before < today:
                await self._write(session, await self._found(session, before, today))
                await session.run(REACHED, LOOKED, today.toordinal())
        self._looked = today

    async def _found(self, session: WriteSession, before: date, today: date) -> list[tuple[Any, ...]]:
        since, until, now = _morning(before), _morning(today), session.clock.now()
        return [
            (notice.kind, one.authority, one.provider, one.subject, one.path, now)
            for notice in self._mornings
            for one in await notice.looks(self._running, session, since, until)
        ]

    async def _lane(self, session: WriteSession, row: Row) -> None:
        await session.run(BEGIN, row.lane)
        reached = await session.value(TAKE, row.lane)
        since = session.clock.now() - FRESH
        page = await session.all(PAGE, row.lane, reached, row.last_sequence, self._types, since, AT_ONCE)
        events = [envelope for one in page if (envelope := _envelope(row.lane, one)).event is not None]
        for notice in self._notices:
            if found := await _made_of(session, notice, events):
                await self._write(session, found)
        through = page[-1].sequence if len(page) == AT_ONCE else max(reached, row.last_sequence)
        await session.run(REACHED, row.lane, through)

    async def _write(self, session: WriteSession, found: list[tuple[Any, ...]]) -> None:
        told = await session.all(TELL, *columns_of(found, 6))
        if self._state is None:
            return
        now = session.clock.now()
        letters = await session.all(WRITE, [one.notice for one in told], self._state, now)
        for letter in letters if self._state == "waiting" else ():
            await session.after(now, SEND, letter.letter)


def _day(moment: datetime) -> date:
    """The day whose morning was last, in England."""
    here = moment.astimezone(LONDON)
    return here.date() if here.time() >= MORNING.replace(tzinfo=None) else here.date() - timedelta(days=1)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING)


def _envelope(lane: str, row: Row) -> Envelope:
    return Envelope(lane, from_json(sequenced(row.body, row.sequence)))


async def _made_of(session: WriteSession, notice: Notice, envelopes: Sequence[Envelope]) -> list[tuple[Any, ...]]:
    """A notice's rows out of the events it is of, in their order."""
    now = session.clock.now()
    of = [(one.subject, one.event) for one in envelopes if isinstance(one.event, notice.event)]
    leading = [(subject, event, path) for subject, event in of if (path := notice.leads(event))]
    if not leading or not notice.audience:
        return [(notice.kind, *notice.whose(event), subject, path, now) for subject, event, path in leading]
    subjects = sorted({subject for subject, _, _ in leading})
    concerned = await session.all(notice.audience, subjects, session.clock.today(), now)
    return [
        (notice.kind, row.authority, None, subject, path, now)
        for subject, _, path in leading
        for row in concerned
        if row.subject == subject
    ]
