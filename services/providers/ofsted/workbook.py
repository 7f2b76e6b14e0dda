"""An .xlsx workbook somebody sent: judged before it is opened, then read as plain cells."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from services.providers.ofsted.problem import NotThis, Problem, problem, refusal

MOST_BYTES = 8_000_000
"""All of England's list is about two."""
MOST_UNPACKED = 60_000_000
MOST_FILES = 200
MOST_ROWS, MOST_COLUMNS = 60_000, 300
MEGABYTE = 1_000_000

MARKS = re.compile(rb"<(?:\w+:)?(row|c|f)\b([^>]*)>")
AT = re.compile(rb'\br="([A-Z]{0,3})([0-9]{1,7})"')
SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")

Cells = dict[str, list[list[Any]]]


def cells_of(content: bytes) -> Cells:
    """Every sheet's rows, each padded to the sheet's width. Raises NotThis, and Invalid where there are formulas."""
    _judge(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except BaseException as error:
        # What the reader cannot take may end in a panic of its own, which is no Exception.
        if isinstance(error, CalamineError | ValueError | OSError) or type(error).__name__ == "PanicException":
            raise _unreadable() from None
        raise


def _judge(content: bytes) -> None:
    """Refuse what is no workbook, or would be too much once unpacked, or is not plain values."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = dict(_unpacked(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        raise _unreadable() from None
    sheets = sorted((name for name in parts if SHEETS.fullmatch(name)), key=lambda name: (len(name), name))
    formulas = [found for number, name in enumerate(sheets, 1) for found in _judged(f"sheet {number}", parts[name])]
    if formulas:
        raise refusal(formulas)


def _unpacked(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The sheets in it. What a zip says of its sizes may be a lie, so what comes out is counted too."""
    files = archive.infolist()
    if any(file.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for file in files):
        raise _unreadable()
    if len(files) > MOST_FILES or sum(file.file_size for file in files) > MOST_UNPACKED:
        raise _too_much()
    left = MOST_UNPACKED
    for file in files:
        with archive.open(file) as stream:
            part = stream.read(left + 1)
        left -= len(part)
        if left < 0:
            raise _too_much()
        if SHEETS.fullmatch(file.filename):
            yield file.filename, part


def _unreadable() -> NotThis:
    return NotThis("not_a_workbook", "This is not an .xlsx workbook we can read: another kind, locked, or broken.")


def _too_much() -> NotThis:
    return NotThis("too_large_unpacked", f"The workbook unpacks to more than {MOST_UNPACKED // MEGABYTE} MB.")


def _judged(sheet: str, xml: bytes) -> Iterator[Problem]:
    """Its formulas. A sheet that says it is far larger than any list is refused: a single cell can say so."""
    row, column, cell = 0, 0, ""
    for mark in MARKS.finditer(xml):
        kind, at = mark[1], AT.search(mark[2])
        if kind == b"row":
            row, column = int(at[2]) if at else row + 1, 0
        elif kind == b"c":
            column = _number(at[1]) if at and at[1] else column + 1
            row = int(at[2]) if at else row
            cell = at[0].decode()[3:-1] if at else ""
        else:
            yield problem(sheet, row, cell, "There is a formula in this cell; send values only.")
        if row > MOST_ROWS or column > MOST_COLUMNS:
            raise NotThis("sheet_too_large", f"A sheet has more than {MOST_ROWS} rows or {MOST_COLUMNS} columns.")


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
