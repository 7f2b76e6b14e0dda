"""A placements officer's pages, each audited as it is fetched: the queue, ranked homes, asking, comparing, booking, the record."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from shared.contracts.placements import OfferAccepted, OfferInvited, PlacementBooked
from shared.contracts.providers import PlaceHeld
from shared.contracts.vocabulary import OccupationKind, ReferralStatus, Urgency
from shared.ids import new_id
from tests.alone import NOON, SOUTHMERE
from tests.service.placing import FAR, Fresh, Placing, day, placing
from tests.visiting import Visited, post, visit

DESK = "/placements/desk"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        made.officer.headers["accept"] = made.neighbour.headers["accept"] = "text/html"
        yield made


@pytest.fixture
async def officer(one: Placing) -> httpx.AsyncClient:
    return one.officer


def at(referral: UUID) -> str:
    return f"{DESK}/referrals/{referral}"


async def a_search(one: Placing) -> tuple[UUID, UUID, Visited]:
    """A child of a referral with one home that could take her and one that could not."""
    child = await one.child()
    await one.vacancy()
    await one.vacancy(name="Elm House", youngest=15)
    referral = await one.referral(child, due_at=NOON + timedelta(hours=3))
    return referral, child, await visit(one.officer, at(referral))


def boxes(page: Visited) -> list[str]:
    return [one.told["value"] for one in page.page.all("input") if one.told.get("name") == "homes"]


async def offers(one: Placing, referral: UUID) -> list[dict]:
    told = await one.officer.get("/placements/offers", params={"referral": str(referral)})
    return list(told.json())


async def test_a_home_is_found_asked_compared_and_booked(one: Placing, officer: httpx.AsyncClient) -> None:
    referral, _, page = await a_search(one)
    assert "due in 3 hours" in page.text
    assert "1. Beech House" in page.text
    assert "Takes 8 to 17" in page.text
    page = await page.send("Ask the chosen homes", homes=boxes(page), hours="4")
    assert "answer due in 4 hours" in page.text
    ((offer,), form) = await offers(one, referral), {"weekly_pence": 395_050, "available_from": day(0)}
    one.made(await one.manager.post(f"/placements/offers/{offer['offer']}/offer", json=form))
    page = await visit(officer, page.path)
    assert "£3,950.50" in page.text
    page = await page.follow("Book Beech House")
    page = await page.send("Book this home")
    assert page.heading == "Placement at Beech House"
    assert "Asked for" in page.text
    (booked,) = await one.service.published(PlacementBooked)
    await one.hold(str(booked.placement))
    assert "Home booked" in (await visit(officer, f"{DESK}?stage=found")).text.partition("1 referral")[2]
    page = await visit(officer, page.path)
    assert "The place is held" in page.text
    assert "£3,950.50" in page.text


async def test_two_presses_ask_once_and_book_once(one: Placing, officer: httpx.AsyncClient) -> None:
    referral, _, page = await a_search(one)
    typed = {"homes": boxes(page), "hours": "24"}
    await asyncio.gather(*(post(officer, f"{at(referral)}/invite", typed) for _ in range(3)))
    assert len(await one.service.published(OfferInvited)) == 1
    (offer,) = await offers(one, referral)
    form = {"weekly_pence": 395_000, "available_from": day(0)}
    one.made(await one.manager.post(f"/placements/offers/{offer['offer']}/offer", json=form))
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    filled = page.fields("Book this home")
    pages = await asyncio.gather(*(post(officer, page.path, filled) for _ in range(3)))
    assert {page.heading for page in pages} == {"Placement at Beech House"}
    assert len(await one.service.published(PlacementBooked)) == 1
    assert (await visit(officer, f"{DESK}/offers/{offer['offer']}/book")).text.count("booked already") == 1


async def test_the_queue_says_what_waits_and_keeps_its_filters(one: Placing, officer: httpx.AsyncClient) -> None:
    page = await visit(officer, DESK)
    assert "No child of your authority waits for a home." in page.text
    child = await one.child()
    late = await one.referral(child, urgency=Urgency.EMERGENCY, due_at=NOON - timedelta(days=2, hours=1))
    await one.referral(await one.child(), due_at=NOON + timedelta(hours=1))
    page = await visit(officer, DESK)
    assert page.text.index("Overdue by 2 days") < page.text.index("Due in 1 hour")
    page = await visit(officer, f"{DESK}?urgency=emergency&stage=ask")
    assert "1 referral," in page.text
    (link,) = [one.told["href"] for one in page.page.all("main")[0].all("a") if "/referrals/" in one.told["href"]]
    assert str(late) in link
    page = await visit(officer, link)
    assert page.link("Homes to find").endswith("/placements/desk")  # in the head of every page
    assert f"{DESK}?urgency=emergency&stage=ask" in [one.told["href"] for one in page.page.all("a")]
    page = await visit(officer, f"{DESK}?stage=choose")
    assert "No referral is like this" in page.text
    assert "Overdue" in (await visit(officer, f"{DESK}?urgency=zz&stage=1%27")).text


async def test_what_is_ruled_out_stands_under_its_rule(one: Placing) -> None:
    _, _, page = await a_search(one)
    assert "Elm House" not in page.text
    link = page.link("Another age").partition("#")[0]
    page = await visit(one.officer, page.path + link)
    assert "Age: it takes 15 to 17" in page.text


async def test_without_a_home_or_an_address_the_page_says_what_to_do(one: Placing, officer: httpx.AsyncClient) -> None:
    referral = await one.referral(await one.child(None))
    assert "No home on the market could take the child today." in (await visit(officer, at(referral))).text
    await one.vacancy()
    page = await visit(officer, at(referral))
    assert "distance not known" in page.text
    assert "the child’s home address is not on record" in page.text
    assert "No home is being asked for this child" in (await visit(officer, f"{at(referral)}/offers")).text


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"hours": "24"}, "homes", "Choose at least one home to ask."),
        ({"homes": ["x"], "hours": "24"}, "homes", "Choose from what is listed."),
        ({"homes": ["{box}"], "hours": "0"}, "hours", "Choose how long they may take to answer."),
        ({"homes": ["{child}.{nobody}"], "hours": "24"}, "homes", "We cannot find that vacancy"),
    ],
)
async def test_a_wrong_invitation_is_linked_to_its_field_and_asks_nobody(
    one: Placing, officer: httpx.AsyncClient, typed: dict, field: str, words: str
) -> None:
    referral, child, page = await a_search(one)
    known = {"box": boxes(page)[0], "child": child, "nobody": new_id()}
    said = [told.format(**known) for told in typed.get("homes", ())]
    page = await post(officer, f"{at(referral)}/invite", {**typed, "homes": said})
    assert page.answer.status_code == 422
    ((link, told),) = page.errors
    assert (link, told.startswith(words)) == (f"#{field}", True)
    assert await one.service.published(OfferInvited) == []
    if field == "hours":
        assert page.fields("Ask the chosen")["homes"] == said


@pytest.mark.parametrize("within", ["-1", "x", "1.5", "701"])
async def test_a_wrong_distance_is_said_beside_its_field(one: Placing, within: str) -> None:
    _, _, page = await a_search(one)
    page = await visit(one.officer, f"{page.path}?within={within}", status=422)
    assert page.errors[0][0] == "#within"
    assert page.fields("Narrow")["within"] == [within]


async def test_a_booking_without_a_day_chooses_nothing(one: Placing, officer: httpx.AsyncClient) -> None:
    child = await one.child()
    offer = await one.offered(await one.referral(child), child, await one.vacancy())
    path = f"{DESK}/offers/{offer['offer']}/book"
    for typed in ({}, {"starts-day": "31", "starts-month": "2", "starts-year": "2026"}):
        page = await post(officer, path, typed)
        assert (page.answer.status_code, page.errors[0][0]) == (422, "#starts")
    page = await visit(officer, path)
    stale = page.fields("Book this home") | {"version": ["1"]}
    assert (await post(officer, path, stale)).answer.status_code == 422
    assert await one.service.published(OfferAccepted) == []


async def test_an_approver_books_a_home_that_is_far_away_with_a_reason(
    one: Placing, officer: httpx.AsyncClient
) -> None:
    child = await one.child()
    far = await one.vacancy(postcode=FAR, area="E10000014", outward="SO16")
    referral = await one.referral(child)
    page = await visit(officer, at(referral))
    assert ", south-west" in page.text
    assert page.page.all("svg")[0].told["role"] == "img"
    offer = await one.offered(referral, child, far)
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    refused = await post(officer, page.path, {"starts-day": "2", "starts-month": "3", "starts-year": "2026"})
    assert "an approver, who did not ask for it, must decide that first" in refused.errors[0][1]
    one.approver.headers["accept"] = "text/html"
    page = await visit(one.approver, page.path)
    page = await page.send("Book this home", distance_reason="safety")
    assert "Why so far: to be safe" in page.text


def taken(vacancy: dict) -> PlaceHeld:
    nights = {"kind": OccupationKind.HELD, "starts": NOON.date() - timedelta(days=40), "ends": None}
    whose = {"placement": new_id(), "authority": SOUTHMERE, "place": vacancy["places"][0], "home": vacancy["home"]}
    return PlaceHeld(occupation=new_id(), version=1, **whose, **nights, expires_at=None, released_at=None)


async def test_a_home_taken_a_moment_ago_shows_the_next_ones(one: Placing, officer: httpx.AsyncClient) -> None:
    vacancy = await one.vacancy()
    child = await one.child()
    offer = await one.offered(await one.referral(child), child, vacancy)
    await one.vacancy(name="Oak House")
    page = await visit(officer, f"{DESK}/offers/{offer['offer']}/book")
    await one.service.hear(taken(vacancy))
    page = await page.send("Book this home")
    assert page.answer.status_code == 409
    assert page.heading == "That home was taken a moment ago"
    assert "1. Oak House" in page.text
    assert (await offers(one, UUID(offer["referral"])))[0]["status"] == "offered"
    assert "Ask the chosen homes" in (await page.follow("Ask one of them")).text


async def test_before_the_panel_nobody_is_asked(one: Placing, officer: httpx.AsyncClient) -> None:
    await one.vacancy()
    referral = await one.referral(await one.child(), status=ReferralStatus.SUBMITTED)
    page = await visit(officer, at(referral))
    assert boxes(page) == []
    assert "No home can be asked yet" in page.text


async def test_siblings_are_asked_for_together(one: Placing, officer: httpx.AsyncClient) -> None:
    await one.vacancy(places=2)
    referral = await one.referral(await one.child(), await one.child())
    page = await visit(officer, at(referral))
    page = await page.send("Ask the chosen homes", homes=boxes(page))
    assert len(await one.service.published(OfferInvited)) == 2
    assert "choose the same home for each" in page.text
    apart = await one.referral(await one.child(), await one.child(), together=False)
    page = await visit(officer, at(apart))
    (other,) = [one.told["href"] for one in page.page.all("a") if "?child=" in one.told["href"]]
    assert "Beech House" in (await visit(officer, other)).text


async def test_nobody_elses_pages_are_there(one: Placing) -> None:
    placement = await one.confirmed()
    referral, _, page = await a_search(one)
    for path in (page.path, f"{page.path}/offers", f"{DESK}/placements/{placement['placement']}"):
        await visit(one.neighbour, path, status=404)
    assert (await post(one.neighbour, f"{at(referral)}/invite", {})).answer.status_code == 404
