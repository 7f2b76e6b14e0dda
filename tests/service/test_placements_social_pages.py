"""A social worker's pages of homes and placements, each audited as it is fetched: offers, arrivals, fears, endings."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts.placements import (
    CareEnded,
    FragilityRaised,
    OfferConsidered,
    PlacementCancelled,
    PlacementEnded,
    PlacementStarted,
)
from shared.ids import new_id
from tests.alone import refused
from tests.service.placing import TODAY, Fresh, Placing, day, placing
from tests.visiting import post, visit

LIVES = "/placements/lives"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        for client in (made.worker, made.officer, made.neighbour):
            client.headers["accept"] = "text/html"
        yield made


@pytest.fixture
async def worker(one: Placing) -> httpx.AsyncClient:
    return one.worker


def at(placement: dict[str, Any], page: str) -> str:
    return f"{LIVES}/placements/{placement['placement']}/{page}"


def typed(name: str, offset: int) -> dict[str, str]:
    on = TODAY + timedelta(days=offset)
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


async def an_offer(one: Placing) -> tuple[UUID, dict[str, Any]]:
    child = await one.child()
    referral = await one.referral(child)
    return referral, await one.offered(referral, child, await one.vacancy())


async def test_a_social_worker_objects_once_and_the_officer_sees_why(one: Placing, worker: httpx.AsyncClient) -> None:
    referral, _ = await an_offer(one)
    page = await visit(worker, f"{LIVES}/referrals/{referral}")
    assert "Beech House" in page.text
    assert "1 home offered since" in (await visit(worker, LIVES)).text
    page = await page.follow("Agree or object to Beech House")
    filled = page.fields("Save") | {"agrees": ["no"], "objection": ["school"], "words": ["GCSEs in May"]}
    pages = await asyncio.gather(*(post(worker, page.path, filled) for _ in range(3)))
    assert {page.path for page in pages} == {f"{LIVES}/referrals/{referral}"}
    assert "Objection: school or training would be disturbed" in pages[0].text
    (told,) = await one.service.published(OfferConsidered)
    assert (told.agrees, told.objection) == (False, "school")
    assert "GCSE" not in told.model_dump_json()
    assert "1 home offered since" not in (await visit(worker, LIVES)).text
    seen = await visit(one.officer, f"/placements/desk/referrals/{referral}/offers")
    assert "School or training would be disturbed" in seen.text
    assert "GCSEs in May" in seen.text


async def test_whoever_is_about_to_choose_is_told_of_an_objection(one: Placing, worker: httpx.AsyncClient) -> None:
    _, offer = await an_offer(one)
    book = await visit(one.officer, f"/placements/desk/offers/{offer['offer']}/book")
    page = await visit(worker, f"{LIVES}/offers/{offer['offer']}")
    await page.send("Save", agrees="no", objection="too_far")
    page = await book.send("Book this home")
    assert page.errors[0][1].startswith("Somebody else changed this")
    assert "The child’s social worker objects to this home: it is too far away." in page.text
    assert (await post(worker, f"{LIVES}/offers/{offer['offer']}", {"agrees": "yes"})).answer.status_code == 200
    assert [told.agrees for told in await one.service.published(OfferConsidered)] == [False, True]


WRONG_OPINIONS = [
    ({}, "agrees", "Say whether you agree."),
    ({"agrees": "no"}, "objection", "Say why you do not agree"),
    ({"agrees": "yes", "objection": "school"}, "objection", "Whoever agrees does not object"),
    ({"agrees": "no", "objection": "zz"}, "objection", "Choose from what is listed."),
    ({"agrees": "no", "objection": "school", "words": "x" * 5001}, "words", "Words must have at most"),
    ({"agrees": "yes", "version": "1"}, "agrees", "Somebody else changed this"),
]


async def test_a_wrong_opinion_is_linked_to_its_field_and_nobody_is_told(
    one: Placing, worker: httpx.AsyncClient
) -> None:
    _, offer = await an_offer(one)
    for sent, field, words in WRONG_OPINIONS:
        page = await post(worker, f"{LIVES}/offers/{offer['offer']}", sent)
        assert page.answer.status_code == 422
        ((link, said),) = page.errors
        assert (link, said[: len(words)]) == (f"#{field}", words)
        assert page.fields("Save")["words"] == [sent.get("words", "")]
    assert await one.service.published(OfferConsidered) == []


async def test_an_opinion_is_asked_of_what_is_offered_alone(one: Placing, worker: httpx.AsyncClient) -> None:
    child = await one.child()
    offer = await one.invited(await one.referral(child), child, await one.vacancy())
    path = f"{LIVES}/offers/{offer['offer']}"
    assert "There is nothing to agree to" in (await visit(worker, path)).text
    assert "That offer is invited." in (await post(worker, path, {"agrees": "yes"})).text
    answer = await worker.put(
        f"/placements/offers/{offer['offer']}/opinion", json={"agrees": False}, headers={"accept": "*/*"}
    )
    refused(answer, 422, "objection")
    referral = offer["referral"]
    assert "1 home is asked and has not answered yet." in (await visit(worker, f"{LIVES}/referrals/{referral}")).text


async def test_the_first_arrival_begins_care_and_is_recorded_once(one: Placing, worker: httpx.AsyncClient) -> None:
    placement = await one.confirmed()
    page = await visit(worker, LIVES)
    assert "nobody has said whether the child came" in page.text
    page = await visit(worker, at(placement, "arrival"))
    filled = page.fields("Record the arrival") | {"legal_status": ["C1"]}
    assert filled["on-day"] == [str((TODAY - timedelta(days=7)).day)]
    pages = await asyncio.gather(*(post(worker, page.path, filled) for _ in range(3)))
    assert {page.heading.partition(" of ")[0] for page in pages} == {"Homes and care"}
    assert "Lives at Beech House" in pages[0].text
    assert "Interim care order" in pages[0].text
    assert len(await one.service.published(PlacementStarted)) == 1
    assert "Lives at" in (await visit(worker, page.path)).text, "going back leads to the child"


async def test_a_move_says_why_the_placement_before_ended(one: Placing, worker: httpx.AsyncClient) -> None:
    first = await one.started()
    child = UUID(first["child"])
    await one.vacancy(name="Oak House")
    offer = await one.accepted(await one.referral(child), child, await one.vacancy(name="Elm House"))
    move = await one.booked(offer, starts=day(-1), purpose="move", moves_from=first["placement"])
    await one.hold(move["placement"])
    page = await visit(worker, at(move, "arrival"))
    assert "legal basis" not in page.text
    wrong = await page.send("Record the arrival")
    assert [field for field, _ in wrong.errors] == ["#move_reason", "#move_planned"]
    page = await wrong.send("Record the arrival", move_reason="CREQB", move_planned="no")
    assert "Lives at Elm House" in page.text
    assert "The carer asked, because of the child’s behaviour, not planned" in page.text


async def test_a_child_who_did_not_come_frees_the_place(one: Placing, worker: httpx.AsyncClient) -> None:
    placement = await one.confirmed()
    page = await (await visit(worker, f"{LIVES}/{placement['child']}")).follow("The child did not come")
    filled = page.fields("Record that")
    pages = [await post(worker, page.path, filled) for _ in range(2)]
    assert all("No home is on record." in page.text for page in pages)
    assert len(await one.service.published(PlacementCancelled)) == 1
    assert pages[0].page.all("form")[-1].told["action"] == f"/referrals/desk/children/{placement['child']}/ask"


async def test_a_fear_is_raised_seen_and_taken_back(one: Placing, worker: httpx.AsyncClient) -> None:
    placement = await one.started()
    page = await (await visit(worker, f"{LIVES}/{placement['child']}")).follow("It may not last")
    wrong = await page.send("Save")
    assert wrong.errors == [("#fear", "Choose why it may not last.")]
    filled = page.fields("Save") | {"fear": ["conflict_in_home"]}
    pages = [await post(worker, page.path, filled) for _ in range(2)]
    assert all("conflict in the home" in page.text for page in pages)
    assert "Conflict in the home; there since" in (await visit(one.officer, LIVES)).text
    page = await pages[0].follow("It may last after all, or for another reason not")
    assert page.fields("Save")["fear"] == ["conflict_in_home"]
    stale = await post(worker, page.path, filled | {"fear": ["education"]})
    assert stale.errors[0][1].startswith("Somebody else changed this")
    page = await page.send("Save", fear="none")
    assert "May not last" not in page.text
    assert [told.fear for told in await one.service.published(FragilityRaised)] == ["conflict_in_home", None]


async def test_an_ending_is_recorded_once_with_why_and_whether_care_ends(
    one: Placing, worker: httpx.AsyncClient
) -> None:
    placement = await one.started()
    page = await (await visit(worker, f"{LIVES}/{placement['child']}")).follow("The child left")
    wrong = await page.send("Record the ending")
    assert [field for field, _ in wrong.errors] == ["#reason", "#planned"]
    wrong = await wrong._send("Record", {"reason": "CARPL", "planned": "yes", **typed("on", 1)})
    assert wrong.errors == [("#on", "That day has not come yet.")]
    assert wrong.fields("Record")["reason"] == ["CARPL"]
    assert await one.service.published(PlacementEnded) == []
    filled = wrong.fields("Record") | {name: [said] for name, said in typed("on", 0).items()} | {"care_ended": ["E4A"]}
    pages = await asyncio.gather(*(post(worker, page.path, filled) for _ in range(3)))
    assert all("the care plan, planned" in page.text for page in pages)
    assert "Looked after for 7 days" in pages[0].text
    assert (len(await one.service.published(PlacementEnded)), len(await one.service.published(CareEnded))) == (1, 1)
    assert "Lives at" not in (await visit(worker, page.path)).text, "going back leads to the child"


WRONG_ENDINGS = [
    ({"on-day": "31", "on-month": "2", "on-year": "2026"}, "on"),
    ({"reason": "ZZ"}, "reason"),
    ({"planned": "perhaps"}, "planned"),
    ({"care_ended": "X1"}, "care_ended"),
    ({"version": "1"}, "on"),
]


async def test_a_wrong_ending_is_linked_to_its_field_and_nothing_ends(one: Placing, worker: httpx.AsyncClient) -> None:
    placement = await one.started()
    right = {"reason": "CARPL", "planned": "yes", **typed("on", 0)}
    for sent, field in WRONG_ENDINGS:
        page = await post(worker, at(placement, "ending"), right | sent)
        assert page.answer.status_code == 422
        assert [link for link, _ in page.errors] == [f"#{field}"]
    assert await one.service.published(PlacementEnded) == []


async def test_where_children_live_is_empty_first_and_shown_page_by_page(
    one: Placing, worker: httpx.AsyncClient
) -> None:
    assert "No child of your authority lives" in (await visit(worker, LIVES)).text
    placement = await one.started()
    page = await visit(worker, LIVES)
    assert "1 child," in page.text
    assert f"/referrals/desk/children/{placement['child']}" in [a.told["href"] for a in page.page.all("a")]
    for odd in ("0", "9", "x", "٣", "99999999999"):
        await visit(worker, f"{LIVES}?page={odd}")


async def test_what_waits_for_a_social_worker_is_counted(one: Placing, worker: httpx.AsyncClient) -> None:
    await an_offer(one)
    await one.confirmed(vacancy=await one.vacancy(name="Oak House"))
    feared = await one.started(vacancy=await one.vacancy(name="Elm House"))
    await post(worker, at(feared, "fear"), {"fear": "education"})
    told = (await worker.get("/placements/waiting", headers={"accept": "application/json"})).json()
    assert {one["title"]: (one["count"], one["late"]) for one in told if one["path"] == LIVES} == {
        "Offers you can agree to or object to": (1, 0),
        "Children expected in a home": (1, 1),
        "Placements that may not last": (1, 0),
    }


async def test_a_child_who_is_not_heard_of_yet_is_arriving_and_one_of_others_just_so(
    one: Placing, worker: httpx.AsyncClient
) -> None:
    child = new_id()
    page = await visit(worker, f"{LIVES}/{child}?seen=1", status=202)
    assert page.heading == "The record is arriving"
    await visit(worker, f"{LIVES}/{child}", status=404)
    theirs = await one.child()
    assert (await visit(one.neighbour, f"{LIVES}/{theirs}?seen=1", status=202)).heading == page.heading
    assert "No home is on record." in (await visit(worker, f"{LIVES}/{theirs}?seen=1")).text


async def test_nobody_elses_children_are_there(one: Placing) -> None:
    placement = await one.started()
    referral, offer = await an_offer(one)
    paths = [f"{LIVES}/{placement['child']}", f"{LIVES}/referrals/{referral}", f"{LIVES}/offers/{offer['offer']}"]
    paths += [at(placement, page) for page in ("arrival", "did-not-come", "ending", "fear")]
    for path in paths:
        await visit(one.neighbour, path, status=404)
    one.manager.headers["accept"] = "text/html"
    for path in paths:
        await visit(one.manager, path, status=403)
    assert "No child of your authority lives" in (await visit(one.neighbour, LIVES)).text
