"""Returns of as many children as are asked for: the sample's last year, over and over, each time other children."""

import csv
from itertools import count, islice
from pathlib import Path

from tests.bench.load import ROOT

YEAR = 2026
SAMPLE = ROOT / f"deploy/samples/ssda903/{YEAR}"
Row = dict[str, str]


def many(children: int, folder: Path) -> Path:
    """A folder with the year's Header and Episodes of so many children in care."""
    headers, episodes = _rows("Header"), _rows("Episodes")
    of_child: dict[str, list[Row]] = {}
    for row in episodes:
        of_child.setdefault(row["CHILD"], []).append(row)
    told = [row for row in headers if row["CHILD"] in of_child]
    chosen = list(islice(((copy, row) for copy in count() for row in told), children))
    year = folder / str(YEAR)
    year.mkdir(parents=True)
    _write(year / "Header.csv", [_of(copy, row) for copy, row in chosen])
    _write(year / "Episodes.csv", [_of(copy, one) for copy, row in chosen for one in of_child[row["CHILD"]]])
    return folder


def _rows(table: str) -> list[Row]:
    with (SAMPLE / f"{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _of(copy: int, row: Row) -> Row:
    return {**row, "CHILD": f"{copy}X{row['CHILD']}"}


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
