"""What the return asks of a child besides episodes: recorded, put right, annulled, told, and refused where it cannot be."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from services.placements.statutory import KINDS, KindName
from tests.alone import refused
from tests.service.placing import Fresh, Placing, placing, refused_whole
from tests.service.statutory import IMPOSSIBLE, SOUND

HERE = "/placements/statutory"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        yield made


async def in_care(one: Placing) -> str:
    """A child of twelve who has been looked after for a week."""
    return str((await one.started())["child"])


def told_of(child: str, name: KindName) -> str:
    return f"{HERE}/children/{child}/{name}"


async def standing(one: Placing, child: str, name: KindName) -> list[Any]:
    shown = one.made(await one.worker.get(f"{HERE}/children/{child}"))
    found: list[Any] = shown[name.replace("-", "_")]
    return found


async def test_a_fact_is_recorded_put_right_and_annulled(one: Placing) -> None:
    for name in KindName:
        await _lives_its_life(one, name)


async def _lives_its_life(one: Placing, name: KindName) -> None:
    child, kind, sound = await in_care(one), KINDS[name], SOUND[name]
    made = one.made(await one.worker.post(told_of(child, name), json=sound.form), 201)
    assert {field: made[field] for field in sound.form} == sound.form
    path = f"{HERE}/{name}/{made['record']}"
    form = {**sound.form, **sound.put_right, "version": 1}
    corrected = one.made(await one.worker.post(f"{path}/correct", json=form))
    assert {**sound.form, **sound.put_right}.items() <= corrected.items()
    refused(await one.worker.post(f"{path}/correct", json=form), 409, "version")
    assert await standing(one, child, name) == [corrected]
    gone = one.made(await one.worker.post(f"{path}/annul", json={"version": 2}))
    assert (gone["version"], gone["annulled"]) == (3, True)
    refused(await one.worker.post(f"{path}/annul", json={"version": 3}), 409, "record")
    assert await standing(one, child, name) == []
    told = [event.model_dump(mode="json") for event in await one.service.published(kind.event)]
    assert [(event["version"], event["annulled"]) for event in told] == [(1, False), (2, False), (3, True)]
    assert {event[kind.key] for event in told} == {made["record"]}
    done = [f"{verb} {kind.words}" for verb in ("record", "correct", "annul")]
    assert [action for action in await one.service.audited() if action in done] == done


async def test_a_fact_stands_once_and_others_beside_it(one: Placing) -> None:
    for name in KindName:
        await _stands_once(one, name)


async def _stands_once(one: Placing, name: KindName) -> None:
    child, sound = await in_care(one), SOUND[name]
    first = one.made(await one.worker.post(told_of(child, name), json=sound.form), 201)
    for clash in ({}, sound.clash):
        refused(await one.worker.post(told_of(child, name), json={**sound.form, **clash}), 409, sound.field)
    one.made(await one.worker.post(told_of(child, name), json={**sound.form, **sound.also}), 201)
    assert len(await standing(one, child, name)) == 2
    one.made(await one.worker.post(f"{HERE}/{name}/{first['record']}/annul", json={"version": 1}))
    one.made(await one.worker.post(told_of(child, name), json=sound.form), 201)
    assert len(await standing(one, child, name)) == 2


async def test_what_cannot_be_is_refused_by_its_field(one: Placing) -> None:
    for name in KindName:
        await _refuses_what_cannot_be(one, name)


async def _refuses_what_cannot_be(one: Placing, name: KindName) -> None:
    child, sound = await in_care(one), SOUND[name]
    made = one.made(await one.worker.post(told_of(child, name), json=sound.form), 201)
    wrong = [(change, field) for kind, change, field in IMPOSSIBLE if kind is name]
    assert wrong
    before = await one.service.count_published()
    for change, field in wrong:
        form = {**sound.form, **change}
        refused(await one.worker.post(told_of(child, name), json=form), 422, field)
        path = f"{HERE}/{name}/{made['record']}/correct"
        refused(await one.worker.post(path, json={**form, "version": 1}), 422, field)
    refused_whole(await one.worker.post(told_of(child, name), json={**sound.form, "why": "free text"}), 422, "")
    assert await one.service.count_published() == before
    assert await standing(one, child, name) == [made]


async def test_nobody_else_hears_of_a_fact(one: Placing) -> None:
    for name in KindName:
        await _is_nobody_elses(one, name)


async def _is_nobody_elses(one: Placing, name: KindName) -> None:
    child, sound = await in_care(one), SOUND[name]
    made = one.made(await one.worker.post(told_of(child, name), json=sound.form), 201)
    for neighbour in (one.neighbour, one.manager):
        refused(await neighbour.get(f"{HERE}/children/{child}"), 404, "child")
    refused(await one.neighbour.post(told_of(child, name), json=sound.form), 404, "child")
    for record in (made["record"], uuid4()):
        path = f"{HERE}/{name}/{record}"
        form = {**sound.form, "version": 1}
        refused(await one.neighbour.post(f"{path}/correct", json=form), 404, "record")
        refused(await one.neighbour.post(f"{path}/annul", json={"version": 1}), 404, "record")
    refused(await one.manager.post(told_of(child, name), json=sound.form), 403)


async def test_looking_at_a_child_s_facts_is_audited(one: Placing) -> None:
    child = await in_care(one)
    before = (await one.service.audited()).count("read child")
    shown = one.made(await one.worker.get(f"{HERE}/children/{child}"))
    assert [name for name, told in shown.items() if told == []] == [n.replace("-", "_") for n in KindName]
    assert (await one.service.audited()).count("read child") == before + 1
