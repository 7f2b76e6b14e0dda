"""Returns given out by the ledger, judged by the councils' own checker, each beside the year before."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.judge.asking import CRASHES, Opinion, opinion, whose
from deploy.postgres import Postgres
from services.placements.queries.ledgers import kept_for_return
from services.placements.returns.export import the_return
from services.placements.service import SERVICE
from shared.identity.person import Role
from shared.ssda903.shape import Episode
from tests.alone import Alone, alone
from tests.judge import history
from tests.judge.lives import LIVES
from tests.judge.recording import record
from tests.judge.sample import AUTHORITY, OFSTED, SAMPLE_YEARS, sample
from tests.servers import Databases

AFTER_ALL = datetime(2027, 6, 1, 12, 0, tzinfo=UTC)
Judged = Mapping[int, Opinion]


async def given_out(placements: Alone, year: int, **query: str) -> bytes:
    answer = await placements.of(AUTHORITY, Role.ANALYST).get(f"/placements/returns/years/{year}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


async def judged(placements: Alone, years: range, folder: Path, ofsted: Path) -> Judged:
    """What the judge says of each year but the first."""
    zips = {year: folder / f"{year}.zip" for year in years}
    for year, path in zips.items():
        path.write_bytes(await given_out(placements, year))
    asked = (opinion(year, AUTHORITY, zips[year], zips[year - 1], ofsted) for year in years[1:])
    return {said.year: said for said in await asyncio.gather(*asked)}


@pytest.fixture(scope="module")
async def databases(postgres: Postgres) -> AsyncIterator[Databases]:
    made = Databases(postgres)
    yield made
    await made.drop()


@pytest.fixture(scope="module")
async def the_sample(databases: Databases) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await databases.fresh(SERVICE.migrations)) as placements:
        placements.clock.at = AFTER_ALL
        await record(placements, [sample(year) for year in SAMPLE_YEARS])
        yield placements


@pytest.fixture(scope="module")
async def the_history(databases: Databases) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await databases.fresh(SERVICE.migrations)) as placements:
        placements.clock.at = AFTER_ALL
        await record(placements, [history.the_return(year) for year in history.YEARS])
        yield placements


async def test_the_sample_of_2025_and_2026_is_clean(the_sample: Alone, tmp_path: Path) -> None:
    said = await judged(the_sample, range(2024, 2027), tmp_path, OFSTED)
    for year, one in said.items():
        assert dict(one.marked) == {}, year
        assert one.crashed == CRASHES[year]
    assert set(said[2025].wrongly) == {"146", "202"}
    assert said[2026].wrongly == {}
    supported = [e for e in sample(2025).episodes if e.place == "K3"]
    assert len(said[2025].wrongly["146"]) == len(supported)


async def test_a_history_of_all_that_the_sample_lacks_is_clean_in_every_year(
    the_history: Alone, tmp_path: Path
) -> None:
    ofsted = tmp_path / "ofsted.xlsx"
    ofsted.write_bytes(history.ofsteds_list())
    said = await judged(the_history, history.YEARS, tmp_path, ofsted)
    assert {year: dict(one.marked) for year, one in said.items()} == {year: {} for year in history.YEARS[1:]}
    assert {year: one.crashed for year, one in said.items()} == {year: CRASHES[year] for year in said}
    assert all(one.clean for one in said.values())


async def test_the_judge_names_what_is_wrong(the_history: Alone, tmp_path: Path) -> None:
    """So that being clean means something: one wrong cell, and the rule that sees it."""
    wrong = tmp_path / "wrong"
    with zipfile.ZipFile(io.BytesIO(await given_out(the_history, 2026))) as archive:
        archive.extractall(wrong)
    episodes = wrong / "2026/Episodes.csv"
    episodes.write_text(episodes.read_text().replace(",N5,", ",N9,", 1))
    said = await opinion(2026, AUTHORITY, wrong)
    assert {row["CIN"] for row in said.marked["145"]} == {"N9"}
    assert not said.clean


async def test_what_goes_out_is_what_came_in(the_history: Alone) -> None:
    """The files that were loaded are those that are given out, for every year and table."""
    for year in history.YEARS:
        told = history.files(year)
        with zipfile.ZipFile(io.BytesIO(await given_out(the_history, year))) as archive:
            given = {name: archive.read(f"{year}/{name}").decode().splitlines() for name in told}
        for name, lines in told.items():
            assert given[name][0] == lines[0]
            assert sorted(given[name]) == sorted(lines), (year, name)


async def test_the_same_ledger_gives_the_same_bytes(the_history: Alone, tmp_path: Path) -> None:
    for form in ("csv", "xml"):
        first = await given_out(the_history, 2026, format=form)
        assert await given_out(the_history, 2026, format=form) == first
        path = tmp_path / f"{form}.zip"
        path.write_bytes(first)
        assert whose(path) == (2026, AUTHORITY)


async def test_the_xml_says_what_the_csv_says(the_history: Alone, tmp_path: Path) -> None:
    """As the judge reads it. 105 wants a 0 for every child who is not unaccompanied, which its reader makes a row of UASC."""
    path = tmp_path / "xml.zip"
    path.write_bytes(await given_out(the_history, 2026, format="xml"))
    said = await opinion(2026, AUTHORITY, path)
    assert set(said.marked) <= {"105"}


async def test_the_ledger_alone_says_what_the_return_told(the_history: Alone) -> None:
    """Placements, legal statuses and periods, without the episodes that were loaded: the same episodes follow."""
    async with the_history.database.writing() as session:
        kept = await kept_for_return(session, AUTHORITY)
    told = the_return(kept, AUTHORITY, 2026, AFTER_ALL.date())
    alone_ = the_return(replace(kept, told={}), AUTHORITY, 2026, AFTER_ALL.date())
    assert [told_by_nobody_else(e) for e in alone_.given.episodes] == [
        told_by_nobody_else(e) for e in told.given.episodes
    ]


def told_by_nobody_else(episode: Episode) -> Episode:
    """Without what only the return tells: category of need, and where the child lived before."""
    return replace(episode, cin=None, home_post=None)


async def test_every_child_whose_record_is_given_out_is_audited(the_history: Alone) -> None:
    before = await the_history.audited()
    await given_out(the_history, 2024)
    looked_after = {episode.child for episode in history.the_return(2024).episodes}
    assert (await the_history.audited())[len(before) :] == ["export return 2024", *["read child"] * len(looked_after)]


async def test_what_is_not_known_is_left_out_and_listed(databases: Databases) -> None:
    """Episodes and children alone, one of them without a reference: nothing else is made up."""
    lives = LIVES[2:4]
    bare = [history.only(history.the_return(year, lives), "Header", "Episodes") for year in history.YEARS]
    async with alone(SERVICE, await databases.fresh(SERVICE.migrations)) as placements:
        placements.clock.at = AFTER_ALL
        await record(placements, bare)
        async with placements.database.writing() as session:
            await session.run("UPDATE statutory_details SET reference = NULL WHERE reference = $1", lives[1].reference)
            await session.run("UPDATE children SET ethnicity = NULL")
        manifest = whats_in(await given_out(placements, 2023))
    nobody = [one for one in manifest["left_out"] if one["field"] == "CHILD"]
    assert len(nobody) == 1
    known = {(one["table"], one["field"]) for one in manifest["left_out"] if one["child"] == lives[0].reference}
    assert known == {("Header", "ETHNIC"), ("OC2", ""), ("Reviews", "")}
    assert (manifest["rows"]["Header"], manifest["rows"]["Reviews"], manifest["as_at"]) == (1, 0, "2023-03-31")


def whats_in(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("manifest.json"))
        return json.loads(archive.read(name))
