"""The consumer: takes batches from the bus and commits what follows from them exactly once, in order."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from time import monotonic

import structlog

from shared.bus import Delivery, Subscription
from shared.contracts import Envelope
from shared.contracts.event import EVENTS
from shared.store.consequence import NOTHING, Consequence
from shared.store.database import CLASHES, MISSING, Database
from shared.store.dead import WAITING, React, in_words, set_aside
from shared.store.session import Row, WriteSession
from shared.telemetry.meters import SpineMeters

MOST_EVENTS = 500
MOST_HELD = 20
"""Messages that may wait for one that somebody here acts upon; well under a subscription's prefetch."""
PAUSES = (0.05, 0.2)
"""Seconds before the second and the third (and last) try of one event."""
RENEW_SECONDS = 20 * 60
"""RabbitMQ takes the queue from a consumer that has held a message for 30 minutes."""
MOST_DEAD, OF_LAST = 20, 100
IDLE_POLLS = 15
"""Every so many slow polls, look whether a feed holds more of a quiet lane than the bus brought."""

Fetch = Callable[[str, int, int], Awaitable[list[Envelope]]]
"""Reads a lane's feed after one sequence and up to another."""
StepOver = Callable[[str, int], Awaitable[bool]]
"""Goes on behind a hole that a lane's feed has after a sequence; answers whether there is one."""
Heads = Callable[[], Awaitable[Mapping[str, int]]]
"""How far the feeds of this consumer's lanes reach."""
AtOnce = Callable[[Sequence[Envelope]], AbstractContextManager[Consequence | None]]
"""What follows from heeded events, where that is a single statement; inside it, their traces' spans."""

Blocked = set[tuple[str, str]]
"""Lane and subject of events that wait to be handled again."""
Handle = Callable[[WriteSession, list[Envelope], Blocked], Awaitable[list[bool]]]
"""Handles fresh events in order; answers, for as many as it dealt with, whether each died."""

log = structlog.get_logger()


async def no_holes(_lane: str, _after: int) -> bool:
    """Of a feed that was never restored."""
    return False


POSITIONS = """WITH mine AS (
    INSERT INTO spine.inbox AS i (lane, sequence) SELECT lane, 0 FROM unnest($1::text[]) AS l (lane) ORDER BY lane
    ON CONFLICT (lane) DO UPDATE SET lane = excluded.lane RETURNING i.lane, i.sequence)
SELECT lane, sequence, (SELECT sequence FROM spine.inbox seen WHERE seen.lane = mine.lane) AS seen,
    EXISTS (SELECT FROM spine.dead d WHERE d.lane = mine.lane AND handled_at IS NULL) AS waiting FROM mine"""
BLOCKED = "SELECT DISTINCT lane, subject FROM spine.dead WHERE lane = ANY($1) AND handled_at IS NULL"
ADVANCE = """UPDATE spine.inbox AS i SET sequence = n.sequence, handled_at = $3
    FROM unnest($1::text[], $2::bigint[]) AS n (lane, sequence) WHERE i.lane = n.lane"""


class Gap(Exception):
    """Events are missing between what was handled and what came."""

    def __init__(self, lane: str, after: int, before: int) -> None:
        super().__init__(lane)
        self.lane, self.after, self.before = lane, after, before


class Consumer:
    """One service's part in some lanes; of its replicas one is served at a time."""

    def __init__(
        self,
        name: str,
        database: Database,
        subscription: Subscription,
        react: React,
        *,
        fetch: Fetch,
        heads: Heads,
        step_over: StepOver = no_holes,
        meters: SpineMeters,
        slow_poll: float,
        heeds: Collection[str] = EVENTS,
        at_once: AtOnce = lambda _: nullcontext(),
    ) -> None:
        self.name = name
        self._database, self._subscription, self._react = database, subscription, react
        self._heeds, self._at_once = heeds, at_once
        self._held_until = float("inf")
        self._fetch, self._heads, self._step_over = fetch, heads, step_over
        self._meters, self._slow_poll = meters, slow_poll
        self._fates: deque[bool] = deque(maxlen=OF_LAST)
        self._heard: set[str] = set()
        self._look_at = monotonic() + slow_poll * IDLE_POLLS
        self.stopped_because = ""

    async def run(self) -> None:
        """Handle batches until cancelled, or until too many events in a row of a hundred die."""
        deliveries: list[Delivery] = []
        envelopes: list[Envelope] = []
        self._held_until = float("inf")
        while not self.stopped_because:
            if monotonic() >= self._look_at:
                await self._catch_up()
            arrived = await self._arrived()
            self._heard.update(delivery.batch.lane for delivery in arrived)
            news = [envelope for delivery in arrived for envelope in delivery.batch.envelopes()]
            deliveries, envelopes = deliveries + arrived, envelopes + news
            full = len(deliveries) > MOST_HELD or len(envelopes) >= MOST_EVENTS
            if deliveries and (full or not self._may_wait(news)):
                if await self._commit_held(envelopes, deliveries):
                    await self._subscription.done(deliveries)
                deliveries, envelopes, self._held_until = [], [], float("inf")
        log.error("consumer has stopped", consumer=self.name, reason=self.stopped_because)

    async def _arrived(self) -> list[Delivery]:
        """What has come; nothing, where it is time to look at something else."""
        with suppress(TimeoutError):
            # Not wait_for: on Python 3.11 it swallows a cancellation that meets an arriving batch.
            async with asyncio.timeout(min(self._look_at, self._held_until) - monotonic()):
                return await self._subscription.take(MOST_EVENTS)
        return []

    def _may_wait(self, news: Sequence[Envelope]) -> bool:
        """Whether what came is of no concern to anybody here, so that its place is noted with what comes next.

        Not for long: the status page and the publisher want to know how far we are.
        """
        self._held_until = min(self._held_until, monotonic() + self._slow_poll)
        return monotonic() < self._held_until and not any(envelope.read_as in self._heeds for envelope in news)

    async def _commit_held(self, envelopes: list[Envelope], deliveries: Sequence[Delivery] = ()) -> bool:
        """Keep at it while the database is away; give the batch back before the broker takes it."""
        began, wait = monotonic(), 0.05
        while not self.stopped_because:
            try:
                await self.commit(envelopes)
                return not self.stopped_because
            except (*MISSING, *CLASHES) as away:
                log.warning("consumer is waiting", consumer=self.name, reason=type(away).__name__)
            if deliveries and monotonic() > began + RENEW_SECONDS:
                await self._subscription.renew()
                return False
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)
        return False

    async def _catch_up(self) -> None:
        """The slow net: what a feed holds and no message has brought or shown as a gap.

        A lane that brings messages shows its own gaps; the quiet ones are looked at, however busy the others are.
        """
        heard, self._heard = self._heard, set()
        self._look_at = monotonic() + self._slow_poll * IDLE_POLLS
        try:
            heads = {lane: head for lane, head in (await self._heads()).items() if lane not in heard}
            async with self._database.reading() as session:
                rows = await session.all("SELECT lane, sequence FROM spine.inbox WHERE lane = ANY($1)", list(heads))
            positions = {row.lane: row.sequence for row in rows}
            for lane, head in heads.items():
                while (position := positions.get(lane, 0)) < head and not self.stopped_because:
                    missing = await self._fetch(lane, position, min(head, position + MOST_EVENTS))
                    if not missing:
                        await self._step_over(lane, position)
                        break
                    if not await self._commit_held(missing):
                        break
                    positions[lane] = missing[-1].sequence
        except (*MISSING, *CLASHES) as away:
            log.info("feeds cannot be compared now", consumer=self.name, reason=type(away).__name__)

    async def commit(self, envelopes: Sequence[Envelope]) -> None:
        """Apply events, which may repeat what was applied, in one transaction; fill gaps from the feed."""
        while True:
            try:
                return await self._commit_whole_or_singly(envelopes)
            except Gap as gap:
                missing = await self._fetch(gap.lane, gap.after, min(gap.before - 1, gap.after + MOST_EVENTS))
                if not missing or missing[0].sequence != gap.after + 1:
                    if await self._step_over(gap.lane, gap.after):
                        continue
                    raise ConnectionError(f"the feed of {gap.lane} does not hold what is missing") from gap
                log.info("gap filled from the feed", lane=gap.lane, events=len(missing))
                await self.commit(missing)

    async def _straight_on(self, envelopes: Sequence[Envelope]) -> bool:
        """Where they follow on what was handled, and one statement is all that follows from them: that, and no more."""
        first, last = envelopes[0], envelopes[-1]
        if last.sequence - first.sequence + 1 != len(envelopes) or any(e.lane != first.lane for e in envelopes):
            return False
        heeded = [envelope for envelope in envelopes if envelope.read_as in self._heeds]
        with self._at_once(heeded) if heeded else nullcontext(NOTHING) as consequence:
            if consequence is None:
                return False
            now = self._database.clock.now()
            sql, arguments = consequence.passing(first.lane, first.sequence - 1, last.sequence, now)
            row = await self._database.at_once(sql, *arguments)
        if row is not None:
            consequence.committed(row)
            self._note(envelopes, [False] * len(envelopes))
        return row is not None

    async def _commit_whole_or_singly(self, envelopes: Sequence[Envelope]) -> None:
        try:
            if not await self._straight_on(envelopes):
                await self._apply(envelopes, self._together)
        except (Gap, *MISSING, *CLASHES):
            raise
        except Exception as failure:  # noqa: BLE001 - whatever a reaction raises
            log.warning("batch failed; trying its events one by one", consumer=self.name, error=in_words(failure))
            await self._apply(envelopes, self._one_by_one)

    async def _apply(self, envelopes: Sequence[Envelope], handle: Handle) -> None:
        async with self._database.writing() as session:
            rows = await session.all(POSITIONS, sorted({envelope.lane for envelope in envelopes}))
            fresh = _fresh(envelopes, {row.lane: row.sequence for row in rows})
            blocked = await _blocked(session, rows)
            fates = await handle(session, fresh, blocked) if fresh else []
            reached = {envelope.lane: envelope.sequence for envelope in fresh[: len(fates)]}
            await session.run(ADVANCE, list(reached), list(reached.values()), session.clock.now())
        self._note(fresh[: len(fates)], fates)

    async def _together(self, session: WriteSession, fresh: list[Envelope], blocked: Blocked) -> list[bool]:
        """All at once, but for those that wait behind a dead one."""
        for envelope in fresh:
            if (envelope.lane, envelope.subject) in blocked:
                await set_aside(session, envelope, WAITING)
        free = [envelope for envelope in fresh if (envelope.lane, envelope.subject) not in blocked]
        if free:
            await self._react(session, free)
        return [False] * len(fresh)

    async def _one_by_one(self, session: WriteSession, fresh: list[Envelope], blocked: Blocked) -> list[bool]:
        """Each in a savepoint; says of each whether it died, and no more once too many have."""
        fates: list[bool] = []
        for envelope in fresh:
            subject = (envelope.lane, envelope.subject)
            error = WAITING if subject in blocked else await self._try(session, envelope)
            if error:
                blocked.add(subject)
                await set_aside(session, envelope, error)
            fates.append(error not in ("", WAITING))
            if sum([*self._fates, *fates][-OF_LAST:]) > MOST_DEAD:
                self.stopped_because = f"more than {MOST_DEAD} of the last {OF_LAST} events could not be handled"
                break
        return fates

    async def _try(self, session: WriteSession, envelope: Envelope) -> str:
        """Up to three tries; answers why it failed, or nothing."""
        error = ""
        for pause in (0.0, *PAUSES):
            await asyncio.sleep(pause)
            try:
                async with session.savepoint():
                    await self._react(session, [envelope])
                return ""
            except (*MISSING, *CLASHES):
                raise
            except Exception as failure:  # noqa: BLE001 - whatever a reaction raises
                error = in_words(failure)
        return error

    def _note(self, handled: Sequence[Envelope], fates: Sequence[bool]) -> None:
        self._fates.extend(fates)
        self._meters.batch(len(handled))
        now = self._database.clock.now()
        for lane, envelope in {envelope.lane: envelope for envelope in handled}.items():
            self._meters.lag(lane, (now - envelope.recorded_at).total_seconds())
        for envelope, died in zip(handled, fates, strict=True):
            if died:
                log.error("event set aside", event_type=envelope.type, lane=envelope.lane, sequence=envelope.sequence)


async def _blocked(session: WriteSession, rows: Sequence[Row]) -> Blocked:
    """Whose events wait. While we waited for the lock, whoever held it may have set some aside or handled them:
    what its statement saw of the dead before it had the lock is then old, and is asked for again."""
    if not any(row.waiting or (row.seen or 0) != row.sequence for row in rows):
        return set()
    return {(row.lane, row.subject) for row in await session.all(BLOCKED, [row.lane for row in rows])}


def _fresh(envelopes: Sequence[Envelope], reached: dict[str, int]) -> list[Envelope]:
    """Those not handled yet, in order. Raises Gap where some are missing before one."""
    fresh = []
    for envelope in envelopes:
        position = reached[envelope.lane]
        if envelope.sequence > position + 1:
            raise Gap(envelope.lane, position, envelope.sequence)
        if envelope.sequence == position + 1:
            reached[envelope.lane] = envelope.sequence
            fresh.append(envelope)
    return fresh
