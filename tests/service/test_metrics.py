"""Metrics at work: events become facts, facts figures, figures a stream; whoever is not entitled sees none of it."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from datetime import date, timedelta
from typing import Any

import pytest

from deploy.postgres import Postgres
from services.metrics.api import FigureStream
from services.metrics.measures import MEASURES
from services.metrics.stream import MOST_BEHIND, TILES
from shared.contracts.placements import (
    CareEnded,
    CareStarted,
    CoverageDeclared,
    PlacementAnnulled,
    PlacementCorrected,
    PlacementStarted,
)
from shared.contracts.vocabulary import CareEnd, LegalStatus
from shared.ids import new_id
from tests.service.figures import (
    NORTHSHIRE,
    SOUTHMERE,
    TODAY,
    AtWork,
    Watching,
    a_home,
    a_stay,
    at_work,
    care,
    lives_in,
)
from tests.waiting import until


@pytest.fixture
async def works(postgres: Postgres) -> AsyncIterator[AtWork]:
    async with at_work(postgres) as all_of_it:
        yield all_of_it


def ended(begun: CareStarted, version: int, on: date) -> CareEnded:
    told = begun.model_dump() | {"version": version, "ended": on, "legal_status": LegalStatus.SECTION_20}
    return CareEnded(**told, reason=CareEnd.HOME_PLANNED)


async def test_what_happened_moves_the_figures_of_whom_it_concerns(works: AtWork):
    child, home, places = new_id(), new_id(), [new_id(), new_id(), new_id()]
    async with Watching(works.live, NORTHSHIRE) as north, Watching(works.live, SOUTHMERE) as south:
        await works.tell(care(child), *a_stay(child, 381_000), *a_home(home, places))
        await works.tell(lives_in(home, places[0], SOUTHMERE))
        await until(lambda: north.value("occupancy") == 33.3)
        assert (north.value("cla"), north.value("weekly_cost")) == (1, 381_000)
        assert {tile["value"] for tile in south.tiles.values()} == {None}
        assert len(south.events) == 1
        assert north.ids == sorted(north.ids)
    await works.all_heard()
    figure = await works.figure("occupancy", by="type")
    assert (figure["numerator"], figure["denominator"], figure["value"]) == (1, 3, 33.3)
    assert figure["cells"] == {"K2": {"numerator": 1, "denominator": 3, "value": 33.3}}
    assert figure["parts"] == {"approved": 3, "occupied": 1, "booked": 0, "held": 0, "out_of_service": 0, "vacant": 2}
    assert figure["definition"]["source"] == "He"
    assert figure["reached"]["providers.all"] == 2


async def test_a_correction_changes_today_and_not_what_was_known_before(works: AtWork):
    begun = care(new_id())
    await works.tell(begun, care(new_id()))
    await works.all_heard()
    known = works.clock.now()
    works.clock.move(timedelta(hours=1))
    await works.tell(ended(begun, 2, date(2026, 2, 1)))
    await works.all_heard()
    assert (await works.figure("cla"))["value"] == 1
    assert (await works.figure("cla", known_at=known.isoformat()))["value"] == 2
    assert (await works.figure("cla", as_at="2026-01-31"))["value"] == 2
    assert (await works.figure("cla", as_at="2025-12-31"))["note"] == "No data before 1 January 2026."


async def test_an_older_version_that_comes_late_is_kept_and_changes_nothing(works: AtWork):
    begun = care(new_id())
    await works.tell(ended(begun, 2, date(2026, 2, 1)), begun, begun)
    await works.all_heard()
    assert (await works.figure("cla"))["value"] == 0
    async with works.database.reading() as session:
        assert await session.value("SELECT array_agg(version ORDER BY version) FROM care_periods") == [1, 2]


async def test_figures_move_when_a_day_ends_in_england(works: AtWork):
    await works.tell(care(new_id(), started=TODAY + timedelta(days=1)), care(new_id()))
    async with Watching(works.live, NORTHSHIRE) as north:
        await until(lambda: north.value("cla") == 1)
        works.clock.move(timedelta(hours=12))
        await until(lambda: north.value("cla") == 2)
        assert north.tiles["cla"]["as_at"] == "2026-03-03"


async def test_a_stream_resumes_with_the_figures_only_where_something_changed(works: AtWork):
    async with Watching(works.live, NORTHSHIRE) as north:
        await works.tell(care(new_id()))
        await until(lambda: north.value("cla") == 1)
        seen = north.ids[-1]
    async with Watching(works.live, NORTHSHIRE, last_seen=seen) as resumed:
        await works.tell(care(new_id(), SOUTHMERE))
        await works.tell(care(new_id()))
        await until(lambda: resumed.value("cla") == 2)
        assert len(resumed.events) == 1
    async with Watching(works.live, NORTHSHIRE, last_seen=seen) as late:
        await until(lambda: late.value("cla") == 2)
        assert set(late.tiles) == set(TILES)


async def test_one_payload_is_shared_and_a_watcher_far_behind_is_dropped(works: AtWork):
    slow, quick = (works.live.board.watch(NORTHSHIRE, None) for _ in range(2))
    for watcher in (slow, quick):
        await anext(watcher)
        await anext(watcher)
    await works.tell(care(new_id()))
    assert await anext(slow) is await anext(quick)
    for number in range(2, MOST_BEHIND + 2):
        await works.tell(care(new_id()))
        assert f'"value":{number}'.encode() in await anext(quick)
    with pytest.raises(StopAsyncIteration):
        await anext(slow)
    await quick.aclose()


async def test_the_stream_is_served_with_its_id_and_is_not_kept(works: AtWork):
    await works.tell(care(new_id()))
    await works.all_heard()
    answer = await works.asks("commissioner", "/figures")
    assert {tile["measure"]: tile["value"] for tile in answer.json() if tile["value"] is not None} == {
        "cla": 1,
        "cla_started": 1,
        "cla_ceased": 0,
    }
    assert answer.headers["cache-control"] == "no-store"
    tile = answer.json()[0]
    assert tile["reached"] == {"placements.00": 1}
    assert tile["age"] == 0
    assert tile["change_id"] == 1


async def test_a_client_that_takes_nothing_is_let_go(works: AtWork, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.metrics.api.SLOW_SECONDS", 0.05)
    board, sent = works.live.board, []

    async def takes_one_and_no_more(message: MutableMapping[str, Any]) -> None:
        sent.append(message)
        if len(sent) > 2:
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await FigureStream(board.watch(NORTHSHIRE, None)).stream_response(takes_one_and_no_more)
    assert [message["type"] for message in sent] == ["http.response.start", *["http.response.body"] * 2]
    assert board.watched() == set()


async def test_nobody_sees_another_authoritys_figures(works: AtWork):
    for path in ("/figures", "/stream", "/measures/cla"):
        answer = await works.asks("commissioner", path, params={"authority": SOUTHMERE})
        assert answer.status_code == 404, path
        assert SOUTHMERE not in answer.text
        assert (await works.asks("social-worker", path)).status_code == 403, path
        assert (await works.http.get(f"/metrics{path}")).status_code == 401, path


async def test_somebody_of_no_authority_says_whose_figures(works: AtWork):
    answer = await works.asks("placements", "/figures")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "authority"
    assert (await works.asks("placements", "/figures", params={"authority": NORTHSHIRE})).status_code == 200


async def test_a_question_that_makes_no_sense_names_its_field(works: AtWork):
    for measure, asked, field in (
        ("cla", {"as_at": "2026-02-30"}, "as_at"),
        ("cla", {"known_at": "2026-02-01T10:00:00"}, "known_at"),
        ("cla", {"by": "name"}, "by"),
        ("cla", {"element": "health"}, "element"),
        ("weekly_cost", {"element": "laundry"}, "element"),
        ("cla", {"until": "2026-02-01"}, ""),
    ):
        answer = await works.asks("commissioner", f"/measures/{measure}", params=asked)
        assert answer.status_code == 422, asked
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_measure_there_is_not_is_not_found(works: AtWork):
    assert (await works.asks("commissioner", "/measures/happiness")).status_code == 404
    measures = (await works.asks("commissioner", "/measures")).json()
    assert [measure["id"] for measure in measures] == list(MEASURES)
    assert measures[0]["parameters"]["count"] == ["periods", "children"]


async def test_a_series_a_window_and_their_refusals(works: AtWork):
    await works.tell(care(new_id()), care(new_id(), started=TODAY))
    await works.all_heard()
    series = await works.figure("cla", **{"from": "2026-01-01", "to": "2026-03-02", "every": "month", "by": "sex"})
    assert [(point["as_at"], point["value"]) for point in series["series"]] == [
        ("2026-01-02", 1),
        ("2026-02-02", 1),
        ("2026-03-02", 2),
    ]
    assert series["series"][-1]["cells"]["unknown"]["numerator"] == 2
    window = await works.figure("cla_started", **{"from": "2026-01-01"})
    assert (window["value"], window["window"]) == (1, {"after": "2026-01-01", "through": "2026-03-02"})
    assert window["parameters"] == {"window": "given", "count": "periods", "basis": "uasc_included"}
    for measure, asked, field in (
        ("cla", {"from": "2026-01-01"}, "every"),
        ("cla", {"from": "2026-03-09", "every": "day"}, "from"),
        ("cla", {"from": "1990-01-01", "every": "day"}, "every"),
        ("cla_started", {"window": "fortnight"}, "window"),
        ("three_plus", {"counts": "beds"}, "counts"),
        ("cla", {"as_at": "1066-10-14"}, "as_at"),
    ):
        answer = await works.asks("commissioner", f"/measures/{measure}", params=asked)
        assert answer.status_code == 422, asked
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_several_authorities_are_asked_about_together(works: AtWork):
    await works.tell(care(new_id()), care(new_id(), SOUTHMERE), care(new_id(), SOUTHMERE))
    await works.all_heard()
    both = [("authority", NORTHSHIRE), ("authority", SOUTHMERE), ("by", "authority")]
    answer = (await works.asks("placements", "/measures/cla", params=both)).json()
    assert (answer["authority"], answer["authorities"], answer["value"]) == (None, [SOUTHMERE, NORTHSHIRE], 3)
    assert {name: cell["value"] for name, cell in answer["cells"].items()} == {NORTHSHIRE: 1, SOUTHMERE: 2}
    assert (await works.asks("commissioner", "/measures/cla", params=both)).status_code == 404
    async with Watching(works.live, (SOUTHMERE, NORTHSHIRE)) as region:
        await works.tell(care(new_id(), SOUTHMERE))
        await until(lambda: region.value("cla") == 4)


async def test_a_late_and_doubled_correction_gives_the_new_answer_and_the_old_one_as_known_before(works: AtWork):
    child = new_id()
    stay, priced = a_stay(child, 70_000)
    assert isinstance(stay, PlacementStarted)
    known_as = {"version": 3, "type": "K2", "miles_tenths": 250, "location": "at_distance"}
    corrected = PlacementCorrected(**stay.model_dump() | known_as, reason=None, planned=None)
    await works.tell(care(child), stay, priced)
    await works.all_heard()
    before = works.clock.now()
    works.clock.move(timedelta(hours=1))
    await works.tell(corrected, corrected, stay)
    await works.all_heard()
    then = await works.figure("at_distance", known_at=before.isoformat())
    assert ((await works.figure("at_distance"))["value"], then["value"]) == (100, 0)
    assert (await works.rebuild()).same
    assert (await works.figure("over_20_and_outside"))["value"] == 100
    annulled = PlacementAnnulled(**stay.model_dump() | known_as | {"version": 4, "status": "annulled"})
    await works.tell(annulled)
    await works.all_heard()
    assert (await works.figure("bed_nights"))["value"] is None
    assert (await works.figure("cla"))["value"] == 1


async def test_coverage_is_as_it_was_declared(works: AtWork):
    await works.tell(care(new_id()), CoverageDeclared(authority=NORTHSHIRE, version=1, starts=date(2026, 2, 1)))
    await works.all_heard()
    assert (await works.figure("cla", as_at="2026-01-31"))["note"] == "No data before 1 February 2026."
    assert (await works.figure("cla_started"))["incomplete"]
