"""The rules of siblings' places, legal statuses, corrected prices and stays that are too long."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain import each_their_own, legal_lines, prices_within, statuses_from, too_long
from shared.contracts.placements import LegalLine, PriceLine
from shared.contracts.vocabulary import LegalStatus, PlacementType, PriceElement
from shared.errors import Invalid

BEGAN = date(2026, 1, 1)
places = st.integers(1, 4).map(lambda number: UUID(int=number))
days = st.integers(0, 30).map(lambda n: BEGAN + timedelta(days=n))


def after(count: int) -> date:
    return BEGAN + timedelta(days=count)


def lines(*said: tuple[LegalStatus, int]) -> list[LegalLine]:
    return [LegalLine(status=status, starts=after(count)) for status, count in said]


@given(st.lists(st.lists(places, max_size=4, unique=True), max_size=4))
def test_siblings_have_different_places_wherever_that_can_be(possible: list[list[UUID]]) -> None:
    found = each_their_own(possible)
    can_be = [chosen for chosen in product(*possible) if len(set(chosen)) == len(chosen)]
    assert found in can_be if can_be else found is None


def test_the_one_who_can_only_have_the_first_place_has_it() -> None:
    first, second = UUID(int=1), UUID(int=2)
    assert each_their_own([[first, second], [first]]) == (second, first)


@given(st.lists(st.tuples(st.sampled_from(LegalStatus), days), max_size=8))
def test_the_legal_status_last_said_of_a_day_holds_until_the_next(said: list[tuple[LegalStatus, date]]) -> None:
    now: Sequence[LegalLine] = [LegalLine(status=LegalStatus.SECTION_20, starts=BEGAN)]
    for status, starts in said:
        now = legal_lines(now, BEGAN, starts, status)
        in_force = [line for line in now if line.starts <= starts][-1]
        assert in_force.status == status
    assert now[0].starts == BEGAN
    assert all(one.starts < other.starts for one, other in pairwise(now))
    assert all(one.status is not other.status for one, other in pairwise(now))


def test_a_legal_status_recorded_in_error_is_taken_away_but_not_the_first() -> None:
    two = lines((LegalStatus.SECTION_20, 0), (LegalStatus.CARE_ORDER, 5))
    assert legal_lines(two, BEGAN, after(5), None) == two[:1]
    for starts in (BEGAN, after(4)):
        with pytest.raises(Invalid):
            legal_lines(two, BEGAN, starts, None)


@pytest.mark.parametrize(
    ("began", "kept"),
    [
        (-3, [(LegalStatus.SECTION_20, -3), (LegalStatus.CARE_ORDER, 5)]),
        (2, [(LegalStatus.SECTION_20, 2), (LegalStatus.CARE_ORDER, 5)]),
        (5, [(LegalStatus.CARE_ORDER, 5)]),
        (7, [(LegalStatus.CARE_ORDER, 7)]),
    ],
)
def test_care_that_began_on_another_day_keeps_the_status_in_force_then(
    began: int, kept: list[tuple[LegalStatus, int]]
) -> None:
    two = lines((LegalStatus.SECTION_20, 0), (LegalStatus.CARE_ORDER, 5))
    assert statuses_from(two, after(began)) == lines(*kept)


@pytest.mark.parametrize(
    ("first", "expected"),
    [(-2, [(-2, 10), (10, None)]), (3, [(3, 10), (10, None)]), (10, [(10, None)]), (12, [(12, None)])],
)
def test_prices_follow_a_corrected_first_night(first: int, expected: list[tuple[int, int | None]]) -> None:
    def price(starts: int, ends: int | None) -> PriceLine:
        until = None if ends is None else after(ends)
        return PriceLine(element=PriceElement.SOCIAL_CARE, starts=after(starts), ends=until, weekly_pence=1)

    agreed = [price(0, 10), price(10, None)]
    assert prices_within(agreed, BEGAN, after(first)) == [price(*line) for line in expected]


@pytest.mark.parametrize(
    ("kind", "nights", "warned"),
    [
        (PlacementType.TEMPORARY_OTHER, 7, False),
        (PlacementType.TEMPORARY_OTHER, 8, True),
        (PlacementType.TEMPORARY_HOSPITAL, 42, False),
        (PlacementType.TEMPORARY_HOSPITAL, 43, True),
        (PlacementType.TEMPORARY_CARER_AWAY, 22, True),
        (PlacementType.TEMPORARY_HOLIDAY, 100, False),
        (PlacementType.CHILDRENS_HOME, 900, False),
    ],
)
def test_a_stay_away_that_is_too_long_is_warned_of(kind: PlacementType, nights: int, *, warned: bool) -> None:
    assert (too_long(kind, BEGAN, after(nights), BEGAN) is not None) is warned
    assert (too_long(kind, BEGAN, None, after(nights)) is not None) is warned
