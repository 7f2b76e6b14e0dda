"""What cannot be right is refused with the field's name, and leaves everything as it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from shared.identity.person import Role
from tests.access.scenes import Scenes, day, nobody
from tests.world import At, World

OFFICER, WORKER, MANAGER = Role.PLACEMENTS_OFFICER, Role.SOCIAL_WORKER, Role.PROVIDER_MANAGER


@asynccontextmanager
async def unchanged(world: World) -> AsyncIterator[None]:
    """Whatever happens inside leaves no row changed and nothing published, in any service."""
    await world.settled()
    before = await world.contents()
    yield
    await world.settled()
    assert await world.contents() == before


async def _sent(world: World, by: tuple[At, Role], path: str, form: Any) -> httpx.Response:
    return await world.client(*by).post(path, json=form)


NORTH = At.NORTHSHIRE
CHILDREN = [
    ("ethnicity", {"ethnicity": "MARTIAN"}),
    ("sex", {"sex": "X"}),
    ("born", {"born": "2014-02-31"}),
    ("born", {"born": "31/02/2014"}),
    ("born", {"born": day(1)}),
    ("born", {"born": "1950-01-01"}),
    ("born", {"born": 20140221}),
    ("born", {"born": "1400000000"}),
    ("name", {"name": "  "}),
    ("name", {"name": 12}),
    ("name", {"name": "Robin\x00Ash"}),
    ("uasc", {"uasc": "perhaps"}),
    ("home_postcode", {"home_postcode": "NOT A POSTCODE"}),
    ("", {"surname": "Ash"}),
]


@pytest.mark.parametrize(("field", "wrong"), CHILDREN)
async def test_a_child_that_cannot_be(world: World, scenes: Scenes, field: str, wrong: dict[str, Any]) -> None:
    async with unchanged(world):
        answer = await _sent(world, (NORTH, WORKER), "/referrals/children", scenes.child_form(**wrong))
    refused_at(answer, 422, field)
    for typed in wrong.values():
        assert len(str(typed)) < 4 or str(typed) not in answer.text, "an error repeats what was typed"


def refused_at(answer: httpx.Response, status: int, field: str, code: str | None = None) -> None:
    """A problem of this status that names this field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert [error["field"] for error in answer.json()["errors"]] == [field], answer.text
    assert code is None or answer.json()["code"] == code, answer.text


async def test_a_child_without_what_is_needed_is_told_every_field(world: World) -> None:
    async with unchanged(world):
        answer = await _sent(world, (NORTH, WORKER), "/referrals/children", {"name": "Robin Ash"})
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"born", "sex", "ethnicity"}


REFERRALS = [
    ("urgency", {"urgency": "yesterday"}),
    ("wanted_from", {"wanted_from": "2026-02-31"}),
    ("wanted_until", {"wanted_until": day(-8)}),
    ("types.0", {"types": ["K9"]}),
    ("types", {"types": []}),
    ("children", {"children": []}),
    ("children.0.child", {"children": [{"child": "robin"}]}),
    ("children.0.needs.0", {"children": [{"child": nobody(), "needs": ["a_castle"]}]}),
    ("children.0", {"children": [{"child": nobody(), "wants": []}]}),
]


@pytest.mark.parametrize(("field", "wrong"), REFERRALS)
async def test_a_referral_that_cannot_be(world: World, scenes: Scenes, field: str, wrong: dict[str, Any]) -> None:
    form = scenes.referral_form(nobody(), **wrong)
    async with unchanged(world):
        answer = await _sent(world, (NORTH, WORKER), "/referrals", form)
    refused_at(answer, 422, field)


async def test_a_referral_for_somebody_elses_child(world: World, scenes: Scenes) -> None:
    form = scenes.referral_form(await scenes.child(At.SOUTHMERE))
    async with unchanged(world):
        answer = await _sent(world, (NORTH, WORKER), "/referrals", form)
    refused_at(answer, 404, "children.0.child")


HOMES = [
    ("type", {"type": "K9"}),
    ("oldest", {"youngest": 12, "oldest": 8}),
    ("opened", {"opened": "2025-02-29"}),
    ("sexes.0", {"sexes": ["X"]}),
    ("places.0.features.0", {"places": [{"features": ["a_moat"]}]}),
    ("postcode", {"postcode": "nowhere"}),
]


@pytest.mark.parametrize(("field", "wrong"), HOMES)
async def test_a_home_that_cannot_be(world: World, scenes: Scenes, field: str, wrong: dict[str, Any]) -> None:
    await scenes.provider()
    async with unchanged(world):
        answer = await _sent(world, (At.HEARTHSIDE, MANAGER), "/providers/homes", scenes.home_form(**wrong))
    refused_at(answer, 422, field)


async def test_a_vacancy_of_a_place_that_is_another_homes(world: World, scenes: Scenes) -> None:
    ours, other = await scenes.home(), await scenes.home()
    form = scenes.vacancy_form({**ours, "places": other["places"]})
    async with unchanged(world):
        refused_at(await _sent(world, (At.HEARTHSIDE, MANAGER), "/providers/vacancies", form), 422, "places.0")


BOOKINGS = [
    ("starts", {"starts": "2026-02-31"}),
    ("purpose", {"purpose": "holiday"}),
    ("offer", {"offer": "that one"}),
]


@pytest.mark.parametrize(("field", "wrong"), BOOKINGS)
async def test_a_booking_that_cannot_be(world: World, scenes: Scenes, field: str, wrong: dict[str, Any]) -> None:
    form = {"offer": (await scenes.kept("accepted"))["offer"], "starts": day(-7)} | wrong
    async with unchanged(world):
        refused_at(await _sent(world, (NORTH, OFFICER), "/placements/bookings", form), 422, field)


async def test_a_booking_that_ends_before_it_starts(world: World, scenes: Scenes) -> None:
    form = {"offer": (await scenes.kept("accepted"))["offer"], "starts": day(-7), "ends": day(-8)}
    async with unchanged(world):
        refused_at(await _sent(world, (NORTH, OFFICER), "/placements/bookings", form), 422, "ends")


async def test_a_second_booking_over_the_same_nights(world: World, scenes: Scenes) -> None:
    child = await scenes.child()
    await scenes.started(child=child)
    second = await scenes.accepted(child=child)
    form = {"offer": second["offer"], "starts": day(-1)}
    async with unchanged(world):
        answer = await _sent(world, (NORTH, OFFICER), "/placements/bookings", form)
    refused_at(answer, 409, "purpose", "already_placed")


async def test_a_temporary_stay_from_nowhere(world: World, scenes: Scenes) -> None:
    form = {"offer": (await scenes.kept("accepted"))["offer"], "starts": day(-1), "purpose": "temporary"}
    async with unchanged(world):
        refused_at(await _sent(world, (NORTH, OFFICER), "/placements/bookings", form), 409, "purpose")


async def test_a_move_from_somebody_elses_placement(world: World, scenes: Scenes) -> None:
    theirs = await scenes.kept("started")
    form = {"offer": (await scenes.kept("accepted"))["offer"], "starts": day(-1), "purpose": "move"}
    async with unchanged(world):
        answer = await _sent(
            world, (NORTH, OFFICER), "/placements/bookings", form | {"moves_from": theirs["placement"]}
        )
    refused_at(answer, 409, "moves_from")


STAYS = [
    ("start", "confirmed", "on", 422, {"on": day(1)}),
    ("start", "confirmed", "on", 422, {"on": day(-8)}),
    ("start", "confirmed", "legal_status", 422, {"on": day(-7), "legal_status": "C9"}),
    ("prices", "started", "starts", 422, {"starts": day(-30), "weekly_pence": 1}),
    ("prices", "started", "weekly_pence", 422, {"starts": day(0), "weekly_pence": -1}),
    ("prices", "started", "weekly_pence", 422, {"starts": day(0), "weekly_pence": 1.5}),
    ("end", "started", "on", 422, {"on": day(1), "reason": "CARPL", "planned": True}),
    ("end", "started", "on", 422, {"on": day(-8), "reason": "CARPL", "planned": True}),
    ("end", "started", "reason", 422, {"on": day(0), "reason": "BORED", "planned": True}),
    ("end", "started", "care_ended", 422, {"on": day(0), "reason": "CARPL", "planned": True, "care_ended": "X1"}),
    ("cancel", "confirmed", "reason", 422, {"reason": "because"}),
]


@pytest.mark.parametrize(("what", "made", "field", "status", "form"), STAYS)
async def test_a_stay_that_cannot_be(
    world: World, scenes: Scenes, what: str, made: str, field: str, status: int, form: dict[str, Any]
) -> None:
    placement = (await scenes.kept(made))["placement"]
    async with unchanged(world):
        answer = await _sent(world, (NORTH, OFFICER), f"/placements/{placement}/{what}", form)
    refused_at(answer, status, field)


async def test_the_second_of_two_editors_is_told_the_current_version(world: World, scenes: Scenes) -> None:
    child = await scenes.child()
    path = f"/referrals/children/{child}/correct"
    first = await _sent(world, (NORTH, WORKER), path, scenes.child_form(name="Robin Ashe", version=1))
    assert first.json()["version"] == 2
    async with unchanged(world):
        second = await _sent(world, (NORTH, OFFICER), path, scenes.child_form(name="Robyn Ash", version=1))
    refused_at(second, 409, "version", "stale")
    assert second.json()["version"] == 2


async def test_two_editors_at_once_one_wins(world: World, scenes: Scenes) -> None:
    made = await scenes.started()
    path, form = f"/placements/{made['placement']}", {"starts": day(0), "version": 3}
    prices = [_sent(world, (NORTH, OFFICER), f"{path}/prices", form | {"weekly_pence": pence}) for pence in (1, 2)]
    answers = sorted(await asyncio.gather(*prices), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 409]
    refused_at(answers[1], 409, "version", "stale")
    assert answers[1].json()["version"] == answers[0].json()["version"] == 4


async def test_a_booking_sent_twice_is_made_once(world: World, scenes: Scenes) -> None:
    form = {"offer": (await scenes.accepted())["offer"], "starts": day(-7)}
    answers = await asyncio.gather(*(_sent(world, (NORTH, OFFICER), "/placements/bookings", form) for _ in range(2)))
    made, refused_ = sorted(answer.status_code for answer in answers)
    assert made in (201, 202)
    assert refused_ == 409
    await world.settled()
    booked = await world.ask("placements", "SELECT * FROM placements WHERE offer = $1", form["offer"])
    assert len(booked) == 1


BODIES = [
    (b"{", "application/json", 422),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b"\xff\xfe", "application/json", 422),
    (b"name=Robin", "application/x-www-form-urlencoded", 422),
    (b'{"name": "' + b"a" * 1_100_000 + b'"}', "application/json", 413),
    (b"[" * 100_000, "application/json", 400),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES, ids=[str(body[:12]) for body, _, _ in BODIES])
async def test_a_body_that_is_no_form(world: World, body: bytes, kind: str, status: int) -> None:
    async with unchanged(world):
        answer = await world.client(NORTH, WORKER).post(
            "/referrals/children", content=body, headers={"content-type": kind}
        )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
