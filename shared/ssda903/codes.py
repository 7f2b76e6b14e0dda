"""The tables of SSDA903, their columns, and which code stands in which collection year."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Code:
    """One code: `first` and `last` are the collection years it stands in, None where the set does not say."""

    code: str
    label: str
    first: int | None = None
    last: int | None = None
    temporary: bool = False
    no_provider: bool = False
    no_urn: bool = False

    def stands_in(self, year: int) -> bool:
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(Path(__file__).with_name("codes.json").read_text("utf-8"))
    return kept


_KEPT = _kept()
TABLES: Mapping[str, tuple[str, ...]] = {table: tuple(columns) for table, columns in _KEPT["tables"].items()}
COLUMNS: frozenset[str] = frozenset(column for columns in TABLES.values() for column in columns)
CODES: Mapping[str, Mapping[str, Code]] = {
    field: {code: Code(code, **facts) for code, facts in codes.items()} for field, codes in _KEPT["codes"].items()
}


@cache
def codes_in(year: int) -> Mapping[str, Mapping[str, bool]]:
    """For each field every code that any year has, and whether it stands in this collection year."""
    return {field: {c.code: c.stands_in(year) for c in codes.values()} for field, codes in CODES.items()}
