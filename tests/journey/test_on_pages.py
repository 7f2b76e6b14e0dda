"""Journeys that people make in their browsers, several of them at once, in both modes."""

import pytest
from playwright.async_api import Browser, Page

from tests.browsing import looked_at, press, signed_in
from tests.installations import Installation, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, today
from tests.waiting import until


async def reloaded(page: Page, words: str) -> None:
    """Look again until the page says so."""

    async def says() -> bool:
        await page.reload()
        return words in await page.locator("main").inner_text()

    await until(says)


@pytest.mark.timeout(120)
async def test_a_child_is_asked_for_and_placed(browser: Browser, installation: Installation, team: Team) -> None:
    await a_provider(team)
    name = "Hawthorn House"
    await a_vacancy(team, name=name)
    referral, _ = await a_referral(team)
    officer = await signed_in(browser, installation, "Priya Nair")
    await officer.goto(f"{installation.url}/placements/desk/referrals/{referral}?stage=ask")
    await reloaded(officer, name)
    await officer.get_by_label(name).press("Space")
    await press(officer, "Ask the chosen homes")
    (offer,) = await team.does("placements-officer", "GET", f"/placements/offers?referral={referral}")
    form = {"weekly_pence": 395_000, "available_from": str(today())}
    await team.does("provider", "POST", f"/placements/offers/{offer['offer']}/offer", form)
    await officer.reload()
    await press(officer, f"Book {name}", "button")
    await press(officer, "Book this home")
    await looked_at(officer, "journey-placement")
    assert await officer.locator("h1").inner_text() == f"Placement at {name}"
