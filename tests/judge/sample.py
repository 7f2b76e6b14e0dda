"""The six sample years as returns: what stands in their files, cell by cell."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.ssda903.shape import ROWS, Return, TableRow, tables_in

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "deploy/samples/ssda903"
OFSTED = ROOT / "deploy/samples/ofsted-providers.xlsx"
AUTHORITY = "E09000033"
SAMPLE_YEARS = range(2021, 2027)
ALWAYS = ("SWEpisodes",)
"""Stands in the sample's files of every year, also of those that did not ask for it."""


def sample(year: int) -> Return:
    """One year's files."""
    tables = {table: _rows(year, table) for table in dict.fromkeys((*tables_in(year), *ALWAYS))}
    return Return(year, AUTHORITY, tables)


def _rows(year: int, table: str) -> list[TableRow]:
    path = SAMPLE / str(year) / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return [
            ROWS[table](**{name.lower(): _value(name, cell) for name, cell in row.items()})
            for row in csv.DictReader(file)
        ]


def _value(column: str, cell: str) -> Any:
    if not cell:
        return None
    if column == "SDQ_SCORE":
        return int(cell)
    return _day(cell) or cell


def _day(cell: str) -> date | None:
    try:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007 - a date
    except ValueError:
        return None
