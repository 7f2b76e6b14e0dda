"""Where homes are from the child's home, in the picture on a referral's page."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placements.pages.picture import MIDDLE, REACH, picture_of
from services.placements.queries.bearings import Bearing
from shared.ids import new_id

MILES = st.floats(-400, 400, allow_nan=False)


@pytest.mark.parametrize(
    ("east", "north", "name"),
    [(0, 5, "north"), (3, 3, "north-east"), (5, 0, "east"), (0, -1, "south"), (-2, 2, "north-west"), (-9, 1, "west")],
)
def test_a_direction_has_a_name(east: float, north: float, name: str) -> None:
    assert Bearing(east, north).name == name


@given(st.lists(st.tuples(MILES, MILES), min_size=1, max_size=10))
def test_every_home_stands_within_the_outermost_ring_in_its_own_direction(where: list[tuple[float, float]]) -> None:
    bearings = {new_id(): Bearing(*one) for one in where}
    homes = [{"home": home, "number": number} for number, home in enumerate(bearings, 1)]
    picture = picture_of(homes, bearings)
    assert picture is not None
    rings = [ring["miles"] for ring in picture["rings"]]
    assert rings == sorted(rings)
    for point, bearing in zip(picture["points"], bearings.values(), strict=True):
        x, y = point["x"] - MIDDLE, MIDDLE - point["y"]
        assert x * x + y * y <= (REACH + 0.2) ** 2
        assert x * bearing.east >= -0.1 * abs(bearing.east)
        assert y * bearing.north >= -0.1 * abs(bearing.north)


def test_where_nobody_knows_there_is_no_picture() -> None:
    assert picture_of([{"home": UUID(int=1), "number": 1}], {}) is None
