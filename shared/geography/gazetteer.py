"""Where every postcode is: one memory-mapped file of sorted columns, opened in milliseconds and read by all processes."""

import mmap
import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.geography.postcodes import key

MAGIC = b"postcodes 1\n"
HEADER = struct.Struct("<16sQQ")
CODE = np.dtype("S9")
"""An ONS code of a district."""
COLUMNS: tuple[np.dtype[Any], ...] = (np.dtype("<i8"), np.dtype("<i4"), np.dtype("<i4"), np.dtype("<u2"))
"""Key, easting, northing, district's number; each column stands whole, then the districts' codes."""
NO_GRID = 0
"""The easting and northing of a postcode without one: no real point lies on the grid's edge."""
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Point:
    """A postcode's district (ONS code) and its grid reference in metres; none for Crown dependencies.

    Northern Ireland's are on the Irish Grid, all others on Ordnance Survey's.
    """

    district: str
    easting: int | None
    northing: int | None

    @property
    def irish(self) -> bool:
        return self.district.startswith("N")


class Gazetteer:
    """The opened file. `keys`, `eastings`, `northings`, `districts` are its columns, ordered by key."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, postcodes, districts = HEADER.unpack(self._map[: HEADER.size].ljust(HEADER.size, b"\0"))
        if magic.rstrip(b"\0") != MAGIC or len(self._map) != size(postcodes, districts):
            raise ValueError(f"{path.name} is not a whole gazetteer")
        self.keys, self.eastings, self.northings, self.districts = self._columns(postcodes)
        codes = np.frombuffer(self._map, CODE, districts, len(self._map) - districts * CODE.itemsize)
        self.codes = [code.decode() for code in codes.tolist()]
        self.irish = np.array([code.startswith("N") for code in self.codes])
        self._sought = memoryview(self._map)[HEADER.size : HEADER.size + 8 * postcodes].cast("q")

    def __len__(self) -> int:
        return len(self.keys)

    def _columns(self, postcodes: int) -> list[NDArray[Any]]:
        columns: list[NDArray[Any]] = []
        at = HEADER.size
        for kind in COLUMNS:
            columns.append(np.frombuffer(self._map, kind, postcodes, at))
            at += postcodes * kind.itemsize
        return columns

    def find(self, postcode: str | None) -> Point | None:
        """Where one postcode is; None where the package does not know it."""
        sought = key(postcode)
        if sought is None:
            return None
        row = bisect_left(self._sought, sought)
        if row == len(self._sought) or self._sought[row] != sought:
            return None
        easting = int(self.eastings[row])
        district = self.codes[self.districts[row]]
        return Point(district, easting, int(self.northings[row])) if easting else Point(district, None, None)

    def rows(self, postcodes: Sequence[str | None]) -> NDArray[np.int64]:
        """The row of each postcode in the columns, UNKNOWN (-1) where there is none."""
        sought = np.fromiter((key(postcode) or UNKNOWN for postcode in postcodes), np.int64, len(postcodes))
        rows = np.minimum(np.searchsorted(self.keys, sought), len(self) - 1)
        return np.where(self.keys[rows] == sought, rows, UNKNOWN)


def size(postcodes: int, districts: int) -> int:
    """How many bytes a whole file has."""
    return HEADER.size + postcodes * sum(kind.itemsize for kind in COLUMNS) + districts * CODE.itemsize
