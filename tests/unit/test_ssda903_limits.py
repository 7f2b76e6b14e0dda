"""What is too large is refused by what it says of itself or while it is read, and never held in memory."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shared.ssda903.limits import Limits
from shared.ssda903.reading import Reading, read
from shared.ssda903.sources import Upload
from tests.returns import a_child, a_year, an_episode, told, uploads, written, zipped

HUNDRED_MB = 100_000_000
FILES = a_year(2023, [a_child()], [an_episode()])


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1_000_000
    finally:
        tracemalloc.stop()


class Endless(io.RawIOBase):
    """A stream of rows that says it is as long as `size` and is as long as it likes."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0
        self.handed = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = self.size if whence == io.SEEK_END else offset
        return self.at

    def read(self, size: int = -1) -> bytes:
        line = written("Header", []) if self.at == 0 else b"C1,1,07/06/2012,WBRI,UN1,0,\r\n"
        self.at += len(line)
        self.handed += len(line)
        return line


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def test_a_folder_with_a_file_of_100_mb_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "Header.csv").open("wb") as file:
        file.truncate(HUNDRED_MB)  # sparse: it is as long as it says
    with at_most(2):
        reading = read(tmp_path)
    assert codes(reading) == ["too_big"]
    assert reading.problems[0].message == f"{tmp_path.name}/Header.csv is larger than 20 MB."


def test_an_upload_of_100_mb_is_refused_unread() -> None:
    stream = Endless(HUNDRED_MB)
    with at_most(2):
        reading = read([Upload("2023/Header.csv", stream)])  # type: ignore[arg-type]
    assert codes(reading) == ["too_big"]
    assert stream.handed < 100_000


def test_an_upload_longer_than_it_says_is_stopped_at_the_limit() -> None:
    stream = Endless(1_000)
    reading = read([Upload("2023/Header.csv", stream)], limits=replace(Limits(), file_bytes=1_000_000))  # type: ignore[arg-type]
    assert codes(reading) == ["too_big"]
    assert stream.handed < 1_100_000


def bomb(megabytes: int) -> io.BytesIO:
    """A small zip of zeros that unpacks to many megabytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("2023/Header.csv", "w") as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return content


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    content = bomb(150)
    assert len(content.getvalue()) < 200_000
    with at_most(2):
        reading = read([Upload("return.zip", content)])
    assert told(reading) == [("return.zip", 0, "", "zip_too_dense", "refused")]


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_it_is_read() -> None:
    content = bytearray(bomb(30).getvalue())
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 900_000)
    with at_most(8):
        reading = read([Upload.of("return.zip", bytes(content))])
    assert codes(reading) == ["line_too_long"]
    rows = zipped({"2023/Header.csv": written("Header", [a_child(f"C{n}") for n in range(2000)])})
    lying = bytearray(rows)
    struct.pack_into("<I", lying, lying.rfind(b"PK\x01\x02") + 24, 60_000)
    assert codes(read([Upload.of("return.zip", bytes(lying))])) == ["not_a_zip"]


def test_a_zip_of_many_files_that_are_large_together_is_refused() -> None:
    limits = replace(Limits(), zip_bytes=2_000)
    files = {f"{year}/Header.csv": written("Header", [a_child()] * 5) for year in range(2010, 2020)}
    assert codes(read([Upload.of("return.zip", zipped(files))], limits=limits)) == ["zip_too_big"]


def test_files_that_are_large_together_are_refused() -> None:
    reading = read(uploads(FILES), limits=replace(Limits(), all_bytes=200))
    assert codes(reading) == ["together_too_big"]


@pytest.mark.parametrize(("files", "directory_bytes"), [(501, 0), (1, 5_000_000)])
def test_a_zip_of_too_many_files_is_refused_before_its_directory_is_read(files: int, directory_bytes: int) -> None:
    content = bytearray(zipped({str(n): b"" for n in range(files)}))
    if directory_bytes:  # it says it holds one file, in a directory of a hundred thousand
        struct.pack_into("<I", content, len(content) - 10, directory_bytes)
    with at_most(2):
        assert codes(read([Upload.of("return.zip", bytes(content))])) == ["zip_too_many"]


def test_a_zip_in_a_zip_is_not_opened() -> None:
    reading = read([Upload.of("outer.zip", zipped({"inner.zip": zipped(FILES)}))])
    assert codes(reading) == ["nothing_to_read"]
    assert reading.passed_over[0].file == "outer.zip/inner.zip"


def test_a_zip_that_is_locked_broken_or_no_zip_is_refused() -> None:
    content = bytearray(zipped({"2023/Header.csv": FILES["2023/Header.csv"]}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert codes(read([Upload.of("return.zip", bytes(content))])) == ["zip_locked"]
    assert codes(read([Upload.of("return.zip", b"not a zip")])) == ["not_a_zip"]
    whole = zipped(FILES)
    assert codes(read([Upload.of("return.zip", whole[:40] + b"\0\0\0" + whole[43:])]))[0] == "not_a_zip"


def test_too_many_rows_files_and_too_long_a_line_are_refused() -> None:
    few = replace(Limits(), rows=1, files=2)
    assert codes(read(uploads({**FILES, "2023/Header.csv": written("Header", [a_child()] * 2)}), limits=few)) == [
        "too_many_rows"
    ]
    assert codes(read(uploads({**FILES, "more.csv": b""}), limits=few)) == ["too_many_files"]
    long = written("Header", [a_child("C" * 20_000)])
    assert codes(read(uploads({**FILES, "2023/Header.csv": long}))) == ["line_too_long"]


def test_a_zip_in_a_folder_is_opened_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "2023.zip").write_bytes(zipped({name.removeprefix("2023/"): file for name, file in FILES.items()}))
    outside = tmp_path / "elsewhere"
    (tmp_path / "return").mkdir()
    outside.write_bytes(b"")
    (tmp_path / "return" / "Header.csv").symlink_to(outside)
    reading = read(tmp_path)
    assert not reading.refused
    assert [file.file for file in reading.files] == [
        f"{tmp_path.name}/2023.zip/{t}.csv" for t in ("Episodes", "Header")
    ]
