"""A service restored from a backup: what was heard since is taken back and named, never silently kept."""

from pathlib import Path
from typing import Any

import pytest

from deploy.backup import NotDone, back_up
from deploy.installation import SERVICES
from deploy.postgres import Postgres, ensure_database
from deploy.restore import restore, what_others_heard
from services.placements.tables import copies
from shared.identity.person import Role
from shared.settings import Settings
from tests.access.scenes import Scenes, day
from tests.waiting import until
from tests.world import At, World, a_world

NAME = "going_back"
COPIED = "SELECT vacancy, version, confirmed_at, weekly_pence FROM vacancies ORDER BY vacancy"
OWN = "SELECT vacancy, version, confirmed_at, weekly_pence FROM vacancy ORDER BY vacancy"
HELD = "SELECT placement, place, kind FROM occupation WHERE released_at IS NULL ORDER BY placement"
NAMED = "SELECT source, settled_at IS NOT NULL AS settled, lost::text, untold::text FROM spine.restorations"


def test_every_copy_that_placements_keeps_is_mended_when_its_owner_goes_back() -> None:
    tables = [getattr(kept, "__table__", None) for kept in vars(copies).values()]
    versioned = {table.name for table in tables if table is not None and "version" in table.columns}
    assert {copy.table for copy in SERVICES["placements"].copies} == versioned


def test_what_a_copy_goes_by_is_in_each_of_its_events() -> None:
    for service in SERVICES.values():
        for copy in service.copies:
            assert copy.events, copy.table
            for event in copy.events:
                assert {copy.subject, "version"} <= set(event.model_fields), event.event_type


async def correct(scenes: Scenes, made: dict[str, Any], pence: int, version: int) -> None:
    path = f"/providers/vacancies/{made['vacancy']}/correct"
    form = scenes.vacancy_form(made, weekly_pence=pence) | {"version": version}
    del form["home"]
    await scenes.by(At.HEARTHSIDE, Role.PROVIDER_MANAGER, "POST", path, form)


async def book(scenes: Scenes, offer: str) -> dict[str, Any]:
    form = {"offer": offer, "starts": day(-7)}
    booked = await scenes.by(At.NORTHSHIRE, Role.PLACEMENTS_OFFICER, "POST", "/placements/bookings", form)
    return dict(booked)


async def told(world: World, sql: str, service: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await world.ask(service, sql)]


async def test_a_restored_provider_service_is_followed_and_the_difference_is_named(
    postgres: Postgres, folder: Path
) -> None:
    settings = Settings(database_url=postgres.url("SERVICE").replace("SERVICE", f"{NAME}_{{service}}"))
    url = settings.database_of("providers")
    async with a_world(postgres, NAME) as world:
        scenes = Scenes(world)
        known, waiting = await scenes.vacancy(), await scenes.accepted()
        await world.settled()
        backup = back_up("providers", url, folder)
        await correct(scenes, known, 400_000, version=1)  # heard by placements, and lost
        lost = await scenes.vacancy()  # likewise
        booked = await book(scenes, waiting["offer"])
        await world.settled()
        held = await told(world, HELD, "providers")
        assert [str(row["placement"]) for row in held] == [booked["placement"]]
        reached = await world.ask("placements", "SELECT sequence FROM spine.inbox WHERE lane = 'providers.all'")
        with pytest.raises(NotDone, match=r"connections to \w+ are open"):
            await restore("providers", settings, backup)

    _, holes = await restore("providers", settings, backup)
    lines = [line async for line in what_others_heard(settings, "providers", holes)]
    hole = holes["providers.all"]
    assert hole.after < reached[0].sequence < hole.through
    said = f"had heard providers.all {hole.after + 1} to {reached[0].sequence}: no longer there"
    assert {f"placements {said}", f"metrics {said}"} <= set(lines)

    async with a_world(postgres, NAME) as world:
        scenes = Scenes(world)
        await correct(scenes, known, 500_000, version=1)  # the very version that was lost, saying something else
        await until(lambda: settled(world))
        await world.settled()
        assert await told(world, COPIED, "placements") == await told(world, OWN, "providers")
        (named,) = await told(world, NAMED, "placements")
        assert f'"providers.all": [{hole.after + 1}, {reached[0].sequence}]' in named["lost"]
        assert lost["vacancy"] in named["untold"]
        assert known["vacancy"] not in named["untold"]
        # The hold was lost too; providers heard again that it was asked for.
        assert await told(world, HELD, "providers") == held
        await say_the_same_when_rebuilt(world)


async def settled(world: World) -> bool:
    """Whether placements and metrics have noticed, and metrics has rebuilt: facts of vacancies were not as told."""
    named = [await told(world, NAMED, service) for service in ("placements", "metrics")]
    facts = await world.ask("metrics", "SELECT facts->'vacancies' <> '0' AS differed FROM spine.restorations")
    return all(rows and rows[0]["settled"] for rows in named) and bool(facts[0].differed)


async def say_the_same_when_rebuilt(world: World) -> None:
    path = "/metrics/rebuild"
    administrator = (At.INSTALLATION, Role.ADMINISTRATOR)
    await world.does(*administrator, "POST", path, {})

    async def over() -> Any:
        progress = await world.does(*administrator, "GET", path)
        return progress["state"] in ("done", "failed") and progress

    progress = await until(over)
    assert progress["state"] == "done", progress
    assert progress["result"]["same"], progress


async def test_a_backup_of_another_service_and_a_file_that_is_none_are_refused(
    postgres: Postgres, folder: Path
) -> None:
    settings = Settings(database_url=postgres.url("SERVICE").replace("SERVICE", "refusing_{service}"))
    async with a_world(postgres, "refusing") as world:
        await Scenes(world).child()
        await world.settled()
        backup = back_up("referrals", settings.database_of("referrals"), folder)
    with pytest.raises(NotDone, match="a backup of referrals, not of providers"):
        await restore("providers", settings, backup)
    nonsense = folder / "nonsense.dump"
    nonsense.write_bytes(backup.read_bytes()[:2_000])
    with pytest.raises(NotDone):
        await restore("referrals", settings, nonsense)
    await ensure_database(settings.database_of("empty"))
    with pytest.raises(NotDone, match="no backup of a service"):
        await restore("referrals", settings, back_up("empty", settings.database_of("empty"), folder))
    async with a_world(postgres, "refusing") as world:
        assert len(await world.ask("referrals", "SELECT child FROM child")) == 1
