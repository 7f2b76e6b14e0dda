"""Returns that come late, twice and out of order, and a correction afterwards: figures follow, and what was known stays.

The authority is a small one, with every tenth of the sample's children, and with some whom the sample does not have.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import pytest

from shared.geography import Geography
from shared.settings import Settings
from tests.independent.care import Placement
from tests.independent.counts import Return
from tests.installations import ROOT, Team
from tests.invented import invented
from tests.journey.figures import ALL, ask, counted, differences, load, rebuild, told
from tests.returns import Row

SAMPLE = ROOT / "deploy/samples/ssda903"
AUTHORITY, WHO, OFFICER = "E09000020", "southmere-commissioner", "southmere-placements-officer"
LAST = date(2026, 3, 31)
FIRST = date(2020, 4, 1)
SOME_DAYS = [FIRST + timedelta(days=n) for n in Random(903).sample(range((LAST - FIRST).days), 4)]
DAYS = [*SOME_DAYS, date(2023, 3, 31), date(2024, 2, 29), date(2025, 3, 31), LAST]
MISINFORMED = 2021
"""The year in which some dates of birth were wrong; the years after put them right."""
INVENTED = invented(903, 300)


@pytest.fixture
def returns(tmp_path: Path) -> Callable[..., Return]:
    """Some years of the small authority's returns in a folder of their own."""
    geography = Geography.kept_in(Settings().map_folder)

    def of(*years: int) -> Return:
        folder = tmp_path / "-".join(map(str, years))
        for year in years:
            for table, also in (("Header", headers), ("Episodes", episodes)):
                rewrite(SAMPLE / str(year) / f"{table}.csv", folder / str(year) / f"{table}.csv", partial(also, year))
        return Return(folder, AUTHORITY, geography)

    return of


def rewrite(source: Path, target: Path, change: Callable[[Iterable[Row]], Iterable[Row]]) -> None:
    with source.open(newline="") as file:
        rows = list(csv.DictReader(file))
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(change(rows))


def every_tenth(rows: Iterable[Row]) -> Iterable[Row]:
    return (row for row in rows if int(row["CHILD"]) % 10 == 0)


def episodes(year: int, rows: Iterable[Row]) -> Iterable[Row]:
    return chain(every_tenth(rows), *(child.rows(year) for child in INVENTED))


def headers(year: int, rows: Iterable[Row]) -> Iterable[Row]:
    few = every_tenth(rows)
    told = (child.header() for child in INVENTED if any(child.rows(year)))
    return chain(map(a_year_older, few) if year == MISINFORMED else few, told)


def a_year_older(row: Row) -> Row:
    start, _, year = row["DOB"].rpartition("/")
    return {**row, "DOB": f"{start.replace('29/02', '28/02')}/{int(year) - 1}"} if year > "2007" else row


async def holds(team: Team, files: Return, *, known_at: datetime | None = None) -> None:
    """Every figure is what the files say, as known now or at a moment."""
    also = {"known_at": known_at.isoformat()} if known_at else {}
    days = [day for day in DAYS if day >= files.coverage_start]
    assert differences(counted(files, days, ALL), await told(team, WHO, days, ALL, **also)) == []


async def test_returns_late_twice_and_out_of_order_and_a_correction(undisturbed: Team, returns: Any) -> None:
    middle, late, all_years = returns(2022, 2023, 2024, 2025), returns(2026), returns(*range(2021, 2027))

    await load(undisturbed, WHO, middle.folder)
    await holds(undisturbed, middle)
    before_the_late_one = datetime.now(UTC)
    await load(undisturbed, WHO, late.folder)
    await load(undisturbed, WHO, late.folder)
    await load(undisturbed, WHO, returns(2021).folder)
    await holds(undisturbed, all_years)
    await holds(undisturbed, middle, known_at=before_the_late_one)
    assert (await ask(undisturbed, WHO, "cla", as_at=DAYS[0]))["coverage_start"] == "2020-04-01"

    before_the_correction = datetime.now(UTC)
    corrected = await correct(undisturbed, all_years)
    await holds(undisturbed, corrected)
    assert differences(counted(corrected, DAYS, ALL), counted(all_years, DAYS, ALL)) != []
    await holds(undisturbed, all_years, known_at=before_the_correction)
    await holds(undisturbed, middle, known_at=before_the_late_one)

    await rebuild(undisturbed, WHO)
    await holds(undisturbed, corrected)
    await holds(undisturbed, all_years, known_at=before_the_correction)
    await holds(undisturbed, middle, known_at=before_the_late_one)


async def correct(team: Team, files: Return) -> Return:
    """An officer puts one placement right; answers the returns as they would have been without the mistake."""
    reference, placement = a_placement(files)
    lived_in = await team.does(OFFICER, "GET", f"/placements?as_at={LAST}")
    (found,) = (one for one in lived_in if one["type"] == "U6" and one["starts"] == str(placement.starts))
    form = {"version": found["version"], "type": "U4", "same_carer": True}
    await team.does(OFFICER, "POST", f"/placements/{found['placement']}/correct", form)

    def without_the_mistake(rows: Iterable[Row]) -> Iterable[Row]:
        wrong = {"CHILD": reference, "DECOM": f"{placement.starts:%d/%m/%Y}"}
        right = {"PLACE": "U4", "RNE": "T"}
        return ({**row, **right} if row.items() >= wrong.items() else row for row in rows)

    target = files.folder.with_name("corrected")
    copytree(files.folder, target)
    for year in target.iterdir():
        rewrite(year / "Episodes.csv", year / "Episodes.csv", without_the_mistake)
    return Return(target, files.authority, files.map)


def a_placement(files: Return) -> tuple[str, Placement]:
    """The first foster placement of the sample's that followed another and is still lived in."""
    everybody = ((child, one) for child in files.children for period in child.periods for one in period.placements[1:])
    found = ((child.reference, one) for child, one in everybody if one.type == "U6" and one.ends is None)
    return next((reference, one) for reference, one in found if reference.isdecimal())
