"""A sign-in that ends: the page warns, covers itself, and nothing that was typed is lost, with script and without."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext

from shared.clock import FixedClock
from shared.identity.demonstration import CHARACTERS, DEMONSTRATION
from shared.identity.identity import UNATTENDED
from shared.identity.person import Role
from shared.identity.sessions import IDLE_SECONDS, ROLL_SECONDS, Sessions
from shared.settings import Settings
from tests.apps import ADDRESS, an_app, an_identity, visiting
from tests.browsing import WIDE, looked_at, press, signed_in
from tests.installations import Embedded
from tests.visiting import post, visit
from tests.world import NOON, At, World

SAM = CHARACTERS["social-worker"]
FORM = {"name": ["Robin Ash & Co"], "sex": ["M", "F"]}


def as_it_was(embedded: Embedded, ago: timedelta) -> str:
    """The cookie of somebody who was last seen so long ago."""
    then = datetime.now(UTC) - ago
    sessions = Sessions(embedded.session_secret, secure=False, now=then.timestamp)
    return sessions.header(sessions.begin(DEMONSTRATION.key, "social-worker", SAM.name, frozenset({SAM.role})))


async def give(context: BrowserContext, embedded: Embedded, header: str) -> None:
    name, _, text = header.partition(";")[0].partition("=")
    await context.add_cookies([{"name": name, "value": text, "url": embedded.url}])


async def test_a_page_that_is_left_alone_warns_and_covers_itself_and_keeps_what_was_typed(
    browser: Browser, embedded: Embedded
) -> None:
    page = await signed_in(browser, embedded, SAM.name, viewport=WIDE)
    context = page.context
    await page.clock.install()
    await press(page, "Ask for a home")
    await press(page, "Record a child", "link")
    await page.get_by_label("Full name").fill("Robin Ash")
    box = page.locator("#leaving")
    await give(context, embedded, as_it_was(embedded, timedelta(minutes=29)))
    await page.clock.fast_forward("29:00")
    await box.get_by_role("button", name="Stay signed in").wait_for()
    assert "1 minute" in await box.inner_text()
    await looked_at(page, "leaving")
    await page.keyboard.press("Enter")
    await box.wait_for(state="hidden")
    await context.clear_cookies()
    await page.clock.fast_forward("31:00")
    await box.get_by_text("You have been signed out").wait_for()
    await looked_at(page, "signed-out")
    async with context.expect_page() as opened:
        await box.get_by_role("link", name="Sign in again in a new tab").click()
    other = await opened.value
    await other.get_by_role("button", name=f"Sign in as {SAM.name}").click()
    await other.wait_for_url(f"{embedded.url}/today")
    await other.close()
    await page.bring_to_front()
    await page.clock.run_for(10_000)
    await box.wait_for(state="hidden")
    assert await page.get_by_label("Full name").input_value() == "Robin Ash"
    await context.close()


async def test_a_form_sent_too_late_is_given_back_and_then_taken(world: World) -> None:
    """Without script nobody is warned: the server gives back what it was sent."""
    path, form = "/referrals/desk/search", {"reference": ["C-1 & <2>", "seen twice"]}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(world.host), base_url=ADDRESS) as browser:
        browser.headers.update({"accept": "text/html", "origin": ADDRESS})
        page = await post(browser, path, form)
        assert page.answer.status_code == httpx.codes.UNAUTHORIZED
        assert page.fields("Send what I typed again") == form
        browser.headers.update(world.headers(At.NORTHSHIRE, Role.SOCIAL_WORKER))
        after = await page.send("Send what I typed again")
        assert after.answer.status_code == httpx.codes.OK
        assert after.path == path


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}])
async def test_what_another_site_sent_is_not_given_back(headers: dict[str, str]) -> None:
    identity = an_identity(settings=Settings(public_url=ADDRESS, demonstration_sign_in=True))
    async with visiting(an_app(identity)) as browser:
        browser.headers.pop("origin")
        answer = await browser.post("/status/again", data=FORM, headers=headers)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert "Robin" not in answer.text
    await identity.close()


async def test_what_a_page_asks_by_itself_keeps_nobody_signed_in() -> None:
    clock = FixedClock(NOON)
    identity = an_identity(clock=clock, settings=Settings(public_url=ADDRESS, demonstration_sign_in=True))
    async with visiting(an_app(identity)) as browser:
        await browser.post("/sign-in/demonstration", data={"person": "social-worker"})
        clock.move(timedelta(seconds=ROLL_SECONDS))
        for told in ({UNATTENDED: "1"}, {"accept": "text/event-stream"}):
            answer = await browser.get("/session", headers=told)
            assert answer.json() == {"seconds_left": IDLE_SECONDS - ROLL_SECONDS}
            assert "set-cookie" not in answer.headers
        answer = await browser.get("/session")
        assert answer.json() == {"seconds_left": IDLE_SECONDS}
        assert "set-cookie" in answer.headers
        clock.move(timedelta(seconds=IDLE_SECONDS))
        assert (await browser.get("/session")).json() == {"seconds_left": 0}
        page = await visit(browser, "/today")
        assert urlsplit(str(page.answer.url)).path == "/sign-in"
    await identity.close()
