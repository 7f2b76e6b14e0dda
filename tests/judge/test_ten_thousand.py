"""Ten thousand children in care, given out and judged: with its time."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from deploy.judge.asking import opinion
from services.placements.service import SERVICE
from shared.identity.person import Role
from shared.ssda903.shape import Header, Return, TableRow
from tests.alone import alone
from tests.judge.recording import record
from tests.judge.sample import AUTHORITY, OFSTED, sample

CHILDREN = 10_000
YEARS = (2025, 2026)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_in_care_are_judged_clean(fresh_database, tmp_path: Path) -> None:
    looked_after = {episode.child for episode in sample(2026).episodes if episode.dec is None}
    times = -(-CHILDREN // len(looked_after))
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as placements:
        placements.clock.at = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
        begun = perf_counter()
        await record(placements, [_as_often(sample(year), times) for year in YEARS], seconds=1800)
        loaded = perf_counter()
        zips = []
        for year in YEARS:
            answer = await placements.of(AUTHORITY, Role.ANALYST).get(f"/placements/returns/years/{year}")
            zips.append(tmp_path / f"{year}.zip")
            zips[-1].write_bytes(answer.content)
    given = perf_counter()
    said = await opinion(2026, AUTHORITY, zips[1], zips[0], OFSTED)
    print(
        f"{times * len(looked_after):,} in care on 31 March 2026: loaded in {loaded - begun:.0f} s,"
        f" two years given out in {given - loaded:.0f} s, judged in {said.seconds:.0f} s"
    )
    assert dict(said.marked) == {}
    assert said.clean


def _as_often(given: Return, times: int) -> Return:
    """The same children again and again, under other references and pupil numbers."""
    tables = {
        table: [_renamed(row, number) for number in range(times) for row in rows]
        for table, rows in given.tables.items()
    }
    return replace(given, tables=tables)


def _renamed(row: TableRow, number: int) -> TableRow:
    child = f"{number:02d}{row.child}"
    if isinstance(row, Header) and row.upn and not row.upn.startswith("UN"):
        return replace(row, child=child, upn=f"A{child:0>11}1")
    return replace(row, child=child)
