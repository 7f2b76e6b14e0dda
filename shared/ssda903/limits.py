"""How much one import may ask for, and how far it has come."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, unpacked. A large authority's Episodes of one year is about half a megabyte."""

    file_bytes: int = 20_000_000
    all_bytes: int = 50_000_000
    zip_bytes: int = 100_000_000
    zip_ratio: int = 100
    zip_directory_bytes: int = 200_000
    files: int = 500
    rows: int = 200_000
    line_bytes: int = 16_384
    problems_of_a_kind: int = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `of` bytes of the tables have been read; `file` is the one in hand."""

    file: str
    done: int
    of: int


Report = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Tell nobody."""
