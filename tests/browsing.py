"""A real Chromium: somebody who signs in, presses things by keyboard, and finds every page accessible."""

import os
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from deploy.distributed import Distributed
from deploy.people import audience_of
from shared.identity.demonstration import CHARACTERS
from tests.installations import Installation
from tests.waiting import until

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ALONE = ["--disable-component-update", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
NARROW: ViewportSize = {"width": 320, "height": 640}
WIDE: ViewportSize = {"width": 1280, "height": 800}
PICTURES = os.environ.get("PICTURES")
"""A folder to keep screenshots in, for whoever wants to look at them."""
NUMBERS = re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9A-F]{4}-[0-9A-F]{4}\b|\d+")
"""What tells apart two pages that are otherwise the same: ids, references, times and figures."""
FAULTLESS: set[tuple[int, bytes]] = set()
"""Pages that axe found nothing on, by width and markup."""


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One for the whole run."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET + ALONE)
        yield launched
        await launched.close()


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """With nothing of another test in it: each has windows and cookies of its own, which go with it."""
    kept = list(chromium.contexts)
    yield chromium
    for context in chromium.contexts:
        if context not in kept:
            await context.close()


async def is_accessible(page: Page) -> None:
    """axe finds nothing (where scripts run, which it needs), and nothing needs sideways scrolling."""
    if await page.locator("body.js-enabled").count():
        await _finds_nothing(page)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


async def _finds_nothing(page: Page) -> None:
    """axe reads markup and colours: what it found no fault with at one width, it is not asked again but for numbers."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    markup = sha256(NUMBERS.sub("0", await page.content()).encode()).digest()
    if (width, markup) not in FAULTLESS:
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        FAULTLESS.add((width, markup))


async def looked_at(page: Page, name: str) -> None:
    """It is accessible, and there is a picture of it for whoever asked for pictures."""
    await is_accessible(page)
    await pictured(page, name)


async def pictured(page: Page, name: str) -> None:
    """A picture of it for whoever asked for pictures; where `press` led is looked at already."""
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


async def signed_in(
    browser: Browser, installation: Installation, name: str, *, script: bool = True, viewport: ViewportSize = WIDE
) -> Page:
    """Somebody of the demonstration's people in a browser of their own, on the page where their day begins."""
    context = await browser.new_context(java_script_enabled=script, viewport=viewport)
    page = await context.new_page()
    await page.goto(f"{installation.url}/sign-in")
    assert await page.locator("body.js-enabled").count() == int(script)
    if isinstance(installation, Distributed):
        await _at_their_organisation(page, name, installation.demonstration)
    else:
        async with page.expect_navigation():
            await page.get_by_role("button", name=f"Sign in as {name}").click()
    return page


async def _at_their_organisation(page: Page, name: str, secret: str) -> None:
    key, who = next((key, one) for key, one in CHARACTERS.items() if one.name == name)
    async with page.expect_navigation():
        await page.locator(f'main a[href^="/sign-in/{audience_of(who)}?"]').click()
    await page.get_by_label("Your name").select_option(key)
    await page.get_by_label("Secret", exact=True).fill(secret)
    await is_accessible(page)
    async with page.expect_navigation():
        await page.get_by_role("button", name="Sign in").click()


async def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    """Press something by keyboard, wait for where it leads, and look whether that is accessible."""
    await page.get_by_role(role, name=name).first.focus()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await is_accessible(page)


async def a_day(page: Page, day: str, month: str, year: str) -> None:
    for name, said in (("Day", day), ("Month", month), ("Year", year)):
        await page.get_by_label(name, exact=True).fill(said)


async def shows(page: Page, words: str) -> None:
    """What others did comes by events: the page is loaded again until it has heard."""

    async def heard() -> bool:
        await page.reload()
        return words in await page.locator("main").inner_text()

    await until(heard)
