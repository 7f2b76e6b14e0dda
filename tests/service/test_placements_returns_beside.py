"""A return beside what people recorded: what they recorded stands, and a return that contradicts it is refused."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.placements.service import SERVICE
from shared.contracts.placements import PlacementStarted
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, Alone, alone
from tests.returns import a_child, a_year, an_episode
from tests.service.returning import heard_of, load


@pytest.fixture
async def placements(fresh_database) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


YEAR_BEFORE = a_year(2025, [a_child()], [an_episode(DECOM="05/05/2024")])
LEFT = {"on": "2026-02-01", "reason": "CARPL", "planned": True, "care_ended": "E4A"}


def now_ended(on: str, rec: str = "E4A", reason: str = "") -> dict[str, bytes]:
    episode = an_episode(DECOM="05/05/2024", DEC=on, REC=rec, REASON_PLACE_CHANGE=reason)
    return a_year(2026, [a_child()], [episode])


async def ended_by_somebody(placements: Alone) -> None:
    """A placement that came by a return, and that somebody recorded the end of since."""
    await heard_of(placements)
    await load(placements, YEAR_BEFORE)
    (told,) = await placements.published(PlacementStarted)
    asking = placements.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    answer = await asking.post(f"/placements/{told.placement}/end", json=LEFT)
    assert answer.is_success, answer.text


async def test_what_happened_since_is_not_taken_back_by_the_same_return(placements: Alone) -> None:
    await ended_by_somebody(placements)
    before = await placements.count_published()
    assert (await load(placements, YEAR_BEFORE))["state"] == "done"
    assert (await load(placements, now_ended("01/02/2026")))["state"] == "done"
    assert await placements.count_published() == before


@pytest.mark.parametrize(
    ("files", "field"), [(now_ended("03/02/2026"), "DEC"), (now_ended("01/02/2026", "E8"), "REC")], ids=["DEC", "REC"]
)
async def test_a_return_that_contradicts_what_somebody_recorded_is_refused(
    placements: Alone, files: dict[str, bytes], field: str
) -> None:
    await ended_by_somebody(placements)
    before = await placements.count_published()
    told = await load(placements, files)
    assert told["state"] == "refused"
    assert {(p["file"], p["row"], p["field"], p["code"]) for p in told["problems"]} == {
        ("return.zip/2026/Episodes.csv", 2, field, "recorded_here")
    }
    assert await placements.count_published() == before


async def placed_by_somebody(placements: Alone) -> None:
    """A child in care by nobody's return."""
    child = await heard_of(placements)
    form = {"child": str(child), "type": "U3", "sector": "PR1", "starts": "2026-01-05", "arrived_on": "2026-01-05"}
    asking = placements.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER, Role.SOCIAL_WORKER)
    answer = await asking.post("/placements/direct", json=form | {"legal_status": "C2"})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"DECOM": "01/12/2025"}, "DECOM"),
        ({"PLACE": "U6"}, "PLACE"),
        ({"PLACE_PROVIDER": "PR4"}, "PLACE_PROVIDER"),
        ({"LS": "V2"}, "LS"),
    ],
    ids=["DECOM", "PLACE", "PLACE_PROVIDER", "LS"],
)
async def test_a_placement_somebody_recorded_is_never_written_over(
    placements: Alone, change: dict[str, str], field: str
) -> None:
    await placed_by_somebody(placements)
    before = await placements.count_published()
    same = {"DECOM": "05/01/2026", "PLACE": "U3", "PLACE_PROVIDER": "PR1", "URN": ""}
    told = await load(placements, a_year(2026, [a_child()], [an_episode(**same | change)]))
    assert told["state"] == "refused"
    assert {(p["row"], p["field"], p["code"]) for p in told["problems"]} == {(2, field, "recorded_here")}
    assert await placements.count_published() == before
    assert await placements.rows("SELECT 1 FROM episodes") == []


async def test_a_return_that_agrees_with_what_somebody_recorded_changes_nothing_but_the_ledger(
    placements: Alone,
) -> None:
    await placed_by_somebody(placements)
    same = an_episode(DECOM="05/01/2026", PLACE="U3", PLACE_PROVIDER="PR1", URN="")
    told = await load(placements, a_year(2026, [a_child()], [same]))
    assert (told["state"], told["counts"]["placements_written"], told["counts"]["periods_written"]) == ("done", 0, 0)
    assert [row.decom for row in await placements.rows("SELECT decom FROM episodes")] == [date(2026, 1, 5)]


async def test_a_child_of_whom_the_next_year_says_nothing_stops_it(placements: Alone) -> None:
    await heard_of(placements)
    await heard_of(placements, "C2")
    await load(placements, YEAR_BEFORE)
    told = await load(placements, a_year(2026, [a_child("C2")], [an_episode("C2", DECOM="05/05/2025")]))
    assert (told["state"], [p["code"] for p in told["problems"]]) == ("refused", ["child_missing"])
    told = await load(placements, a_year(2026, [a_child()], [an_episode(DECOM="05/05/2025")]))
    assert (told["state"], [p["code"] for p in told["problems"]]) == ("refused", ["not_carried_on"])
