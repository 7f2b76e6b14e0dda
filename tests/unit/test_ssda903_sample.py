"""The sample authority's six years read whole, and equal to a count made from the CSV files alone."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from shared.ssda903.besides import BESIDES, KNOWN_BY
from shared.ssda903.limits import Progress
from shared.ssda903.problem import Severity
from shared.ssda903.reading import Reading, read
from shared.ssda903.sources import Upload
from tests.returns import zipped

SAMPLE = Path(__file__).parents[2] / "deploy" / "samples" / "ssda903"
YEARS = range(2021, 2027)
BESIDE = ("Missing", "OC2", "PrevPerm", "Reviews", "SWEpisodes")
"""The tables that the sample has besides Header and Episodes."""


def rows(year: int, table: str) -> Iterator[dict[str, str]]:
    with (SAMPLE / str(year) / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(SAMPLE)


def test_six_years_are_read_with_nothing_refused(reading: Reading) -> None:
    assert reading.years == tuple(YEARS)
    assert not reading.refused
    of_another_year = {("code_of_another_year", f) for f in ("SEX", "PLACE")}
    assert {(p.code, p.field) for p in reading.problems} == {*of_another_year, ("table_not_due", "")}
    assert {(f.table, f.year, f.year_from) for f in reading.files} == {
        (table, year, "name") for table in ("Header", "Episodes", *BESIDE) for year in YEARS
    }


def test_what_is_warned_is_every_code_of_another_year(reading: Reading) -> None:
    k3 = sum(row["PLACE"] == "K3" for year in range(2021, 2025) for row in rows(year, "Episodes"))
    letters = sum(row["SEX"] in "MFU" for year in range(2021, 2025) for row in rows(year, "Header"))
    assert k3 > 300
    too_early = [p.file for p in reading.problems if p.code == "table_not_due"]
    assert too_early == [f"ssda903/{year}/SWEpisodes.csv" for year in range(2021, 2024)]
    assert reading.statistics.warned == k3 + letters + len(too_early)
    assert len(reading.problems) + sum(rest.count for rest in reading.rest) == reading.statistics.warned
    assert {p.severity for p in reading.problems} == {Severity.WARNED}


@pytest.mark.parametrize("table", BESIDE)
def test_every_fact_of_the_other_tables_is_there_once(reading: Reading, table: str) -> None:
    known_by = KNOWN_BY.get(table, "").upper()
    told = {(r["CHILD"], r[known_by] if known_by else year) for year in YEARS for r in rows(year, table)}
    found = [one.key for one in reading.besides if one.table == table]
    assert len(found) == len(set(found)) == len(told) > 100
    assert reading.passed_over == ()
    assert {one.table for one in reading.besides} == set(BESIDE) < set(BESIDES)


def test_counts_equal_a_count_from_the_files_alone(reading: Reading) -> None:
    episodes = {(r["CHILD"], r["DECOM"]) for year in YEARS for r in rows(year, "Episodes")}
    children = {r["CHILD"] for year in YEARS for r in rows(year, "Header")}
    assert reading.statistics.children == len(children) == len(reading.ledgers)
    assert reading.statistics.episodes == len(episodes)
    assert reading.statistics.episode_rows == sum(1 for year in YEARS for _ in rows(year, "Episodes"))
    assert reading.statistics.header_rows == sum(1 for year in YEARS for _ in rows(year, "Header"))
    assert reading.statistics.open_episodes == sum(r["DEC"] == "" for r in rows(2026, "Episodes"))
    assert reading.statistics.periods == len(reading.ledgers)  # nobody comes back in the sample


@pytest.mark.parametrize("year", YEARS)
def test_who_is_looked_after_on_31_march_and_where_is_what_that_year_says(reading: Reading, year: int) -> None:
    told = Counter((r["CHILD"], r["PLACE"], r["URN"]) for r in rows(year, "Episodes") if r["DEC"] == "")
    day = date(year, 3, 31)
    lived = Counter(
        (e.child, e.place, e.urn)
        for ledger in reading.ledgers
        for e in ledger.episodes
        if e.starts <= day and (e.ends is None or e.ends > day)
    )
    assert lived == told
    assert len(told) > 400


@pytest.mark.parametrize("year", YEARS)
def test_who_ceased_in_a_year_is_what_that_year_says(reading: Reading, year: int) -> None:
    told = Counter((r["CHILD"], r["REC"]) for r in rows(year, "Episodes") if r["REC"] not in ("", "X1"))
    first, last = date(year - 1, 4, 1), date(year, 3, 31)
    ended = Counter(
        (ledger.child.reference, period.episodes[-1].reason_ceased)
        for ledger in reading.ledgers
        for period in ledger.periods
        if period.ends and first <= period.ends <= last
    )
    assert ended == told


def test_a_zip_and_uploads_read_as_the_folder_does(reading: Reading) -> None:
    files = {p.relative_to(SAMPLE).as_posix(): p.read_bytes() for p in SAMPLE.rglob("*.csv")}
    assert read([Upload("all.zip", io.BytesIO(zipped(files)))]).ledgers == reading.ledgers
    assert read([Upload.of(name, content) for name, content in files.items()]).ledgers == reading.ledgers


def test_one_year_alone_is_dated_by_its_episodes() -> None:
    files = {f"{t}.csv": (SAMPLE / "2024" / f"{t}.csv").read_bytes() for t in ("Header", "Episodes")}
    reading = read([Upload.of(name, content) for name, content in files.items()])
    assert not reading.refused
    assert [(f.table, f.year, f.year_from) for f in reading.files] == [
        ("Episodes", 2024, "dates"),
        ("Header", 2024, "Episodes"),
    ]


def test_progress_only_goes_on_and_ends_at_the_whole() -> None:
    heard: list[Progress] = []
    read(SAMPLE, progress=heard.append)
    done = [progress.done for progress in heard]
    assert done == sorted(done)
    assert (
        heard[-1].done
        == heard[-1].of
        == sum(
            (SAMPLE / str(year) / f"{table}.csv").stat().st_size
            for year in YEARS
            for table in ("Header", "Episodes", *BESIDE)
        )
    )
    assert len({progress.file for progress in heard}) == 6 * 7
