"""A service's own copies of others' facts: the newest version stays, an older one never replaces it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic_core import to_json

from shared.contracts import Event
from shared.store.session import WriteSession


@dataclass(frozen=True, slots=True)
class Copy:
    """A table that follows others' events: `subject` names a field of theirs and a column here, beside `version`."""

    table: str
    subject: str
    events: Sequence[type[Event]]


@cache
def _statement(table: str, key: Sequence[str], columns: Sequence[str]) -> str:
    values = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT ({', '.join(key)})"
        f" DO UPDATE SET {changes} WHERE {table}.version < excluded.version"
    )


async def keep_copy(session: WriteSession, table: str, key: str, facts: Mapping[str, Any]) -> bool:
    """Write a row of `facts` (column -> value, `version` among them); answers whether it was news."""
    done = await session.run(_statement(table, (key,), tuple(facts)), *facts.values())
    return done.endswith("1")


@cache
def _statement_of_many(table: str, key: str, columns: Sequence[str]) -> str:
    named = ", ".join(columns)
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column != key)
    return (
        f"INSERT INTO {table} ({named}) SELECT {named} FROM jsonb_populate_recordset(NULL::{table}, $1)"
        f" ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE {table}.version < excluded.version"
    )


async def keep_copies(session: WriteSession, table: str, key: str, facts: Sequence[Mapping[str, Any]]) -> None:
    """Write many rows, alike in their columns, as if one by one in any order."""
    newest: dict[Any, Mapping[str, Any]] = {}
    for row in facts:
        if row[key] not in newest or newest[row[key]]["version"] < row["version"]:
            newest[row[key]] = row
    if newest:
        rows = to_json(list(newest.values())).decode()
        await session.run(_statement_of_many(table, key, tuple(facts[0])), rows)
