"""A placements officer finds a child a home, in a real Chromium: keyboard alone, with script and without, wide and narrow."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ViewportSize

from tests.browsing import NARROW, WIDE, looked_at, press, signed_in
from tests.installations import Embedded, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, today
from tests.waiting import until

DESK = "/placements/desk"


@pytest.fixture
async def team(embedded: Embedded) -> AsyncIterator[Team]:
    gathered = Team(embedded)
    yield gathered
    await gathered.close()


async def offered(team: Team, referral: str) -> None:
    """The provider answers."""
    (offer,) = await team.does("placements-officer", "GET", f"/placements/offers?referral={referral}")
    form = {"weekly_pence": 395_000, "available_from": str(today())}
    await team.does("provider", "POST", f"/placements/offers/{offer['offer']}/offer", form)


async def heard_of(team: Team, referral: str, vacancy: str) -> None:
    path = f"/placements/referrals/{referral}/candidates?vacancy={vacancy}"

    async def heard() -> bool:
        told = await team["placements-officer"].get(path)
        return told.is_success and bool(told.json()["possible"])

    await until(heard)


@pytest.mark.parametrize(
    ("script", "viewport"), [(True, WIDE), (False, NARROW)], ids=["with script, wide", "without script, narrow"]
)
async def test_an_officer_finds_asks_compares_and_books_by_keyboard_alone(
    browser: Browser, embedded: Embedded, team: Team, script: bool, viewport: ViewportSize
) -> None:
    await a_provider(team)
    name = f"Alder {'Court' if script else 'Lodge'}"
    vacancy = (await a_vacancy(team, name=name))["vacancy"]
    referral, _ = await a_referral(team)
    await heard_of(team, referral, vacancy)
    page = await signed_in(browser, embedded, "Priya Nair", script=script, viewport=viewport)
    await press(page, "Homes to find", "link") if script else await page.goto(f"{embedded.url}{DESK}")
    await looked_at(page, "queue")
    await page.goto(f"{embedded.url}{DESK}/referrals/{referral}?stage=ask")
    await press(page, "Ask the chosen homes")
    assert await page.locator(".govuk-error-summary").get_by_text("Choose at least one home to ask.").count() == 1
    await looked_at(page, "referral-error")
    await page.get_by_label(name).press("Space")
    await looked_at(page, "referral")
    await press(page, "Ask the chosen homes")
    await looked_at(page, "asked")
    await offered(team, referral)
    await page.reload()
    await looked_at(page, "offers")
    await press(page, f"Book {name}", "button")
    await looked_at(page, "book")
    await press(page, "Book this home")
    await looked_at(page, "placement")
    assert await page.locator("h1").inner_text() == f"Placement at {name}"
    assert "Confirmed" in await page.locator("main").inner_text()
    await page.context.close()
