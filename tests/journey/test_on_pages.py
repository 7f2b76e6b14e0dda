"""Journeys that people make in their browsers, several of them at once, in both modes: a vacancy, a home, a figure."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browsing import looked_at, press, shows
from tests.installations import Installation, Team
from tests.journey.desks import (
    COMMISSIONER,
    DESK,
    IN_EVERY_WAY,
    OFFICER,
    PROVIDER,
    SCRIPTED,
    WORKER,
    AtDesk,
    a_home,
    asks,
    offers,
    posts,
)
from tests.journey.people import a_provider, a_referral

HEADER = "home,places,available_from,weekly_pounds"


@pytest.mark.timeout(SCRIPTED)
@IN_EVERY_WAY
async def test_a_vacancy_is_posted_and_a_child_comes_to_live_there(
    installation: Installation, team: Team, at_desk: AtDesk, script: bool
) -> None:
    await a_provider(team)
    name, here = "Hawthorn House" if script else "Hawthorn Lodge", installation.url
    home = await a_home(team, name)
    provider = await at_desk(PROVIDER)
    await posts(provider, here, home, name)
    referral, _ = await a_referral(team)
    officer = await at_desk(OFFICER)
    await asks(officer, here, referral, name)
    await offers(provider, here, name)
    await shows(officer, "£3,950")
    await press(officer, f"Book {name}", "button")
    await press(officer, "Book this home")
    await shows(officer, "Confirmed")
    await looked_at(officer, "journey-placement")
    worker = await at_desk(WORKER)
    placement = officer.url.rpartition("/")[2].partition("?")[0]
    await worker.goto(f"{here}/placements/lives/placements/{placement}/arrival")
    await press(worker, "Record the arrival")
    assert f"Lives at {name}" in await worker.locator("main").inner_text()
    await provider.goto(f"{here}/placements/stays/{placement}")
    await shows(provider, "Give notice")


async def rows_at_fault(page: Page) -> set[tuple[str, ...]]:
    """Row and column of everything that is wrong with a file."""
    rows = page.locator("table", has_text="What is wrong").locator("tbody tr")
    return {tuple((await row.locator("th, td").all_inner_texts())[:2]) for row in await rows.all()}


@pytest.mark.timeout(SCRIPTED)
async def test_vacancies_of_a_file_are_on_offer_once_its_rows_are_put_right(
    installation: Installation, team: Team, at_desk: AtDesk, tmp_path: Path
) -> None:
    await a_provider(team)
    here, names = installation.url, ("Damson House", "Mulberry House")
    for name in names:
        await a_home(team, name, places=2)
    provider, file = await at_desk(PROVIDER), tmp_path / "vacancies.csv"
    await provider.goto(f"{here}/providers/desk/upload")
    file.write_text(f"{HEADER}\n{names[0]},9,2026-04-01,4210\n{names[1]},,soon,4320\n")
    await provider.get_by_label("A CSV file").set_input_files(file)
    await press(provider, "Upload the file")
    assert "Nothing of it was taken in." in await provider.locator(".govuk-error-summary").inner_text()
    assert await rows_at_fault(provider) == {("2", "places"), ("3", "available_from")}
    await looked_at(provider, "journey-file-wrong")
    file.write_text(f"{HEADER}\n{names[0]},1,2026-04-01,4210\n{names[1]},,2026-04-01,4320\n")
    await provider.get_by_label("The file, put right").set_input_files(file)
    await press(provider, "Upload the file")
    assert "The file is taken in." in await provider.locator("main").inner_text()
    await looked_at(provider, "journey-file-right")
    await provider.goto(f"{here}/providers/desk")
    assert await provider.get_by_text(f"1 place at {names[0]}").count() > 0
    assert await provider.get_by_text(f"2 places at {names[1]}").count() > 0
    referral, _ = await a_referral(team)
    officer = await at_desk(OFFICER)
    await officer.goto(f"{here}{DESK}/referrals/{referral}?stage=ask")
    for price in ("£4,210", "£4,320"):
        await shows(officer, price)


@pytest.mark.timeout(SCRIPTED)
async def test_a_tile_moves_while_somebody_looks_at_it(installation: Installation, team: Team, at_desk: AtDesk) -> None:
    commissioner = await at_desk(COMMISSIONER)
    await commissioner.goto(f"{installation.url}/metrics")
    await commissioner.locator("#live", has_text="Live.").wait_for()
    tile = commissioner.locator('[data-measure="open_referrals"] .house-tile__value')
    before = await tile.inner_text()
    await a_referral(team)
    await commissioner.locator(
        f'[data-measure="open_referrals"] .house-tile__value:not(:text-is("{before}"))'
    ).wait_for()
    await looked_at(commissioner, "figures")
