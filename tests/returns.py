"""Small SSDA903 returns for tests: rows with what a test cares about, the rest made sound."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from shared.ssda903.codes import TABLES
from shared.ssda903.problem import Problem
from shared.ssda903.reading import Reading, read
from shared.ssda903.sources import Upload

Row = Mapping[str, str]


def a_child(reference: str = "C1", **changes: str) -> Row:
    sound = {
        "CHILD": reference,
        "SEX": "2",
        "DOB": "07/06/2012",
        "ETHNIC": "WBRI",
        "UPN": "A123456789012",
        "MOTHER": "0",
    }
    return {**sound, **changes}


def an_episode(reference: str = "C1", **changes: str) -> Row:
    sound = {
        "CHILD": reference, "DECOM": "05/05/2022", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U6",
        "PLACE_PROVIDER": "PR4", "HOME_POST": "LS1 4AP", "PL_POST": "BD1 1HY", "URN": "SC123456",
    }  # fmt: skip
    return {**sound, **changes}


def written(table: str, rows: Iterable[Row], columns: Sequence[str] | None = None) -> bytes:
    """A CSV file of the table, its columns in the usual order or in the one given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or TABLES[table], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def uploads(files: Mapping[str, bytes]) -> list[Upload]:
    return [Upload.of(name, content) for name, content in files.items()]


def zipped(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()


def a_year(year: int, children: Iterable[Row], episodes: Iterable[Row]) -> dict[str, bytes]:
    return {f"{year}/Header.csv": written("Header", children), f"{year}/Episodes.csv": written("Episodes", episodes)}


def reading_of(*years: tuple[int, Sequence[Row], Sequence[Row]]) -> Reading:
    """What is read from these years, each its children and its episodes."""
    files: dict[str, bytes] = {}
    for year, children, episodes in years:
        files |= a_year(year, children, episodes)
    return read(uploads(files))


def told(reading: Reading) -> list[tuple[str, int, str, str, str]]:
    """Each problem as file, row, field, code and severity."""
    return [(p.file, p.row, p.field, p.code, p.severity.value) for p in reading.problems]


def only(reading: Reading) -> Problem:
    """The one problem there is."""
    (problem,) = reading.problems
    return problem
