"""The rows of one file, read a little at a time: its size, its encoding and its quoting are refused as they are met."""

import csv
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from shared.ssda903.limits import Limits
from shared.ssda903.problem import MEGABYTE
from shared.ssda903.sources import Source

_CHUNK = 65_536
_MARK = b"\xef\xbb\xbf"
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


class Unreadable(Exception):
    """Why a file cannot be read on: a code of Problem, the row, and the words of its sentence."""

    def __init__(self, code: str, row: int = 0, **words: object) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.words = words


def rows(source: Source, limits: Limits, tell: Callable[[int], None]) -> Generator[list[str], None, None]:
    """Every row as its cells, column names first; `tell` hears how many bytes were read each time some were."""
    row = 0
    with closing(_text(source, limits, tell)) as text:
        reader = csv.reader(text, strict=True)
        try:
            for row, cells in enumerate(reader, 1):
                if row > limits.rows + 1:
                    raise Unreadable("too_many_rows", most=f"{limits.rows:,}")
                yield cells
        except csv.Error:
            raise Unreadable("not_csv", row + 1) from None


def _text(source: Source, limits: Limits, tell: Callable[[int], None]) -> Generator[str, None, None]:
    for line, content in enumerate(_lines(source, limits, tell), 1):
        if len(content) > limits.line_bytes:
            raise Unreadable("line_too_long", line, line=line)
        try:
            yield content.decode() if line > 1 else content.removeprefix(_MARK).decode()
        except UnicodeDecodeError:
            raise Unreadable("not_utf8", line, line=line) from None


def _lines(source: Source, limits: Limits, tell: Callable[[int], None]) -> Iterator[bytes]:
    """Lines with their ends; one that outgrows its limit is handed over as it stands."""
    rest = b""
    for chunk in _chunks(source, limits):
        tell(len(chunk))
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > limits.line_bytes:
            yield rest
    if rest:
        yield rest


def _chunks(source: Source, limits: Limits) -> Iterator[bytes]:
    if source.size > limits.file_bytes:
        raise Unreadable("too_big", most=limits.file_bytes // MEGABYTE)
    read = 0
    try:
        with source.open() as stream:
            while chunk := stream.read(_CHUNK):
                read += len(chunk)
                if read > limits.file_bytes:  # it is larger than it said
                    raise Unreadable("too_big", most=limits.file_bytes // MEGABYTE)
                yield chunk
    except BROKEN:
        raise Unreadable("not_a_zip") from None
