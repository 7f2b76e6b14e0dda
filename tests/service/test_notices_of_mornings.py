"""Notices of homes, vacancies and figures: those of whom a child lives there, and what no event tells, once a morning."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest

from deploy.postgres import Postgres
from services.metrics.service import SERVICE as METRICS
from services.providers.notices import NOTICES
from shared.contracts.placements import PlacementStarted
from shared.ids import new_id
from shared.service.notices.telling import Teller
from tests.alone import SOUTHMERE
from tests.service.figures import AtWork, a_stay, at_work, care
from tests.service.providing import Fresh, Setting, providing
from tests.service.test_notices import relayed
from tests.visiting import visit

ADA = "ada@hearthside.example"
OVERNIGHT = timedelta(days=1)


@pytest.fixture
async def setting(fresh_database: Fresh) -> AsyncIterator[Setting]:
    async with providing(fresh_database) as providers:
        yield providers


@pytest.fixture
async def works(postgres: Postgres) -> AsyncIterator[AtWork]:
    async with at_work(postgres) as all_of_it:
        yield all_of_it


def teller(setting: Setting) -> Teller:
    """As another process of the service would have, which has looked at nothing yet."""
    return Teller(setting.service.database, NOTICES, "list", 1)


async def told(setting: Setting) -> list[tuple[str, str | None]]:
    rows = await setting.service.rows("SELECT kind, authority FROM spine.notices ORDER BY kind, authority")
    return [(row.kind, row.authority) for row in rows]


async def test_who_has_a_child_in_a_home_is_told_of_its_rating_and_its_closing(setting: Setting) -> None:
    home, (first, second) = setting.home["home"], setting.places
    await setting.books(first, "2026-03-02")
    await setting.books(second, "2026-03-02", authority=SOUTHMERE)
    judged = {"rating": "inadequate", "inspected_on": "2026-02-20"}
    assert (await setting.commissioner.post(f"/providers/homes/{home}/rating", json=judged)).is_success
    await relayed(setting.service)
    await teller(setting).tell()
    await teller(setting).tell()
    assert await told(setting) == [("home_rated_finder", "E09000020"), ("home_rated_finder", "E09000033")]
    officer = setting.officer(SOUTHMERE)
    page = await visit(officer, "/providers/notices")
    assert page.text.count("A child of yours lives there or is to.") == 1
    assert (await page.follow("Ofsted has judged a home where you have a child")).heading.endswith("Beech House")


async def test_a_home_without_a_child_is_nobodys_news(setting: Setting) -> None:
    form = {"on": "2026-09-30", "version": 1}
    await setting.does(f"/providers/homes/{setting.home['home']}/close", form)
    await relayed(setting.service)
    await teller(setting).tell()
    assert await told(setting) == []


async def test_a_vacancy_nobody_confirmed_for_a_week_is_its_providers_news_once(setting: Setting) -> None:
    await setting.offers(setting.places[0])
    await setting.offers(setting.places[1])
    page = await visit(setting.manager, "/providers/notices/wishes")
    await page.send("Save", address=ADA, kinds=["vacancies_unconfirmed_provider"])
    for _ in range(10):
        await teller(setting).look()
        await teller(setting).look()
        setting.service.clock.move(OVERNIGHT)
    assert await told(setting) == [("vacancies_unconfirmed_provider", None)]
    (letter,) = await setting.service.rows("SELECT address, state FROM spine.letters")
    assert (letter.address, letter.state) == (ADA, "listed")
    page = await visit(setting.manager, "/providers/notices")
    assert (await page.follow("Vacancies to confirm again")).path == "/providers/desk"
    assert "Nothing in the last 30 days" in (await visit(setting.other, "/providers/notices")).text


async def test_what_is_confirmed_in_time_is_nobodys_news(setting: Setting) -> None:
    vacancy = await setting.offers()
    for _ in range(10):
        await teller(setting).look()
        await setting.does(f"/providers/vacancies/{vacancy}/confirm", {})
        setting.service.clock.move(OVERNIGHT)
    assert await told(setting) == []


async def test_a_figure_that_crossed_its_target_is_told_the_morning_after_and_not_again(works: AtWork) -> None:
    child = new_id()
    await works.tell(care(child), *a_stay(child, 381_000))
    await works.all_heard()
    aim = {"value": "10", "starts": "2026-02-01", "source": "Sufficiency strategy 2026"}
    assert (await works.asks("commissioner", "/targets/three_plus", "PUT", json=aim)).is_success
    mornings = [await _next_morning(works)]
    for starts in (date(2026, 2, 10), date(2026, 2, 20)):
        stay, price = a_stay(child, 381_000)
        assert isinstance(stay, PlacementStarted)
        await works.tell(stay.model_copy(update={"starts": starts}), price)
    await works.all_heard()
    mornings += [await _next_morning(works), await _next_morning(works)]
    assert mornings == [[], ["/metrics/about/three_plus"], ["/metrics/about/three_plus"]]
    works.http.headers.update(works.token("commissioner") | {"accept": "text/html"})
    page = await visit(works.http, "/metrics/notices")
    assert (await page.follow("A figure no longer meets its target")).answer.status_code == httpx.codes.OK


async def _next_morning(works: AtWork) -> list[str]:
    """Where what has been told by the next morning leads."""
    works.clock.move(OVERNIGHT)
    running = works.replicas[0].state.running
    await Teller(works.database, METRICS.notices, "off", 1, running).look()
    async with works.database.reading() as session:
        return [row.path for row in await session.all("SELECT path FROM spine.notices ORDER BY notice")]
