"""Pages on which people at the placements desk decide: whose a referral is, what an approver says, siblings as one, changes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts.placements import (
    OfferAccepted,
    OfferNotChosen,
    PlacementBooked,
    PlacementCancelled,
    PlacementRepriced,
)
from shared.identity.person import Role
from tests.alone import NORTHSHIRE
from tests.service.placing import FAR, TODAY, Fresh, Placing, day, placing
from tests.visiting import Visited, post, visit

DESK = "/placements/desk"
APPROVALS = "/placements/approvals"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        for client in (made.officer, made.approver, made.neighbour):
            client.headers["accept"] = "text/html"
        yield made


@pytest.fixture
async def officer(one: Placing) -> httpx.AsyncClient:
    return one.officer


@pytest.fixture
async def colleague(one: Placing) -> httpx.AsyncClient:
    client = one.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER, person="kim")
    client.headers["accept"] = "text/html"
    return client


def at(referral: UUID) -> str:
    return f"{DESK}/referrals/{referral}"


def night(offset: int = 0) -> dict[str, str]:
    on = TODAY.toordinal() + offset
    told = TODAY.fromordinal(on)
    return {"starts-day": str(told.day), "starts-month": str(told.month), "starts-year": str(told.year)}


async def a_far_offer(one: Placing, **referral: Any) -> dict[str, Any]:
    child = await one.child()
    far = await one.vacancy(postcode=FAR, area="E10000014", outward="SO16")
    return await one.offered(await one.referral(child, **referral), child, far)


async def test_a_referral_is_taken_once_and_the_second_is_told(
    one: Placing, officer: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    referral = await one.referral(await one.child())
    mine, theirs = await visit(officer, at(referral)), await visit(colleague, at(referral))
    assert "Nobody has taken this referral yet." in mine.text
    mine = await mine.send("Take it")
    assert "This referral is yours." in mine.text
    theirs = await theirs.send("Take it")
    assert theirs.answer.status_code == 422
    ((link, words),) = theirs.errors
    assert link == "#owner"
    assert "since you opened this page" in words
    assert "finds the home." in theirs.text
    assert "1 referral," in (await visit(officer, f"{DESK}?owner=mine")).text
    assert "No referral is like this" in (await visit(colleague, f"{DESK}?owner=mine")).text
    assert "1 referral," in (await visit(colleague, f"{DESK}?owner=others")).text


async def test_a_referral_is_given_to_a_colleague_and_back(
    one: Placing, officer: httpx.AsyncClient, colleague: httpx.AsyncClient
) -> None:
    referral = await one.referral(await one.child())
    await visit(colleague, DESK)
    page = await visit(officer, at(referral))
    (kim,) = [one.told["value"] for one in page.page.all("option") if len(one.told.get("value", "")) == 36]
    page = await page.send("Give", owner=kim)
    assert "1 referral," in (await visit(colleague, f"{DESK}?owner=mine")).text
    page = await (await visit(colleague, at(referral))).send("Give it back")
    assert "Nobody has taken this referral yet." in page.text
    page = await post(officer, f"{at(referral)}/owner", {"owner": "nobody-we-know", "version": "2"})
    assert page.errors == [("#owner", "Choose somebody from what is listed.")]


async def test_whoever_asks_homes_has_the_referral(one: Placing, officer: httpx.AsyncClient) -> None:
    await one.vacancy()
    referral = await one.referral(await one.child())
    page = await visit(officer, at(referral))
    boxes = [box.told["value"] for box in page.page.all("input") if box.told.get("name") == "homes"]
    await page.send("Ask the chosen homes", homes=boxes)
    assert "1 referral," in (await visit(officer, f"{DESK}?owner=mine")).text


async def test_a_referral_is_found_by_its_reference_or_a_childs(one: Placing, officer: httpx.AsyncClient) -> None:
    child = await one.child()
    referral = await one.referral(child)
    page = await visit(officer, DESK)
    short = referral.hex[-8:].upper()
    for reference in (f"{short[:4]}-{short[4:]}", child.hex[-8:]):
        assert (await page.send("Search", reference=reference)).path == at(referral)
    page = await page.send("Search", reference="0000-0000")
    assert page.heading == "No referral found"
    empty = await (await visit(officer, DESK)).send("Search", reference=" ")
    assert empty.errors == [("#reference", "Enter a reference.")]
    other = await post(one.neighbour, f"{DESK}/search", {"reference": short})
    assert other.heading == "No referral found"


async def asked(page: Visited, why: str = "Her nan lives there") -> Visited:
    return await page.send("Ask for approval", why=why)


async def test_a_home_far_away_waits_for_an_approver_who_says_yes(one: Placing, officer: httpx.AsyncClient) -> None:
    offer = await a_far_offer(one)
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    assert "outside the area" in page.text
    assert (await page.send("Ask for approval")).errors == [("#why", "Say why the child should live there.")]
    assert "Nobody has decided yet." in (await asked(page)).text
    assert "Nobody has decided yet." in (await asked(page)).text  # pressed twice
    waits = await visit(one.approver, APPROVALS)
    assert "1 home waits for your decision" in waits.text
    counted = {line["path"]: line["count"] for line in (await one.approver.get("/placements/waiting")).json()}
    assert counted[APPROVALS] == 1
    page = await waits.follow("Beech House")
    assert "Her nan lives there" in page.text
    again = await page.send("Save the decision", approved="yes")
    assert again.errors == [("#distance_reason", "Say why the child is to live so far away.")]
    done = await page.send("Save the decision", approved="yes", distance_reason="with_family")
    assert "Nothing waits for your decision." in done.text
    assert "Decided lately" in done.text
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    page = await page.send("Book this home")
    assert page.heading == "Placement at Beech House"
    assert "Why so far: to be with family" in page.text


async def test_a_price_above_the_limit_is_approved_at_that_price_only(one: Placing, officer: httpx.AsyncClient) -> None:
    child = await one.child()
    referral = await one.referral(child, most_weekly_pence=350_000)
    offer = await one.offered(referral, child, await one.vacancy())
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    assert "£310 a week more than the panel allowed" in page.text
    await asked(page)
    page = await (await visit(one.approver, APPROVALS)).follow("Beech House")
    await page.send("Save the decision", approved="yes")
    dearer = {"weekly_pence": 400_000, "available_from": day(0)}
    one.made(await one.manager.post(f"/placements/offers/{offer['offer']}/offer", json=dearer))
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    page = await post(officer, page.path, night())
    assert "above what the panel allowed" in page.errors[0][1]
    same = {"weekly_pence": 381_000, "available_from": day(0)}
    one.made(await one.manager.post(f"/placements/offers/{offer['offer']}/offer", json=same))
    page = await (await visit(officer, page.path)).send("Book this home")
    assert page.heading == "Placement at Beech House"
    (told,) = await one.service.published(OfferAccepted)
    assert str(told.offer) == offer["offer"]


async def test_an_approver_who_says_no_says_why_and_nothing_can_be_booked(
    one: Placing, officer: httpx.AsyncClient
) -> None:
    offer = await a_far_offer(one)
    await asked(await visit(officer, f"{DESK}/offers/{offer['offer']}/book"))
    page = await visit(one.approver, f"{APPROVALS}/{offer['offer']}")
    unsaid = await page.send("Save the decision", approved="no")
    assert unsaid.errors == [("#words", "Say why not.")]
    both = [await page.send("Save the decision", approved="no", words="Try nearer first") for _ in range(2)]
    assert {one.path for one in both} == {APPROVALS}
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    assert "Try nearer first" in page.text
    assert (await post(officer, page.path, night())).answer.status_code == 422
    assert await one.service.published(OfferAccepted) == []
    assert "Nobody has decided yet." in (await page.send("Ask again", why="Nothing is nearer")).text


async def test_nobody_approves_what_they_asked_for(one: Placing) -> None:
    both = one.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER, Role.APPROVER, person="sam")
    both.headers["accept"] = "text/html"
    offer = await a_far_offer(one)
    await asked(await visit(both, f"{DESK}/offers/{offer['offer']}/book"))
    page = await visit(both, f"{APPROVALS}/{offer['offer']}")
    assert "somebody else must decide" in page.text
    page = await post(both, page.path, {"approved": "yes", "distance_reason": "safety", "version": "1"})
    assert page.answer.status_code == 422
    assert "1 home waits" in (await visit(one.approver, APPROVALS)).text


async def test_the_homes_that_are_not_chosen_are_told_why(one: Placing, officer: httpx.AsyncClient) -> None:
    child = await one.child()
    referral = await one.referral(child)
    chosen = await one.offered(referral, child, await one.vacancy())
    other = await one.offered(referral, child, await one.vacancy(name="Oak House"))
    late = await one.invited(referral, child, await one.vacancy(name="Ash House"))
    page = await visit(officer, f"{DESK}/offers/{chosen['offer']}/book")
    unsaid = await page.send("Book this home")
    assert [words for _, words in unsaid.errors] == ["Say why Oak House is not chosen: its provider is told."]
    (field,) = [name for name in page.fields("Book this home") if name.startswith("not_chosen-")]
    await page._send("Book this home", {field: "nearer"})
    (booked,) = await one.service.published(PlacementBooked)
    assert await one.service.published(OfferNotChosen) == []
    await one.hold(str(booked.placement))
    told = {str(event.offer): event.reason for event in await one.service.published(OfferNotChosen)}
    assert told == {other["offer"]: "nearer", late["offer"]: "found_first"}
    assert "another home is nearer" in (await visit(officer, f"{at(referral)}/offers")).text


async def siblings(one: Placing) -> tuple[UUID, list[dict[str, Any]]]:
    children = [await one.child(), await one.child()]
    vacancy = await one.vacancy(places=2)
    referral = await one.referral(*children)
    return referral, [await one.offered(referral, child, vacancy) for child in children]


async def test_siblings_are_booked_as_one_and_once(one: Placing, officer: httpx.AsyncClient) -> None:
    referral, _ = await siblings(one)
    first, _ = (await one.officer.get("/placements/offers", headers={"accept": "application/json"})).json()
    said = {"agrees": False, "objection": "too_far"}
    one.made(await one.worker.put(f"/placements/offers/{first['offer']}/opinion", json=said))
    page = await visit(officer, f"{at(referral)}/offers")
    page = await page.follow("Book Beech House for all of them")
    assert "objects to this home: it is too far away." in page.text
    introduced = [a.told["href"] for a in page.page.all("a") if a.told.get("data-child") == first["child"]]
    assert introduced == [f"/referrals/introduced/{first['child']}"]
    assert "£7,620" in page.text
    nothing = await post(officer, page.path, {})
    assert nothing.errors == [("#starts", "Enter the first night.")]
    filled = page.fields("Book for all of them")
    pages = await asyncio.gather(*(post(officer, page.path, filled) for _ in range(3)))
    assert {page.path for page in pages} == {f"{at(referral)}/offers"}
    booked = await one.service.published(PlacementBooked)
    assert len(booked) == 2
    assert len({event.group for event in booked}) == 1
    assert len({event.place for event in booked}) == 2


async def test_siblings_of_whom_one_has_no_offer_are_not_booked(one: Placing, officer: httpx.AsyncClient) -> None:
    children = [await one.child(), await one.child()]
    vacancy = await one.vacancy(places=2)
    referral = await one.referral(*children)
    await one.offered(referral, children[0], vacancy)
    page = await visit(officer, f"{at(referral)}/together/{vacancy['home']}")
    assert "so they cannot be booked as one" in page.text
    assert (await post(officer, page.path, night())).answer.status_code == 422
    await visit(one.neighbour, page.path, status=404)
    assert await one.service.published(PlacementBooked) == []


async def test_a_placement_gets_another_price_and_a_booking_is_called_off(
    one: Placing, officer: httpx.AsyncClient
) -> None:
    placement = await one.confirmed()
    path = f"{DESK}/placements/{placement['placement']}"
    page = await visit(officer, path)
    led = {a.text: a.told["href"] for a in page.page.all("a")}
    assert led["The home, night by night"] == f"/providers/desk/homes/{placement['home']}"
    assert led["The home in words for the child"] == f"/providers/welcome/{placement['placement']}"
    page = await page.follow("Change the price")
    wrong = await page._send("Save the price", {"weekly_pence": "lots"})
    assert [link for link, _ in wrong.errors] == ["#weekly_pence", "#starts"]
    assert wrong.fields("Save the price")["weekly_pence"] == ["lots"]
    page = await page._send("Save the price", {"weekly_pence": "4,010.50", **night()})
    assert "£4,010.50" in page.text
    (told,) = await one.service.published(PlacementRepriced)
    assert [line.weekly_pence for line in told.prices] == [381_000, 401_050]
    page = await page.follow("Call the booking off")
    assert (await page.send("Call it off")).errors == [("#reason", "Choose why it will not start.")]
    both = [await page.send("Call it off", reason="plan_changed") for _ in range(2)]
    assert {one.path for one in both} == {path}
    assert "Will not start" in both[0].text
    assert len(await one.service.published(PlacementCancelled)) == 1
    for rest in ("price", "call-off"):
        await visit(one.neighbour, f"{path}/{rest}", status=404)
