"""Six years of returns in, out again and into an empty installation: the same ledger, the same figures, the same files."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.installations import Embedded, Team, a_folder, wait_for
from tests.journey.figures import KEPT, load, told_in_series
from tests.journey.test_six_years import AUTHORITY, FIRST, LAST, SAMPLE, SOME_DAYS, WHO

YEARS = range(2021, 2027)
WHOSE = "JOIN statutory_details s USING (child)"
LEDGER: Mapping[str, tuple[str, str]] = {
    "children": (
        "referrals",
        (
            "SELECT local_reference, born, sex, ethnicity, uasc, upn, home_postcode, mother, own_child_born FROM child"
            " WHERE authority = $1 ORDER BY 1"
        ),
    ),
    "episodes": (
        "placements",
        (
            "SELECT s.reference, decom, year, rne, ls, cin, place, place_provider, dec, rec, reason_place_change, home_post,"
            f" pl_post, urn FROM episodes e {WHOSE} WHERE e.authority = $1 ORDER BY 1, 2"
        ),
    ),
    "placements": (
        "placements",
        (
            "SELECT s.reference, starts, ends, status, purpose, type, sector, urn, same_carer, postcode, outward,"
            f" miles_tenths, location, reason FROM placements p {WHOSE} WHERE p.authority = $1 ORDER BY 1, 2, 3"
        ),
    ),
    "periods": (
        "placements",
        (
            "SELECT s.reference, started, start_known, ended, reason, annulled, ARRAY(SELECT ROW(l.starts, l.status) FROM"
            f" legal_statuses l WHERE l.period = c.period ORDER BY 1) FROM care_periods c {WHOSE} WHERE c.authority = $1"
            " ORDER BY 1, 2"
        ),
    ),
}


@pytest.fixture
async def empty() -> AsyncIterator[Team]:
    """Another installation, of which nobody knows anything."""
    with a_folder() as folder:
        house = Embedded(folder)
        try:
            wait_for(house)
            team = Team(house)
            yield team
            await team.close()
        finally:
            house.stop()


async def ledger(team: Team) -> dict[str, list[Any]]:
    """Everything that is kept of the authority's children, but for what it is called inside."""
    found = {}
    for name, (service, sql) in LEDGER.items():
        connection = await asyncpg.connect(team.installation.database_url(service))
        found[name] = [tuple(row) for row in await connection.fetch(sql, AUTHORITY)]
        await connection.close()
    return found


async def given_out(team: Team, folder: Path) -> dict[str, bytes]:
    """Every year's return, unpacked into a folder; answers the files."""
    files: dict[str, bytes] = {}
    for year in YEARS:
        answer = await team[WHO].get(f"/placements/returns/years/{year}")
        assert answer.is_success, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            archive.extractall(folder)
            files |= {name: archive.read(name) for name in archive.namelist()}
    return files


async def test_six_years_in_out_and_in_are_the_same_ledger_the_same_figures_and_the_same_files(
    undisturbed: Team, empty: Team, tmp_path: Path
) -> None:
    await load(undisturbed, WHO, SAMPLE)
    files = await given_out(undisturbed, tmp_path / "out")
    await load(empty, WHO, tmp_path / "out")

    ours, theirs = await ledger(undisturbed), await ledger(empty)
    assert {name: len(rows) for name, rows in ours.items()} == {name: len(rows) for name, rows in theirs.items()}
    assert all(len(rows) > 2_000 for rows in ours.values())
    for name, rows in ours.items():
        assert [pair for pair in zip(rows, theirs[name], strict=True) if pair[0] != pair[1]] == [], name

    figures = [await told_in_series(team, WHO, FIRST, LAST, KEPT) for team in (undisturbed, empty)]
    days = set(SOME_DAYS)
    before, after = ({key: told for key, told in found.items() if key[2] in days} for found in figures)
    assert len(before) == len(KEPT) * len(SOME_DAYS)
    assert after == before

    assert await given_out(empty, tmp_path / "again") == files
