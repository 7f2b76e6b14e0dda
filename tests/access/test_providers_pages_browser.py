"""A provider at work in a real Chromium: by keyboard alone, with script and without, wide and narrow."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize

from deploy.people import DEMONSTRATION_SECRET
from services.providers.pages.keys import SAMPLE
from shared.identity.demonstration import DEMONSTRATION
from tests.browsing import NARROW, WIDE, looked_at, press, signed_in
from tests.installations import Embedded, Team
from tests.journey.people import a_provider, a_vacancy
from tests.unit.test_pictures import a_picture
from tests.waiting import until

DESK = "/providers/desk"


@pytest.fixture
async def team(embedded: Embedded) -> AsyncIterator[Team]:
    gathered = Team(embedded)
    yield gathered
    await gathered.close()


async def at_work(browser: Browser, embedded: Embedded, team: Team, *, script: bool, viewport: ViewportSize) -> Page:
    """The provider's person at the desk, once the demonstration's sign-in is known to belong to the provider."""
    homes = await team.does("provider", "GET", "/providers/homes")
    form = {"issuer": DEMONSTRATION.url, "person": "provider"}
    await team["administrator"].post(f"/providers/{homes[0]['provider']}/people", json=form)  # refused if done before
    page = await signed_in(browser, embedded, "Hannah Price", script=script, viewport=viewport)

    async def let_in() -> bool:
        await page.goto(f"{embedded.url}{DESK}")
        return await page.locator("h1").inner_text() == "Your homes"

    await until(let_in)
    return page


@pytest.mark.parametrize(
    ("script", "viewport"), [(True, WIDE), (False, NARROW)], ids=["with script, wide", "without script, narrow"]
)
async def test_a_provider_posts_confirms_and_looks_after_homes_by_keyboard_alone(
    browser: Browser, embedded: Embedded, team: Team, tmp_path: Path, script: bool, viewport: ViewportSize
) -> None:
    await a_provider(team)
    name = f"Rowan {'Court' if script else 'Lodge'}"
    made = await a_vacancy(team, name=name, places=3)
    home = f"{embedded.url}{DESK}/homes/{made['home']}"
    page = await at_work(browser, embedded, team, script=script, viewport=viewport)
    await looked_at(page, "provider-desk")
    await press(page, f"3 places at {name}")
    assert "confirmed today" in await page.locator("main").inner_text()
    await page.goto(home)
    await looked_at(page, "provider-home")
    await posts_a_vacancy(page, name)
    await page.goto(home)
    await takes_a_place_out_of_service(page)
    await page.goto(f"{embedded.url}{DESK}/upload")
    await uploads_a_file(page, name, tmp_path)
    await page.goto(f"{home}/welcome")
    await tells_of_the_home(page, tmp_path)
    for path in ("occupancy", "keys"):
        await page.goto(f"{embedded.url}{DESK}/{path}")
        await looked_at(page, f"provider-{path}")
    await page.context.close()


async def posts_a_vacancy(page: Page, name: str) -> None:
    await press(page, "Post a vacancy here")
    await press(page, "Save and continue")
    assert await page.locator(".govuk-error-summary").get_by_text("Choose at least one place.").count() == 1
    await looked_at(page, "provider-step-error")
    await page.get_by_label("Place 2").press("Space")
    await press(page, "Save and continue")
    await a_day(page, "available_from", "1", "4", "2027")
    await looked_at(page, "provider-when")
    await press(page, "Save and continue")
    await page.get_by_label("What does it cost a week?").fill("4,100")
    await press(page, "Save and continue")
    await looked_at(page, "provider-whom")
    await press(page, "Save and continue")
    await looked_at(page, "provider-check")
    await press(page, "Post this vacancy")
    assert await page.locator("h1").inner_text() == f"Vacancy at {name}"
    await looked_at(page, "provider-vacancy")


async def takes_a_place_out_of_service(page: Page) -> None:
    await press(page, "Take a place out of service", "link")
    await page.get_by_label("Place 3").press("Space")
    await a_day(page, "starts", "1", "12", "2026")
    await page.get_by_label("Repairs").press("Space")
    await looked_at(page, "provider-out")
    await press(page, "Take it out of service")
    await looked_at(page, "provider-home-out")


async def uploads_a_file(page: Page, name: str, folder: Path) -> None:
    """With a place that is not there and a home that is nobody's."""
    file = folder / "vacancies.csv"
    file.write_text(f"home,places,available_from,weekly_pounds\n{name},9,2027-04-01,3810\nElsewhere,,soon,x\n")
    await page.get_by_label("A CSV file").set_input_files(file)
    await press(page, "Upload the file")
    assert "Nothing of it was taken in." in await page.locator(".govuk-error-summary").inner_text()
    await looked_at(page, "provider-upload-error")


async def tells_of_the_home(page: Page, folder: Path) -> None:
    await press(page, "Save these words")
    assert await page.locator(".govuk-error-summary").get_by_text("Write a few words").count() == 1
    await page.get_by_label("Hello", exact=True).fill("Hello! We have a garden and a dog called Bramble.")
    await press(page, "Save these words")
    kitchen = folder / "kitchen.png"
    kitchen.write_bytes(a_picture("PNG", (600, 400)))
    await page.get_by_label("Add a picture").set_input_files(kitchen)
    await page.get_by_label("What does it show?").fill("The kitchen with its long table")
    await press(page, "Add the picture")
    shown = page.get_by_alt_text("The kitchen with its long table")
    await shown.scroll_into_view_if_needed()
    await until(lambda: loaded(shown))
    await looked_at(page, "provider-welcome")


async def loaded(picture: Locator) -> bool:
    return bool(await picture.evaluate("picture => picture.complete && picture.naturalWidth === 600"))


async def a_day(page: Page, name: str, day: str, month: str, year: str) -> None:
    for field, said in ((name, day), (f"{name}-month", month), (f"{name}-year", year)):
        await page.locator(f"#{field}").fill(said)


async def test_the_example_that_the_page_shows_posts_and_confirms(
    embedded: Embedded, team: Team, tmp_path: Path
) -> None:
    await a_provider(team)
    made = await a_vacancy(team, name="Yew Lodge")
    (tmp_path / "vacancies.csv").write_text(f"home,available_from,weekly_pounds\n{made['home']},2027-05-01,4321\n")
    own = {"HERE": embedded.url, "SECRET": DEMONSTRATION_SECRET}
    command = ["sh", str(SAMPLE)]
    done = subprocess.run(
        command, env={**os.environ, **own}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    posted, confirmed, offered = map(json.loads, filter(None, done.stdout.splitlines()))
    assert [one["weekly_pence"] for one in posted] == [432_100]
    assert {one["vacancy"] for one in posted} <= {one["vacancy"] for one in confirmed}
    assert {one["version"] for one in offered if one["vacancy"] == posted[0]["vacancy"]} == {2}
