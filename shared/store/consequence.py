"""What follows from events as one statement, which takes the new position with it and is then a transaction by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from shared.store.session import Row, WriteSession

# Where the position moved meanwhile, or an event of the lane waits to be handled again, it finds nothing. Whoever sets
# events aside moves the position as well, so that what this statement saw before it had the row's lock does no harm.
PASSED = """passed AS (UPDATE spine.inbox AS i SET sequence = {last}, handled_at = {at}
    WHERE i.lane = {lane} AND i.sequence = {before}
      AND NOT EXISTS (SELECT FROM spine.dead AS d WHERE d.lane = {lane} AND d.handled_at IS NULL) RETURNING 1)"""
# Where nothing follows it need not wait for the disk: lost in a crash, the events only come again by the feed.
MOVED_ON = """unhurried AS (SELECT set_config('synchronous_commit', 'off', true)),
passed AS (UPDATE spine.inbox AS i SET sequence = {last}, handled_at = {at} FROM unhurried
    WHERE i.lane = {lane} AND i.sequence = {before} RETURNING 1)"""


@dataclass(frozen=True, slots=True)
class Consequence:
    """Common table expressions that do nothing where `passed` has no row, and the row they answer then."""

    parts: str = ""
    answer: str = "SELECT true AS done FROM passed"
    arguments: Sequence[Any] = ()
    committed: Callable[[Row], None] = lambda _: None
    """Given the row, once it is committed."""

    async def within(self, session: WriteSession) -> None:
        """As part of a transaction in which somebody else sees to the position."""
        if self.parts:
            row = await session.one(f"WITH passed AS (SELECT 1), {self.parts} {self.answer}", *self.arguments)
            assert row is not None
            session.on_commit(lambda: self.committed(row))

    def passing(self, lane: str, before: int, last: int, at: datetime) -> tuple[str, Sequence[Any]]:
        """The statement, with its arguments, that also moves a lane's position; it answers nothing if it could not."""
        sql = _passing(self.parts, self.answer, len(self.arguments))
        return sql, (*self.arguments, lane, before, last, at)


@cache
def _passing(parts: str, answer: str, arguments: int) -> str:
    lane, before, last, at = (f"${arguments + number}" for number in range(1, 5))
    passed = (PASSED if parts else MOVED_ON).format(lane=lane, before=before, last=last, at=at)
    return f"WITH {', '.join(part for part in (passed, parts) if part)} {answer}"


NOTHING = Consequence()
"""Of events that nobody here acts upon."""
