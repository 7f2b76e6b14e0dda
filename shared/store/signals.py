"""Word passed inside a process that a row has changed, for those who wait for its outcome."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import TypeVar
from uuid import UUID

LOOK_AGAIN_SECONDS = 0.2
"""Another process may have changed the row; that word does not reach us, so we look."""

Answer = TypeVar("Answer")


class Signals:
    """Who waits for which subject."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def tell(self, subject: UUID | str) -> None:
        """Whoever waits for this subject looks again."""
        for event in self._waiting.get(str(subject), ()):
            event.set()

    async def until(
        self, subject: UUID | str, look: Callable[[], Awaitable[Answer | None]], seconds: float
    ) -> Answer | None:
        """What `look` finds once it finds something, or None when the time is up."""
        event = asyncio.Event()
        self._waiting[str(subject)].add(event)
        try:
            ends = monotonic() + seconds
            while (found := await look()) is None and (left := ends - monotonic()) > 0:
                # Not wait_for: on Python 3.11 it swallows a cancellation that meets the word.
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, LOOK_AGAIN_SECONDS)):
                        await event.wait()
                event.clear()
            return found
        finally:
            self._waiting[str(subject)].discard(event)
            if not self._waiting[str(subject)]:
                del self._waiting[str(subject)]
