"""A write that is one statement: row, audit and outbox in a single round trip, which is a transaction by itself.

For the few commands that come in their hundreds a second. It asks without locks, and the statement changes the row only
if it still is the version that was seen; otherwise the whole is done again upon the newer one.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from shared.errors import Stale
from shared.store.session import WriteSession, columns_of

TRIES = 20


@cache
def _statement(sql: str, arguments: int) -> str:
    place = [f"${number}" for number in range(arguments + 1, arguments + 13)]
    audit = ", ".join(f"{at}::{type_}[]" for at, type_ in zip(place, ("timestamptz", *["text"] * 4), strict=False))
    types = ("uuid", *["text"] * 4, "timestamptz", "text")
    events = ", ".join(f"{at}::{type_}[]" for at, type_ in zip(place[5:], types, strict=True))
    return f"""WITH changed AS ({sql} RETURNING 1), noted AS (
    INSERT INTO spine.audit (at, person, action, subject, trace)
    SELECT a.* FROM unnest({audit}) AS a WHERE EXISTS (SELECT FROM changed)), told AS (
    INSERT INTO spine.outbox (id, lane, type, subject, authority, recorded_at, body)
    SELECT id, lane, type, subject, authority, recorded_at, body
    FROM unnest({events}) WITH ORDINALITY AS o (id, lane, type, subject, authority, recorded_at, body, n)
    WHERE EXISTS (SELECT FROM changed) ORDER BY n)
SELECT count(*) FROM changed"""


class SingleWrite(WriteSession):
    """Questions first, each by itself; then one change, named by `change`, with all that was published and audited."""

    _change: tuple[str, Sequence[Any]] = ("", ())

    def change(self, sql: str, *arguments: Any) -> None:
        """The one statement: an UPDATE, without RETURNING, that finds nothing where the row is another version."""
        self._change = (sql, arguments)

    async def flush(self) -> bool:
        """Change, note and tell. Raises Stale where the row was not as it was seen."""
        sql, arguments = self._change
        events = ((e.id, e.lane, e.type, e.subject, e.authority, e.time, e.body) for e in self._events)
        changed = await self.value(
            _statement(sql, len(arguments)), *arguments, *columns_of(self._audit, 5), *columns_of(events, 7)
        )
        if not changed:
            raise Stale("Somebody else is changing this just now. Try again.", field="version")
        return bool(self._events)
