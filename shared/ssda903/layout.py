"""Which table a file is, by the names in its first row and nothing else."""

import re
from collections.abc import Sequence

from shared.ssda903.codes import COLUMNS, TABLES
from shared.ssda903.lines import Unreadable

_COLUMN_NAME = re.compile(r"[A-Za-z][A-Za-z_ ]{0,29}[0-9]?")
_MOST_NAMED = 20


def table_of(columns: Sequence[str], file: str) -> str:
    """The table with exactly these columns, in any order; Unreadable says which are missing and which unknown."""
    names = [name.strip() for name in columns]
    for table, wanted in TABLES.items():
        if len(names) == len(wanted) and frozenset(names) == frozenset(wanted):
            return table
    if len(COLUMNS.intersection(names)) < 2:  # perhaps a child's row: its cells are not repeated
        raise Unreadable("not_a_table", 1)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise Unreadable("column_twice", 1, columns=_listed(twice))
    table = _likeliest(frozenset(names), file)
    raise Unreadable("wrong_columns", 1, table=table, wrong=_difference(names, TABLES[table]))


def _likeliest(names: frozenset[str], file: str) -> str:
    """The table a file means to be: the one it is named after, or else the one that shares most with it."""
    named = [table for table in TABLES if table.lower() in file.rpartition("/")[2].lower()]
    near = sorted(TABLES, key=lambda table: len(names ^ frozenset(TABLES[table])))
    return max(named, key=len, default=near[0])


def _difference(names: Sequence[str], wanted: Sequence[str]) -> str:
    missing = [name for name in wanted if name not in names]
    unknown = [name for name in names if name not in wanted]
    said = []
    if missing:
        said.append(f"it has no {_listed(missing)}")
    if unknown:
        said.append(f"it has columns that are not of that table: {_listed(unknown)}")
    return " and ".join(said)


def _listed(names: Sequence[str]) -> str:
    said = [name if _COLUMN_NAME.fullmatch(name) else "one without a proper name" for name in names[:_MOST_NAMED]]
    return ", ".join(said) + (" and more" if len(names) > _MOST_NAMED else "")
