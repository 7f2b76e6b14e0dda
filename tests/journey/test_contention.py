"""Many people want one place: one gets it, the others are told at once what else there is."""

import asyncio
from datetime import timedelta
from time import monotonic

import httpx

from tests.installations import Team
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.waiting import until

CLIENTS = 50


async def test_of_fifty_clients_that_book_one_place_one_gets_it(team: Team) -> None:
    await a_provider(team)
    offered = await a_vacancy(team, places=1, name="The only place")
    asked = await asyncio.gather(*(a_referral(team) for _ in range(CLIENTS)))
    await asyncio.gather(*(candidates(team, referral, offered["vacancy"]) for referral, _ in asked))
    offers = await asyncio.gather(
        *(an_accepted_offer(team, referral, child, offered["vacancy"]) for referral, child in asked)
    )
    starts = str(today() - timedelta(days=7))

    async def book(offer: str) -> tuple[httpx.Response, float]:
        began = monotonic()
        form = {"offer": offer, "starts": starts}
        answer = await team["placements-officer"].post("/placements/bookings", json=form)
        return answer, monotonic() - began

    answers = await asyncio.gather(*map(book, offers))
    # On a machine too busy to decide in time the answer is 202 and where to look: then we look.
    decided = [await outcome(team, answer) for answer, _ in answers]
    assert decided.count(201) == 1, decided
    assert decided.count(409) == CLIENTS - 1, decided
    refused = [answer.json() for answer, _ in answers if answer.status_code == 409]
    assert all(problem["code"] == "taken" and "next" in problem for problem in refused)
    slowest = max(seconds for _, seconds in answers)
    print(f"slowest answer of {CLIENTS}: {slowest:.2f} s, {[a.status_code for a, _ in answers].count(202)} undecided")
    await one_stands(team, offered["home"], starts)


async def outcome(team: Team, answer: httpx.Response) -> int:
    """201 or 409: what the answer says, or what the placement it names comes to."""
    if answer.status_code != 202:
        return answer.status_code
    path = answer.headers["location"]

    async def status() -> str:
        told = (await team.does("placements-officer", "GET", path))["status"]
        return "" if told == "booked" else str(told)

    return {"confirmed": 201, "cancelled": 409}[await until(status)]


async def one_stands(team: Team, home: str, night: str) -> None:
    """The place is taken by exactly one booking, and every other has been given up."""
    path = f"/providers/homes/{home}/calendar?from={night}&to={today()}"

    async def taken_once() -> bool:
        nights = await team.does("provider", "GET", path)
        return all(night["held"] + night["occupied"] == night["approved"] == 1 for night in nights)

    await until(taken_once)
    live = [p for p in await team.does("provider", "GET", "/placements") if p["home"] == home]
    assert [p["status"] for p in live if p["status"] != "cancelled"] == ["confirmed"]


async def test_a_conflict_tries_the_next_alike_place(team: Team) -> None:
    await a_provider(team)
    offered = await a_vacancy(team, places=2, name="Two alike")
    asked = await asyncio.gather(*(a_referral(team) for _ in range(3)))
    await asyncio.gather(*(candidates(team, referral, offered["vacancy"]) for referral, _ in asked))
    offers = [await an_accepted_offer(team, referral, child, offered["vacancy"]) for referral, child in asked]
    starts = str(today() - timedelta(days=7))
    answers = await asyncio.gather(
        *(
            team["placements-officer"].post("/placements/bookings", json={"offer": offer, "starts": starts})
            for offer in offers
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409]
    places = {answer.json()["place"] for answer in answers if answer.status_code == 201}
    assert places == set(offered["places"])
