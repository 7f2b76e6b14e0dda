"""A return as its files have it, for tests: the sample's years, read row by row without any judgement."""

import csv
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_type_hints

from services.placements.returns.checks import Places, Registered
from services.providers.ofsted.listed import read_list
from shared.geography import Geography
from shared.settings import Settings
from shared.ssda903.shape import ROWS, Return, TableRow

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "deploy/samples/ssda903"
OFSTEDS_LIST = ROOT / "deploy/samples/ofsted-providers.xlsx"
WESTMINSTER = "E09000033"
"""Whose return the sample is."""
HINTS = {table: get_type_hints(row) for table, row in ROWS.items()}


def return_in(folder: Path, authority: str, year: int) -> Return:
    """The return whose CSV files stand in a folder named after its year."""
    tables = {table: tuple(_rows(folder / str(year) / f"{table}.csv", table)) for table in ROWS}
    return Return(year, authority, {table: rows for table, rows in tables.items() if rows})


def places_of_england(listed: Path = OFSTEDS_LIST) -> Places:
    """The map, and Ofsted's list as a register that holds every URN there is."""
    where = Geography.kept_in(Settings().map_folder)
    register: dict[str, Registered] = {}
    for row in read_list(listed.read_bytes(), where, on=date(2026, 3, 31)).rows:
        types = frozenset(str(kind) for kind in (row.type, *row.also) if kind)
        before = register.get(row.urn, Registered())
        postcode = row.postcode if not before.places or before.postcode == row.postcode else None
        register[row.urn] = Registered(before.places | types, before.sectors | {row.sector}, postcode, row.closed)
    return Places(where, register, complete=True)


def _rows(file: Path, table: str) -> Iterator[TableRow]:
    if not file.exists():
        return
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for cells in csv.DictReader(lines):
            yield ROWS[table](
                **{f.name: _value(cells[f.name.upper()], HINTS[table][f.name]) for f in fields(ROWS[table])}
            )


def _value(cell: str, kind: Any) -> Any:
    """A cell as its column's kind of value."""
    if not cell:
        return None
    if kind == date | None:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007
    return int(cell) if kind == int | None else cell
