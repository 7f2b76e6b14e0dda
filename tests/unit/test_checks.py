"""The checks of a return: a clean one has nothing wrong, and single mistakes are named with their record."""

from functools import cache
from pathlib import Path

import pytest

from services.placements.returns.checks import Places, check
from services.placements.returns.checks.rule import KEYS
from shared.geography import Geography
from shared.settings import Settings
from shared.ssda903.shape import Return
from tests.mistakes import MISTAKES, Mistake
from tests.sample_returns import return_in

WESTMINSTER = "E09000033"
SAMPLE = Path(__file__).parents[2] / "deploy/samples/ssda903"


@cache
def sample(year: int) -> Return:
    return return_in(SAMPLE, WESTMINSTER, year)


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(Geography.kept_in(Settings().map_folder))


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_clean_return_has_nothing_on_the_list(year: int, places: Places) -> None:
    assert check(sample(year), sample(year - 1), places) == {}


def test_there_are_twenty_five_mistakes_and_more() -> None:
    assert len({mistake.rule for mistake in MISTAKES}) >= 25


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.words)
def test_a_single_mistake_is_named_with_its_record(mistake: Mistake, places: Places) -> None:
    wrong, child, row = mistake.made_in(sample(2026))
    found = check(wrong, sample(2025), places)
    assert set(found) == {child}
    (fault,) = [fault for fault in found[child] if fault.rule == mistake.rule]
    gone = mistake.changes is None
    assert fault.record == (None if gone or fault.table not in KEYS else getattr(row, KEYS[fault.table]))
