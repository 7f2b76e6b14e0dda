"""What one running placements service does all the time: check the children that were touched, and wake who watches."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from time import monotonic
from weakref import WeakKeyDictionary

import structlog

from services.placements.actions.checking import check_some, touch_the_stale, years_watched
from services.placements.forms.checks import ReadinessShown, readiness_shown
from services.placements.queries.checks import last_change, readiness_of
from shared.geography.kept import the_map
from shared.service.running import Running
from shared.store.database import CLASHES, MISSING

SETTLE_SECONDS = 0.25
"""What is touched one after another is checked together."""
REST = 3
"""Rests so many times as long as it worked: checking never takes more than a quarter of a busy process."""
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 15 * 60
"""A stream ends after this long; the browser resumes it, and whether it may is asked again."""
HEARTBEAT = b": still here\n\n"

log = structlog.get_logger()


class Checker:
    """One for each process; the one that has the lock checks, the others look again later."""

    def __init__(self, running: Running) -> None:
        self._running, self._database, self._clock = running, running.database, running.clock
        self._poll = running.settings.slow_poll_seconds
        self._wake = asyncio.Event()
        self._moved: dict[str, asyncio.Event] = {}
        self._listening = False

    async def run(self) -> None:
        """Check whatever is touched, and everybody when a day ends in England; until cancelled."""
        geography = await the_map(self._running.settings.map_folder)
        self._listen()
        day = None
        while True:
            with suppress(*MISSING, *CLASHES):
                if day != self._clock.today():
                    async with self._database.writing() as session:
                        await touch_the_stale(session)
                    day = self._clock.today()
                began = monotonic()
                while (moved := await check_some(self._database, geography)) is not None:
                    self._tell(moved)
                    await asyncio.sleep(REST * (monotonic() - began))
                    began = monotonic()
            await self._until_woken()

    def _listen(self) -> None:
        """Whatever commits in this process and is told of may have touched a child; for the rest there is the poll."""
        if self._listening:
            return
        self._listening, filled = True, self._database.outbox_filled

        def woken() -> None:
            filled()
            self._wake.set()

        self._database.outbox_filled = woken

    async def _until_woken(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self._wake.wait()
        if self._wake.is_set():
            await asyncio.sleep(SETTLE_SECONDS)
        self._wake.clear()

    def _tell(self, authorities: set[str]) -> None:
        for authority in authorities:
            if authority in self._moved:
                self._moved.pop(authority).set()

    async def watch(self, authority: str, seen: int | None) -> AsyncGenerator[bytes]:
        """The readiness of an authority's returns now, unless it was seen, and whenever it moves, also by another process."""
        began = beaten = monotonic()
        yield b"retry: 1000\n\n"
        while monotonic() < began + STREAM_SECONDS:
            moved = self._moved.setdefault(authority, asyncio.Event())
            async with self._database.reading() as session:
                change = await last_change(session, authority)
                if seen is None or change > seen:
                    years = years_watched(self._clock.today())
                    shown = [readiness_shown(authority, y, await readiness_of(session, authority, y)) for y in years]
                    seen = change
                    yield _message(change, shown)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await moved.wait()
            if monotonic() > beaten + HEARTBEAT_SECONDS:
                beaten = monotonic()
                yield HEARTBEAT


def _message(change: int, shown: list[ReadinessShown]) -> bytes:
    told = ",".join(one.model_dump_json() for one in shown)
    return f"id: {change}\nevent: readiness\ndata: [{told}]\n\n".encode()


_CHECKERS: WeakKeyDictionary[Running, Checker] = WeakKeyDictionary()


def checker_of(running: Running) -> Checker:
    """The one `Checker` of a running service."""
    if running not in _CHECKERS:
        _CHECKERS[running] = Checker(running)
    return _CHECKERS[running]


async def check_the_returns(running: Running) -> None:
    """Keep the work list as the facts are."""
    await checker_of(running).run()
