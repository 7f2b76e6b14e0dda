"""Five years of a made-up county, told to a running installation, given out again and judged beside the year before."""

import asyncio
from pathlib import Path

import httpx
import pytest

from deploy.county.authority import named
from deploy.county.people import teller_of
from deploy.county.play import County, latest_anchor, moved, play
from deploy.demo.asking import Asking
from deploy.judge.asking import CRASHES, opinion
from deploy.people import DEMONSTRATION_SECRET
from shared.clock import SystemClock
from shared.geography.kept import the_map
from shared.settings import Settings
from tests.installations import Team
from tests.judge.county import listed

SEED = 2018
YEARS = range(2023, 2027)
"""Those that are over and that the checker has rules for: of the five, the first is only what the second is held beside."""


@pytest.fixture(scope="module")
async def folder(undisturbed: Team, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every year's return, the one before the first, and Ofsted's list."""
    folder: Path = tmp_path_factory.mktemp("county")
    ask, clock = Asking(undisturbed["administrator"], DEMONSTRATION_SECRET), SystemClock()
    authority = moved(named("hertfordshire"), latest_anchor(clock.today()), years=5)
    county = County(ask, authority, SEED, clock, f"{undisturbed.installation.url}/issuer")
    told = await play(county, ask, lambda *_: None)
    assert told["children"] > 2_500
    (folder / "ofsted.xlsx").write_bytes(listed(county, await the_map(Settings().map_folder)))
    for year in (YEARS[0] - 1, *YEARS):
        (folder / f"{year}.zip").write_bytes(await given_out(ask, teller_of(authority), year))
    return folder


async def given_out(ask: Asking, person: str, year: int) -> bytes:
    headers = {"Authorization": f"Bearer {await ask.token(person)}"}
    answer: httpx.Response = await ask.client.get(f"/placements/returns/years/{year}", headers=headers, timeout=120)
    return answer.raise_for_status().content


@pytest.mark.soak
@pytest.mark.parametrize("year", YEARS)
async def test_a_year_of_a_made_up_county_is_clean(folder: Path, year: int) -> None:
    code = (await asyncio.to_thread(named, "hertfordshire")).code
    said = await opinion(year, code, folder / f"{year}.zip", folder / f"{year - 1}.zip", folder / "ofsted.xlsx")
    assert said.marked == {}
    assert said.crashed == CRASHES[year]
    assert len(said.ran) > 250
