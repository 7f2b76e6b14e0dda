"""A service's own copies of others' facts: the newest version stays, an older one never replaces it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from shared.store.session import WriteSession


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
