"""What people do on the pages of their desks, step by step and by keyboard, each in a window of their own."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browsing import press, shows, signed_in
from tests.installations import Installation, Team
from tests.journey.people import today

DESK = "/placements/desk"
PROVIDER, OFFICER, WORKER, COMMISSIONER = "Hannah Price", "Priya Nair", "Sam Okafor", "Clare Donnelly"
SCRIPTED = 300
"""Seconds a journey may take on a busy machine."""
IN_EVERY_WAY = pytest.mark.parametrize(
    ("installation", "script"),
    [("embedded", True), ("distributed", True), ("embedded", False)],
    ids=["embedded", "distributed", "without script"],
    indirect=["installation"],
)
"""In both modes, and with no script in anybody's browser."""
AtDesk = Callable[[str], Awaitable[Page]]


@pytest.fixture(scope="session")
def windows() -> dict[tuple[str, str, bool], Page]:
    """Who has signed in where, with script or without: once for all journeys."""
    return {}


@pytest.fixture
def script() -> bool:
    """Whether scripts run; who journeys without says so."""
    return True


@pytest.fixture
async def at_desk(
    chromium: Browser, windows: dict[tuple[str, str, bool], Page], installation: Installation, script: bool
) -> AtDesk:
    """`await at_desk(name)`: somebody's window, signed in; the next journey goes on in it."""

    async def at(name: str) -> Page:
        key = (installation.url, name, script)
        if key not in windows:
            windows[key] = await signed_in(chromium, installation, name, script=script)
        return windows[key]

    return at


async def a_home(team: Team, name: str, places: int = 1) -> str:
    """One with places, and no vacancy yet."""
    form: dict[str, Any] = {
        "name": name,
        "type": "K2",
        "area": "E09000033",
        "youngest": 8,
        "oldest": 17,
        "sexes": ["F", "M"],
    }
    places_of_their_own = [{"features": ["own_bedroom"]}] * places
    form |= {"opened": str(today() - timedelta(days=400)), "places": places_of_their_own}
    opened = await team.does("provider", "POST", "/providers/homes", form)
    return str(opened["home"])


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
    """A provider opens the first of what it is asked for one of its homes."""
    await provider.goto(f"{here}/placements/invited")
    await shows(provider, name)
    await provider.locator("li", has_text=name).get_by_role("link").first.press("Enter")
    await provider.wait_for_url("**/placements/invited/*")


async def offers(provider: Page, here: str, name: str) -> None:
    """A provider offers one of its homes."""
    await invited(provider, here, name)
    await press(provider, "Offer this home", "button")
    await provider.get_by_label("What does it cost a week?").fill("3950")
    await press(provider, "Send the offer")


async def declines(provider: Page, here: str, name: str) -> None:
    """A provider says no for one of its homes, and why."""
    await invited(provider, here, name)
    await press(provider, "Say no", "button")
    await provider.get_by_label("Not staff enough").press("Space")
    await press(provider, "Say no")
