"""What `make run` makes for a newcomer: furnished once, loaded once, people at work, and nothing to warn of."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.installations import Embedded, a_folder, wait_for
from tests.waiting import until

MARCHES = [f"31 March {year}" for year in range(2021, 2027)]
SECONDS = 240.0


def asked(installation: Embedded, path: str, client: str = "commissioner", **params: str) -> Any:
    headers = {"authorization": f"Bearer {installation.token(client)}"}
    answer = httpx.get(f"{installation.url}{path}", headers=headers, params=params, timeout=30, trust_env=False)
    answer.raise_for_status()
    return answer.json()


def complaints(said: str) -> list[str]:
    """What was logged as a warning or worse."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return [line["event"] for line in lines if line["level"] not in ("debug", "info")]


def since_start(installation: Embedded) -> str:
    """What it has said this time; an earlier start wrote into the same log."""
    return installation.said.rpartition("Starting PostgreSQL")[2]


async def ready(installation: Embedded) -> str:
    """What it says once it is ready."""
    wait_for(installation)
    ended = installation.process.poll
    await until(lambda: "Sufficiency is ready" in since_start(installation) or ended() is not None, seconds=SECONDS)
    assert ended() is None, installation.said
    return since_start(installation)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with a_folder() as path:
        yield path


async def test_a_newcomer_finds_six_years_a_market_and_people_at_work(folder: Path) -> None:
    first = Embedded(folder, "--simulate")
    try:
        said = await ready(first)
        assert all(march in said for march in MARCHES)
        assert re.search(r"children looked after +492 +531 +534 +561 +561 +\d+", said)
        assert re.search(r"same placement for 2 years, % +[\d.]+\* +[\d.]+\* +[\d.]+ ", said), "the record is short"
        assert "* Incomplete: the record begins on 1 April 2020" in said
        assert len(asked(first, "/providers")) >= 35
        cla = asked(first, "/metrics/measures/cla", authority="E09000020", client="southmere-commissioner")
        assert cla["value"] > 10
        in_care = "/metrics/measures/cla"
        await until(lambda: asked(first, in_care, "hertfordshire-commissioner")["value"], seconds=SECONDS)
        assert "Hertfordshire is being told in the background" in first.said
        head = asked(first, "/referrals/events/lanes", "northshire-systems")
        await until(lambda: asked(first, "/referrals/events/lanes", "northshire-systems") != head)
        assert complaints(first.said) == []
    finally:
        assert first.stop() == 0


async def test_a_second_start_finds_what_the_first_made_and_adds_nothing(folder: Path) -> None:
    again = Embedded(folder, "--no-simulate")
    try:
        said = await ready(again)
        assert "Children in those homes" not in said
        assert re.search(r"children looked after +492 +531 +534 +561 +561 +\d+", said)
        lanes = asked(again, "/placements/events/lanes", "northshire-systems")
        assert lanes == asked(again, "/placements/events/lanes", "northshire-systems")
        assert complaints(since_start(again)) == []
    finally:
        assert again.stop() == 0


async def test_reset_begins_again(folder: Path) -> None:
    reset = Embedded(folder, "--reset", "--empty")
    try:
        wait_for(reset)
        assert asked(reset, "/providers") == []
        cla = asked(reset, "/metrics/measures/cla")
        assert (cla["value"], cla["note"]) == (None, "No data: nothing it rests on has been recorded.")
    finally:
        assert reset.stop() == 0


async def test_it_may_be_ended_while_it_is_being_made(folder: Path) -> None:
    hurried = Embedded(folder, "--reset")
    wait_for(hurried)
    assert hurried.stop() == 0
    assert "Everything is stopped." in since_start(hurried)
    assert "Traceback" not in since_start(hurried)
