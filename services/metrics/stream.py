"""The stream of figures: recomputed where facts or the day moved, serialised once, shared by all who watch."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from pydantic_core import to_json

from services.metrics.columns import SHAPES
from services.metrics.measures import MEASURES, Cell, Figure, compute
from services.metrics.memory import Memory
from shared.clock import Clock

HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 15 * 60
"""A stream ends after this long; the browser resumes it, and whether it may is asked again."""
MOST_BEHIND = 64
"""A watcher so many messages behind is dropped; it resumes with the figures as they then are."""
HEARTBEAT = b": still here\n\n"

Tile = dict[str, Any]
Resting = tuple[Tile, frozenset[str]]
"""A tile, and the fact tables that were looked at for it: what may move it."""


@dataclass(slots=True, eq=False)
class Link:
    """One message in the chain that every watcher of an authority walks at its own pace; nothing is kept for any."""

    number: int
    payload: bytes
    following: "Link | None" = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


class Channel:
    """One authority's tiles as last sent with the fact tables they rest on, and the end of its chain."""

    def __init__(self, figures: list[Resting]) -> None:
        self.watchers = 0
        self.tiles = {tile["measure"]: tile for tile, _ in figures}
        self._rest_on = {tile["measure"]: kinds for tile, kinds in figures}
        self.last = Link(0, b"")

    def resting_on(self, kinds: Collection[str]) -> list[str]:
        """The measures that a change of these fact tables can move."""
        return [measure for measure, rests_on in self._rest_on.items() if not rests_on.isdisjoint(kinds)]

    def send(self, payload: bytes) -> None:
        """Wake every watcher with this."""
        link = Link(self.last.number + 1, payload)
        self.last.following = link
        self.last.arrived.set()
        self.last = link

    def move(self, figures: list[Resting]) -> None:
        """Send the tiles that say something else than before."""
        changed = [tile for tile, _ in figures if _said(tile) != _said(self.tiles[tile["measure"]])]
        for tile, kinds in figures:
            self.tiles[tile["measure"]], self._rest_on[tile["measure"]] = tile, kinds
        if changed:
            self.send(message(changed))


class Board:
    """Every authority somebody watches."""

    def __init__(self, memory: Memory, clock: Clock, slow_poll: float) -> None:
        self._memory, self._clock, self._slow_poll = memory, clock, slow_poll
        self._channels: dict[str, Channel] = {}
        self._stale: dict[str, set[str]] = {}
        self._wake = asyncio.Event()
        self._day = clock.today()
        self._changed_at: dict[str, int] = {}
        self._all_changed_at = 0
        memory.moved = self._moved

    def watched(self) -> set[str]:
        """The authorities whose figures somebody watches."""
        return set(self._channels)

    def tiles(self, authority: str) -> list[Tile]:
        """Every measure's figure now."""
        return [tile for tile, _ in self._figures(authority, MEASURES)]

    def _figures(self, authority: str, measures: Iterable[str]) -> list[Resting]:
        columns, today = self._memory.columns, self._clock.today()
        columns.asked_for()
        return [(self._tile(compute(columns, measure, authority, today)), columns.asked_for()) for measure in measures]

    def _tile(self, figure: Figure) -> Tile:
        return {
            "measure": figure.measure,
            "authority": figure.authority,
            "value": plain(figure.measure, figure),
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "unit": MEASURES[figure.measure].unit,
            "as_at": figure.as_at,
            "coverage_start": figure.coverage_start,
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

    def _as_now(self, authority: str, channel: Channel) -> list[Tile]:
        """The tiles as last sent; where no change to them waits, they stand on all facts there are."""
        reach = {} if authority in self._stale else self._reach()
        return [{**tile, **reach} for tile in channel.tiles.values()]

    def _moved(self, touched: Mapping[str, Collection[str]] | None) -> None:
        """The facts changed; figures follow in `keep_moving`, all changes until then at once."""
        if touched is None:
            self._all_changed_at = self._memory.change_id
            touched = dict.fromkeys(self._channels, SHAPES)
        for authority, kinds in touched.items():
            self._changed_at[authority] = self._memory.change_id
            if authority in self._channels:
                self._stale.setdefault(authority, set()).update(kinds)
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
        for authority, kinds in stale.items():
            if (channel := self._channels.get(authority)) is not None:
                channel.move(self._figures(authority, channel.resting_on(kinds)))
                await asyncio.sleep(0)

    async def watch(self, authority: str, last_seen: int | None) -> AsyncGenerator[bytes]:
        """What one watcher is sent: the figures now, unless it has seen them, and then what changes."""
        channel = self._channels.get(authority)
        if channel is None:
            channel = self._channels[authority] = Channel(self._figures(authority, MEASURES))
        channel.watchers += 1
        link, began = channel.last, monotonic()
        try:
            yield b"retry: 1000\n\n"
            if not self._seen(authority, last_seen):
                yield message(self._as_now(authority, channel))
            while monotonic() < began + STREAM_SECONDS and channel.last.number - link.number < MOST_BEHIND:
                await link.arrived.wait()
                assert link.following is not None
                link = link.following
                yield link.payload
        finally:
            channel.watchers -= 1
            if not channel.watchers and self._channels.get(authority) is channel:
                del self._channels[authority]

    def _seen(self, authority: str, last_seen: int | None) -> bool:
        """Whether nothing has changed since; a new day or a rebuild changed everything."""
        if last_seen is None or last_seen <= self._all_changed_at:
            return False
        return last_seen >= self._changed_at.get(authority, 0)


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
    return tile["value"], tile["numerator"], tile["denominator"], tile["as_at"], tile["coverage_start"]
