"""What people do in the demonstration, one command at a time: each step of a story is one call of the public API."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx

from deploy.demo.asking import Asking
from deploy.demo.furnish import providers_by_name
from deploy.demo.market import CAN, market, person_of
from shared.clock import Clock

Story = AsyncIterator[str]
"""What was done, in words; an empty one where there was nothing to do yet."""
HOMES_ASKED = 3
DECLINED = 0.3
"""Assumed: the share of invitations that are declined."""
STAY_TURNS = (40, 160)
"""For how many turns of its story a child stays before moving on or going home; assumed, and short on purpose."""
ETHNICITIES = ("WBRI", "WBRI", "BCRB", "BAFR", "ABAN", "MWBC", "WOTH", "AOTH")
DECLINES = ("matching_with_residents", "matching_with_residents", "needs_not_met", "staffing", "too_soon", "no_vacancy")


@dataclass(frozen=True)
class Team:
    """Those who act for an authority, and where its children come from."""

    worker: str
    officer: str
    approver: str
    homes: tuple[str, ...]


NORTH = Team("social-worker", "placements-officer", "approver", ("W1U 5EJ", "NW1 6XE", "W9 1SZ", "SW1V 3QT"))
SOUTH = Team(
    "southmere-social-worker", "southmere-placements-officer", "southmere-approver", ("W8 7NX", "SW7 2AZ", "W11 3JZ")
)


@dataclass
class Teller:
    """What every story needs: the API, dice, and who acts for which provider."""

    ask: Asking
    dice: Random
    clock: Clock
    managers: dict[str, str]

    @classmethod
    async def begin(cls, ask: Asking, seed: int, clock: Clock) -> "Teller":
        """Learn who is who."""
        known = await providers_by_name(ask)
        managers = {known[one.name]: person_of(one.name) for one in market() if one.name in known}
        return cls(ask, Random(seed), clock, managers)  # noqa: S311 - a demonstration, nothing secret


async def a_child_finds_a_home(tell: Teller, team: Team, *, came: date | None = None) -> Story:
    """From the child's registration to the end of the placement; `came` is the first night, today unless it was before."""
    first = came or tell.clock.today()
    child = await tell.ask.post(team.worker, "/referrals/children", _child(tell, team))
    yield "a child is registered"
    referral = await tell.ask.post(team.worker, "/referrals", _referral(tell, child, first))
    yield "a referral is drafted"
    await tell.ask.post(team.worker, f"/referrals/{referral['referral']}/submit")
    yield "a home is asked for"
    accepted = None
    async for said, offer in _offers(tell, team, referral["referral"]):
        accepted = offer or accepted
        yield said
    if accepted is None:
        await tell.ask.post(team.worker, f"/referrals/{referral['referral']}/withdraw", {"reason": "family_found"})
        yield "no home could be found; the child stays with family"
        return
    placed = await _booked(tell, team, accepted, first)
    yield "a place is booked"
    placement = placed["placement"]
    await tell.ask.post(team.worker, f"/placements/{placement}/start", {"on": str(first), "legal_status": "V2"})
    yield "a child arrives"
    async for said in _the_stay(tell, team, placement, first):
        yield said


async def _offers(tell: Teller, team: Team, referral: str) -> AsyncIterator[tuple[str, str | None]]:
    """Ask the best homes, have them answer, take the first that offers. Of other providers nobody here could answer."""
    found = await tell.ask.get(team.officer, f"/placements/referrals/{referral}/candidates")
    answering = [home for home in found["possible"] if home["provider"] in tell.managers]
    asked = []
    for home in _different_homes(answering)[:HOMES_ASKED]:
        form = {"referral": referral, "child": found["child"], "vacancy": home["vacancy"]}
        asked.append((home, await tell.ask.post(team.officer, "/placements/offers", form)))
        yield "a provider is asked", None
    offered = []
    for home, offer in asked:
        made = await _answer(tell, home, offer["offer"])
        offered += [offer["offer"]] if made else []
        yield ("a provider offers a home" if made else "a provider declines"), None
    if offered:
        await tell.ask.post(team.officer, f"/placements/offers/{offered[0]}/accept")
        yield "an offer is accepted", offered[0]


async def _booked(tell: Teller, team: Team, offer: str, first: date) -> Any:
    """A home that is far away is booked once an approver has said that the child may live there."""
    form = {"offer": offer, "starts": str(first)}
    try:
        return await tell.ask.post(team.officer, "/placements/bookings", form)
    except httpx.HTTPStatusError as refused:
        if refused.response.json().get("code") != "needs_approval":
            raise
    reason = {"distance_reason": "nothing_nearer"}
    await tell.ask.post(team.approver, f"/placements/offers/{offer}/approve-distance", reason)
    return await tell.ask.post(team.officer, "/placements/bookings", form)


async def _answer(tell: Teller, home: Mapping[str, Any], offer: str) -> bool:
    manager = tell.managers[home["provider"]]
    if tell.dice.random() < DECLINED:
        await tell.ask.post(manager, f"/placements/offers/{offer}/decline", {"reason": tell.dice.choice(DECLINES)})
        return False
    form = {"weekly_pence": home["weekly_pence"], "available_from": str(tell.clock.today())}
    await tell.ask.post(manager, f"/placements/offers/{offer}/offer", form)
    return True


async def _the_stay(tell: Teller, team: Team, placement: str, first: date) -> Story:
    """Time passes; now and then a price changes; some day the child goes home."""
    turns = tell.dice.randint(*STAY_TURNS)
    for turn in range(turns):
        if turn == turns // 2:
            price = {"element": "education", "starts": str(tell.clock.today()), "weekly_pence": 12_500}
            await tell.ask.post(team.officer, f"/placements/{placement}/prices", price)
            yield "a price comes into force"
        else:
            yield ""
    on = max(first + timedelta(days=1), tell.clock.today())
    if on <= tell.clock.today():
        form = {"on": str(on), "reason": "CARPL", "planned": True, "care_ended": "E4A"}
        await tell.ask.post(team.worker, f"/placements/{placement}/end", form)
        yield "a child goes home"


async def vacancies_are_confirmed(tell: Teller) -> Story:
    """Somebody says that what they offer still stands."""
    while True:
        manager = tell.dice.choice(sorted(set(tell.managers.values())))
        for vacancy in (await tell.ask.get(manager, "/providers/vacancies"))[:3]:
            await tell.ask.post(manager, f"/providers/vacancies/{vacancy['vacancy']}/confirm")
            yield "a vacancy is confirmed"
        for _ in range(20):
            yield ""


def _child(tell: Teller, team: Team) -> Mapping[str, Any]:
    today, number = tell.clock.today(), tell.dice.randrange(10_000, 99_999)
    return {
        "name": f"Made-up child {number}",
        "born": str(today - timedelta(days=tell.dice.randint(200, 17 * 365))),
        "sex": tell.dice.choice("FM"),
        "ethnicity": tell.dice.choice(ETHNICITIES),
        "home_postcode": tell.dice.choice(team.homes),
    }


def _referral(tell: Teller, child: Mapping[str, Any], first: date) -> Mapping[str, Any]:
    old = (tell.clock.today() - date.fromisoformat(child["born"])).days // 365
    types = ["U6"] if old < 10 else ["U6", "K2"] if old < 16 else ["U6", "K2", "K3"]
    needs = tell.dice.sample(CAN, tell.dice.choice([0, 0, 1, 1, 2]))
    return {
        "urgency": tell.dice.choice(["emergency", "short_notice", "short_notice", "planned"]),
        "wanted_from": str(first),
        "types": types,
        "children": [{"child": child["child"], "needs": needs}],
    }


def _different_homes(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({candidate["home"]: candidate for candidate in reversed(candidates)}.values())[::-1]


async def steps(story: Story, refused: Callable[[str], None]) -> Story:
    """A story that ends quietly where the API says no: somebody else was sooner, or a rule forbids it."""
    try:
        async for said in story:
            yield said
    except httpx.HTTPStatusError as no:
        if no.response.is_server_error:
            raise
        refused(no.response.json().get("title", "refused"))
