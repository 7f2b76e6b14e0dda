"""Where postcodes are, in which authority on which day, how far apart, and which authorities border which."""

import json
import math
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.geography import Geography, Location, bordering, outward
from shared.geography.authorities import FIRST_DAY, SUCCESSIONS, authority_of, known_as
from shared.geography.building import opened
from shared.geography.derive import neighbours, registry
from shared.geography.distance import tenths, tenths_each
from shared.geography.gazetteer import Gazetteer
from shared.geography.neighbours import REGISTRY, registered

TODAY = date(2026, 11, 22)
HERTFORDSHIRE, BARKING, WESTMINSTER = "E10000015", "E09000002", "E09000033"
PALACE, TOWN_HALL, BELFAST, JERSEY, NEW = "SW1A 1AA", "IG11 7LU", "BT1 1AA", "JE1 0BD", "ZZ9 9ZZ"
metres = st.integers(-1_300_000, 1_300_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    kept = tmp_path_factory.mktemp("geography")
    opened(kept)
    yield kept
    for file in kept.iterdir():
        file.unlink()


@pytest.fixture(scope="module")
def england(folder: Path) -> Geography:
    return Geography.kept_in(folder)


def half_up(east: int, north: int) -> float:
    """The definition in decimals of sixty places: √(ΔE² + ΔN²) metres / 1609.3, one decimal, half-up."""
    with localcontext() as context:
        context.prec = 60
        miles = Decimal(east * east + north * north).sqrt() / Decimal("1609.3")
        return float(miles.quantize(Decimal("0.1"), ROUND_HALF_UP))


@given(metres, metres)
def test_miles_are_the_definitions_to_the_tenth(east: int, north: int) -> None:
    assert tenths(east, north) / 10 == half_up(east, north)


@given(st.integers(0, 8000), st.integers(-2, 2), st.sampled_from([1, -1]))
def test_miles_are_right_beside_every_half(nearly: int, metre: int, sign: int) -> None:
    east = round((nearly + 0.5) * 160.93) + metre
    assert tenths(sign * east, 0) / 10 == half_up(east, 0)


@given(st.lists(st.tuples(metres, metres), min_size=1))
def test_miles_of_many_are_those_of_each(differences: list[tuple[int, int]]) -> None:
    east, north = np.array(differences, np.int64).T
    assert tenths_each(east, north).tolist() == [tenths(*difference) for difference in differences]


def test_a_distance_known_from_the_map(england: Geography) -> None:
    assert england.miles(PALACE, TOWN_HALL) == england.miles(TOWN_HALL, PALACE) == 9.8
    assert england.miles(PALACE, PALACE) == 0.0


@pytest.mark.parametrize(
    ("home", "placement"),
    [(PALACE, NEW), (None, PALACE), (PALACE, ""), (PALACE, JERSEY), (PALACE, BELFAST), ("' OR 1=1 --", PALACE)],
)
def test_no_distance_is_told_where_a_place_is_unknown_or_on_another_grid(
    england: Geography, home: str | None, placement: str | None
) -> None:
    assert england.miles(home, placement) is None
    assert math.isnan(england.miles_each([home], [placement])[0])


def test_a_distance_within_northern_ireland_is_on_its_own_grid(england: Geography) -> None:
    assert england.miles(BELFAST, "BT48 0AA") == half_up(334316 - 243586, 374675 - 418414)


def test_one_home_is_measured_against_many_placements(england: Geography) -> None:
    placements = [TOWN_HALL, None, BELFAST, "sg138dn", PALACE]
    each = [england.miles(PALACE, placement) for placement in placements]
    many = england.miles_each([PALACE], placements)
    assert [None if math.isnan(miles) else miles for miles in many] == each
    assert each[0] is not None
    assert each[1] is each[2] is None
    assert england.miles_each([], []).tolist() == []


def test_a_postcode_is_found_however_it_is_typed(england: Geography) -> None:
    found = england.find(PALACE)
    assert found is not None
    assert (found.district, found.easting, found.northing) == (WESTMINSTER, 529090, 179645)
    assert england.find("sw1a1aa") == england.find("  SW1A\u00a01AA ") == found
    assert england.find("SW1A 1A") is england.find("SW1A-1AA") is england.find(None) is None


def test_every_kept_row_is_found_alone_and_among_others(england: Geography) -> None:
    kept = england.gazetteer
    rows = np.linspace(0, len(kept) - 1, 5000).astype(int)
    typed = [int(number).to_bytes(7, "big").decode() for number in kept.keys[rows]]
    assert kept.rows([*typed, NEW, None]).tolist() == [*rows.tolist(), -1, -1]
    assert all(england.find(postcode) for postcode in typed)


def test_nearly_every_postcode_that_ever_was_is_kept_in_order(england: Geography) -> None:
    assert len(england.gazetteer) > 2_700_000
    assert (np.diff(england.gazetteer.keys) > 0).all()


@pytest.mark.parametrize(
    ("postcode", "told"),
    [("SW1A 1AA", "SW1A"), ("b11aa", "B1"), (" ig11 7lu", "IG11"), ("12 High Street", None), ("", None), (None, None)],
)
def test_only_the_outward_half_of_a_real_looking_postcode_is_told(postcode: str | None, told: str | None) -> None:
    assert outward(postcode) == told


@pytest.mark.parametrize(
    ("postcode", "day", "authority"),
    [
        ("SG13 8DN", TODAY, HERTFORDSHIRE),  # East Hertfordshire is a district of it
        (TOWN_HALL, TODAY, BARKING),
        ("CA3 8QG", date(2023, 4, 1), "E06000063"),
        ("CA3 8QG", date(2023, 3, 31), "E10000006"),  # Carlisle was Cumbria's
        ("LA9 4UQ", date(2023, 3, 31), "E10000006"),
        ("DL7 8AD", date(2023, 3, 31), "E10000023"),
        ("TA1 4DY", date(2024, 1, 1), "E06000066"),
        ("S1 2HH", date(2025, 3, 31), "E08000019"),
        ("S1 2HH", date(2025, 4, 1), "E08000039"),
        ("HP20 1UA", date(2020, 3, 31), "E10000002"),
        ("NN1 1ED", date(2021, 3, 31), "E10000021"),
        ("BH2 6DY", date(2019, 3, 31), None),  # Bournemouth, Poole or Dorset: today's map cannot say
        ("CF10 4UW", TODAY, "W06000015"),
        (BELFAST, TODAY, "N09000003"),
        (JERSEY, TODAY, "L99999999"),
        (TOWN_HALL, date(2009, 3, 31), None),
        (NEW, TODAY, None),
    ],
)
def test_a_postcode_is_in_the_authority_of_that_day(
    england: Geography, postcode: str, day: date, authority: str | None
) -> None:
    assert england.area(postcode, day) == authority


def test_every_district_of_the_package_has_an_authority(england: Geography) -> None:
    assert [code for code in england.gazetteer.codes if authority_of(code) is None] == []
    assert authority_of("E07000999") is None


def test_an_authority_is_known_by_its_code_of_the_day() -> None:
    assert known_as("E08000039", date(2023, 1, 1)) == known_as("E08000019", date(2023, 1, 1)) == "E08000019"
    assert known_as("E08000019", TODAY) == "E08000039"
    assert known_as("E06000063", date(2022, 1, 1)) == "E10000006"
    assert known_as("E10000006", TODAY) is None  # two stand there now


@pytest.mark.parametrize(
    ("authority", "postcode", "day", "location"),
    [
        (BARKING, TOWN_HALL, TODAY, Location.IN_AREA),
        (BARKING, "RM1 3BD", TODAY, Location.BORDERING),
        (BARKING, PALACE, TODAY, Location.AT_DISTANCE),
        (BARKING, JERSEY, TODAY, Location.AT_DISTANCE),
        (BARKING, NEW, TODAY, None),
        ("E08000039", "S1 2HH", date(2023, 1, 1), Location.IN_AREA),
        ("E08000019", "S1 2HH", TODAY, Location.IN_AREA),
        ("E08000039", "S70 2TA", date(2023, 1, 1), Location.BORDERING),
    ],
)
def test_a_placement_is_in_the_area_next_to_it_or_further(
    england: Geography, authority: str, postcode: str, day: date, location: Location | None
) -> None:
    assert england.location(authority, postcode, day) == location


def around(authority: str, kind: str) -> set[str]:
    return {(set(pair) - {authority}).pop() for pair in registered(kind) if authority in pair}


def test_the_neighbours_of_some_authorities_are_those_on_any_map() -> None:
    barnet, enfield, harrow, hillingdon = "E09000003", "E09000010", "E09000015", "E09000017"
    essex, cambridgeshire, bedfordshire, luton, buckinghamshire = (
        "E10000012", "E10000003", "E06000056", "E06000032", "E06000060",
    )  # fmt: skip
    london = {barnet, enfield, harrow, hillingdon}
    shires = {essex, cambridgeshire, bedfordshire, luton, buckinghamshire}
    assert around(HERTFORDSHIRE, "over_land") == london | shires
    havering, newham, redbridge, bexley, greenwich = "E09000016", "E09000025", "E09000026", "E09000004", "E09000011"
    assert around(BARKING, "over_land") == {havering, newham, redbridge}
    assert around(BARKING, "over_water") == {bexley, greenwich}
    assert around("E06000046", "over_land") | around("E06000046", "over_water") == set()  # Isle of Wight
    assert "W06000023" in around("E06000019", "over_land")  # Herefordshire and Powys
    assert "E06000061" in around("E10000019", "over_land")  # Lincolnshire and North Northamptonshire: nineteen metres


def test_who_borders_whom_is_asked_either_way_and_of_any_day() -> None:
    assert bordering(HERTFORDSHIRE, "E10000012")
    assert bordering("E10000012", HERTFORDSHIRE)
    assert not bordering(HERTFORDSHIRE, HERTFORDSHIRE)
    assert bordering(BARKING, "E09000004")
    assert not bordering(BARKING, "E09000004", over_water=False)
    assert bordering("E10000006", "E10000017")  # Cumbria and Lancashire, while Cumbria stood
    assert bordering("E06000063", "E06000064")
    assert not bordering("E06000063", "E10000023")  # Cumberland never saw the old North Yorkshire


def test_every_english_authority_of_today_has_a_neighbour_but_two_islands(england: Geography) -> None:
    today = {authority_of(code) for code in england.gazetteer.codes if code.startswith("E")}
    named = {code for kind in ("over_land", "over_water") for pair in registered(kind) for code in pair}
    assert today - named == {"E06000046", "E06000053"}  # Isle of Wight, Isles of Scilly
    assert {code for code in named if code.startswith("E")} <= today


def test_successions_are_of_this_map_and_after_the_first_day(england: Geography) -> None:
    assert set(SUCCESSIONS) <= set(england.gazetteer.codes)
    assert all(succession.since > FIRST_DAY for succession in SUCCESSIONS.values())


def test_a_file_cut_off_is_built_anew_and_nothing_else_is_left(folder: Path, tmp_path: Path) -> None:
    whole = next(folder.glob("*.columns"))
    broken = tmp_path / whole.name
    broken.write_bytes(whole.read_bytes()[:-1])
    assert len(opened(tmp_path)) > 2_700_000
    assert broken.read_bytes() == whole.read_bytes()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".columns", ".lock"]


@pytest.mark.parametrize("written", [b"", b"postcode,easting\n", b"postcodes 1\n" + bytes(40)])
def test_what_is_no_gazetteer_is_not_opened(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "other.columns"
    file.write_bytes(written)
    with pytest.raises(ValueError, match=r"whole|empty"):
        Gazetteer(file)


@pytest.mark.soak
def test_the_registry_of_neighbours_is_what_the_postcodes_say(england: Geography) -> None:
    assert registry(neighbours(england.gazetteer)) == json.loads(REGISTRY.read_text())
