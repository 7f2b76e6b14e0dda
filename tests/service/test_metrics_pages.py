"""Metrics' pages as a person gets them: figures, pictures with a table beside them, and whose they are."""

from collections.abc import AsyncIterator

import pytest

from deploy.postgres import Postgres
from services.metrics.measures import MEASURES
from services.metrics.pictures import chart, spark
from services.metrics.showing import SECTIONS
from shared.ids import new_id
from tests.service.figures import SOUTHMERE, AtWork, a_stay, at_work, care


@pytest.fixture
async def works(postgres: Postgres) -> AsyncIterator[AtWork]:
    async with at_work(postgres) as all_of_it:
        yield all_of_it


def test_every_measure_stands_on_the_page_once():
    assert sorted(measure for measures in SECTIONS.values() for measure in measures) == sorted(MEASURES)


async def test_the_page_shows_figures_now_and_on_the_last_31_marches(works: AtWork):
    child = new_id()
    await works.tell(care(child), *a_stay(child, 381_000))
    await works.all_heard()
    page = (await works.asks("commissioner", "")).text
    assert "<title>Figures for Westminster" in page
    assert '<p class="house-tile__value">£3,810</p>' in page
    assert "31 March 2020" in page
    assert "31 March 2025" in page
    assert 'data-stream="/metrics/stream?authority=E09000033"' in page


async def test_a_measures_page_says_what_it_means_and_how_it_went(works: AtWork):
    await works.tell(care(new_id()))
    await works.all_heard()
    page = (await works.asks("commissioner", "/about/cla", params={"as_at": "2026-02-01", "by": "sex"})).text
    assert "Children looked after" in page
    assert "As at 1 February 2026" in page
    assert "<polyline" in page
    assert MEASURES["cla"].population in page


@pytest.mark.parametrize("path", ["", "/about/cla"])
async def test_nobody_sees_another_authoritys_page(works: AtWork, path: str):
    answer = await works.asks("commissioner", path, params={"authority": SOUTHMERE})
    assert answer.status_code == 404
    assert SOUTHMERE not in answer.text


async def test_a_measure_there_is_not_is_not_found(works: AtWork):
    assert (await works.asks("commissioner", "/about/happiness")).status_code == 404


def test_a_line_breaks_where_there_are_no_data():
    assert spark([]) == []
    assert len(spark([None, 1, 2, None, 3])) == 2  # type: ignore[list-item]


def test_a_chart_reaches_from_its_least_to_its_greatest():
    drawn = chart([2.0, 4.0])
    assert (drawn["low"], drawn["high"]) == (2.0, 4.0)
    assert drawn["runs"] == ["3.0,217.0 717.0,3.0"]


async def test_operators_read_figures_among_the_meters_but_none_of_a_few_children(works: AtWork):
    await works.tell(*(care(new_id()) for _ in range(5)), *(care(new_id(), SOUTHMERE) for _ in range(4)))
    await works.all_heard()
    await works.live.tell()
    told = (await works.asks("commissioner", "/telemetry")).text
    assert 'figure_value{authority="E09000033",measure="cla"} 5.0' in told
    assert f'authority="{SOUTHMERE}",measure="cla"' not in told
