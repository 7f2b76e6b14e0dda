"""The checks of a return: a clean one has nothing wrong, and single mistakes are named with their record."""

from dataclasses import replace
from functools import cache

import pytest

from services.placements.returns.checks import Places, check
from services.placements.returns.checks.rule import KEYS
from shared.ssda903.shape import Return
from tests.mistakes import MISTAKES, Mistake
from tests.sample_returns import SAMPLE, WESTMINSTER, places_of_england, return_in


@cache
def sample(year: int) -> Return:
    return return_in(SAMPLE, WESTMINSTER, year)


@pytest.fixture(scope="module")
def places() -> Places:
    return places_of_england()


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_clean_return_has_nothing_on_the_list(year: int, places: Places) -> None:
    assert check(sample(year), sample(year - 1), places) == {}


def test_there_are_twenty_five_mistakes_and_more() -> None:
    assert len({mistake.rule for mistake in MISTAKES}) >= 25


def around(told: Return, child: str) -> Return:
    """The return of the child and of a few others, which is checked in no time."""
    few = {header.child for header in list(sample(2026).header)[:20]} | {child}
    return replace(told, tables={table: [r for r in rows if r.child in few] for table, rows in told.tables.items()})


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.words)
def test_a_single_mistake_is_named_with_its_record(mistake: Mistake, places: Places) -> None:
    wrong, child, row = mistake.made_in(sample(2026))
    found = check(around(wrong, child), around(sample(2025), child), places)
    assert set(found) == {child}
    (fault,) = [fault for fault in found[child] if fault.rule == mistake.rule]
    gone = mistake.changes is None
    assert fault.record == (None if gone or fault.table not in KEYS else getattr(row, KEYS[fault.table]))
