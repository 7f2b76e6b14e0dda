"""A history with everything the sample lacks, told once, from which a return of each year follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from shared.ssda903.shape import Episode, Return, TableRow, tables_in
from shared.ssda903.writing import as_csv
from shared.ssda903.years import first_day, last_day
from tests.judge.lives import LIVES, Life
from tests.ofsted import workbook

AUTHORITY = "E09000033"
YEARS = range(2022, 2028)
SEX_TO_2024 = {"M": "1", "F": "2"}
COLUMNS = (
    *("Local authority", "URN", "Provider type", "Provider name", "Registration date", "Registration status"),
    *("Deregistration date", "Placement code", "Setting address postcode", "Placement provider code"),
)
CLOSES = date(2030, 1, 1)
"""One home has an end to come: without any in the column the judge cannot tell that it is one of dates."""
HOMES = (
    ("1200000", "Local Authority Fostering Agency", "U1,U2,U3,U4,U5,U6,A3,A5", "NW8 8JB", "PR1"),
    ("SC400003", "Independent Fostering Agency", "U1,U2,U3,U4,U5,U6", "NW1 7YY", "PR4"),
    ("1200014", "Children's Home", "K2", "NW6 4RG", "PR4"),
    ("SC400017", "Children's Home", "K2", "WC1H0QF", "PR4"),
    ("SC400100", "Secure Children's Home", "K1", "NW5 9NZ", "PR2"),
    ("SC400101", "Residential Family Centre", "R3", "NW3 5JS", "PR4"),
    ("SC400102", "Residential Special School", "S1", "NW3 4XZ", "PR4"),
    ("2700001", "Supported Accommodation", "K3,H5", "W1W 8NP", "PR4"),
    ("1200050", "Adoption Agency", "A3,A4,A5,A6", "NW8 8JB", "PR1"),
)


def ofsteds_list() -> bytes:
    """The homes of the history, in Ofsted's layout of one sheet."""
    rows = [
        (
            AUTHORITY,
            urn,
            kind,
            f"Provider {urn}",
            "2015-01-01",
            "Active",
            CLOSES if urn == HOMES[1][0] else None,
            codes,
            postcode,
            sector,
        )
        for urn, kind, codes, postcode, sector in HOMES
    ]
    return workbook({"Providers": [COLUMNS, *rows]})


def the_return(year: int, lives: Sequence[Life] = LIVES) -> Return:
    """What an authority would have sent that year, told without a line of the services' own."""
    tables: dict[str, list[TableRow]] = {table: [] for table in tables_in(year)}
    for life in lives:
        for table, rows in _of(life, year).items():
            if table in tables:
                tables[table] += rows
    return Return(year, AUTHORITY, tables)


def _of(life: Life, year: int) -> Mapping[str, Sequence[TableRow]]:
    opens, closes = first_day(year), last_day(year)
    episodes = [_then(e, year) for e in life.episodes if _in_year(e.decom, e.dec, year)]
    found: dict[str, Sequence[TableRow]] = {"Episodes": episodes}
    for table, rows in life.facts(year).items():
        found[table] = list(rows) if episodes or table == "OC3" else []
    if not any(found.values()):
        return {}
    sex = life.sex if year > 2024 else SEX_TO_2024[life.sex]
    header = replace(life.header, sex=sex, **life.motherhood(episodes, closes))
    uasc = [replace(row, sex=sex) for row in life.unaccompanied if episodes and row.duc and row.duc >= opens]
    return {"Header": [header], "UASC": uasc, **found}


def _in_year(starts: date | None, ends: date | None, year: int) -> bool:
    assert starts
    return starts <= last_day(year) and (ends is None or ends >= first_day(year))


def _then(episode: Episode, year: int) -> Episode:
    place = episode.place
    if place == "K3" and year <= 2024:
        place = "H5"
        if year <= 2023:  # nobody was registered with Ofsted for it yet
            episode = replace(episode, urn=None)
    if place in ("Z11", "Z12") and year <= 2025:
        place = "Z1"
    if episode.dec is not None and episode.dec > last_day(year):
        return replace(episode, place=place, dec=None, rec=None, reason_place_change=None)
    return replace(episode, place=place)


def years_of(lives: Iterable[Life]) -> Sequence[int]:
    """Every collection year in which one of them was looked after."""
    return [year for year in YEARS if any(_in_year(e.decom, e.dec, year) for life in lives for e in life.episodes)]


def files(year: int) -> Mapping[str, list[str]]:
    """The lines of every file of that year."""
    given = the_return(year)
    return {f"{table}.csv": as_csv(table, given.rows(table)).decode().splitlines() for table in tables_in(year)}


def only(given: Return, *tables: str) -> Return:
    """The same return with these tables alone."""
    return replace(given, tables={table: given.rows(table) for table in tables})
