"""The episodes of a folder of yearly SSDA903 returns, as they stand in the newest year that has them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True)
class Episode:
    """One row of Episodes.csv; `ends` is the day the next one starts, or None while it is open."""

    starts: date
    ends: date | None
    rne: str
    legal_status: str
    type: str
    sector: str
    urn: str
    home: str
    postcode: str


@dataclass(frozen=True)
class Child:
    """A child of Header.csv with all its known episodes in order."""

    reference: str
    born: date
    episodes: tuple[Episode, ...]


def children_of(folder: Path) -> list[Child]:
    """Everybody in `folder/<year>/{Header,Episodes}.csv`."""
    born: dict[str, date] = {}
    known: dict[tuple[str, date], Episode] = {}
    for year in years_of(folder):  # oldest first: what is told again replaces what was told before
        for row in rows(folder / str(year) / "Header.csv"):
            born[row["CHILD"]] = day(row["DOB"])
        for row in rows(folder / str(year) / "Episodes.csv"):
            known[row["CHILD"], day(row["DECOM"])] = an_episode(row)
    episodes: dict[str, list[Episode]] = {reference: [] for reference in born}
    for (reference, _), episode in sorted(known.items(), key=lambda pair: pair[0]):
        episodes[reference].append(episode)
    return [Child(reference, born[reference], tuple(found)) for reference, found in episodes.items()]


def years_of(folder: Path) -> list[int]:
    """The years that end on 31 March, oldest first."""
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def an_episode(row: dict[str, str]) -> Episode:
    return Episode(
        starts=day(row["DECOM"]),
        ends=day(row["DEC"]) if row["DEC"] else None,
        rne=row["RNE"],
        legal_status=row["LS"],
        type=row["PLACE"],
        sector=row["PLACE_PROVIDER"],
        urn=row["URN"],
        home=written_alike(row["HOME_POST"]),
        postcode=written_alike(row["PL_POST"]),
    )


def written_alike(postcode: str) -> str:
    """The same place may be `W1W 8NP` in one row and `W1W8NP` in the next."""
    return postcode.replace(" ", "").upper()


def day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  # a day of the calendar has no time zone
