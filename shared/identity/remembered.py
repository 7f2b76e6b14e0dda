"""Answers kept for a while, so that a token or cookie is verified once and not at every request."""

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Remembered(Generic[Kept]):
    """Bounded and timed: the oldest goes when it is full, and nothing is given out past its time.

    Keys are digests, so that a copy of this memory holds no usable token.
    """

    def __init__(self, now: Callable[[], float], most: int = 10_000) -> None:
        self._now, self._most = now, most
        self._kept: dict[bytes, tuple[float, Kept]] = {}

    def get(self, text: str) -> Kept | None:
        found = self._kept.get(_digest(text))
        return found[1] if found is not None and found[0] > self._now() else None

    def put(self, text: str, kept: Kept, until: float) -> None:
        """Keep an answer until a moment, in the seconds that `now` counts."""
        if len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)))
        self._kept[_digest(text)] = (until, kept)

    def __len__(self) -> int:
        return len(self._kept)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
