"""What lists, feeds and offers show of others' business (nothing), and that looking and changing is written down."""

from typing import Any

import httpx
import pytest

from deploy.people import AUTHORITY_TOPICS, SHARED
from shared.contracts import TOPICS
from shared.identity.person import Role
from tests.access.scenes import Scenes, day
from tests.world import ADDRESS, At, World

OFFICER, WORKER, MANAGER = Role.PLACEMENTS_OFFICER, Role.SOCIAL_WORKER, Role.PROVIDER_MANAGER
SIDES = [(At.NORTHSHIRE, At.HEARTHSIDE), (At.SOUTHMERE, At.LARCH)]


@pytest.fixture(scope="module")
async def both(scenes: Scenes) -> dict[At, dict[str, Any]]:
    """The same on both sides: an authority's child living with a provider."""
    made = {authority: await scenes.started(authority, home) for authority, home in SIDES}
    await scenes.world.settled()
    return made


async def _listed(world: World, at: At, role: Role, path: str, field: str) -> set[str]:
    return {str(record[field]) for record in await world.does(at, role, "GET", path)}


LISTS = [
    ("/referrals", "referral", WORKER),
    ("/placements", "placement", OFFICER),
    ("/placements/offers", "offer", OFFICER),
]


@pytest.mark.parametrize(("path", "field", "role"), LISTS)
async def test_an_authority_lists_its_own_only(
    world: World, both: dict[At, dict[str, Any]], path: str, field: str, role: Role
) -> None:
    for ours, theirs in ((At.NORTHSHIRE, At.SOUTHMERE), (At.SOUTHMERE, At.NORTHSHIRE)):
        listed = await _listed(world, ours, role, path, field)
        assert both[ours][field] in listed
        assert both[theirs][field] not in listed


async def test_filters_do_not_reach_further(world: World, both: dict[At, dict[str, Any]]) -> None:
    theirs = both[At.SOUTHMERE]
    assert await world.does(At.NORTHSHIRE, WORKER, "GET", f"/referrals?child={theirs['child']}") == []
    for path in (f"/placements?child={theirs['child']}", f"/placements/offers?referral={theirs['referral']}"):
        assert await world.does(At.NORTHSHIRE, OFFICER, "GET", path) == []


PROVIDERS_LISTS = [
    ("/placements", "placement"),
    ("/placements/offers", "offer"),
    ("/providers/homes", "home"),
    ("/providers/vacancies", "vacancy"),
]


@pytest.mark.parametrize(("path", "field"), PROVIDERS_LISTS)
async def test_a_provider_lists_its_own_only(
    world: World, both: dict[At, dict[str, Any]], path: str, field: str
) -> None:
    for home, ours, theirs in (
        (At.HEARTHSIDE, At.NORTHSHIRE, At.SOUTHMERE),
        (At.LARCH, At.SOUTHMERE, At.NORTHSHIRE),
    ):
        listed = await _listed(world, home, MANAGER, path, field)
        assert both[ours][field] in listed
        assert both[theirs][field] not in listed


async def test_somebody_of_the_installation_lists_no_child(world: World, both: dict[At, dict[str, Any]]) -> None:
    for path in ("/referrals", "/placements", "/placements/offers"):
        assert await world.does(At.INSTALLATION, Role.SYSTEM, "GET", path) == []


async def test_a_provider_knows_the_child_only_once_its_offer_is_accepted(world: World, scenes: Scenes) -> None:
    made = await scenes.invited()
    offer = f"/placements/offers/{made['offer']}"

    async def seen_by_the_provider() -> str:
        client = world.client(At.HEARTHSIDE, MANAGER)
        answers = [await client.get(path) for path in (offer, "/placements/offers", "/placements")]
        assert all(answer.is_success for answer in answers)
        return " ".join(answer.text for answer in answers)

    assert made["child"] not in await seen_by_the_provider()
    form = {"weekly_pence": 381_000, "available_from": day(-30)}
    told = await world.client(At.HEARTHSIDE, MANAGER).post(f"{offer}/offer", json=form)
    assert made["child"] not in told.text + await seen_by_the_provider()
    await scenes.by(At.NORTHSHIRE, OFFICER, "POST", f"{offer}/accept", {})
    assert made["child"] in await seen_by_the_provider()


async def test_a_provider_that_declines_never_knows_the_child(world: World, scenes: Scenes) -> None:
    made = await scenes.invited()
    offer = f"/placements/offers/{made['offer']}"
    told = await world.client(At.HEARTHSIDE, MANAGER).post(f"{offer}/decline", json={"reason": "staffing"})
    again = await world.client(At.HEARTHSIDE, MANAGER).get(offer)
    assert told.is_success
    assert made["child"] not in told.text + again.text


async def _fed(world: World, at: At, topic: str) -> list[dict[str, Any]] | None:
    """Every event of a topic that somebody's system is given, or None where the topic is not theirs."""
    service = topic.partition(".")[0]
    lanes = [f"{topic}.00", f"{topic}.all"]
    answers = [await world.client(at, Role.SYSTEM).get(f"/{service}/events?lane={lane}&limit=5000") for lane in lanes]
    if any(answer.status_code == 404 for answer in answers):
        assert all(answer.status_code == 404 for answer in answers)
        return None
    return [event for answer in answers for event in answer.json()["events"]]


@pytest.mark.parametrize("topic", sorted(TOPICS))
async def test_a_feed_gives_a_token_its_own_topics_and_authority(
    world: World, both: dict[At, dict[str, Any]], topic: str
) -> None:
    all_there_is = await _fed(world, At.INSTALLATION, topic)
    assert all_there_is is not None
    for at in (At.NORTHSHIRE, At.SOUTHMERE):
        fed = await _fed(world, at, topic)
        assert (fed is not None) == (topic in AUTHORITY_TOPICS)
        if fed is not None:
            assert {event.get("authority") for event in fed} <= {at.value, None}
            mine = [event["id"] for event in all_there_is if event.get("authority") in (at.value, None)]
            assert [event["id"] for event in fed] == mine
            assert mine


async def test_lanes_are_named_only_to_those_who_may_read_them(world: World, both: dict[At, dict[str, Any]]) -> None:
    named = await world.does(At.NORTHSHIRE, Role.SYSTEM, "GET", "/referrals/events/lanes")
    assert set(named) == {"referrals.00"}
    every = await world.does(At.INSTALLATION, Role.SYSTEM, "GET", "/referrals/events/lanes")
    assert set(every) == {"referrals.00", "referrals.children.00", "referrals.statutory.00"}


async def _audited(world: World, service: str, subject: str) -> list[str]:
    rows = await world.ask(service, "SELECT action FROM spine.audit WHERE subject = $1 ORDER BY entry", subject)
    return [row.action for row in rows]


async def test_looking_at_a_child_is_written_down_before_it_is_answered(world: World, scenes: Scenes) -> None:
    made = await scenes.confirmed()
    before = {
        service: await _audited(world, service, made[kind])
        for service, kind in (("referrals", "child"), ("placements", "placement"))
    }
    for path in (f"/referrals/children/{made['child']}", f"/referrals/{made['referral']}"):
        await scenes.by(At.NORTHSHIRE, WORKER, "GET", path)
    await scenes.by(At.NORTHSHIRE, OFFICER, "GET", f"/placements/{made['placement']}")
    await scenes.by(At.NORTHSHIRE, OFFICER, "GET", f"/placements/referrals/{made['referral']}/candidates")
    assert await _audited(world, "referrals", made["child"]) == [*before["referrals"], "read child"]
    assert (await _audited(world, "referrals", made["referral"]))[-1] == "read referral"
    assert await _audited(world, "placements", made["placement"]) == [*before["placements"], "read placement"]
    assert (await _audited(world, "placements", made["child"]))[-1] == "read candidates"


async def test_every_change_is_written_down_with_who_made_it(world: World, scenes: Scenes) -> None:
    made = await scenes.started()
    assert (await _audited(world, "referrals", made["child"]))[0] == "register child"
    assert (await _audited(world, "referrals", made["referral"]))[:2] == ["make referral", "submit referral"]
    assert await _audited(world, "placements", made["offer"]) == ["invite offer", "make offer", "accept offer"]
    of_placement = await _audited(world, "placements", made["placement"])
    assert [action for action in of_placement if not action.startswith("read")] == ["book placement", "start placement"]
    people = await world.ask("placements", "SELECT DISTINCT person FROM spine.audit WHERE subject = $1", made["offer"])
    assert len(people) == 2, "the officer and the provider's manager, each by an identifier of their own"


async def an_own_vacancy(world: World, scenes: Scenes) -> str:
    """One of Northshire's own homes, offered by the person who runs them."""
    provider = await scenes.own_service()
    await scenes.invitation(provider, "in-house")
    token = world.issuer.token_for("in-house", [MANAGER], SHARED)
    headers, transport = {"authorization": f"Bearer {token}"}, httpx.ASGITransport(world.host)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as manager:
        opened = (await manager.post("/providers/homes", json=scenes.home_form())).json()
        home = {"home": opened["home"], "places": [place["place"] for place in opened["places"]]}
        return str((await manager.post("/providers/vacancies", json=scenes.vacancy_form(home))).json()["vacancy"])


async def test_an_authoritys_own_homes_are_on_nobody_elses_market(world: World, scenes: Scenes) -> None:
    vacancy = await an_own_vacancy(world, scenes)
    for at, status in ((At.NORTHSHIRE, 201), (At.SOUTHMERE, 404)):
        asked = await scenes.referral(at)
        only = f"candidates?vacancy={vacancy}"
        found = await world.does(at, OFFICER, "GET", f"/placements/referrals/{asked['referral']}/{only}")
        shown = {one["vacancy"] for one in [*found["possible"], *found["refused"]]}
        assert (vacancy in shown) == (status == 201)
        invited = await world.client(at, OFFICER).post("/placements/offers", json={**asked, "vacancy": vacancy})
        assert invited.status_code == status, invited.text
