"""The two pages over the whole installation: what waits for each role, and how the services are and are put right."""

import json

import httpx
import pytest
from playwright.async_api import Browser, ViewportSize

from shared.clock import SystemClock
from shared.contracts.placements import CoverageDeclared
from shared.identity.person import Role
from shared.settings import Settings
from shared.web.neighbours import Neighbours
from tests.access.scenes import Scenes
from tests.alone import _delivered as delivered
from tests.apps import an_app, an_identity, visiting
from tests.browsing import NARROW, WIDE, looked_at, press, signed_in
from tests.installations import Embedded
from tests.visiting import Visited, visit
from tests.waiting import until
from tests.world import At, World

HTML = {"accept": "text/html"}
WHO = [
    (At.NORTHSHIRE, Role.SOCIAL_WORKER),
    (At.NORTHSHIRE, Role.PLACEMENTS_OFFICER),
    (At.NORTHSHIRE, Role.APPROVER),
    (At.NORTHSHIRE, Role.FINANCE),
    (At.HEARTHSIDE, Role.PROVIDER_MANAGER),
    (At.REGION, Role.COMMISSIONER),
    (At.INSTALLATION, Role.ADMINISTRATOR),
]
TOLD_OF_OFFERS = {Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.APPROVER, Role.PROVIDER_MANAGER}


def browsing(world: World, at: At | None = None, role: Role | None = None) -> httpx.AsyncClient:
    client = world.client(at, role)
    client.headers.update(HTML)
    return client


@pytest.fixture(autouse=True)
async def asks_for_problems_again(world: World):
    """The clients are shared with tests of the API."""
    yield
    for client in world._clients.values():
        client.headers["accept"] = "*/*"


def waiting(page: Visited) -> dict[str, int]:
    lines = [one for one in page.page.all("ul") if one.told.get("class") == "house-waits"]
    return {one.all("a")[0].text: int(one.all("span")[0].text) for of in lines for one in of.all("li")}


@pytest.mark.parametrize(("at", "role"), WHO)
async def test_everybody_has_a_page_of_what_waits_and_every_line_leads_somewhere(
    world: World, scenes: Scenes, at: At, role: Role
) -> None:
    await scenes.invited()
    browser = browsing(world, at, role)
    page = await visit(browser, "/today")
    assert page.heading.endswith("What needs you now")
    of_notices = [one.text for one in page.page.all("a") if one.told["href"].endswith("/notices")]
    assert ("about offers and placements" in of_notices) == (role in TOLD_OF_OFFERS)
    for title in dict.fromkeys([*of_notices, *waiting(page)]):
        assert (await visit(browser, page.link(title))).answer.status_code == httpx.codes.OK


async def test_where_nothing_waits_the_page_leads_on(world: World) -> None:
    page = await visit(browsing(world, At.REGION, Role.COMMISSIONER), "/today")
    assert "Nothing waits for you. You can go on to figures." in page.text
    assert page.link("figures") == "/metrics"


async def test_what_is_done_waits_no_more(world: World, scenes: Scenes) -> None:
    made = await scenes.invited()
    browser = browsing(world, At.HEARTHSIDE, Role.PROVIDER_MANAGER)
    title = "Referrals you are invited to"
    before = waiting(await visit(browser, "/today"))[title]
    await world.does(
        At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", f"/placements/offers/{made['offer']}/decline", {"reason": "price"}
    )
    assert waiting(await visit(browser, "/today")).get(title, 0) == before - 1


async def test_a_stranger_is_asked_to_sign_in_and_told_how_the_services_are(world: World) -> None:
    nobody = browsing(world)
    assert (await nobody.get("/today")).headers["location"].startswith("/sign-in")
    page = await visit(nobody, "/status")
    assert [one.text.split(" ")[0] for one in page.page.all("h2")][:4] == [
        "Referrals",
        "Placements",
        "Providers",
        "Metrics",
    ]
    assert "Events set aside" not in [one.text for one in page.page.all("h2")]


async def test_an_administrator_has_what_was_set_aside_handled_again(world: World) -> None:
    event = delivered(CoverageDeclared(authority=At.SOUTHMERE, version=1, starts="2020-04-01"))
    async with world.running("metrics").database.writing() as session:
        await session.run(
            """INSERT INTO spine.dead (lane, sequence, type, subject, body, error, set_aside_at)
               VALUES ($1, 999999, $2, $3, $4, 'ValueError', $5)""",
            "placements.00",
            event.type,
            event.subject,
            json.dumps(event.raw),
            session.clock.now(),
        )
    browser = browsing(world, At.INSTALLATION, Role.ADMINISTRATOR)
    page = await visit(browser, "/status")
    assert "Works, but events were set aside" in page.text
    assert "ValueError" in page.text
    after = await page.send("Handle again")
    assert "The events set aside were handled again." in after.text
    assert "None: every event that came was handled." in after.text


async def test_an_administrator_has_the_figures_compared_with_the_events(world: World) -> None:
    browser = browsing(world, At.INSTALLATION, Role.ADMINISTRATOR)
    page = await visit(browser, "/status")
    after = await page.send("Rebuild from the events and compare")
    assert "The rebuild has begun." in after.text

    async def compared() -> bool:
        return "The last rebuild found" in (await visit(browser, "/status")).text

    await until(compared)


async def test_a_command_that_cannot_be_done_says_why(world: World) -> None:
    browser = browsing(world, At.INSTALLATION, Role.ADMINISTRATOR)
    form = {"service": "placements", "lane": "providers.00", "subject": "nothing"}
    answer = await browser.post("/status/again", data=form)
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "No dead event of that lane and subject is waiting." in answer.text


async def test_a_service_that_does_not_answer_is_named_and_holds_up_no_page() -> None:
    settings = Settings(service_urls="http://127.0.0.1:9", demonstration_sign_in=True)
    identity = an_identity(settings=settings)
    async with httpx.AsyncClient() as http:
        neighbours = Neighbours(http, settings.url_of, SystemClock().now, ["placements"])
        async with visiting(an_app(identity, neighbours=neighbours)) as browser:
            assert "Does not answer" in (await visit(browser, "/status")).text
            await browser.post("/sign-in/demonstration", data={"person": "finance"})
            assert "Placements does not answer just now" in (await visit(browser, "/today")).text
    await identity.close()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
async def test_both_are_accessible(browser: Browser, embedded: Embedded, viewport: ViewportSize) -> None:
    page = await signed_in(browser, embedded, "Sam Okafor", viewport=viewport)
    await press(page, "Ask for a home")
    await page.goto(f"{embedded.url}/today")
    await looked_at(page, "today")
    assert await page.get_by_role("listitem").filter(has_text="Referrals you have begun").count() == 1
    await page.goto(f"{embedded.url}/placements/notices")
    await looked_at(page, "notices")
    await press(page, "Choose what you want as e-mail", "link")
    await page.get_by_label("Where should e-mails go?").fill("nowhere")
    await press(page, "Save")
    await looked_at(page, "notices-error")
    assert await page.get_by_label("Where should e-mails go?").input_value() == "nowhere"
    await page.context.close()
    page = await signed_in(browser, embedded, "Ada Lindqvist", viewport=viewport)
    await looked_at(page, "today-empty")
    await page.locator("footer").get_by_role("link", name="Status").click()
    await page.wait_for_url("**/status")
    await looked_at(page, "status")
    assert await page.get_by_text("None: every event that came was handled.").count() == 1
    await page.context.close()


async def test_what_waits_renews_itself(browser: Browser, embedded: Embedded) -> None:
    page = await signed_in(browser, embedded, "Grace Adeyemi")
    await page.clock.install()
    await page.goto(f"{embedded.url}/today")
    begun = page.get_by_role("listitem").filter(has_text="Referrals you have begun")
    assert await begun.count() == 0
    other = await page.context.new_page()
    await other.goto(f"{embedded.url}/referrals/desk")
    await press(other, "Ask for a home")
    await page.bring_to_front()
    await page.clock.run_for(20_000)
    await begun.wait_for()
    await page.context.close()
