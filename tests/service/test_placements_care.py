"""Periods of care: legal statuses, corrections and annulments, a child's record, an authority's coverage."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared.contracts.placements import CareAnnulled, CareCorrected, CareStarted, CoverageDeclared, LegalStatusChanged
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, refused
from tests.service.placing import Fresh, Placing, day, placing, refused_whole


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def in_care(one: Placing) -> dict[str, Any]:
    """A child who has lived somewhere for a week; the period of care."""
    placement = await one.started()
    (period,) = (await one.record(placement["child"]))["periods"]
    return period | {"placement": placement}


async def put(one: Placing, period: dict[str, Any], action: str, **form: Any) -> Any:
    path = f"/placements/care/{period['period']}/{action}"
    return await one.worker.post(path, json={"version": period["version"], **form})


async def test_care_begins_with_its_legal_status_and_tells_every_one_that_follows(one: Placing) -> None:
    period = await in_care(one)
    changed = one.made(await put(one, period, "legal-status", status="C1", starts=day(-3)))
    again = one.made(await put(one, changed, "legal-status", status="C2", starts=day(-3)))
    assert [(line["status"], line["starts"]) for line in again["legal_statuses"]] == [("V2", day(-7)), ("C2", day(-3))]
    gone = one.made(await put(one, again, "legal-status", status=None, starts=day(-3)))
    assert [line["status"] for line in gone["legal_statuses"]] == ["V2"]
    told = await one.service.published(LegalStatusChanged)
    assert [[line.status for line in event.statuses] for event in told] == [["V2"], ["V2", "C1"], ["V2", "C2"], ["V2"]]
    assert [event.version for event in told] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"status": "C1", "starts": day(-8)}, 422, "starts"),
        ({"status": "C1", "starts": day(1)}, 422, "starts"),
        ({"status": None, "starts": day(-7)}, 422, "status"),
        ({"status": None, "starts": day(-2)}, 422, "starts"),
        ({"status": "X9", "starts": day(-2)}, 422, "status"),
        ({"starts": day(-2)}, 422, "status"),
        ({"status": "C1", "starts": day(-2), "version": 7}, 409, "version"),
    ],
)
async def test_a_legal_status_that_cannot_be_is_refused(
    one: Placing, form: dict[str, Any], status: int, field: str
) -> None:
    refused_whole(await put(one, await in_care(one), "legal-status", **form), status, field)


async def test_care_that_began_earlier_takes_its_first_legal_status_along(one: Placing) -> None:
    period = await in_care(one)
    corrected = one.made(await put(one, period, "correct", started=day(-9), start_known=False))
    assert (corrected["started"], corrected["start_known"]) == (day(-9), False)
    assert corrected["legal_statuses"] == [{"status": "V2", "starts": day(-9)}]
    (told,) = await one.service.published(CareCorrected)
    assert (str(told.started), told.start_known, told.ended, told.reason) == (day(-9), False, None, None)


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({}, 422, ""),
        ({"started": day(-6)}, 409, "started"),
        ({"started": day(1)}, 422, "started"),
        ({"ended": day(-1)}, 422, "reason"),
        ({"ended": day(-1), "reason": "E4A"}, 409, "ended"),
        ({"ended": day(-8), "reason": "E4A"}, 422, "ended"),
        ({"reason": "E4A"}, 422, "reason"),
        ({"started": day(-9), "version": 9}, 409, "version"),
    ],
)
async def test_care_holds_its_placements(one: Placing, form: dict[str, Any], status: int, field: str) -> None:
    refused_whole(await put(one, await in_care(one), "correct", **form), status, field)
    assert await one.service.published(CareCorrected) == []


async def test_why_a_child_became_looked_after_is_kept_for_the_return_alone(one: Placing) -> None:
    period = await in_care(one)
    assert period["category_of_need"] is None
    corrected = one.made(await put(one, period, "correct", category_of_need="N1"))
    assert (corrected["category_of_need"], corrected["started"]) == ("N1", period["started"])
    refused_whole(await put(one, corrected, "correct", category_of_need="N9"), 422, "category_of_need")
    (told,) = await one.service.published(CareCorrected)
    assert "category_of_need" not in told.model_dump()


async def test_an_end_of_care_recorded_in_error_is_taken_back(one: Placing) -> None:
    period = await in_care(one)
    left = {"on": day(0), "reason": "CARPL", "planned": True, "care_ended": "E4A"}
    one.made(await one.worker.post(one.path(period["placement"], "end"), json=left))
    (ended,) = (await one.record(period["child"]))["periods"]
    assert (ended["ended"], ended["reason"]) == (day(0), "E4A")
    corrected = one.made(await put(one, ended, "correct", ended=None, reason=None))
    assert (corrected["ended"], corrected["reason"]) == (None, None)


async def test_a_period_is_annulled_once_its_placements_are(one: Placing) -> None:
    period = await in_care(one)
    refused(await put(one, period, "annul"), 409, "period")
    placement = period["placement"]
    one.made(await one.worker.post(one.path(placement, "annul"), json={"version": placement["version"]}))
    assert one.made(await put(one, period, "annul"))["annulled"] is True
    (told,) = await one.service.published(CareAnnulled)
    assert str(told.period) == period["period"]
    refused(await put(one, {**period, "version": 2}, "correct", started=day(-8)), 409, "period")
    await one.release(placement)
    again = await one.booked(placement["offer"])
    await one.hold(again["placement"])
    one.made(await one.worker.post(one.path(again, "start"), json={"on": day(-7)}))
    assert len(await one.service.published(CareStarted)) == 2


async def test_a_childs_record_is_whole_audited_and_nobody_elses(one: Placing) -> None:
    period = await in_care(one)
    record = await one.record(period["child"])
    assert [p["placement"] for p in record["placements"]] == [period["placement"]["placement"]]
    assert "read child" in await one.service.audited()
    refused(await one.neighbour.get(f"/placements/children/{period['child']}"), 404, "child")
    refused(await one.manager.get(f"/placements/children/{period['child']}"), 404, "child")
    for action, form in (
        ("legal-status", {"status": "C1", "starts": day(-3)}),
        ("correct", {"started": day(-9)}),
        ("annul", {}),
    ):
        path = f"/placements/care/{period['period']}/{action}"
        refused(await one.neighbour.post(path, json={"version": 1, **form}), 404, "period")


async def test_a_commissioner_says_from_when_the_record_is_whole(one: Placing) -> None:
    commissioner = one.service.of(NORTHSHIRE, Role.COMMISSIONER)
    path = "/placements/coverage"
    assert one.made(await commissioner.post(path, json={"starts": "2020-04-01"}))["version"] == 1
    assert one.made(await commissioner.post(path, json={"starts": "2019-04-01", "version": 1}))["version"] == 2
    refused(await commissioner.post(path, json={"starts": "2018-04-01", "version": 1}), 409, "version")
    refused(await commissioner.post(path, json={"starts": day(1)}), 422, "starts")
    refused(await one.officer.post(path, json={"starts": "2018-04-01"}), 403)
    told = await one.service.published(CoverageDeclared)
    assert [(e.authority, str(e.starts), e.version) for e in told] == [
        (NORTHSHIRE, "2020-04-01", 1),
        (NORTHSHIRE, "2019-04-01", 2),
    ]
