"""A social worker follows a child into a home and out of it, in a real Chromium: keyboard alone, with script and without."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.browsing import NARROW, WIDE, pictured, press, signed_in
from tests.installations import Embedded, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, today
from tests.waiting import until

LIVES = "/placements/lives"


@pytest.fixture
async def team(embedded: Embedded) -> AsyncIterator[Team]:
    gathered = Team(embedded)
    yield gathered
    await gathered.close()


async def offered(team: Team, name: str) -> tuple[str, str, str]:
    """A home is offered for a new child: `referral`, `child`, `offer`."""
    await a_provider(team)
    vacancy = (await a_vacancy(team, name=name))["vacancy"]
    referral, child = await a_referral(team)
    asked = {"referral": referral, "child": child, "vacancy": vacancy}

    async def heard() -> bool:
        return (await team["placements-officer"].post("/placements/offers", json=asked)).status_code in (201, 409)

    await until(heard)
    told = await team.does("placements-officer", "GET", f"/placements/offers?referral={referral}")
    terms = {"weekly_pence": 395_000, "available_from": str(today())}
    await team.does("provider", "POST", f"/placements/offers/{told[0]['offer']}/offer", terms)
    return referral, child, told[0]["offer"]


async def shows(page: Page, words: str) -> None:
    """Others' facts come by events: the page is loaded again until it has heard."""

    async def heard() -> bool:
        await page.reload()
        return words in await page.locator("main").inner_text()

    await until(heard)


async def lives_there(page: Page, team: Team, offer: str) -> None:
    """The officer books, and the social worker records the arrival, with an empty form first."""
    await team.does("placements-officer", "POST", f"/placements/offers/{offer}/accept", {})
    booked = await team.does(
        "placements-officer", "POST", "/placements/bookings", {"offer": offer, "starts": str(today())}
    )
    await page.goto(page.url.partition("/placements")[0] + f"{LIVES}/placements/{booked['placement']}/arrival")
    await shows(page, "from")
    await page.get_by_label("Day", exact=True).fill("")
    await press(page, "Record the arrival")
    assert await page.locator(".govuk-error-summary").get_by_text("Enter a real date").count() == 1
    await pictured(page, "arrival-error")
    await page.get_by_label("Day", exact=True).fill(str(today().day))
    await press(page, "Record the arrival")


async def adds_a_place(page: Page) -> None:
    """An empty form first, then a place that matters, and back to the child."""
    await press(page, "Add an important place", "link")
    await press(page, "Add this place")
    await pictured(page, "places-error")
    await page.get_by_label("Family or friends").press("Space")
    await page.get_by_label("What is its postcode?").fill("SW1A 1AA")
    await press(page, "Add this place")
    await pictured(page, "places")
    await press(page, "Robin Ash", "link")
    await pictured(page, "about-child")


@pytest.mark.parametrize(
    ("script", "viewport"), [(True, WIDE), (False, NARROW)], ids=["with script, wide", "without script, narrow"]
)
async def test_a_social_worker_agrees_records_an_arrival_and_asks_for_a_move_by_keyboard_alone(
    browser: Browser, embedded: Embedded, team: Team, script: bool, viewport: ViewportSize
) -> None:
    name = f"Rowan {'Court' if script else 'Lodge'}"
    referral, child, offer = await offered(team, name)
    page = await signed_in(browser, embedded, "Sam Okafor", script=script, viewport=viewport)
    await page.goto(f"{embedded.url}/referrals/desk/{referral}")
    await shows(page, "1 invitation or offer is out")
    await press(page, "Say what you think of the homes offered")
    await pictured(page, "homes-offered")
    await press(page, f"Agree or object to {name}")
    await press(page, "Save")
    assert await page.locator(".govuk-error-summary").get_by_text("Say whether you agree.").count() == 1
    await page.get_by_label("Yes").press("Space")
    await pictured(page, "opinion")
    await press(page, "Save")
    await lives_there(page, team, offer)
    assert f"Lives at {name}" in await page.locator("main").inner_text()
    if script:  # the browser asks referrals who the child is; without it the reference leads there
        await page.get_by_role("link", name="Robin Ash").first.wait_for()
    await pictured(page, "homes-and-care")
    await press(page, "It may not last", "link")
    await page.get_by_label("Conflict in the home").press("Space")
    await pictured(page, "fear")
    await press(page, "Save")
    await press(page, "Children", "link") if script else await page.goto(f"{embedded.url}{LIVES}")
    await pictured(page, "where-children-live")
    await page.goto(f"{embedded.url}{LIVES}/{child}")
    await press(page, "The child left", "link")
    await pictured(page, "ending")
    await press(page, "Cancel", "link")
    await press(page, "Ask for a move")
    assert "Some answers are filled in from referral" in await page.locator("main").inner_text()
    await pictured(page, "tasks-known")
    await page.goto(f"{embedded.url}/referrals/desk/children/{child}")
    await adds_a_place(page)
    await page.context.close()
