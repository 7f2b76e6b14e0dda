"""What one running metrics service holds in memory, and its endless tasks."""

from typing import Any
from weakref import WeakKeyDictionary

from services.metrics.memory import Memory
from services.metrics.rebuild import Rebuilding
from services.metrics.stream import Board
from shared.service.running import Running


class Live:
    """The columns, the board of figures, and the rebuild, if one was asked for."""

    def __init__(self, running: Running) -> None:
        poll = running.settings.slow_poll_seconds
        self.memory = Memory(running.database, poll)
        self.board = Board(self.memory, running.clock, poll)
        self.rebuilding = Rebuilding(running.database, running.feeds, self.memory)


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
