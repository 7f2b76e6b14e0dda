"""The pages every service serves, in a real Chromium: axe, keyboard alone, no script, 320 pixels wide."""

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.browsing import NARROW, WIDE, a_day, browser, is_accessible, press, signed_in
from tests.installations import Embedded

__all__ = ["NARROW", "WIDE", "a_day", "browser", "is_accessible", "press", "signed_in"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/nowhere-at-all",
        "/help",
        "/help/connect",
        "/help/events",
        "/help/data",
        "/help/privacy",
        "/help/accessibility",
    ],
)
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_every_page_is_accessible(
    browser: Browser, embedded: Embedded, path: str, viewport: ViewportSize
) -> None:
    page = await browser.new_page(viewport=viewport)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
    await page.goto(embedded.url + path)
    assert await page.locator("body.js-enabled").count() == 1
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
    await page.wait_for_url(f"{embedded.url}/placements/desk")
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


@pytest.mark.parametrize("path", ["/metrics", "/metrics/about/cla"])
@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_figures_are_accessible(browser: Browser, embedded: Embedded, path: str, viewport: ViewportSize) -> None:
    page = await signed_in(browser, embedded, "Clare Donnelly", script=True, viewport=viewport)
    await page.goto(embedded.url + path)
    await is_accessible(page)


async def test_a_link_to_figures_is_copied(browser: Browser, embedded: Embedded) -> None:
    page = await signed_in(browser, embedded, "Clare Donnelly")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(f"{embedded.url}/metrics/about/cla")
    await page.get_by_role("button", name="Copy it").press("Enter")
    await page.get_by_text("Copied", exact=True).wait_for()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == await page.locator("#share").evaluate("link => link.href")
    await page.context.close()


async def test_a_line_says_the_point_that_is_pointed_at(browser: Browser, embedded: Embedded) -> None:
    page = await signed_in(browser, embedded, "Clare Donnelly")

    async def drawn(route: Route) -> None:
        """The page as it is, with a line of two points: an empty installation has none to draw."""
        answer = await route.fetch()
        points = "".join(f'<circle class="house-chart__point" cx="{x}" cy="90" data-said="{x}%"/>' for x in (100, 600))
        line = f'<svg class="house-chart" viewBox="0 0 720 280" role="img" aria-label="A line">{points}</svg>'
        await route.fulfill(response=answer, body=(await answer.text()).replace("</main>", f"{line}</main>"))

    await page.route("**/metrics/about/cla", drawn)
    await page.goto(f"{embedded.url}/metrics/about/cla")
    line, tip = page.locator(".house-chart"), page.locator(".house-chart__tip")
    await line.scroll_into_view_if_needed()
    box = await line.bounding_box()
    assert box is not None
    for share, said in ((0.2, "100%"), (0.8, "600%")):
        await page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        await expect(tip).to_have_text(said)
        await expect(tip).to_be_visible()
    await page.mouse.move(0, 0)
    await expect(tip).to_be_hidden()
    await page.context.close()


@pytest.mark.parametrize(
    ("script", "viewport"), [(True, NARROW), (False, WIDE)], ids=["with script, narrow", "without script, wide"]
)
async def test_a_social_worker_asks_for_a_home_by_keyboard_alone(
    browser: Browser, embedded: Embedded, script: bool, viewport: ViewportSize
) -> None:
    page = await signed_in(browser, embedded, "Sam Okafor", script=script, viewport=viewport)
    assert page.url == f"{embedded.url}/referrals/desk"
    await press(page, "Search")
    await names_a_child(page)
    await page.get_by_label("No pets").press("Space")
    await press(page, "Save and continue")
    await press(page, "The home", "link")
    await press(page, "Save and continue")
    assert "Choose how soon a home is needed." in await page.locator(".govuk-error-summary").inner_text()
    await page.get_by_label("Planned").press("Space")
    await press(page, "Save and continue")
    await a_day(page, "1", "4", "2027")
    for _ in range(2):
        await press(page, "Save and continue")
    await page.get_by_label("Foster carers", exact=True).press("Space")
    for _ in range(2):
        await press(page, "Save and continue")
    await press(page, "Before it goes", "link")
    await page.get_by_label("No", exact=True).press("Space")
    for _ in range(2):
        await press(page, "Save and continue")
    await press(page, "Check your answers", "button")
    await press(page, "Ask for this home")
    assert await page.locator("h1").inner_text() == "Referral sent"
    await press(page, "See the referral", "button")
    await press(page, "Withdraw this referral", "link")
    await press(page, "Withdraw the referral")
    await page.get_by_label("Family or friends were found").press("Space")
    await press(page, "Withdraw the referral")
    assert "Family or friends were found" in await page.locator("main").inner_text()
    await page.context.close()


async def names_a_child(page: Page) -> None:
    """Begin, send an empty form first, and record the child the home is for."""
    await press(page, "Ask for a home")
    await press(page, "Record a child", "link")
    await press(page, "Record and continue")
    await page.get_by_label("Full name").fill("Robin Ash")
    await a_day(page, "21", "5", "2014")
    await page.get_by_label("Female").press("Space")
    await page.get_by_label("Ethnicity").select_option("WBRI")
    await press(page, "Record and continue")
    await press(page, "Continue", "button")
