"""What providers does when placements speak: each reaction once, twice, shuffled and fifty at a time."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest

from services.providers.domain import HOLD
from services.providers.service import SERVICE
from shared.contracts import Event
from shared.contracts.placements import (
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.providers import HoldRefused, PlaceBooked, PlaceHeld, PlaceOccupied, PlaceReleased
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NOON, NORTHSHIRE, Alone, alone

Told = TypeVar("Told", bound=Event)
STARTS = date(2026, 4, 1)
STANDING = """SELECT placement, place, kind, lower(during) AS starts, upper(during) AS ends FROM occupation
    WHERE released_at IS NULL ORDER BY placement"""
HOME = {
    "name": "Beech House",
    "type": "K2",
    "area": "E09000033",
    "youngest": 8,
    "oldest": 17,
    "sexes": ["F", "M"],
    "opened": "2024-04-01",
    "places": [{}, {}],
}


@dataclass
class Setting:
    service: Alone
    home: UUID
    places: list[UUID]

    async def standing(self) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.service.rows(STANDING)]

    async def told(self, *kinds: type[Event]) -> list[int]:
        return [len(await self.service.published(kind)) for kind in kinds]


@pytest.fixture
async def setting(fresh_database) -> AsyncIterator[Setting]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        own = service.of(NORTHSHIRE, Role.COMMISSIONER)
        provider = (await own.post("/providers", json={"name": "Northshire Fostering", "sector": "PR1"})).json()
        home = (await own.post("/providers/homes", json={**HOME, "provider": provider["provider"]})).json()
        yield Setting(service, UUID(home["home"]), [UUID(place["place"]) for place in home["places"]])


def placement(
    kind: type[Told], version: int, place: UUID | None, id: UUID, ends: date | None = None, starts: date = STARTS
) -> Told:
    return kind.model_validate(
        {
            "placement": id,
            "authority": NORTHSHIRE,
            "version": version,
            "status": "booked",
            "child": new_id(),
            "referral": None,
            "provider": None,
            "home": None,
            "place": place,
            "type": "K2",
            "sector": "PR1",
            "purpose": "first",
            "starts": starts,
            "ends": ends,
            "reason": "OTHER",
            "planned": True,
        }
    )


def life(place: UUID, id: UUID) -> list[Any]:
    """A placement from its booking to its end after ten nights."""
    return [
        placement(PlacementBooked, 1, place, id),
        placement(PlacementConfirmed, 2, place, id),
        placement(PlacementStarted, 3, place, id),
        placement(PlacementEnded, 4, place, id, STARTS + timedelta(days=10)),
    ]


async def test_a_place_is_held_booked_occupied_and_free_again_each_said_once(setting: Setting):
    child, place = new_id(), setting.places[0]
    for event, kind in zip(life(place, child), ("held", "booked", "occupied", "occupied"), strict=True):
        await setting.service.hear(event, times=2)
        ends = getattr(event, "ends", None)
        assert await setting.standing() == [(child, place, kind, STARTS, ends)]
    assert await setting.told(PlaceHeld, PlaceBooked, PlaceOccupied, PlaceReleased, HoldRefused) == [1, 1, 2, 0, 0]
    versions = [event.version for event in await setting.service.published(PlaceOccupied)]
    assert versions == [3, 4]
    assert await setting.service.rows("SELECT * FROM spine.due") == []


async def test_of_a_made_up_past_a_place_was_held_then_and_is_kept_for_those_who_answer_now(setting: Setting):
    running, child, place = setting.service.running, new_id(), setting.places[0]
    running.react = SERVICE.react(running.traces.tracer, running.spine_meters, simulated=True)
    setting.service.clock.move(timedelta(days=30))
    await setting.service.hear(placement(PlacementBooked, 1, place, child))
    (held,) = await setting.service.rows("SELECT recorded_at FROM spine.outbox WHERE type = $1", PlaceHeld.event_type)
    assert held.recorded_at == NOON, "when the booking was told"
    await setting.service.tick()
    assert await setting.standing() == [(child, place, "held", STARTS, None)]
    setting.service.clock.move(HOLD)
    await setting.service.tick()
    assert await setting.standing() == []


async def test_however_subjects_are_shuffled_and_repeated_the_same_stands(setting: Setting):
    """Placements follow one another in one place, and each one's own order is kept."""
    children = [new_id() for _ in range(4)]
    lives = [
        [event.model_copy(update=_moved(event, week * 14)) for event in life(setting.places[0], child)]
        for week, child in enumerate(children)
    ]
    ended = [[event.model_copy(update={"ends": event.starts + timedelta(days=10)}) for event in one] for one in lives]
    shuffled = random.Random(903)
    queues = [[event for event in one for _ in range(2)] for one in ended]
    while any(queues):
        await setting.service.hear(shuffled.choice([queue for queue in queues if queue]).pop(0))
    rows = await setting.standing()
    assert sorted(row[0] for row in rows) == sorted(children)
    assert {(row[4] - row[3]).days for row in rows} == {10}
    assert await setting.told(PlaceHeld, PlaceBooked, PlaceOccupied, HoldRefused) == [4, 4, 8, 0]


def _moved(event: Any, days: int) -> dict[str, date]:
    return {"starts": event.starts + timedelta(days=days)}


async def test_fifty_bookings_at_once_hold_one_place_once(setting: Setting):
    place = setting.places[0]
    asked = [placement(PlacementBooked, 1, place, new_id()) for _ in range(50)]
    await asyncio.gather(*(setting.service.hear(event) for event in asked))
    (held,) = await setting.service.published(PlaceHeld)
    refused = await setting.service.published(HoldRefused)
    assert {event.code for event in refused} == {"place_taken"}
    assert {held.placement, *(event.placement for event in refused)} == {event.placement for event in asked}
    assert len(refused) == 49


async def test_a_hold_expires_by_the_clock_and_a_late_confirmation_takes_it_again(setting: Setting):
    child, place = new_id(), setting.places[0]
    await setting.service.hear(placement(PlacementBooked, 1, place, child))
    setting.service.clock.move(timedelta(hours=47))
    await setting.service.tick()
    assert len(await setting.standing()) == 1
    setting.service.clock.move(timedelta(hours=1))
    await setting.service.tick()
    assert await setting.standing() == []
    await setting.service.hear(placement(PlacementConfirmed, 2, place, child), times=2)
    assert await setting.standing() == [(child, place, "booked", STARTS, None)]
    assert await setting.told(PlaceHeld, PlaceReleased, PlaceBooked, HoldRefused) == [1, 1, 1, 0]


async def test_an_expired_hold_gives_way_to_whoever_asks_even_before_the_ticker(setting: Setting):
    first, second, place = new_id(), new_id(), setting.places[0]
    await setting.service.hear(placement(PlacementBooked, 1, place, first))
    setting.service.clock.move(timedelta(hours=48))
    await setting.service.hear(placement(PlacementBooked, 1, place, second))
    assert [row[0] for row in await setting.standing()] == [second]
    (released,) = await setting.service.published(PlaceReleased)
    assert released.placement == first
    await setting.service.hear(placement(PlacementConfirmed, 2, place, first))
    assert [event.code for event in await setting.service.published(HoldRefused)] == ["place_taken"]


async def test_a_move_within_the_home_leaves_no_night_empty_and_none_double(setting: Setting):
    old, new, on = new_id(), new_id(), STARTS + timedelta(days=5)
    here, there = setting.places
    await setting.service.hear(*life(here, old)[:3])
    await setting.service.hear(placement(PlacementBooked, 1, there, new, starts=on))
    await setting.service.hear(placement(PlacementConfirmed, 2, there, new, starts=on))
    await setting.service.hear(placement(PlacementEnded, 4, here, old, on))
    await setting.service.hear(placement(PlacementStarted, 3, there, new, starts=on))
    assert sorted(await setting.standing()) == sorted(
        [(old, here, "occupied", STARTS, on), (new, there, "occupied", on, None)]
    )
    await setting.service.hear(placement(PlacementBooked, 1, here, new_id(), starts=on))
    assert await setting.told(HoldRefused) == [0]


async def test_a_cancelled_booking_frees_the_place_and_one_without_a_place_asks_for_nothing(setting: Setting):
    child, place = new_id(), setting.places[0]
    await setting.service.hear(placement(PlacementBooked, 1, place, child))
    await setting.service.hear(placement(PlacementCancelled, 2, place, child), times=2)
    assert await setting.standing() == []
    before = await setting.service.count_published()
    for event in life(place, child):
        await setting.service.hear(event.model_copy(update={"place": None, "version": 9}))
    assert await setting.service.count_published() == before
    assert await setting.told(PlaceHeld, PlaceReleased) == [1, 1]


async def test_a_home_with_a_child_to_come_cannot_close(setting: Setting):
    await setting.service.hear(placement(PlacementBooked, 1, setting.places[0], new_id()))
    own = setting.service.of(NORTHSHIRE, Role.COMMISSIONER)
    address, form = f"/providers/homes/{setting.home}/close", {"on": "2026-05-01", "version": 1}
    refused = await own.post(address, json=form)
    assert (refused.status_code, refused.json()["code"]) == (409, "home_still_needed")
    setting.service.clock.move(timedelta(hours=48))
    assert (await own.post(address, json=form)).status_code == 200
    await setting.service.hear(placement(PlacementBooked, 1, setting.places[1], new_id()))
    assert [event.code for event in await setting.service.published(HoldRefused)] == ["place_not_open"]
