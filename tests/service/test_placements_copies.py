"""Placements' copies of what others tell: each word once, twice and in any order comes to the newest."""

import json
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from services.placements.reactions import REACTIONS
from services.placements.service import SERVICE
from shared.contracts import Event
from shared.contracts.event import EVENTS
from tests.alone import Alone, alone
from tests.service.placing import Fresh

EXAMPLES = Path(__file__).parents[2] / "shared/contracts/examples"
COPIES = (
    *("children", "statutory_details", "important_places", "assessments", "referrals", "referral_children"),
    *("providers", "contracts", "homes", "home_locations", "places", "vacancies", "occupations"),
)


@pytest.fixture
async def service(fresh_database: Fresh) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


def example(kind: type[Event]) -> Event:
    """The kept example of an event."""
    payload = json.loads((EXAMPLES / f"{kind.event_type}.json").read_text())
    return EVENTS[kind.event_type].model_validate(payload.get("data", payload))


def subjects() -> dict[str, list[type[Event]]]:
    """Events that tell versions of the same thing, such as of one home, and stand in one table."""
    found: dict[str, list[type[Event]]] = {}
    for kind, reaction in REACTIONS.items():
        if "version" in kind.model_fields:
            found.setdefault(f"{kind.subject_field} {reaction.__name__}", []).append(kind)
    return found


def history(kinds: Sequence[type[Event]]) -> list[Event]:
    """Each kind in turn, of one thing, a version later each."""
    first = example(kinds[0])
    same = {first.subject_field: getattr(first, first.subject_field)}
    return [example(kind).model_copy(update={**same, "version": number}) for number, kind in enumerate(kinds, 1)]


async def kept(service: Alone) -> dict[str, list[str]]:
    """Every copy, as text."""
    return {
        table: [row[0] for row in await service.rows(f"SELECT t::text FROM {table} t ORDER BY t::text")]
        for table in COPIES
    }


async def forgotten(service: Alone) -> None:
    async with service.database.writing() as session:
        await session.run(f"TRUNCATE {', '.join(COPIES)}")


@pytest.mark.parametrize("subject", subjects())
async def test_a_word_twice_and_late_comes_to_the_newest(service: Alone, subject: str) -> None:
    told = history(subjects()[subject])
    await service.hear(*told)
    once = await kept(service)
    assert any(once.values())
    await service.hear(*told)
    assert await kept(service) == once
    for seed in range(3):
        await forgotten(service)
        shuffled = [*told, *told]
        random.Random(seed).shuffle(shuffled)
        await service.hear(*shuffled)
        assert await kept(service) == once


async def test_everything_that_is_told_is_kept(service: Alone) -> None:
    """No table of copies stays empty once every kind of event has been heard."""
    await service.hear(*(example(kind) for kind in REACTIONS))
    assert [table for table, rows in (await kept(service)).items() if not rows] == []
