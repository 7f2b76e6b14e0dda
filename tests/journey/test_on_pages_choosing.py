"""Journeys that people make in their browsers, in both modes: brothers and sisters, a referral withdrawn, an emergency."""

from typing import Literal

import pytest
from playwright.async_api import Browser, Page

from deploy.distributed import Distributed
from shared.identity.demonstration import NORTHSHIRE
from tests.browsing import looked_at, press, shows
from tests.installations import Installation, Team
from tests.journey.desks import (
    IN_EVERY_WAY,
    OFFICER,
    PROVIDER,
    SCRIPTED,
    WORKER,
    AtDesk,
    asks,
    declines,
    offers,
)
from tests.journey.people import a_provider, a_referral, a_vacancy, candidates
from tests.journey.test_placing_a_family import a_child, asked_for
from tests.waiting import until


async def homes(team: Team, *names: str, places: int = 1) -> None:
    """Homes of the provider's, all of whose places are on offer."""
    await a_provider(team)
    for name in names:
        await a_vacancy(team, name=name, places=places)


def called(script: bool, *names: str) -> list[str]:
    """Homes are told apart by their names."""
    return [f"{name} {'House' if script else 'Lodge'}" for name in names]


@pytest.mark.timeout(SCRIPTED)
@IN_EVERY_WAY
async def test_a_no_for_one_sister_frees_the_other_and_both_are_booked_as_one_elsewhere(
    installation: Installation, team: Team, at_desk: AtDesk, script: bool
) -> None:
    here, (full, free) = installation.url, called(script, "Medlar", "Quince")
    await homes(team, full, free, places=2)
    sisters = [await a_child(team, "Robin Ash"), await a_child(team, "Wren Ash")]
    referral = await asked_for(team, *sisters)
    officer, provider = await at_desk(OFFICER), await at_desk(PROVIDER)
    await asks(officer, here, referral, full, free)
    await declines(provider, here, full)
    await provider.goto(f"{here}/placements/invited")
    assert await provider.locator("li", has_text=full).count() == 0, "nobody is to answer for the other sister"
    for _ in sisters:
        await offers(provider, here, free)
    await shows(officer, f"Book {free} for all of them")
    await press(officer, f"Book {free} for all of them", "button")
    await looked_at(officer, "journey-together")
    await press(officer, "Book for all of them")

    async def both() -> bool:
        await officer.reload()
        return await officer.get_by_text("Confirmed", exact=True).count() == len(sisters)

    await until(both)
    await looked_at(officer, "journey-together-booked")
    assert await officer.get_by_role("link", name=f"Hold a place at {full}").count() == 0


@pytest.mark.timeout(SCRIPTED)
@IN_EVERY_WAY
async def test_a_referral_withdrawn_after_answers_takes_its_offers_along(
    installation: Installation, team: Team, at_desk: AtDesk, script: bool
) -> None:
    here, names = installation.url, called(script, "Bilberry", "Juniper")
    await homes(team, *names)
    referral, _ = await a_referral(team)
    officer, provider, worker = await at_desk(OFFICER), await at_desk(PROVIDER), await at_desk(WORKER)
    await asks(officer, here, referral, *names)
    await declines(provider, here, names[0])
    await offers(provider, here, names[1])
    answered = provider.url
    await shows(officer, "£3,950")
    assert await officer.get_by_role("button", name=f"Book {names[1]}").count() == 1
    await worker.goto(f"{here}/referrals/desk/{referral}")
    await shows(worker, "offer is out")
    await press(worker, "Withdraw this referral", "link")
    assert "is taken back" in await worker.locator("main").inner_text()
    await worker.get_by_label("Family or friends were found").press("Space")
    await press(worker, "Withdraw the referral")
    await provider.goto(answered)
    await shows(provider, "No longer asked")
    await officer.reload()
    assert await officer.get_by_role("button", name=f"Book {names[1]}").count() == 0


class Counted:
    """Somebody at a page, and every click and choice they made there."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    async def click(self, role: Literal["button", "link", "checkbox"], words: str) -> None:
        await self.page.get_by_role(role, name=words).first.click()
        self.clicks += 1

    async def signs_in(self, installation: Installation) -> None:
        """By the demonstration's list, or by way of their own organisation."""
        await self.page.goto(f"{installation.url}/sign-in")
        if not isinstance(installation, Distributed):
            return await self.click("button", f"Sign in as {OFFICER}")
        await self.page.locator(f'main a[href^="/sign-in/{NORTHSHIRE}?"]').click()
        await self.page.get_by_label("Your name").select_option("placements-officer")
        await self.page.get_by_label("Secret", exact=True).fill(installation.demonstration)
        self.clicks += 2
        return await self.click("button", "Sign in")


@pytest.mark.timeout(SCRIPTED)
async def test_an_emergency_takes_fewer_than_ten_clicks_from_sign_in_to_a_place_that_is_held(
    browser: Browser, installation: Installation, team: Team, at_desk: AtDesk
) -> None:
    await a_provider(team)
    name = "Rowanberry House"
    vacancy = (await a_vacancy(team, name=name))["vacancy"]
    referral, _ = await a_referral(team, urgency="emergency")
    await candidates(team, referral, vacancy)
    page = await browser.new_page()
    officer = Counted(page)
    await officer.signs_in(installation)
    await officer.click("link", f"{referral[-8:-4]}-{referral[-4:]}".upper())
    await officer.click("checkbox", name)
    await officer.click("button", "Ask the chosen homes")
    await page.wait_for_url("**/offers*")
    await offers(await at_desk(PROVIDER), installation.url, name)
    await shows(page, "£3,950")
    await officer.click("link", f"Hold a place at {name}")
    await officer.click("button", "Hold the place")
    await page.wait_for_url("**/offers*")
    await shows(page, "left to book it")
    assert officer.clicks < 10
    await looked_at(page, "journey-held")
