"""The judge agrees with our own checks about single mistakes, wherever it works: the same rule, the same record."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy.judge.asking import CRASHES, Opinion, opinion
from services.placements.returns.checks import check
from shared.ssda903.shape import Return
from shared.ssda903.writing import as_csvs
from tests.mistakes import MISTAKES, Mistake
from tests.sample_returns import OFSTEDS_LIST, SAMPLE, WESTMINSTER, places_of_england, return_in

OF_WHAT_IS_REGISTERED = ("219", "224", "229")
"""Where there is no such URN, the judge says besides that nothing registered under it fits; we do not."""


def _written(told: Return, folder: Path) -> Path:
    folder.mkdir()
    for name, content in as_csvs(told).items():
        (folder / name).write_bytes(content)
    return folder


def _with_all_mistakes(clean: Return) -> tuple[Return, Mapping[str, tuple[Mistake, Any]]]:
    """Each in a child of its own: every rule but that on UPNs looks at one child, so that each is a single mistake."""
    whose: dict[str, tuple[Mistake, Any]] = {}
    for mistake in MISTAKES:
        clean, child, row = mistake.made_in(clean, spared=whose)
        whose[child] = (mistake, row)
    return clean, whose


@pytest.fixture(scope="module")
def last_year() -> Return:
    return return_in(SAMPLE, WESTMINSTER, 2025)


@pytest.fixture(scope="module")
def wrong() -> tuple[Return, Mapping[str, tuple[Mistake, Any]]]:
    return _with_all_mistakes(return_in(SAMPLE, WESTMINSTER, 2026))


@pytest.fixture(scope="module")
async def said(wrong: tuple[Return, Any], last_year: Return, tmp_path_factory: pytest.TempPathFactory) -> Opinion:
    folder = tmp_path_factory.mktemp("mistakes")
    this, last = _written(wrong[0], folder / "2026"), _written(last_year, folder / "2025")
    return await opinion(2026, WESTMINSTER, this, last, OFSTEDS_LIST)


def _judged(said: Opinion) -> set[tuple[str, str]]:
    return {(rule, row["CHILD"]) for rule, rows in said.marked.items() for row in rows}


async def test_the_judge_names_every_mistake_that_it_can_see(
    said: Opinion, wrong: tuple[Return, Mapping[str, tuple[Mistake, Any]]]
) -> None:
    assert said.crashed == CRASHES[2026]
    seen = _judged(said)
    assert [m.words for child, (m, _) in wrong[1].items() if ((m.rule, child) in seen) != m.judged] == []


async def test_the_judge_sees_nothing_in_a_child_without_a_mistake(
    said: Opinion, wrong: tuple[Return, Mapping[str, Any]]
) -> None:
    assert {child for _, child in _judged(said)} <= set(wrong[1])


async def test_what_the_judge_finds_besides_we_find_too(
    said: Opinion, wrong: tuple[Return, Any], last_year: Return
) -> None:
    """A mistake breaks more rules than the one it is about: of each child, both name the same."""
    found = check(wrong[0], last_year, places_of_england())
    ours = {(fault.rule, child) for child, faults in found.items() for fault in faults}
    unknown = {(rule, child) for by, child in ours if by == "1008" for rule in OF_WHAT_IS_REGISTERED}
    assert _judged(said) - ours - unknown == set()
