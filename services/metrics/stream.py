"""The stream of figures: recomputed where facts or the day moved, serialised once, shared by all who watch."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from pydantic_core import to_json

from services.metrics.columns import SHAPES
from services.metrics.measures import MEASURES, Cell, Figure, Figures
from services.metrics.memory import Memory
from shared.clock import Clock

HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 15 * 60
"""A stream ends after this long; the browser resumes it, and whether it may is asked again."""
MOST_BEHIND = 64
"""A watcher so many messages behind is dropped; it resumes with the figures as they then are."""
GREETING_SECONDS = 0.1
HEARTBEAT = b": still here\n\n"

Tile = dict[str, Any]
TILES = tuple(measure.id for measure in MEASURES.values() if measure.tile)
"""The measures of which the stream tells."""
Whose = tuple[str, ...]
"""The authorities of a figure: one, or those of a region together."""


@dataclass(slots=True, eq=False)
class Link:
    """One message in the chain that every watcher of an authority walks at its own pace; nothing is kept for any."""

    number: int
    payload: bytes
    following: "Link | None" = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


class Channel:
    """Some authorities' tiles as last sent, and the end of their chain."""

    def __init__(self, tiles: list[Tile]) -> None:
        self.watchers = 0
        self.tiles = {tile["measure"]: tile for tile in tiles}
        self.last = Link(0, b"")
        self.greeting: tuple[float, bytes] = 0.0, b""
        """All tiles as one payload, and until when it may greet those who come."""

    def send(self, payload: bytes) -> None:
        """Wake every watcher with this."""
        link = Link(self.last.number + 1, payload)
        self.last.following = link
        self.last.arrived.set()
        self.last = link

    def move(self, tiles: list[Tile]) -> None:
        """Send the tiles that say something else than before."""
        changed = [tile for tile in tiles if _said(tile) != _said(self.tiles[tile["measure"]])]
        self.tiles |= {tile["measure"]: tile for tile in tiles}
        self.greeting = 0.0, b""
        if changed:
            self.send(message(changed))


class Board:
    """Everybody's figures that somebody watches."""

    def __init__(self, memory: Memory, clock: Clock, slow_poll: float) -> None:
        self._memory, self._clock, self._slow_poll = memory, clock, slow_poll
        self._channels: dict[Whose, Channel] = {}
        self._stale: dict[Whose, set[str]] = {}
        self._wake = asyncio.Event()
        self._day = clock.today()
        self._changed_at: dict[str, int] = {}
        self._all_changed_at = 0
        memory.moved = self._moved

    def watched(self) -> set[Whose]:
        """Those whose figures somebody watches."""
        return set(self._channels)

    def tiles(self, *whose: str, among: Collection[str] = TILES) -> list[Tile]:
        """Every measure's figure now, or those of some."""
        return [self._tile(figure) for figure in self.figures(*whose, among=among)]

    def figures(self, *whose: str, among: Collection[str] = TILES) -> list[Figure]:
        """The same before they are told."""
        return list(Figures(self._memory.columns, whose).all(self._clock.today(), among))

    def _tile(self, figure: Figure) -> Tile:
        return {
            "measure": figure.measure,
            "authority": figure.authority,
            "value": plain(figure.measure, figure),
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "unit": figure.unit,
            "as_at": figure.as_at,
            "coverage_start": figure.coverage_start,
            "incomplete": figure.incomplete,
            "note": figure.note,
            **self._reach(),
        }

    def _reach(self) -> Tile:
        """How far the facts reach that every figure now stands on."""
        newest = self._memory.newest
        return {
            "change_id": self._memory.change_id,
            "reached": dict(self._memory.reached),
            "age": None if newest is None else round((self._clock.now() - newest).total_seconds(), 3),
        }

    def _greeting(self, whose: Whose, channel: Channel) -> bytes:
        """The tiles as last sent; where no change to them waits, they stand on all facts there are.

        Shared by those who come at once: after a restart thousands do.
        """
        until, payload = channel.greeting
        if monotonic() > until:
            reach = {} if whose in self._stale else self._reach()
            payload = message([{**tile, **reach} for tile in channel.tiles.values()])
            channel.greeting = monotonic() + GREETING_SECONDS, payload
        return payload

    def _moved(self, touched: Mapping[str, Collection[str]] | None) -> None:
        """The facts changed; figures follow in `keep_moving`, all changes until then at once."""
        if touched is None:
            self._all_changed_at = self._memory.change_id
            self._stale = {whose: set(SHAPES) for whose in self._channels}
        else:
            self._changed_at |= dict.fromkeys(touched, self._memory.change_id)
            for whose in self._channels:
                if kinds := set[str]().union(*(touched.get(authority, ()) for authority in whose)):
                    self._stale.setdefault(whose, set()).update(kinds)
        self._wake.set()

    async def keep_moving(self) -> None:
        """Recompute what is stale, all of it when a day ends in England, and keep connections alive; until cancelled.

        It rests as long as it worked, so that figures never take more than half of a busy process.
        """
        beaten, rested = monotonic(), 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._slow_poll):
                    await self._wake.wait()
            if (early := rested - monotonic()) > 0:
                await asyncio.sleep(early)
            self._wake.clear()
            if self._clock.today() != self._day:
                self._day = self._clock.today()
                self._moved(None)
                self._wake.clear()
            began = monotonic()
            await self._move_stale()
            rested = 2 * monotonic() - began
            if monotonic() > beaten + HEARTBEAT_SECONDS:
                beaten = monotonic()
                for channel in self._channels.values():
                    channel.send(HEARTBEAT)

    async def _move_stale(self) -> None:
        stale, self._stale = self._stale, {}
        for whose, kinds in stale.items():
            if (channel := self._channels.get(whose)) is not None:
                moved = [measure for measure in TILES if not kinds.isdisjoint(MEASURES[measure].rests_on)]
                channel.move(self.tiles(*whose, among=moved))
                await asyncio.sleep(0)

    async def watch(self, whose: str | Whose, last_seen: int | None) -> AsyncGenerator[bytes]:
        """What one watcher is sent: the figures now, unless it has seen them, and then what changes."""
        whose = (whose,) if isinstance(whose, str) else whose
        channel = self._channels.get(whose)
        if channel is None:
            channel = self._channels[whose] = Channel(self.tiles(*whose))
        channel.watchers += 1
        link, began = channel.last, monotonic()
        try:
            yield b"retry: 1000\n\n"
            if not self._seen(whose, last_seen):
                yield self._greeting(whose, channel)
            while monotonic() < began + STREAM_SECONDS and channel.last.number - link.number < MOST_BEHIND:
                await link.arrived.wait()
                assert link.following is not None
                link = link.following
                yield link.payload
        finally:
            channel.watchers -= 1
            if not channel.watchers and self._channels.get(whose) is channel:
                del self._channels[whose]

    def _seen(self, whose: Whose, last_seen: int | None) -> bool:
        """Whether nothing has changed since; a new day or a rebuild changed everything."""
        if last_seen is None or last_seen <= self._all_changed_at:
            return False
        return all(last_seen >= self._changed_at.get(authority, 0) for authority in whose)


def plain(measure: str, cell: Cell) -> float | int | None:
    """A value as a JSON number."""
    if cell.value is None:
        return None
    return float(cell.value) if MEASURES[measure].decimals else int(cell.value)


def message(tiles: list[Tile]) -> bytes:
    """Tiles as one server-sent event whose id any replica understands."""
    newest = max(tile["change_id"] for tile in tiles)
    return b"id: %d\nevent: figures\ndata: %s\n\n" % (newest, to_json(tiles))


def _said(tile: Tile) -> tuple[Any, ...]:
    said = ("value", "numerator", "denominator", "as_at", "coverage_start", "incomplete")
    return tuple(tile[name] for name in said)
