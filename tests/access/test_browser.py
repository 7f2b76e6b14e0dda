"""The pages every service serves, in a real Chromium: axe, keyboard alone, no script, 320 pixels wide."""

import os
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.installations import Embedded

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ALONE = ["--disable-component-update", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
NARROW = {"width": 320, "height": 640}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET + ALONE)
        yield chromium
        await chromium.close()


async def is_accessible(page: Page) -> None:
    """axe finds nothing, and nothing needs sideways scrolling."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nowhere-at-all", "/help", "/help/connect", "/help/events", "/help/data"]
)
@pytest.mark.parametrize("viewport", [NARROW, {"width": 1280, "height": 800}], ids=["narrow", "wide"])
async def test_every_page_is_accessible(
    browser: Browser, embedded: Embedded, path: str, viewport: dict[str, int]
) -> None:
    page = await browser.new_page(viewport=viewport)  # type: ignore[arg-type]
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
    await page.goto(embedded.url + path)
    assert await page.locator("h1").count() == 1
    assert (await page.title()).startswith((await page.locator("h1").inner_text()).strip())
    await is_accessible(page)
    assert complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
async def test_somebody_signs_in_and_out_by_keyboard_alone(browser: Browser, embedded: Embedded, script: bool) -> None:
    context = await browser.new_context(java_script_enabled=script)
    page = await context.new_page()
    await page.goto(f"{embedded.url}/sign-in")
    await page.get_by_role("button", name="Sign in as Priya Nair").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{embedded.url}/")
    assert "Priya Nair" in await page.locator("body").inner_text()
    await page.goto(f"{embedded.url}/placements/offers")  # another service knows the same sign-in
    assert (await page.locator("body").inner_text()).startswith("[")
    await page.goto(embedded.url)
    cookie = (await context.cookies())[0]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    await page.get_by_role("button", name="Sign out").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sign-in*")
    await context.close()
