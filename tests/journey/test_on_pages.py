"""Journeys that people make in their browsers, several of them at once, in both modes."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browsing import looked_at, press, shows, signed_in
from tests.installations import Installation, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, today
from tests.waiting import until

DESK = "/placements/desk"
SCRIPTED = 300
"""Seconds a journey may take on a busy machine."""


async def a_day(page: Page, name: str, on: date) -> None:
    for field, said in (("", on.day), ("-month", on.month), ("-year", on.year)):
        await page.locator(f"#{name}{field}").fill(str(said))


async def posts(provider: Page, here: str, home: str, name: str) -> None:
    """A provider posts a vacancy, a question a page."""
    await provider.goto(f"{here}/providers/desk/homes/{home}")
    await shows(provider, name)
    await press(provider, "Post a vacancy here")
    await provider.get_by_label("Place 1").press("Space")
    await press(provider, "Save and continue")
    await a_day(provider, "available_from", today() - timedelta(days=30))
    await press(provider, "Save and continue")
    await provider.get_by_label("What does it cost a week?").fill("3,950")
    for _ in range(2):
        await press(provider, "Save and continue")
    await press(provider, "Post this vacancy")
    assert await provider.locator("h1").inner_text() == f"Vacancy at {name}"


async def asks(officer: Page, here: str, referral: str, *names: str) -> None:
    """An officer asks some homes."""
    await officer.goto(f"{here}{DESK}/referrals/{referral}?stage=ask")
    for name in names:
        await shows(officer, name)
    for name in names:
        await officer.get_by_label(name).press("Space")
    await press(officer, "Ask the chosen homes")


async def invited(provider: Page, here: str, name: str) -> None:
    """A provider opens what it is asked for one of its homes."""
    await provider.goto(f"{here}/placements/invited")
    await shows(provider, name)
    await provider.locator("li", has_text=name).get_by_role("link").first.click()
    await provider.wait_for_url("**/placements/invited/*")


async def offers(provider: Page, here: str, name: str) -> None:
    """A provider offers one of its homes."""
    await invited(provider, here, name)
    await press(provider, "Offer this home", "button")
    await provider.get_by_label("What does it cost a week?").fill("3950")
    await press(provider, "Send the offer")


async def a_home(team: Team, name: str) -> str:
    """One with a place, and no vacancy yet."""
    form: dict[str, Any] = {
        "name": name,
        "type": "K2",
        "area": "E09000033",
        "youngest": 8,
        "oldest": 17,
        "sexes": ["F", "M"],
    }
    form |= {"opened": str(today() - timedelta(days=400)), "places": [{"features": ["own_bedroom"]}]}
    opened = await team.does("provider", "POST", "/providers/homes", form)
    return str(opened["home"])


@pytest.mark.timeout(SCRIPTED)
async def test_a_vacancy_is_posted_and_a_child_comes_to_live_there(
    browser: Browser, installation: Installation, team: Team
) -> None:
    await a_provider(team)
    name, here = "Hawthorn House", installation.url
    home = await a_home(team, name)
    provider = await signed_in(browser, installation, "Hannah Price")
    await posts(provider, here, home, name)
    referral, _ = await a_referral(team)
    officer = await signed_in(browser, installation, "Priya Nair")
    await asks(officer, here, referral, name)
    await offers(provider, here, name)
    await shows(officer, "£3,950")
    await press(officer, f"Book {name}", "button")
    await press(officer, "Book this home")
    await shows(officer, "Confirmed")
    await looked_at(officer, "journey-placement")
    worker = await signed_in(browser, installation, "Sam Okafor")
    placement = officer.url.rpartition("/")[2].partition("?")[0]
    await worker.goto(f"{here}/placements/lives/placements/{placement}/arrival")
    await press(worker, "Record the arrival")
    assert f"Lives at {name}" in await worker.locator("main").inner_text()
    await provider.goto(f"{here}/placements/stays/{placement}")
    await shows(provider, "Give notice")
    for page in (provider, officer, worker):
        await page.context.close()


@pytest.mark.timeout(SCRIPTED)
async def test_no_frees_the_others_and_a_referral_withdrawn_takes_its_offers_along(
    browser: Browser, installation: Installation, team: Team
) -> None:
    await a_provider(team)
    here, names = installation.url, ("Medlar House", "Quince House")
    for name in names:
        await a_vacancy(team, name=name)
    referral, _ = await a_referral(team)
    officer = await signed_in(browser, installation, "Priya Nair")
    await asks(officer, here, referral, *names)
    provider = await signed_in(browser, installation, "Hannah Price")
    await invited(provider, here, names[0])
    await press(provider, "Say no", "button")
    await provider.get_by_label("Not staff enough").press("Space")
    await press(provider, "Say no")
    await offers(provider, here, names[1])
    await shows(officer, "£3,950")
    assert await officer.get_by_role("button", name=f"Book {names[1]}").count() == 1
    worker = await signed_in(browser, installation, "Sam Okafor")
    await worker.goto(f"{here}/referrals/desk/{referral}")
    await shows(worker, "offer is out")
    await press(worker, "Withdraw this referral", "link")
    await worker.get_by_label("Family or friends were found").press("Space")
    await press(worker, "Withdraw the referral")
    await officer.goto(f"{here}{DESK}/referrals/{referral}/offers")

    async def fallen() -> bool:
        await officer.reload()
        return not await officer.get_by_role("button", name=f"Book {names[1]}").count()

    await until(fallen)
    for page in (provider, officer, worker):
        await page.context.close()


@pytest.mark.timeout(SCRIPTED)
async def test_a_tile_moves_while_somebody_looks_at_it(
    browser: Browser, installation: Installation, team: Team
) -> None:
    commissioner = await signed_in(browser, installation, "Clare Donnelly")
    await commissioner.goto(f"{installation.url}/metrics")
    await commissioner.locator("#live", has_text="Live.").wait_for()
    tile = commissioner.locator('[data-measure="open_referrals"] .house-tile__value')
    before = await tile.inner_text()
    await a_referral(team)
    await commissioner.locator(
        f'[data-measure="open_referrals"] .house-tile__value:not(:text-is("{before}"))'
    ).wait_for()
    await looked_at(commissioner, "figures")
    await commissioner.context.close()
