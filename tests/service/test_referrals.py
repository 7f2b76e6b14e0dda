"""Referrals by its API: children, the asking for a home, and how it follows what placements say."""

import random
from typing import Any

import pytest

from shared.contracts.placements import PlacementCancelled, PlacementConfirmed, PlacementStarted
from shared.contracts.referrals import (
    ChildCorrected,
    ChildRegistered,
    ReferralClosed,
    ReferralSubmitted,
    ReferralWithdrawn,
    SearchOpened,
)
from shared.ids import new_id
from tests.alone import NORTHSHIRE, refused
from tests.service.referring import GOES, PRIVATE, ROBIN, Setting


async def test_a_child_is_registered_corrected_and_every_reading_written_down(referring: Setting):
    address = f"/referrals/children/{referring.children[0]}"
    told = (await referring.worker.get(address)).json()
    assert (told["name"], told["home_postcode"], told["version"]) == ("Robin Ash", "LS1 4AP", 1)
    corrected = await referring.worker.post(f"{address}/correct", json=ROBIN | {"born": "2014-05-12", "version": 1})
    assert (corrected.status_code, corrected.json()["version"]) == (200, 2)
    stale = await referring.worker.post(f"{address}/correct", json=ROBIN | {"version": 1})
    refused(stale, 409, "version")
    assert stale.json()["version"] == 2
    (correction,) = await referring.service.published(ChildCorrected)
    assert (str(correction.born), correction.version, correction.authority) == ("2014-05-12", 2, NORTHSHIRE)
    assert await referring.service.audited() == ["register child"] * 2 + ["read child", "correct child"]


async def test_a_referral_is_drafted_submitted_once_and_withdrawn(referring: Setting):
    made = await referring.worker.post("/referrals", json=referring.asking())
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert await referring.service.published(ReferralSubmitted) == []
    address = f"/referrals/{made.json()['referral']}"
    refused(await referring.worker.post(f"{address}/submit", json={"version": 7}), 409, "version")
    assert (await referring.worker.post(f"{address}/submit", json={"version": 1})).json()["status"] == "searching"
    refused(await referring.worker.post(f"{address}/submit"), 409)
    (told,) = await referring.service.published(ReferralSubmitted)
    assert [str(line.child) for line in told.children] == referring.children
    assert (told.children[0].needs, told.types, told.version) == (("own_bedroom",), ("K2", "U6"), 2)
    (opened,) = await referring.service.published(SearchOpened)
    assert (told.status, opened.status, opened.version) == ("submitted", "searching", 3)
    for query, found in (({}, 1), ({"status": "draft"}, 0), ({"status": "searching", "urgency": "planned"}, 1)):
        assert len((await referring.worker.get("/referrals", params=query)).json()) == found
    refused(await referring.worker.post(f"{address}/withdraw", json={}), 422, "reason")
    told = (await referring.worker.post(f"{address}/withdraw", json=GOES)).json()
    assert (told["status"], told["ended_because"]) == ("withdrawn", "family_found")
    refused(await referring.worker.post(f"{address}/withdraw", json=GOES), 409)
    (gone,) = await referring.service.published(ReferralWithdrawn)
    assert (gone.version, gone.reason, gone.status) == (4, "family_found", "withdrawn")


async def test_no_event_names_a_child_and_only_one_topic_carries_what_they_are(referring: Setting):
    await referring.submitted()
    rows = await referring.service.rows("SELECT lane, body FROM spine.outbox")
    for row in rows:
        allowed = ("4AP", "C-1042") if row.lane == "referrals.statutory.00" else ()
        assert not [word for word in PRIVATE if word in row.body and word not in allowed]
    assert {row.lane for row in rows if "2014-05-21" in row.body} == {"referrals.children.00"}
    assert len(await referring.service.published(ChildRegistered)) == 2


async def test_somebody_elses_child_is_not_there(referring: Setting):
    referral, child = await referring.submitted(), referring.children[0]
    before = await referring.service.count_published()
    answer = await referring.stranger.post("/referrals", json=referring.asking())
    refused(answer, 404, "children.0.child")
    refused(await referring.stranger.get(f"/referrals/children/{child}"), 404)
    refused(await referring.stranger.get(f"/referrals/{referral}"), 404)
    correction = ROBIN | {"version": 1}
    refused(await referring.stranger.post(f"/referrals/children/{child}/correct", json=correction), 404)
    for verb, form in (("submit", {}), ("withdraw", GOES)):
        refused(await referring.stranger.post(f"/referrals/{referral}/{verb}", json=form), 404)
    assert (await referring.stranger.get("/referrals")).json() == []
    assert await referring.service.count_published() == before
    assert len(await referring.service.rows("SELECT * FROM referral")) == 1
    assert "read child" not in await referring.service.audited()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"born": "2026-03-03"}, "born"),
        ({"born": "2000-03-02"}, "born"),
        ({"born": "2014-02-30"}, "born"),
        ({"born": 20140521}, "born"),
        ({"sex": "X"}, "sex"),
        ({"ethnicity": "ZZZZ"}, "ethnicity"),
        ({"uasc": "perhaps"}, "uasc"),
        ({"name": ""}, "name"),
        ({"name": "Robin\u0000"}, "name"),
        ({"home_postcode": "LS1"}, "home_postcode"),
        ({"upn": "A123"}, "upn"),
        ({"own_child_born": "2026-01-05"}, "own_child_born"),
        ({"mother": True, "own_child_born": "2014-05-21"}, "own_child_born"),
        ({"mother": True, "own_child_born": "2026-03-03"}, "own_child_born"),
        ({"shoe_size": 4}, ""),
    ],
)
async def test_a_child_who_cannot_be_is_refused_by_field(referring: Setting, changed: dict[str, Any], field: str):
    before = await referring.service.count_published()
    answer = await referring.worker.post("/referrals/children", json=ROBIN | {"local_reference": None} | changed)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await referring.service.count_published() == before


async def test_a_referral_that_cannot_be_is_refused_by_field(referring: Setting):
    first, second = referring.asking()["children"]
    unknown = {"child": str(new_id())}
    for changed, status, field in (
        ({"wanted_until": "2026-04-01"}, 422, "wanted_until"),
        ({"wanted_from": "2026-13-01"}, 422, "wanted_from"),
        ({"urgency": "soon"}, 422, "urgency"),
        ({"types": []}, 422, "types"),
        ({"types": ["K2", "Q1"]}, 422, "types.1"),
        ({"children": []}, 422, "children"),
        ({"children": [first, first]}, 422, "children.1.child"),
        ({"children": [first, {**second, "needs": ["a_pony"]}]}, 422, "children.1.needs.0"),
        ({"children": [first, unknown]}, 404, "children.1.child"),
    ):
        refused(await referring.worker.post("/referrals", json=referring.asking(**changed)), status, field)
    assert await referring.service.rows("SELECT * FROM referral") == []
    assert await referring.service.rows("SELECT * FROM referral_line") == []


async def test_one_case_number_is_one_child(referring: Setting):
    refused(await referring.worker.post("/referrals/children", json=ROBIN), 409, "local_reference")
    assert (await referring.stranger.post("/referrals/children", json=ROBIN)).status_code == 201


async def test_a_referral_is_matched_and_closed_when_every_child_is_placed(referring: Setting):
    referral = await referring.submitted()
    robin, jay = new_id(), new_id()
    say = referring.placement
    steps = [
        (say(PlacementConfirmed, 2, referral, 0, robin), ["searching", "matched", "waiting"]),
        (say(PlacementConfirmed, 2, referral, 1, jay), ["matched", "matched", "matched"]),
        (say(PlacementCancelled, 3, referral, 1, jay), ["searching", "matched", "waiting"]),
        (say(PlacementStarted, 3, referral, 0, robin), ["searching", "placed", "waiting"]),
        (say(PlacementStarted, 3, referral, 1, new_id()), ["placed", "placed", "placed"]),
    ]
    for event, expected in steps:
        await referring.service.hear(event, times=2)
        assert await referring.stands(referral) == expected
    (closed,) = await referring.service.published(ReferralClosed)
    assert (str(closed.referral), closed.version) == (referral, 6)
    refused(await referring.worker.post(f"/referrals/{referral}/withdraw", json=GOES), 409)


@pytest.mark.parametrize("seed", range(5))
async def test_in_whatever_order_placements_are_heard_the_referral_ends_the_same(referring: Setting, seed: int):
    referral = await referring.submitted()
    ids, say = [new_id() for _ in range(3)], referring.placement
    heard = [
        say(PlacementConfirmed, 2, referral, 0, ids[0]),
        say(PlacementCancelled, 3, referral, 0, ids[0]),
        say(PlacementConfirmed, 2, referral, 0, ids[1]),
        say(PlacementStarted, 3, referral, 0, ids[1]),
        say(PlacementConfirmed, 2, referral, 1, ids[2]),
        say(PlacementStarted, 3, referral, 1, ids[2]),
    ] * 2
    random.Random(seed).shuffle(heard)
    await referring.service.hear(*heard)
    assert await referring.stands(referral) == ["placed", "placed", "placed"]
    assert len(await referring.service.published(ReferralClosed)) == 1


async def test_a_withdrawn_referral_stays_so_whatever_is_heard(referring: Setting):
    referral = await referring.submitted()
    await referring.worker.post(f"/referrals/{referral}/withdraw", json=GOES)
    before = await referring.service.count_published()
    await referring.service.hear(*(referring.placement(PlacementStarted, 3, referral, n, new_id()) for n in (0, 1)))
    await referring.service.hear(
        referring.placement(PlacementStarted, 3, referral, 0, new_id()).model_copy(update={"referral": None})
    )
    assert (await referring.stands(referral))[0] == "withdrawn"
    assert await referring.service.count_published() == before
