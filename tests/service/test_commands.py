"""Many commands in one call: the same actions in order, all or nothing, in simulated time only where that is allowed."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.placements import PlacementEnded, PlacementRepriced, PlacementStarted
from shared.identity.person import Role
from shared.service.commands import MOST
from tests.alone import SOUTHMERE, refused
from tests.service.placing import HERE, Fresh, Placing, day, placing

MANY = "/placements/commands"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


def placed(child: UUID, starts: str, **more: Any) -> dict[str, Any]:
    form = {"child": str(child), "type": "U3", "sector": "PR1", "postcode": HERE, "starts": starts}
    return {"kind": "place_directly", "form": {**form, "arrived_on": starts, **more}}


def a_life(child: UUID) -> list[dict[str, Any]]:
    """Into care a month ago, a price, a court's order, a move, and home."""
    move = {"purpose": "move", "moves_from": {"ref": "first"}}
    return [
        {**placed(child, day(-30), legal_status="C1", weekly_pence=25_000), "key": "first"},
        {"kind": "price", "about": {"ref": "first"}, "form": {"starts": day(-28), "weekly_pence": 26_000}},
        {"kind": "correct_care", "about": str(child), "form": {"version": 1, "category_of_need": "N1"}},
        {
            "kind": "change_legal_status",
            "about": str(child),
            "form": {"version": 2, "status": "C2", "starts": day(-20)},
        },
        {**placed(child, day(-10), **move), "key": "second"},
        {
            "kind": "end",
            "about": {"ref": "second"},
            "form": {"on": day(-1), "reason": "CARPL", "planned": True, "care_ended": "E4A"},
        },
    ]


async def test_a_life_is_told_in_one_call(one: Placing) -> None:
    child = await one.child()
    ids = one.made(await one.worker.post(MANY, json={"commands": a_life(child)}))["ids"]
    record = await one.record(child)
    assert [placement["placement"] for placement in record["placements"]] == [ids[0], ids[4]]
    (period,) = record["periods"]
    assert (period["ended"], period["category_of_need"], len(period["legal_statuses"])) == (day(-1), "N1", 2)
    assert record["placements"][0]["prices"][-1]["weekly_pence"] == 26_000
    counts = [len(await one.service.published(kind)) for kind in (PlacementStarted, PlacementEnded, PlacementRepriced)]
    assert counts == [2, 2, 2]


async def test_what_one_command_cannot_do_none_does(one: Placing) -> None:
    child = await one.child()
    told = a_life(child)
    told[4]["form"]["starts"] = told[4]["form"]["arrived_on"] = day(3)
    before = await one.service.count_published()
    refused(await one.worker.post(MANY, json={"commands": told}), 422, "commands.4.form.arrived_on")
    assert await one.service.count_published() == before
    assert (await one.record(child))["placements"] == []


@pytest.mark.parametrize(
    ("command", "status", "field"),
    [
        ({"kind": "place"}, 422, "commands.0.kind"),
        ({"kind": "end", "form": {}}, 422, "commands.0.about"),
        ({"kind": "end", "about": {"ref": "nobody"}, "form": {}}, 404, "commands.0.about"),
        ({"kind": "place_directly", "form": {"child": {"ref": "x"}}}, 404, "commands.0.form"),
        (
            {"kind": "place_directly", "form": {"child": "x", "type": "U3", "starts": day(-3)}},
            422,
            "commands.0.form.child",
        ),
        ({"kind": "accept", "about": "5f0f2f34-9a8a-7cc0-8a3e-0d2f7b1c9a10"}, 403, "commands.0.kind"),
        ({"kind": "place_directly", "at": "2026-01-05T09:00:00Z"}, 422, "commands.0.at"),
    ],
)
async def test_what_is_wrong_names_the_command(one: Placing, command: Any, status: int, field: str) -> None:
    refused(await one.worker.post(MANY, json={"commands": [command]}), status, field)


async def test_no_more_than_so_many_at_once(one: Placing) -> None:
    command = placed(await one.child(), day(-3))
    refused(await one.worker.post(MANY, json={"commands": [command] * (MOST + 1)}), 422, "commands")
    refused(await one.worker.post(MANY, json={"commands": []}), 422, "commands")


async def test_nobody_commands_for_another_authority(one: Placing) -> None:
    child = await one.child()
    theirs = one.service.of(SOUTHMERE, Role.SOCIAL_WORKER)
    refused(await theirs.post(MANY, json={"commands": [placed(child, day(-3))]}), 404, "commands.0.form.child")
    ids = one.made(await one.worker.post(MANY, json={"commands": [placed(child, day(-3))]}))["ids"]
    end = {"kind": "end", "about": ids[0], "form": {"on": day(-1), "reason": "CARPL", "planned": True}}
    refused(await theirs.post(MANY, json={"commands": [end]}), 404, "commands.0.form.placement")


async def test_where_time_may_be_simulated_what_is_told_happened_then(one: Placing) -> None:
    one.service.running.settings.simulated_time = True
    child = await one.child()
    told = {**placed(child, day(-3)), "at": f"{day(-3)}T09:00:00Z"}
    one.made(await one.worker.post(MANY, json={"commands": [told]}))
    rows = await one.service.rows("SELECT recorded_at FROM spine.outbox WHERE type LIKE 'placements.%'")
    assert {row.recorded_at for row in rows} == {datetime.fromisoformat(f"{day(-3)}T09:00:00Z")}
    early = {**placed(await one.child(), day(-3)), "at": f"{day(-4)}T09:00:00Z"}
    refused(await one.worker.post(MANY, json={"commands": [early]}), 422, "commands.0.form.arrived_on")
    late = {**placed(child, day(-3)), "at": f"{day(3)}T09:00:00Z"}
    refused(await one.worker.post(MANY, json={"commands": [late]}), 422, "commands.0.at")


async def test_a_call_that_is_told_twice_is_done_once(one: Placing) -> None:
    child = await one.child()
    call = {"commands": a_life(child), "call": "lives-1"}
    first = one.made(await one.worker.post(MANY, json=call))
    before = await one.service.count_published()
    assert one.made(await one.worker.post(MANY, json=call)) == first
    assert await one.service.count_published() == before
    other = {"commands": a_life(child)[:1], "call": "lives-1"}
    refused(await one.worker.post(MANY, json=other), 409, "call")


async def test_a_call_that_was_refused_may_be_told_again_in_other_words(one: Placing) -> None:
    child = await one.child()
    wrong = {"commands": [placed(child, day(3))], "call": "lives-1"}
    refused(await one.worker.post(MANY, json=wrong), 422, "commands.0.form.arrived_on")
    one.made(await one.worker.post(MANY, json={"commands": [placed(child, day(-3))], "call": "lives-1"}))


async def test_what_was_due_long_ago_waits_for_what_is_still_to_be_told(one: Placing) -> None:
    """An invitation of last year that is told now does not lapse before its answer is told; that it lapsed is told, too."""
    one.service.running.settings.simulated_time = True
    child, vacancy = await one.child(), await one.vacancy()
    asked = {"referral": str(await one.referral(child)), "child": str(child), "vacancy": str(vacancy["vacancy"])}
    on = {"kind": "invite", "form": {**asked, "answer_within_hours": 24}}
    invited = {**on, "key": "one", "at": f"{day(-30)}T09:00:00Z"}
    early = {"kind": "let_lapse", "about": {"ref": "one"}, "at": f"{day(-30)}T10:00:00Z"}
    refused(await one.officer.post(MANY, json={"commands": [invited, early]}), 409, "commands.1.form.offer")
    (offer,) = one.made(await one.officer.post(MANY, json={"commands": [invited]}))["ids"]
    assert not await one.service.running.ticker.tick()
    late = {"kind": "let_lapse", "about": offer, "at": f"{day(-28)}T10:00:00Z"}
    one.made(await one.officer.post(MANY, json={"commands": [late]}))
    rows = await one.service.rows("SELECT recorded_at FROM spine.outbox WHERE type = 'placements.offer_lapsed.v1'")
    assert [row.recorded_at for row in rows] == [datetime.fromisoformat(f"{day(-28)}T10:00:00Z")]
