"""A provider answers what it is asked and follows a child through its home, in a real Chromium, by keyboard alone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from shared.identity.demonstration import DEMONSTRATION
from tests.browsing import NARROW, WIDE, looked_at, pictured, press, shows, signed_in
from tests.installations import Embedded, Team
from tests.journey.people import a_provider, a_referral, a_vacancy, today
from tests.waiting import until

INVITED, STAYS = "/placements/invited", "/placements/stays"


@pytest.fixture
async def team(embedded: Embedded) -> AsyncIterator[Team]:
    gathered = Team(embedded)
    yield gathered
    await gathered.close()


async def invited(team: Team, name: str) -> str:
    """A home of the provider's is asked for a new child: the offer."""
    await a_provider(team)
    vacancy = (await a_vacancy(team, name=name))["vacancy"]
    referral, child = await a_referral(team)
    asked = {"referral": referral, "child": child, "vacancy": vacancy}

    async def heard() -> bool:
        return (await team["placements-officer"].post("/placements/offers", json=asked)).status_code in (201, 409)

    await until(heard)
    told = await team.does("placements-officer", "GET", f"/placements/offers?referral={referral}")
    await signs_in_here(team, told[0]["provider"])
    return str(told[0]["offer"])


async def signs_in_here(team: Team, provider: str) -> None:
    """The same person by the demonstration's sign-in, known to every service."""
    form = {"issuer": DEMONSTRATION.url, "person": "provider"}
    await team["administrator"].post(f"/providers/{provider}/people", json=form)  # refused where it was done before


async def booked(team: Team, offer: str) -> str:
    """The authority chooses and books it: the placement."""
    await team.does("placements-officer", "POST", f"/placements/offers/{offer}/accept", {})
    form = {"offer": offer, "starts": str(today())}
    placement = str((await team.does("placements-officer", "POST", "/placements/bookings", form))["placement"])

    async def confirmed() -> bool:
        return bool((await team.does("placements-officer", "GET", f"/placements/{placement}"))["status"] == "confirmed")

    await until(confirmed)
    return placement


async def offers(page: Page) -> None:
    """An offer without a price is sent back, and one with conditions is sent."""
    await press(page, "Offer this home", "button")
    await pictured(page, "offer")
    await page.get_by_label("What does it cost a week?").fill("")
    await press(page, "Send the offer")
    assert await page.locator(".govuk-error-summary").get_by_text("Enter what it costs a week.").count() == 1
    await pictured(page, "offer-error")
    await page.get_by_label("What does it cost a week?").fill("3950")
    await page.get_by_label("What does it depend on?").fill("An extra worker at night for the first month.")
    await press(page, "Send the offer")
    await pictured(page, "offered")


async def follows(page: Page, here: str, placement: str, *, script: bool) -> None:
    """The child is known by now, comes, and is to leave again."""
    await page.goto(f"{here}{STAYS}")
    await page.goto(f"{here}{STAYS}/{placement}")
    if script:
        await page.get_by_role("link", name="Robin Ash").wait_for()
    await looked_at(page, "expected")
    await press(page, "The child came", "button")
    await pictured(page, "came")
    await press(page, "Say that the child came")
    assert "You said that the child came" in await page.locator("main").inner_text()
    await pictured(page, "told")


async def lives_there(team: Team, page: Page, placement: str) -> None:
    await team.does("social-worker", "POST", f"/placements/{placement}/start", {"on": str(today())})
    await page.reload()
    await press(page, "Give notice", "link")
    await page.get_by_label("Year", exact=True).fill(str(today().year + 1))
    await page.get_by_label("Month", exact=True).fill("1")
    await page.get_by_label("Day", exact=True).fill("31")
    await press(page, "Give notice")
    assert await page.locator(".govuk-error-summary").get_by_text("Choose why.").count() == 1
    await pictured(page, "notice-error")
    await page.get_by_label("Why?").select_option("CREQO")
    await press(page, "Give notice")
    await pictured(page, "notice")


@pytest.mark.parametrize(
    ("script", "viewport"), [(True, NARROW), (False, WIDE)], ids=["with script, narrow", "without script, wide"]
)
async def test_a_provider_offers_receives_a_child_and_gives_notice_by_keyboard_alone(
    browser: Browser, embedded: Embedded, team: Team, script: bool, viewport: ViewportSize
) -> None:
    name = f"Rowan {'Court' if script else 'Lodge'}"
    offer, declined = await invited(team, name), await invited(team, f"{name} East")
    page = await signed_in(browser, embedded, "Hannah Price", script=script, viewport=viewport)
    await page.goto(f"{embedded.url}{INVITED}")
    await shows(page, name)
    await looked_at(page, "invitations")
    await page.goto(f"{embedded.url}{INVITED}/{declined}")
    await press(page, "Say no", "button")
    await press(page, "Say no")
    await pictured(page, "decline-error")
    await page.get_by_label("Not staff enough").press("Space")
    await press(page, "Say no")
    await pictured(page, "declined")
    await page.goto(f"{embedded.url}{INVITED}/{offer}")
    await looked_at(page, "invitation")
    await offers(page)
    await page.goto(f"{embedded.url}{INVITED}/answered")
    await looked_at(page, "answered")
    placement = await booked(team, offer)
    await follows(page, embedded.url, placement, script=script)
    await page.goto(f"{embedded.url}{STAYS}")
    await looked_at(page, "stays")
    await page.goto(f"{embedded.url}{STAYS}/{placement}")
    await lives_there(team, page, placement)
    await page.context.close()
