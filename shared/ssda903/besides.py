"""The tables besides Header and Episodes: their rows read, put together over the years, and held against Header."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Any

from shared.ssda903.codes import CODES, TABLES
from shared.ssda903.ledger import Child
from shared.ssda903.problem import Problems
from shared.ssda903.shape import ROWS, TableRow, tables_in
from shared.ssda903.sheet import Sheet, day_of

BESIDES: tuple[str, ...] = tuple(table for table in TABLES if table not in ("Header", "Episodes"))
NEEDED: Mapping[str, frozenset[str]] = {
    "Reviews": frozenset({"REVIEW", "REVIEW_CODE"}),
    "OC3": frozenset({"IN_TOUCH"}),
    "AD1": frozenset({"DATE_INT"}),
    "PlacedAdoption": frozenset({"DATE_PLACED"}),
    "PrevPerm": frozenset({"PREV_PERM"}),
    "Missing": frozenset({"MISSING", "MIS_START"}),
    "SWEpisodes": frozenset({"SW_ID", "SW_DECOM", "SW_REASON"}),
    "DoLo": frozenset({"DOLO_START"}),
}
"""What must not be blank besides CHILD: without it a row says nothing."""
KNOWN_BY: Mapping[str, str] = {
    "Reviews": "review",
    "AD1": "date_int",
    "PlacedAdoption": "date_placed",
    "Missing": "mis_start",
    "SWEpisodes": "sw_decom",
    "DoLo": "dolo_start",
}
"""The day by which a child's rows are told apart; in the other tables a child stands once a year."""
SPELLS: Mapping[str, tuple[str, str]] = {
    "PlacedAdoption": ("date_placed", "date_placed_ceased"),
    "Missing": ("mis_start", "mis_end"),
    "SWEpisodes": ("sw_decom", "sw_dec"),
    "DoLo": ("dolo_start", "dolo_end"),
}
"""Tables of times with a start and an end, of which a child has one at a time."""
_FORMS: Mapping[str, re.Pattern[str]] = {
    "SDQ_SCORE": re.compile(r"[0-3]?[0-9]|40"),
    "LA_PERM": re.compile(r"[0-9]{3}|WAL|SCO|NUK|NIR"),
    "DATE_PERM": re.compile(r"([0-9]{2}|ZZ)/([0-9]{2}|ZZ)/([0-9]{4}|ZZZZ)"),
    "SW_ID": re.compile(r"(SW|XX)[0-9A-Z]{2,10}"),
}
_TO_COME = frozenset({"DUC"})
"""A day that may lie after the year: that of the 18th birthday, for example."""
_DAYS = frozenset(
    f.name.upper() for row in ROWS.values() for f in fields(row) if f.type in (date | None, "date | None")
)
Key = tuple[str, str, date | int]
"""Table, CHILD, and the day or the year: what a row is known by in every return."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row and where it stands."""

    table: str
    year: int
    row: TableRow
    file: str
    number: int

    @property
    def key(self) -> Key:
        known_by = KNOWN_BY.get(self.table)
        return self.table, self.row.child, getattr(self.row, known_by) if known_by else self.year


def read_besides(sheet: Sheet, table: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Told]:
    """The rows of one table of one year; what is wrong with them is noted."""
    if table not in tables_in(sheet.year):
        sheet.note("table_not_due", table=table, year=sheet.year)
    wanted = TABLES[table]
    pick = itemgetter(*(columns.index(column) for column in wanted))
    found: dict[Key, Told] = {}
    for number, raw in enumerate(rows, 2):
        cells = sheet.cells(number, raw, pick, wanted)
        told = _told(sheet, table, dict(zip(wanted, cells, strict=True))) if cells else None
        if told is None:
            continue
        first = found.setdefault(told.key, told)
        if first is not told:
            sheet.note("row_twice", KNOWN_BY.get(table, "child").upper(), other=first.number)
    return list(found.values())


def _told(sheet: Sheet, table: str, cells: Mapping[str, str]) -> Told | None:
    needed = NEEDED.get(table, frozenset())
    known: dict[str, Any] = {"child": sheet.reference(cells["CHILD"])}
    for column, cell in cells.items():
        if column != "CHILD":
            known[column.lower()] = _cell(sheet, column, cell, needed=column in needed)
    first, last = SPELLS.get(table, ("", ""))
    if first and known[first] and known[last] and known[last] < known[first]:
        sheet.note("ends_early", last.upper(), other=first.upper())
    if not sheet.sound:
        return None
    return Told(table, sheet.year, ROWS[table](**known), sheet.file, sheet.row)


def _cell(sheet: Sheet, column: str, cell: str, *, needed: bool) -> date | int | str | None:
    if column in _DAYS:
        return _day(sheet, column, cell, needed=needed)
    if column in CODES:
        return sheet.code(column, cell, needed=needed) or None
    if not cell:
        if needed:
            sheet.note("blank", column)
        return None
    if not _FORMS[column].fullmatch(cell):
        sheet.note("bad_form", column)
        return None
    return int(cell) if column == "SDQ_SCORE" else cell


def _day(sheet: Sheet, column: str, cell: str, *, needed: bool) -> date | None:
    if column in _TO_COME and day_of(cell):
        return day_of(cell)
    return sheet.day(column, cell, needed=needed)


def merged_besides(
    told: Iterable[Told], children: Mapping[str, Child], headers: Mapping[int, Mapping[str, Child]], problems: Problems
) -> tuple[Told, ...]:
    """Each fact as the newest year has it; every child in Header, and no two spells at once."""
    newest: dict[Key, Told] = {}
    for one in sorted(told, key=attrgetter("year")):
        _judge_child(one, children, headers, problems)
        newest[one.key] = one
    for spells in _spells(newest.values()):
        for before, after in pairwise(spells):
            _judge_pair(before, after, problems)
    return tuple(newest.values())


def _judge_child(
    one: Told, children: Mapping[str, Child], headers: Mapping[int, Mapping[str, Child]], problems: Problems
) -> None:
    child = children.get(one.row.child)
    if child is None:
        problems.note("no_header", one.file, one.number, "CHILD")
        return
    if one.row.child not in headers.get(one.year, ()):
        problems.note("no_header_this_year", one.file, one.number, "CHILD", year=one.year)
    if getattr(one.row, "dob", None) not in (None, child.born):
        problems.note("not_born_then", one.file, one.number, "DOB")
    known_by = KNOWN_BY.get(one.table, "")
    if known_by and getattr(one.row, known_by) < child.born:
        problems.note("fact_before_birth", one.file, one.number, known_by.upper())


def _spells(told: Iterable[Told]) -> Iterator[list[Told]]:
    """Each child's spells of each table, in order."""
    found: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        if one.table in SPELLS:
            found.setdefault((one.table, one.row.child), []).append(one)
    for (table, _), spells in found.items():
        yield sorted(spells, key=lambda one: getattr(one.row, SPELLS[table][0]))


def _judge_pair(before: Told, after: Told, problems: Problems) -> None:
    first, last = SPELLS[before.table]
    ends = getattr(before.row, last)
    if ends is None or ends > getattr(after.row, first):
        problems.note(
            "spells_overlap", after.file, after.number, first.upper(), other=before.number, other_file=before.file
        )
