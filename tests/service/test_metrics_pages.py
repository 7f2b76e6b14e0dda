"""Metrics' pages as a person gets them: figures, pictures with a table beside them, and whose they are."""

from collections.abc import AsyncIterator
from csv import DictReader
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.postgres import Postgres
from services.metrics.measures import MEASURES
from services.metrics.measures.figure import Cell
from services.metrics.pictures import NARROW, WIDE, Frame, chart, scale_of, spark
from services.metrics.showing import SECTIONS, as_csv, cell_in_words, moved, written
from shared.ids import new_id
from tests.service.figures import SOUTHMERE, AtWork, a_child, a_stay, at_work, care
from tests.visiting import audited


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


async def test_what_is_always_the_whole_asks_its_question_instead(works: AtWork):
    await works.tell(care(new_id()))
    await works.all_heard()
    page = (await works.asks("commissioner", "")).text
    assert MEASURES["placement_mix"].question in page
    assert "100.0%" not in page


def test_large_amounts_are_in_whole_pounds():
    amounts = {"91546": "£915.46", "999999": "£9,999.99", "1000050": "£10,001", "-4135919695": "-£41,359,197"}
    for pence, said in amounts.items():
        assert written(Cell(None, None, Decimal(pence)), "pence a week") == said


async def test_a_measures_page_says_what_it_means_and_how_it_went(works: AtWork):
    await works.tell(care(new_id()))
    await works.all_heard()
    page = (await works.asks("commissioner", "/about/cla", params={"as_at": "2026-02-01", "by": "sex"})).text
    assert "Children looked after" in page
    assert "As at 1 February 2026" in page
    assert "<polyline" in page
    assert MEASURES["cla"].population in page


async def test_a_tile_says_how_far_it_is_from_a_quarter_and_a_year_before(works: AtWork):
    await works.tell(care(new_id()), care(new_id()))
    await works.all_heard()
    page = (await works.asks("commissioner", "")).text
    assert "nothing to compare with yet" in page
    now, before = Cell(None, None, Decimal("12.5")), Cell(None, None, Decimal("11.9"))
    when = "a year before"
    assert moved(now, before, when, "%", "low good") == ("up 0.6 points on a year before", "worse")
    assert moved(before, now, when, "%", "low good") == ("down 0.6 points on a year before", "better")
    assert moved(now, now, when, "%", "low good") == ("no change on a year before", "")
    assert moved(now, before, when, "children", "none") == ("up 0.6 on a year before", "")
    assert moved(now, Cell(None, None, None), when, "%", "none") is None


async def test_figures_are_narrowed_to_some_children_and_the_address_keeps_it(works: AtWork):
    await works.tell(care(new_id()), care(new_id()), *a_stay(new_id(), 381_000))
    await works.all_heard()
    cells = (await works.asks("commissioner", "/measures/cla", params={"by": "type"})).json()["cells"]
    for cell in cells:
        page = (
            await works.asks("commissioner", "", params={"only": f"type:{cell}", "as_at": str(works.clock.today())})
        ).text
        assert f"only {cell_in_words('type', cell)}" in page
        assert "data-stream" not in page, "narrowed figures do not move by themselves"
    assert (await works.asks("commissioner", "", params={"only": "luck:good"})).status_code == 422
    twice = {"only": ["type:U4", "type:U6"]}
    assert (await works.asks("commissioner", "", params=twice)).status_code == 422
    assert (await works.asks("commissioner", "", params={"as_at": "2999-01-01"})).status_code == 422


async def test_figures_are_narrowed_by_several_things_at_once_and_so_is_what_a_tile_opens(works: AtWork):
    for born, type_ in ((2010, "U6"), (2010, "K2"), (2022, "U6")):
        child = new_id()
        await works.tell(a_child(child, date(born, 5, 1)), care(child), *a_stay(child, 381_000, type_=type_))
    await works.all_heard()
    only = ["age_band:13 to 15", "type:U6", ""]
    page = audited(works.http, await works.asks("commissioner", "", params={"only": only}))
    assert "only 13 to 15, Foster carers" in page.text
    chosen = [one.told["value"] for one in page.page.all("option") if "selected" in one.told]
    assert chosen == ["age_band:13 to 15", "type:U6"]
    rows = await works.asks("commissioner", "/figures.csv", params={"only": only})
    assert [row["value"] for row in DictReader(StringIO(rows.text)) if row["measure"] == "cla"] == ["1"]
    both = (await works.asks("commissioner", "/measures/cla", params={"by": "age_band,type"})).json()["cells"]
    assert {cell: told["value"] for cell, told in both.items()} == {
        "13 to 15 / K2": 1, "13 to 15 / U6": 1, "1 to 4 / U6": 1,
    }  # fmt: skip
    (link,) = [one for one in page.page.all("a") if one.text == MEASURES["cla"].title]
    about = audited(works.http, await works.asks("commissioner", link.told["href"].removeprefix("/metrics")))
    assert "only 13 to 15, Foster carers" in about.text
    assert [one.text for one in about.page.all("p") if one.told.get("class") == "house-tile__value"] == ["1"]
    assert "By sex" in about.text
    cannot = audited(works.http, await works.asks("commissioner", "/about/vacancies", params={"only": only}))
    assert "not counted by that" in cannot.text
    for by in ("age_band,luck", "age_band,age_band", "age_band,"):
        assert (await works.asks("commissioner", "/measures/cla", params={"by": by})).status_code == 422


async def test_a_link_says_the_day_and_whose_figures_it_leads_to(works: AtWork):
    page = audited(works.http, await works.asks("commissioner", "", params={"only": "age_band:13 to 15"}))
    (link,) = [one for one in page.page.all("a") if one.told.get("id") == "share"]
    assert link.text == "Link to these figures as at 2 March 2026"
    assert "authority=E09000033&as_at=2026-03-02&only=age_band" in link.told["href"]


async def test_a_commissioner_sets_a_target_on_a_page_and_tiles_say_whether_it_is_met(works: AtWork):
    child = new_id()
    await works.tell(care(child), *a_stay(child, 381_000))
    await works.all_heard()
    path, said = "/about/three_plus/target", {"value": "10.5", "source": "Sufficiency strategy 2026", "version": ""}
    said |= {"starts-day": "1", "starts-month": "2", "starts-year": "2026"}
    empty = audited(works.http, await works.asks("commissioner", path, "POST", data={"version": ""}), 422)
    assert [link for link, _ in empty.errors] == ["#value", "#starts", "#source"]
    for _ in range(2):
        assert (await works.asks("commissioner", path, "POST", data=said)).status_code == 303
    too_much = await works.asks("commissioner", path, "POST", data=said | {"value": "101", "version": "1"})
    assert "A percentage is at most 100." in too_much.text
    late = audited(works.http, await works.asks("commissioner", path, "POST", data=said | {"value": "9"}), 422)
    assert late.errors, "another set it meanwhile"
    (told,) = (await works.asks("commissioner", "/targets")).json()
    assert (told["version"], told["value"], told["source"]) == (1, "10.5", "Sufficiency strategy 2026")
    page = (await works.asks("commissioner", "")).text
    assert "target 10.5%, met" in page
    about = (await works.asks("commissioner", "/about/three_plus")).text
    assert "Target 10.5%, met: Sufficiency strategy 2026, from 1 February 2026." in about
    assert "target 10.5%" not in (await works.asks("commissioner", "", params={"as_at": "2026-01-31"})).text
    assert (await works.asks("commissioner", "/about/happiness/target")).status_code == 404


async def test_figures_go_to_a_spreadsheet_as_they_stand_on_the_page(works: AtWork):
    await works.tell(care(new_id()), care(new_id()))
    await works.all_heard()
    answer = await works.asks("commissioner", "/figures.csv")
    rows = {row["measure"]: row for row in DictReader(StringIO(answer.text))}
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows.keys() == MEASURES.keys()
    assert rows["cla"]["value"] == "2"
    series = await works.asks("commissioner", "/about/cla/series.csv")
    assert [row["value"] for row in DictReader(StringIO(series.text))][-1] == "2"
    assert (await works.asks("commissioner", "/about/happiness/series.csv")).status_code == 404


def test_a_cell_that_a_spreadsheet_would_calculate_is_told_as_text():
    told = as_csv("x.csv", ("a", "b"), [("=1+1", -5), ("@x", None)]).body
    assert bytes(told).decode().splitlines() == ["a,b", "'=1+1,-5", "'@x,"]


@pytest.mark.parametrize("path", ["", "/about/cla", "/figures.csv", "/about/cla/series.csv"])
async def test_nobody_sees_another_authoritys_page(works: AtWork, path: str):
    answer = await works.asks("commissioner", path, params={"authority": SOUTHMERE})
    assert answer.status_code == 404
    assert SOUTHMERE not in answer.text


async def test_a_measure_there_is_not_is_not_found(works: AtWork):
    assert (await works.asks("commissioner", "/about/happiness")).status_code == 404


def test_a_line_breaks_where_there_are_no_data():
    assert spark([]) == []
    assert len(spark([None, 1, 2, None, 3])) == 2  # type: ignore[list-item]


def test_a_chart_stands_over_round_numbers_that_hold_it():
    assert scale_of(3, 9.7) == [0, 5, 10]
    assert scale_of(812, 940) == [800, 850, 900, 950]
    assert scale_of(0, 0)[0] == 0
    drawn = chart([2.0, None, 4.0])
    (_, low), (_, high) = drawn.scale[0], drawn.scale[-1]
    assert drawn.from_zero
    assert all(high <= y <= low for _, _, y in drawn.points)
    assert [number for number, _, _ in drawn.points] == [0, 2]
    assert len(drawn.runs) == 2


@given(
    st.lists(st.none() | st.integers(-(10**8), 10**8).map(lambda hundredths: hundredths / 100), max_size=30),
    st.sampled_from([WIDE, NARROW]),
)
def test_every_point_of_a_chart_is_within_its_axes(values: list[float | None], frame: Frame):
    drawn = chart(values, frame)
    for _, x, y in drawn.points:
        assert frame.left - 0.1 <= x <= frame.width - frame.right + 0.1
        assert frame.above - 0.1 <= y <= frame.height - frame.below + 0.1
