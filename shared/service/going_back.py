"""When a publisher's log went back: what was heard and is not so any more is named, undone and read again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from pydantic_core import to_json

from shared.contracts import Envelope
from shared.service.feed import MOST, Feeds
from shared.service.service import Service
from shared.store.copies import Copy
from shared.store.database import CLASHES, MISSING, Database
from shared.store.dead import React, in_words, set_aside
from shared.store.epochs import Epoch, Hole
from shared.store.session import WriteSession

Subjects = dict[str, int]
"""Subject -> the newest version that is still told of it."""

BEGUN = "INSERT INTO spine.inbox (lane, sequence) SELECT lane, 0 FROM unnest($1::text[]) AS l (lane) ORDER BY lane ON CONFLICT DO NOTHING"
HERE = "SELECT lane, sequence FROM spine.inbox WHERE lane = ANY($1) ORDER BY lane FOR UPDATE"
GO_ON = """UPDATE spine.inbox AS i SET sequence = n.sequence
    FROM unnest($1::text[], $2::bigint[]) AS n (lane, sequence) WHERE i.lane = n.lane"""
FORGET_DEAD = "DELETE FROM spine.dead WHERE lane = $1 AND sequence > $2"
WAITS = "SELECT lane, sequence FROM spine.dead WHERE handled_at IS NULL AND lane = ANY($1)"
NAME = """INSERT INTO spine.restorations (source, epoch, noticed_at, settled_at, lost, told_anew, untold)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb)"""

log = structlog.get_logger()


@dataclass
class Mended:
    """Subjects by table: those told again as the restored log tells them, and those it does not know at all."""

    told_anew: dict[str, list[str]] = field(default_factory=dict)
    untold: dict[str, list[str]] = field(default_factory=dict)


class GoingBack:
    """One service's answer to holes in others' feeds."""

    def __init__(self, database: Database, feeds: Feeds, service: Service, react: React) -> None:
        self._database, self._feeds, self._service, self._react = database, feeds, service, react

    async def step_over(self, lane: str, after: int) -> bool:
        """Go on behind a hole, with everything of its service that was heard in it, in one transaction.

        Answers whether the lane now stands further than it did. Raises ConnectionError where the feed is away.
        """
        source = lane.partition(".")[0]
        for epoch in await self._feeds.epochs(source):
            lanes = sorted(self._mine(epoch))
            async with self._database.writing() as session:
                await session.run(BEGUN, lanes)
                here = {row.lane: row.sequence for row in await session.all(HERE, lanes)}
                await self._step(session, source, epoch, here)
        async with self._database.reading() as session:
            now = await session.value("SELECT sequence FROM spine.inbox WHERE lane = $1", lane)
        return bool(now is not None and now > after)

    def _mine(self, epoch: Epoch) -> dict[str, Hole]:
        """The holes in lanes that this service hears."""
        return {lane: hole for lane, hole in epoch.lanes.items() if lane.rpartition(".")[0] in self._service.hears}

    async def _step(self, session: WriteSession, source: str, epoch: Epoch, here: Mapping[str, int]) -> None:
        mine = self._mine(epoch)
        inside = {lane: hole for lane, hole in mine.items() if hole.after <= here[lane] < hole.through}
        lost = {lane: [hole.after + 1, here[lane]] for lane, hole in inside.items() if here[lane] > hole.after}
        if lost:
            mended = await self._mend(session, self._service.copies_of(source), mine)
            settled = None if self._service.project else session.clock.now()
            told = [to_json(part).decode() for part in (lost, mended.told_anew, mended.untold)]
            await session.run(NAME, source, epoch.epoch, session.clock.now(), settled, *told)
            for lane, (first, last) in lost.items():
                log.warning("heard events are no longer in the feed", lane=lane, first=first, last=last)
        for lane, hole in inside.items():
            await session.run(FORGET_DEAD, lane, hole.after)
        await session.run(GO_ON, list(inside), [hole.through for hole in inside.values()])

    async def _mend(self, session: WriteSession, copies: Sequence[Copy], lanes: Mapping[str, Hole]) -> Mended:
        """Copies that say more than is told now are taken back, and what is told of their subjects heard again."""
        told = await self._still_told(copies, lanes)
        mended = Mended()
        for copy in copies:
            await _take_back(session, copy, told[copy.table], mended)
        again = {copy.table: set(mended.told_anew.get(copy.table, ())) for copy in copies}
        waits = {(row.lane, row.sequence) for row in await session.all(WAITS, list(lanes))}
        async for page in self._pages(lanes):
            concerned = [
                envelope
                for envelope in page
                if (envelope.lane, envelope.sequence) not in waits
                and any(subject in again[copy.table] for copy, subject, _ in _kept_in(copies, envelope))
            ]
            if concerned:
                await self._hear_again(session, concerned)
        return mended

    async def _still_told(self, copies: Sequence[Copy], lanes: Mapping[str, Hole]) -> dict[str, Subjects]:
        told: dict[str, Subjects] = {copy.table: {} for copy in copies}
        async for page in self._pages(lanes):
            for envelope in page:
                for copy, subject, version in _kept_in(copies, envelope):
                    told[copy.table][subject] = max(version, told[copy.table].get(subject, 0))
        return told

    async def _pages(self, lanes: Mapping[str, Hole]) -> AsyncIterator[list[Envelope]]:
        """All that the log held when its epoch began."""
        for lane, hole in lanes.items():
            after = 0
            while after < hole.after:
                page, after, _ = await self._feeds.page(lane, after, MOST)
                yield [envelope for envelope in page if envelope.sequence <= hole.after]

    async def _hear_again(self, session: WriteSession, envelopes: list[Envelope]) -> None:
        """Together, or one by one where that fails; what fails by itself is set aside, as at any other time."""
        try:
            async with session.savepoint():
                await self._react(session, envelopes)
        except (*MISSING, *CLASHES):
            raise
        except Exception as failure:  # noqa: BLE001 - whatever a reaction raises
            if len(envelopes) == 1:
                return await set_aside(session, envelopes[0], in_words(failure))
            for envelope in envelopes:
                await self._hear_again(session, [envelope])


def _kept_in(copies: Sequence[Copy], envelope: Envelope) -> list[tuple[Copy, str, int]]:
    """The copies an event moves, with whose and to which version."""
    if envelope.expunged:
        return []
    told, type_ = envelope.raw["data"], envelope.read_as
    moved = [copy for copy in copies if any(event.event_type == type_ for event in copy.events)]
    return [(copy, str(told[copy.subject]), int(told["version"])) for copy in moved]


async def _take_back(session: WriteSession, copy: Copy, told: Subjects, mended: Mended) -> None:
    """Rows beyond what is told: below every version where something is, gone where nothing is."""
    rows = await session.all(
        f"SELECT {copy.subject}::text AS subject, max(version) AS version FROM {copy.table} GROUP BY 1"
    )
    beyond = {row.subject for row in rows if row.version > told.get(row.subject, -1)}
    untold, anew = sorted(beyond - told.keys()), sorted(beyond & told.keys())
    if anew:
        mended.told_anew[copy.table] = anew
        await session.run(f"UPDATE {copy.table} SET version = -1 WHERE {copy.subject}::text = ANY($1)", anew)
    if untold:
        mended.untold[copy.table] = untold
        await session.run(f"DELETE FROM {copy.table} WHERE {copy.subject}::text = ANY($1)", untold)
