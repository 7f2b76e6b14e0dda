"""Where the files come from: a folder, a zip, or uploads held by the caller, each checked for size before it is read."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

from shared.ssda903.archive import members, open_archive
from shared.ssda903.limits import Limits
from shared.ssda903.problem import MEGABYTE, Problems


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent: its name as they call it, and a stream that can go back to its start."""

    name: str
    stream: BinaryIO

    @classmethod
    def of(cls, name: str, content: bytes) -> "Upload":
        return cls(name, io.BytesIO(content))


@dataclass(frozen=True, slots=True)
class Source:
    """One file to look at: `name` is what people are told, `size` is in bytes, `open` begins at its start."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@contextmanager
def opened(what: Path | Iterable[Upload], limits: Limits, problems: Problems) -> Iterator[list[Source]]:
    """Every file of a folder, a zip or some uploads; zips among them are looked into, once."""
    with ExitStack() as stack:
        found = _on_disk(what, limits) if isinstance(what, Path) else [_uploaded(upload) for upload in what]
        sources: list[Source] = []
        for source in found:
            if _is_zip(source):
                sources += _unpacked(source, stack, limits, problems)
            else:
                sources.append(source)
        if len(sources) > limits.files:
            problems.note("too_many_files", "", most=limits.files)
            sources = []
        yield sources


def _on_disk(path: Path, limits: Limits) -> list[Source]:
    if not path.is_dir():
        return [Source(path.name, path.stat().st_size, lambda: path.open("rb"))]
    files = (p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
    above = path.resolve().parent
    return [_of_folder(above, p.resolve()) for p in sorted(islice(files, limits.files + 1))]


def _of_folder(above: Path, path: Path) -> Source:
    return Source(shown(path.relative_to(above).as_posix()), path.stat().st_size, lambda: path.open("rb"))


def _uploaded(upload: Upload) -> Source:
    def from_start() -> AbstractContextManager[IO[bytes]]:
        upload.stream.seek(0)
        return nullcontext(upload.stream)  # closing it is the caller's

    return Source(shown(upload.name), upload.stream.seek(0, io.SEEK_END), from_start)


def _is_zip(source: Source) -> bool:
    if source.name.lower().endswith(".zip"):
        return True
    if source.name.lower().endswith((".xlsx", ".ods")):
        return False  # zips by nature, and not what we look for
    with source.open() as stream:
        return stream.read(4) == b"PK\x03\x04"


def _unpacked(source: Source, stack: ExitStack, limits: Limits, problems: Problems) -> list[Source]:
    if source.size > limits.all_bytes:
        problems.note("too_big", source.name, most=limits.all_bytes // MEGABYTE)
        return []
    archive = open_archive(source.name, stack.enter_context(source.open()), limits, problems)
    if archive is None:
        return []
    stack.enter_context(archive)
    return [
        Source(shown(f"{source.name}/{member.filename}"), member.file_size, partial(archive.open, member))
        for member in members(source.name, archive, limits, problems)
    ]


def shown(name: str) -> str:
    """A file's name as it can be shown: printable and no longer than a line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[-160:]
