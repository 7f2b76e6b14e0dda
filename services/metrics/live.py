"""What one running metrics service holds in memory, and its endless tasks."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from opentelemetry.metrics import CallbackOptions, Observation

from services.metrics.columns import Columns
from services.metrics.measures import Figure
from services.metrics.memory import Memory
from services.metrics.rebuild import Rebuilding
from services.metrics.stream import Board, plain
from shared.errors import Refused
from shared.service.running import Running

TELL_SECONDS = 15.0
FEWEST = 5
"""A figure of fewer children, places or offers is nobody's who only keeps the installation running."""


class Live:
    """The columns, the board of figures, and the rebuild, if one was asked for."""

    def __init__(self, running: Running) -> None:
        poll = running.settings.slow_poll_seconds
        self.memory = Memory(running.database, poll)
        self.board = Board(self.memory, running.clock, poll)
        self.rebuilding = Rebuilding(running.database, running.feeds, self.memory)
        self.told: list[Observation] = []
        """The figures as last told to whoever reads the meters."""
        if running.settings.figures_in_telemetry:
            title = "Each authority's figures of today, whole"
            running.meters.meter.create_observable_gauge("figure.value", [self._told], description=title)

    def _told(self, _: CallbackOptions) -> list[Observation]:
        return self.told

    async def tell(self) -> None:
        """Let whoever reads the meters next have the figures as they are."""
        told: list[Observation] = []
        for authority in _authorities(self.memory.columns):
            told += _observed(authority, self.board.figures(authority))
            await asyncio.sleep(0)
        self.told = told


_LIVE: WeakKeyDictionary[Running, Live] = WeakKeyDictionary()


def live_of(running: Any) -> Live:
    """The one `Live` of a running service."""
    if running not in _LIVE:
        _LIVE[running] = Live(running)
    return _LIVE[running]


async def follow_the_facts(running: Running) -> None:
    """Keep the columns as the tables are."""
    await live_of(running).memory.follow()


async def move_the_figures(running: Running) -> None:
    """Keep the streams as the columns and the day are."""
    await live_of(running).board.keep_moving()


async def rebuild_when_asked(running: Running) -> None:
    """Do the rebuilds that were asked for, one after another."""
    await live_of(running).rebuilding.run()


async def tell_the_figures(running: Running) -> None:
    """Where the installation's operators asked for it, keep the figures among the meters; between authorities we rest."""
    while running.settings.figures_in_telemetry:
        with suppress(Refused):  # the facts are still being loaded
            await live_of(running).tell()
        await asyncio.sleep(TELL_SECONDS)


def _authorities(columns: Columns) -> list[str]:
    """Those with children of their own: looked after, or asked a home for."""
    kinds = [columns[kind] for kind in ("care_periods", "referrals")]
    codes = {code for facts in kinds for code in np.unique(facts["authority"][: facts.size]).tolist()}
    return sorted(columns.words.meaning(code) for code in codes if code)


def _observed(authority: str, figures: list[Figure]) -> Iterator[Observation]:
    for figure in figures:
        value = plain(figure.measure, figure)
        few = any(number is not None and 0 < number < FEWEST for number in (figure.numerator, figure.denominator))
        if value is not None and not few:
            yield Observation(value, {"measure": figure.measure, "authority": authority})
