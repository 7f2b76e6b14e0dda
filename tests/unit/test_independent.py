"""The independent counts' own rules, each on a history of a line or two."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.contracts.vocabulary import Location
from shared.geography import Geography
from shared.settings import Settings
from tests.independent.counts import Return, Share, age, months_before
from tests.returns import Row, a_child, a_year, an_episode

WESTMINSTER, BRADFORD = "E09000033", "E08000032"
DAY = date(2024, 3, 31)
YEAR = 2024
FAR, NEAR, IN_AREA = "BD1 1HY", "NW1 8NH", "SW1A 1AA"
CODES = ("DECOM", "DEC", "RNE", "PLACE", "PL_POST")


@pytest.fixture(scope="module")
def england() -> Geography:
    return Geography.kept_in(Settings().map_folder)


@pytest.fixture
def told(tmp_path: Path, england: Geography):
    """The return of these years' episodes; or of this year's, each written as `DECOM DEC RNE PLACE PL_POST`."""

    def asked(*lines: str, born: str = "07/06/2012", short_breaks: bool = False, **years: list[Row]) -> Return:
        told_in = {int(year[1:]): rows for year, rows in years.items()} or {YEAR: [row(line) for line in lines]}
        for year, rows in told_in.items():
            references = {one["CHILD"] for one in rows}
            for name, content in a_year(year, [a_child(one, DOB=born) for one in sorted(references)], rows).items():
                (tmp_path / name).parent.mkdir(exist_ok=True)
                (tmp_path / name).write_bytes(content)
        found = Return(tmp_path, WESTMINSTER, england, short_breaks)
        assert found.children  # read before the next are written in their place
        return found

    return asked


def row(line: str, **changes: str) -> Row:
    """`-` is not told: still open, or at the usual address."""
    values = dict(zip(CODES, line.split(), strict=False))
    told: Mapping[str, str] = {code: value for code, value in values.items() if value != "-"}
    away = {"PLACE_PROVIDER": "", "URN": ""} if told["PLACE"].startswith("T") else {}
    return an_episode(**{"HOME_POST": "W1W 8NP", "PL_POST": IN_AREA, **told, **away, **changes})


def spells(of: Return) -> list[tuple[str, str, str | None]]:
    return [(one.type, written(one.starts), written(one.ends) if one.ends else None) for _, one in of.placements()]


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def test_months_back_keep_the_day_or_the_months_last() -> None:
    assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert months_before(date(2024, 3, 31), 30) == date(2021, 9, 30)
    assert months_before(date(2024, 1, 15), 1) == date(2023, 12, 15)
    assert (age(date(2008, 4, 1), DAY), age(date(2008, 3, 31), DAY)) == (15, 16)


def test_the_newest_years_row_stands(told) -> None:
    earlier, later = row("01/05/2022 - S U6"), row("01/05/2022 09/09/2023 S U6", REC="E4A")
    found = told(y2023=[earlier], y2024=[later])
    assert spells(found) == [("U6", "01/05/2022", "09/09/2023")]
    assert found.coverage_start == date(2022, 4, 1)


def test_what_starts_on_the_day_counts_and_what_ends_on_it_does_not(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6")
    days = [date(2023, 4, 30), date(2023, 5, 1), date(2023, 5, 31), date(2023, 6, 1)]
    assert [found.cla(day) for day in days] == [0, 1, 1, 0]
    assert [found.cla_started(day, day + timedelta(1)) for day in days] == [1, 0, 0, 0]
    assert [found.cla_ceased(day, day + timedelta(1)) for day in days] == [0, 0, 1, 0]


def test_a_gap_ends_a_period_of_care(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 01/07/2023 P K2", "02/07/2023 - S U6")
    assert [(one.starts, one.ends) for one in found.periods()] == [
        (date(2023, 5, 1), date(2023, 7, 1)),
        (date(2023, 7, 2), None),
    ]


def test_a_change_of_legal_status_starts_no_placement_and_one_of_type_does(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 01/07/2023 L U6", "01/07/2023 - T U4")
    assert spells(found) == [("U6", "01/05/2023", "01/07/2023"), ("U4", "01/07/2023", None)]
    assert [one.same_carer for _, one in found.placements()] == [False, True]


@pytest.mark.parametrize("away", [["T1"], ["T1", "T4"]])
def test_a_temporary_stay_that_returns_is_within_the_placement(told, away: list[str]) -> None:
    stays = [f"0{n + 1}/06/2023 0{n + 2}/06/2023 P {type} {FAR.replace(' ', '')}" for n, type in enumerate(away)]
    back = f"0{len(away) + 1}/06/2023"
    found = told("01/05/2023 01/06/2023 S U6", *stays, f"{back} 01/07/2023 P U6", "01/07/2023 - L U6")
    assert spells(found) == [("U6", "01/05/2023", None)]


def test_a_place_is_the_same_however_its_postcode_is_written(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 02/06/2023 P T4 BD11HY", "02/06/2023 - P U6 sw1a1aa")
    assert spells(found) == [("U6", "01/05/2023", None)]


def test_a_temporary_stay_that_does_not_return_is_a_placement(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 03/06/2023 P T1", "03/06/2023 - P K2")
    assert spells(found) == [
        ("U6", "01/05/2023", "01/06/2023"),
        ("T1", "01/06/2023", "03/06/2023"),
        ("K2", "03/06/2023", None),
    ]
    still_away = told("01/05/2023 01/06/2023 S U6", "01/06/2023 - P T1")
    assert [type for type, *_ in spells(still_away)] == ["U6", "T1"]


def test_a_stay_without_a_night_is_none(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 01/06/2023 P U4")
    assert [type for type, *_ in spells(found)] == ["U6"]


def test_series_of_short_breaks_are_outside_every_measure(told) -> None:
    line = "01/05/2023 - S U6"
    for short_breaks, expected in ((False, 0), (True, 1)):
        assert told(y2024=[row(line, LS="V4")], short_breaks=short_breaks).cla(DAY) == expected


def test_three_placements_count_those_open_on_the_first_day_of_the_twelve_months(told) -> None:
    first = "01/05/2022 {} S U6"
    rest = ("{} 01/07/2023 P U4", "01/07/2023 - P K2")
    before, found = (told(*(line.format(left) for line in (first, *rest))) for left in ("31/03/2023", "01/04/2023"))
    assert (before.three_plus(DAY), found.three_plus(DAY)) == (Share(0, 1), Share(1, 1))
    assert found.three_plus(DAY, counts="moves") == Share(0, 1)
    assert found.three_plus(date(2023, 6, 30)) == Share(0, 1)


def test_a_change_of_type_with_the_same_carer_counts_or_not_and_the_present_carers_adoption_never(told) -> None:
    found = told("01/05/2023 01/06/2023 S K2", "01/06/2023 01/07/2023 P U6", "01/07/2023 - T U4")
    assert found.three_plus(DAY) == Share(1, 1)
    assert found.three_plus(DAY, same_carer_counts=False) == Share(0, 1)
    adopted = told("01/05/2023 01/06/2023 S K2", "01/06/2023 01/07/2023 P U6", "01/07/2023 - T A3")
    assert adopted.three_plus(DAY) == Share(0, 1)


def test_four_placements_are_three_moves_also_across_two_periods(told) -> None:
    found = told(
        "01/05/2023 01/06/2023 S U6", "01/06/2023 01/07/2023 P U4", "02/08/2023 01/09/2023 S K2", "01/09/2023 - P U6"
    )
    assert found.three_plus(DAY, counts="moves") == Share(1, 1)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["30/09/2021 31/03/2022 S U6", "31/03/2022 - P U4"], Share(1, 1)),
        (["30/09/2021 01/04/2022 S U6", "01/04/2022 - P U4"], Share(0, 1)),
        (["01/10/2021 - S U6"], Share(0, 0)),
        (["30/09/2021 01/04/2023 S U6", "01/04/2023 - T U4"], Share(1, 1)),
        (["30/09/2021 01/04/2023 S U6", "01/04/2023 - P A4"], Share(1, 1)),
        (["30/09/2021 01/04/2023 S U6", "01/04/2023 01/06/2023 P A4", "01/06/2023 - T A6"], Share(1, 1)),
        (["30/09/2021 01/01/2023 S U6", "01/01/2023 01/04/2023 P U4", "01/04/2023 - P A4"], Share(0, 1)),
        (["30/09/2021 01/04/2022 S U6", "01/04/2022 01/04/2023 P A4", "01/04/2023 - P A4"], Share(0, 1)),
        (["30/09/2021 01/04/2022 S U6", "01/04/2022 01/04/2023 T A3", "01/04/2023 - U A5"], Share(1, 1)),
    ],
)
def test_long_term_is_two_years_with_one_carer_or_with_the_one_before_adoption(told, lines, expected) -> None:
    assert told(*lines).long_term(DAY) == expected


def test_long_term_is_for_those_under_16_unless_asked_for(told) -> None:
    found = told("30/09/2020 - S U6", born="31/03/2008")
    assert (found.long_term(DAY), found.long_term(DAY, under_16=False)) == (Share(0, 0), Share(1, 1))


@pytest.mark.parametrize(
    ("post", "within", "over", "location"),
    [
        (IN_AREA, Share(1, 1), Share(0, 1), Location.IN_AREA),
        (NEAR, Share(1, 1), Share(0, 1), Location.BORDERING),
        (FAR, Share(0, 1), Share(1, 1), Location.AT_DISTANCE),
        ("ZZ9 9ZZ", Share(0, 0), Share(0, 1), None),
    ],
)
def test_miles_and_areas(told, post: str, within: Share, over: Share, location: Location | None) -> None:
    found = told(y2024=[row("01/05/2023 - S U6", PL_POST=post)])
    assert found.within_20_miles(DAY) == within
    assert found.over_20_and_outside(DAY) == over
    assert found.locations(DAY) == {location: 1}


def test_far_away_within_the_authority_is_not_outside(told) -> None:
    found = told(y2024=[row("01/05/2023 - S U6", PL_POST=FAR)])
    assert replace(found, authority=BRADFORD).over_20_and_outside(DAY) == Share(0, 1)


def test_a_night_is_counted_on_the_day_a_stay_begins_and_not_on_the_day_it_ends(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 - P K2")
    assert found.bed_nights(date(2023, 4, 30), date(2023, 6, 2)) == {"U6": 31, "K2": 2}
    assert found.bed_nights(date(2023, 5, 30), date(2023, 5, 31)) == {"U6": 1}
    assert found.bed_nights(date(2023, 3, 30), date(2023, 4, 30)) == {}


def test_the_mix_is_by_type_and_by_sector(told) -> None:
    found = told("01/05/2023 01/06/2023 S U6", "01/06/2023 - P K2")
    assert found.placement_mix(date(2023, 5, 31), by="type") == {"U6": 1}
    assert (found.placement_mix(DAY, by="type"), found.placement_mix(DAY, by="sector")) == ({"K2": 1}, {"PR4": 1})
