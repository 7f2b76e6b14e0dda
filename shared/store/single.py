"""A write that is one statement: row, audit and outbox in a single round trip, which is a transaction by itself.

For the few commands that come in their hundreds a second. It asks without locks, and the statement changes the row only
if it still is the version that was seen; otherwise the whole is done again upon the newer one.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, count
from typing import Any

from shared.errors import Stale
from shared.store.session import WriteSession

TRIES = 20


AUDIT = ("at", "person", "action", "subject", "trace")
OUTBOX = ("id", "lane", "type", "subject", "authority", "recorded_at", "body")
TYPES = {"at": "timestamptz", "recorded_at": "timestamptz", "id": "uuid"}


@cache
def _statement(sql: str, arguments: int, audited: int, told: int) -> str:
    """Values one by one: as arrays, the few that there are cost both sides more than the rest of the statement."""
    numbers = count(arguments + 1)
    parts = [f"changed AS ({sql} RETURNING 1)"]
    parts += [_insert("noted", "spine.audit", AUDIT, audited, numbers)] if audited else []
    parts += [_insert("told", "spine.outbox", OUTBOX, told, numbers)] if told else []
    return f"WITH {', '.join(parts)} SELECT count(*) FROM changed"


def _insert(name: str, table: str, columns: Sequence[str], rows: int, numbers: Iterator[int]) -> str:
    """A part that adds rows if the change was made; positions follow their order."""
    typed = [TYPES.get(column, "text") for column in columns]
    values = (f"({', '.join(f'${next(numbers)}::{type_}' for type_ in typed)})" for _ in range(rows))
    added = f"INSERT INTO {table} ({', '.join(columns)}) SELECT n.* FROM (VALUES {', '.join(values)}) AS n"
    return f"{name} AS ({added} WHERE EXISTS (SELECT FROM changed))"


class SingleWrite(WriteSession):
    """Questions first, each by itself; then one change, named by `change`, with all that was published and audited."""

    _change: tuple[str, Sequence[Any]] = ("", ())

    def change(self, sql: str, *arguments: Any) -> None:
        """The one statement: an UPDATE, without RETURNING, that finds nothing where the row is another version."""
        self._change = (sql, arguments)

    async def flush(self) -> bool:
        """Change, note and tell. Raises Stale where the row was not as it was seen."""
        sql, arguments = self._change
        events = [(e.id, e.lane, e.type, e.subject, e.authority, e.time, e.body) for e in self._events]
        changed = await self.value(
            _statement(sql, len(arguments), len(self._audit), len(events)), *arguments, *chain(*self._audit, *events)
        )
        if not changed:
            raise Stale("Somebody else is changing this just now. Try again.", field="version")
        return bool(self._events)


class InTurn(SingleWrite):
    """Many writes in one transaction: also those that elsewhere are one statement, each made at its turn."""

    async def in_turn(self) -> None:
        """Make the change that was named, if one was. Raises Stale where the row was not as it was seen."""
        (sql, arguments), self._change = self._change, ("", ())
        if sql and await self.run(sql, *arguments) == "UPDATE 0":
            raise Stale("Somebody else is changing this just now. Try again.", field="version")

    async def flush(self) -> bool:
        """Note and tell."""
        return await WriteSession.flush(self)
