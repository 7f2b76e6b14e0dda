"""A placements officer finds a child a home, in a real Chromium: keyboard alone, with script and without, wide and narrow."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize

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


async def offered(team: Team, referral: str) -> list[str]:
    """The provider answers whatever it was asked."""
    asked = await team.does("placements-officer", "GET", f"/placements/offers?referral={referral}")
    form = {"weekly_pence": 395_000, "available_from": str(today())}
    for offer in asked:
        await team.does("provider", "POST", f"/placements/offers/{offer['offer']}/offer", form)
    return [offer["offer"] for offer in asked]


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


async def both_ways(page: Page, name: str, path: str) -> None:
    """A page wide and narrow: accessible, and without sideways scroll."""
    await page.goto(path)
    for size in (WIDE, NARROW):
        await page.set_viewport_size(size)
        await looked_at(page, name)


async def siblings_far_away(team: Team) -> tuple[dict[str, Any], str, dict[str, str]]:
    """A child, and two siblings, to whom one home far away offers places: the vacancy, the first offer, the referrals."""
    await a_provider(team)
    vacancy = await a_vacancy(team, name="Alder Farm", places=2, area="E10000014")
    (one, child), (_, sibling) = await a_referral(team), await a_referral(team)
    asked: dict[str, Any] = {"urgency": "planned", "wanted_from": str(today()), "types": ["K2"]}
    asked["children"] = [{"child": each, "needs": ["own_bedroom"]} for each in (child, sibling)]
    made = {"one": one}
    for name, more in (("both", {}), ("panel", {"needs_panel": True})):
        made[name] = (await team.does("social-worker", "POST", "/referrals", asked | more))["referral"]
        await team.does("social-worker", "POST", f"/referrals/{made[name]}/submit", {})
    for whose, of in ((made["one"], [child]), (made["both"], [child, sibling])):
        await heard_of(team, whose, vacancy["vacancy"])
        for each in of:
            form = {"referral": whose, "child": each, "vacancy": vacancy["vacancy"]}
            await team.does("placements-officer", "POST", "/placements/offers", form)
    (offer,) = await offered(team, made["one"])
    await offered(team, made["both"])
    return vacancy, offer, made


async def test_the_pages_on_which_the_desk_and_the_panel_decide_are_accessible(
    browser: Browser, embedded: Embedded, team: Team
) -> None:
    vacancy, offer, made = await siblings_far_away(team)
    desk, both, panel = f"{embedded.url}{DESK}", made["both"], f"{embedded.url}/referrals/panel/{made['panel']}"
    officer = await signed_in(browser, embedded, "Priya Nair")
    await both_ways(officer, "far", f"{desk}/offers/{offer}/book")
    await officer.get_by_label("Why should the child live there").fill("Her nan lives next door.")
    await press(officer, "Ask for approval")
    assert "Nobody has decided yet." in await officer.locator("main").inner_text()
    await both_ways(officer, "together", f"{desk}/referrals/{both}/together/{vacancy['home']}")
    await both_ways(officer, "offers-of-siblings", f"{desk}/referrals/{both}/offers")
    await both_ways(officer, "close", f"{embedded.url}/referrals/desk/{both}/close")
    await officer.context.close()
    approver = await signed_in(browser, embedded, "Alan Whitby")
    assert approver.url == f"{embedded.url}/placements/approvals"
    await both_ways(approver, "approvals", approver.url)
    await both_ways(approver, "approval", f"{approver.url}/{offer}")
    await press(approver, "Save the decision")
    await looked_at(approver, "approval-error")
    await both_ways(approver, "panel", panel.rpartition("/")[0])
    await both_ways(approver, "panel-referral", panel)
    await press(approver, "Save the decision")
    await looked_at(approver, "panel-error")
    await both_ways(approver, "panel-question", f"{panel}/question")
    await approver.context.close()
