"""Checks of what the sample lacks: asylum, adoption, care leavers, stays, orders; one wrong cell each in a clean history."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from services.placements.returns.checks import RULES, Places, cases_in, check, faults_of, rules_in
from shared.geography import Geography
from shared.settings import Settings
from shared.ssda903.shape import Return, Unaccompanied
from tests.judge.history import the_return

Wrong = tuple[int, str, str, dict[str, Any], str]
UNTOLD: tuple[Wrong, ...] = (
    (2025, "UASC", "H02", {"duc": date(2024, 3, 1)}, "104"),
    (2025, "UASC", "H02", {"duc": date(2028, 8, 21)}, "304"),
    (2025, "UASC", "H02", {"duc": None}, "205B"),
    (2025, "UASC", "H02", {"dob": date(2010, 8, 21)}, "INT18"),
    (2025, "UASC", "H02", {"sex": "M"}, "INT21"),
    (2025, "AD1", "H04", {"foster_care": "2"}, "114"),
    (2025, "AD1", "H04", {"foster_care": "1"}, "335"),
    (2025, "AD1", "H04", {"foster_care": None}, "151"),
    (2025, "AD1", "H04", {"foster_care": None}, "601"),
    (2025, "AD1", "H04", {"nb_adoptr": "3"}, "175"),
    (2025, "AD1", "H04", {"nb_adoptr": "2"}, "511"),
    (2025, "AD1", "H04", {"sex_adoptr": "XX"}, "176"),
    (2025, "AD1", "H04", {"sex_adoptr": "MF"}, "514"),
    (2025, "AD1", "H04", {"ls_adoptr": "L9"}, "177"),
    (2025, "AD1", "H04", {"ls_adoptr": "L11"}, "520"),
    (2025, "AD1", "H04", {"ls_adoptr": "L12"}, "524"),
    (2025, "AD1", "H04", {"ls_adoptr": "L2"}, "519"),
    (2025, "AD1", "H04", {"ls_adoptr": "L3"}, "517"),
    (2025, "AD1", "H04", {"ls_adoptr": "L4"}, "518"),
    (2025, "AD1", "H04", {"date_match": date(2025, 1, 20)}, "582"),
    (2025, "AD1", "H04", {"date_match": date(2023, 1, 1)}, "333"),
    (2025, "AD1", "H04", {"date_match": date(2024, 6, 1)}, "331"),
    (2025, "AD1", "H04", {"date_int": date(2024, 6, 1)}, "521"),
    (2025, "AD1", "H04", {"date_int": date(2023, 1, 24)}, "523"),
    (2025, "AD1", "H04", {"dob": date(2022, 3, 4)}, "INT11"),
    (2025, "PlacedAdoption", "H04", {"date_placed": date(2026, 1, 1)}, "117"),
    (2025, "PlacedAdoption", "H04", {"date_placed": date(2022, 3, 2)}, "184"),
    (2025, "PlacedAdoption", "H04", {"date_placed": None}, "551"),
    (2025, "PlacedAdoption", "H04", {"date_placed": date(2024, 5, 14)}, "552"),
    (2025, "PlacedAdoption", "H04", {"date_placed": date(2023, 1, 24)}, "560"),
    (2025, "PlacedAdoption", "H04", {"date_placed_ceased": date(2024, 9, 1)}, "119"),
    (2025, "PlacedAdoption", "H04", {"date_placed_ceased": date(2024, 9, 1)}, "525"),
    (2025, "PlacedAdoption", "H04", {"date_placed_ceased": date(2024, 9, 1)}, "558"),
    (2025, "PlacedAdoption", "H04", {"date_placed_ceased": date(2022, 12, 1)}, "522"),
    (2025, "PlacedAdoption", "H04", {"date_placed_ceased": date(2024, 3, 1)}, "118"),
    (2025, "PlacedAdoption", "H04", {"reason_placed_ceased": "RD9"}, "120"),
    (2026, "OC3", "H01", {"in_touch": None}, "131"),
    (2026, "OC3", "H01", {"in_touch": None}, "153"),
    (2026, "OC3", "H01", {"activ": "Q1"}, "132"),
    (2026, "OC3", "H01", {"accom": "T"}, "133"),
    (2026, "OC3", "H01", {"in_touch": "DIED"}, "344"),
    (2026, "OC3", "H01", {"activ": "0"}, "345"),
    (2026, "OC3", "H01", {"dob": date(2010, 2, 1)}, "391"),
    (2026, "OC3", "H01", {"dob": date(2007, 2, 2)}, "INT15"),
    (2026, "Missing", "H10", {"mis_start": None}, "1004"),
    (2026, "Missing", "H10", {"missing": "X"}, "1006"),
    (2026, "Missing", "H10", {"missing": None}, "565"),
    (2026, "Missing", "H10", {"mis_start": date(2026, 4, 2)}, "570"),
    (2026, "Missing", "H10", {"mis_end": date(2026, 4, 2)}, "571"),
    (2026, "Missing", "H10", {"mis_end": None}, "574"),
    (2026, "Missing", "H10", {"mis_start": date(2015, 5, 5)}, "586"),
    (2027, "DoLo", "H13", {"dolo_start": None}, "700"),
    (2027, "DoLo", "H13", {"dolo_end": date(2026, 5, 11)}, "702"),
    (2027, "DoLo", "H13", {"dolo_start": date(2027, 4, 2), "dolo_end": None}, "703"),
    (2027, "DoLo", "H13", {"dolo_end": date(2027, 4, 2)}, "704"),
    (2027, "DoLo", "H13", {"dolo_start": date(2010, 1, 25)}, "708"),
    (2027, "OC2", "H02", {"sdq_reason": "SDQ2"}, "197a"),
    (2027, "OC2", "H02", {"sdq_score": None}, "186"),
    (2027, "OC2", "H02", {"sdq_score": None, "sdq_reason": "SDQ9"}, "196"),
    (2027, "OC2", "H02", {"convicted": None}, "543"),
    (2027, "OC2", "H02", {"convicted": "2"}, "181"),
    (2027, "OC2", "H02", {"substance_misuse": "1"}, "192"),
    (2027, "OC2", "H02", {"substance_misuse": "1", "intervention_received": "0"}, "159"),
    (2027, "OC2", "H02", {"intervention_received": "1"}, "193"),
    (2027, "OC2", "H02", {"health_check": "1"}, "546"),
    (2027, "OC2", "H14", {"convicted": "0"}, "542"),
)  # fmt: skip
LIVED: tuple[tuple[int, str, str, dict[str, Any], str], ...] = (
    (2023, "H10", "2022-04-11", {"dec": date(2022, 4, 20)}, "361"),
    (2023, "H10", "2022-04-13", {"dec": date(2022, 5, 27)}, "362"),
    (2023, "H10", "2022-04-13", {"rne": "P"}, "435"),
    (2023, "H09", "2022-05-02", {"dec": date(2022, 6, 30)}, "375"),
    (2023, "H09", "2022-05-02", {"reason_place_change": "CARPL"}, "226"),
    (2023, "H09", "2022-05-02", {"place_provider": "PR4"}, "213"),
    (2023, "H09", "2022-05-02", {"rne": "T"}, "380"),
    (2023, "H09", "2022-05-02", {"rec": "E4A"}, "381"),
    (2023, "H08", "2022-02-02", {"rec": "X1"}, "388"),
    (2023, "H08", "2022-02-02", {"rec": "E17"}, "460"),
    (2023, "H08", "2022-02-02", {"rec": "E5"}, "387"),
    (2023, "H08", "2022-02-02", {"rec": "E7"}, "389"),
    (2023, "H08", "2022-02-02", {"rec": "E11"}, "390"),
    (2023, "H03", "2022-11-07", {"ls": "V2"}, "408"),
    (2023, "H03", "2022-11-07", {"rne": "P"}, "217"),
    (2024, "H03", "2022-11-07", {"rec": "E4A"}, "557"),
    (2024, "H05", "2023-08-14", {"ls": "V2"}, "378"),
    (2024, "H05", "2023-08-14", {"place_provider": "PR1"}, "527"),
    (2024, "H05", "2023-08-14", {"place_provider": "PR3"}, "529"),
    (2024, "H05", "2023-08-14", {"urn": "SC400003"}, "222"),
    (2024, "H06", "2024-01-08", {"dec": None}, "142"),
    (2024, "H06", "2024-01-08", {"reason_place_change": "NONE"}, "1009"),
    (2024, "H07", "2023-05-05", {"dec": date(2023, 5, 30)}, "365"),
    (2024, "H07", "2023-05-05", {"rne": "P"}, "366"),
    (2024, "H07", "2023-05-05", {"ls": "V4"}, "426"),
    (2024, "H07", "2023-05-05", {"place": "T4"}, "382"),
    (2024, "H07", "2023-05-05", {"place": "U4"}, "384"),
    (2024, "H07", "2023-05-05", {"pl_post": "NW6 4RG"}, "398"),
    (2024, "H09", "2023-08-01", {"dec": date(2023, 9, 1)}, "376"),
    (2024, "H09", "2023-08-15", {"pl_post": "SW1A 1AA"}, "383"),
    (2026, "H09", "2025-05-10", {"dec": date(2025, 5, 20)}, "379"),
    (2026, "H11", "2024-06-03", {"urn": "XXXXXXX"}, "242"),
    (2026, "H13", "2025-11-17", {"dec": date(2025, 11, 17)}, "355"),
    (2026, "H13", "2025-11-17", {"dec": date(2025, 11, 1)}, "356"),
    (2026, "H13", "2025-11-17", {"urn": "SC400017"}, "222"),
    (2026, "H05", "2023-08-14", {"place_provider": "PR4"}, "530"),
    (2026, "H05", "2023-08-14", {"place_provider": "PR5"}, "531"),
    (2026, "H05", "2023-08-14", {"decom": date(1990, 1, 1)}, "353"),
    (2026, "H05", "2023-08-14", {"decom": date(2023, 8, 15)}, "502"),
    (2026, "H06", "2024-02-19", {"rec": "E45"}, "516"),
    (2026, "H10", "2024-11-11", {"place": "K2"}, "503D"),
    (2026, "H10", "2024-11-11", {"home_post": "M1 1AE"}, "503G"),
    (2027, "H13", "2026-02-09", {"place": "K1"}, "710"),
    (2027, "H13", "2026-02-09", {"place": "U6"}, "709"),
)  # fmt: skip


@cache
def history(year: int) -> Return:
    return the_return(year)


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(Geography.kept_in(Settings().map_folder))


def named(told: Return, child: str, places: Places) -> set[str]:
    """The rules that a child of the return fails."""
    (case,) = [case for case in cases_in(told, history(told.year - 1), places) if case.reference == child]
    return {fault.rule for fault in faults_of(case, rules_in(told.year))}


def changed(told: Return, table: str, row: Any, changes: dict[str, Any]) -> Return:
    rows = [replace(one, **changes) if one is row else one for one in told.rows(table)]
    return replace(told, tables={**told.tables, table: rows})


@pytest.mark.parametrize("year", range(2023, 2028))
def test_a_history_with_everything_is_clean(year: int, places: Places) -> None:
    assert check(history(year), history(year - 1), places) == {}


@pytest.mark.parametrize(("year", "table", "child", "changes", "rule"), UNTOLD)
def test_one_wrong_cell_is_named(
    year: int, table: str, child: str, changes: dict[str, Any], rule: str, places: Places
) -> None:
    row = next(row for row in history(year).rows(table) if row.child == child)
    assert rule in named(changed(history(year), table, row, changes), child, places)


@pytest.mark.parametrize(("year", "child", "decom", "changes", "rule"), LIVED)
def test_one_wrong_cell_of_an_episode_is_named(
    year: int, child: str, decom: str, changes: dict[str, Any], rule: str, places: Places
) -> None:
    starts = date.fromisoformat(decom)
    row = next(row for row in history(year).episodes if (row.child, row.decom) == (child, starts))
    assert rule in named(changed(history(year), "Episodes", row, changes), child, places)


def test_a_child_told_twice_and_one_told_of_nothing(places: Places) -> None:
    clean = history(2026)
    header = next(row for row in clean.header if row.child == "H05")
    twice = replace(clean, tables={**clean.tables, "Header": [*clean.rows("Header"), header]})
    assert "INT32" in named(twice, "H05", places)
    without = replace(clean, tables={t: [r for r in rows if r.child != "H05"] for t, rows in clean.tables.items()})
    assert named(without, "H05", places) == {"OWN1"}


def test_a_child_who_is_suddenly_unaccompanied(places: Places) -> None:
    clean, child = history(2026), Unaccompanied("H05", "M", None, None)
    new = replace(clean, tables={**clean.tables, "UASC": [*clean.rows("UASC"), child]})
    assert "205D" in named(new, "H05", places)


def test_every_rule_says_what_is_wrong_and_how_to_mend_it() -> None:
    assert [r.number for r in RULES if not r.wrong.endswith(".") or not r.mend.endswith(".") or not r.fields] == []
    assert len({(rule.number, rule.table, rule.fields) for rule in RULES}) == len(RULES)
