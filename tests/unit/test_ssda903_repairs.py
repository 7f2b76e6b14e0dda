"""Repairs are offered with what a cell says and would become, and made only where their kind is asked for."""

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest

from shared.ssda903.reading import Reading, read
from shared.ssda903.repairs import RepairKind
from tests.returns import Row, a_child, a_year, an_episode, told, uploads

DUPLICATE, UNCLOSED, OVERLAPPING, YEAR_END = RepairKind
FIRST, SECOND = "2023/Episodes.csv", "2024/Episodes.csv"
Year = tuple[int, list[Row], list[Row]]


def reading(*years: Year, repair: Iterable[RepairKind] = ()) -> Reading:
    files: dict[str, bytes] = {}
    for year in years:
        files |= a_year(*year)
    return read(uploads(files), repair=repair)


def offered(found: Reading) -> list[tuple[str, int, str, str, str]]:
    return [(r.file, r.row, r.field, r.says, r.becomes) for r in found.repairs.listed]


def one_year(*episodes: Row) -> Year:
    return 2023, [a_child()], list(episodes)


def next_year(*episodes: Row) -> Year:
    return 2024, [a_child()], list(episodes)


LATER = an_episode(DECOM="01/09/2022", RNE="P", PL_POST="LS2 7EW")
CASES: list[tuple[str, RepairKind, list[Year], list[tuple[str, int, str, str, str]]]] = [
    (
        "an episode twice",
        DUPLICATE,
        [one_year(an_episode(), an_episode())],
        [(FIRST, 3, "", "the row", "left out")],
    ),
    (
        "an episode twice, once with less",
        DUPLICATE,
        [one_year(an_episode(URN=""), an_episode())],
        [(FIRST, 2, "", "the row", "left out")],
    ),
    (
        "a child twice",
        DUPLICATE,
        [(2023, [a_child(), a_child()], [an_episode()])],
        [("2023/Header.csv", 3, "", "the row", "left out")],
    ),
    (
        "an episode left open",
        UNCLOSED,
        [one_year(an_episode(), LATER)],
        [(FIRST, 2, "DEC", "", "01/09/2022"), (FIRST, 2, "REC", "", "X1")],
    ),
    (
        "an episode the next year should have ended",
        UNCLOSED,
        [one_year(an_episode()), next_year(an_episode(DECOM="10/06/2023", RNE="P", PL_POST="LS2 7EW"))],
        [(FIRST, 2, "DEC", "", "10/06/2023"), (FIRST, 2, "REC", "", "X1")],
    ),
    (
        "an episode that ends after the next began",
        OVERLAPPING,
        [one_year(an_episode(DEC="03/09/2022", REC="X1"), LATER)],
        [(FIRST, 2, "DEC", "03/09/2022", "01/09/2022")],
    ),
    (
        "two that end together",
        OVERLAPPING,
        [one_year(an_episode(DEC="03/10/2022", REC="E4A"), {**LATER, "DEC": "03/10/2022", "REC": "E4A"})],
        [(FIRST, 2, "DEC", "03/10/2022", "01/09/2022"), (FIRST, 2, "REC", "E4A", "X1")],
    ),
    (
        "an episode cut on 1 April",
        YEAR_END,
        [one_year(an_episode()), next_year(an_episode(DECOM="01/04/2023"))],
        [(SECOND, 2, "DECOM", "01/04/2023", "05/05/2022")],
    ),
    (
        "an episode that began another day",
        YEAR_END,
        [one_year(an_episode()), next_year(an_episode(DECOM="06/05/2022", RNE="P"))],
        [(SECOND, 2, "DECOM", "06/05/2022", "05/05/2022"), (SECOND, 2, "RNE", "P", "S")],
    ),
    (
        "a year that ended what goes on",
        YEAR_END,
        [one_year(an_episode(DEC="31/03/2023", REC="X1")), next_year(an_episode())],
        [(FIRST, 2, "DEC", "31/03/2023", ""), (FIRST, 2, "REC", "X1", "")],
    ),
]
IDS = [case[0] for case in CASES]


@pytest.mark.parametrize(("_", "kind", "years", "repairs"), CASES, ids=IDS)
def test_a_repair_is_offered_and_nothing_is_read_unless_it_is_asked_for(
    _: str, kind: RepairKind, years: list[Year], repairs: list[tuple[str, int, str, str, str]]
) -> None:
    others = frozenset(RepairKind) - {kind}
    for asked in (frozenset[RepairKind](), others):
        found = reading(*years, repair=asked)
        assert offered(found) == repairs
        assert {(r.kind, r.made) for r in found.repairs.listed} == {(kind, False)}
        assert found.refused
        assert found.ledgers == ()


@pytest.mark.parametrize(("_", "kind", "years", "repairs"), CASES, ids=IDS)
def test_a_repair_that_is_asked_for_is_made_and_shown(
    _: str, kind: RepairKind, years: list[Year], repairs: list[tuple[str, int, str, str, str]]
) -> None:
    found = reading(*years, repair=[kind])
    assert offered(found) == repairs
    assert {(r.kind, r.made) for r in found.repairs.listed} == {(kind, True)}
    assert [problem for problem in told(found) if problem[4] == "refused"] == []
    assert found.ledgers[0].episodes[0].starts == date(2022, 5, 5)
    assert found.ledgers[0].child.upn == "A123456789012"


def test_what_the_year_before_says_of_an_open_episode_is_offered_for_what_this_year_says() -> None:
    years = [one_year(an_episode()), next_year(an_episode(LS="C1", PL_POST="BD1 1HZ"))]
    as_told = reading(*years)
    assert offered(as_told) == [(SECOND, 2, "LS", "C1", "C2"), (SECOND, 2, "PL_POST", "BD1 1HZ", "BD1 1HY")]
    assert as_told.ledgers[0].episodes[0].legal_status == "C1"  # the newest is kept, and warned of
    repaired = reading(*years, repair=[YEAR_END])
    assert (repaired.ledgers[0].episodes[0].legal_status, told(repaired)) == ("C2", [])


@pytest.mark.parametrize(
    "years",
    [
        [one_year(an_episode(), an_episode(LS="C1"))],
        [(2023, [a_child(), a_child(ETHNIC="WIRI")], [an_episode()])],
        [one_year(an_episode(), an_episode(DECOM="01/09/2022"))],
        [one_year(an_episode(DEC="03/10/2022", REC="E4A"), {**LATER, "DEC": "03/09/2022", "REC": "E4A"})],
        [one_year(an_episode()), next_year()],
        [one_year(an_episode(DEC="01/09/2022", REC="X1"), an_episode(DECOM="02/09/2022", RNE="P"))],
    ],
    ids=["differing rows", "differing children", "a new start", "one within another", "a child gone", "a gap"],
)
def test_nothing_is_made_up_where_the_files_do_not_tell(years: list[Year]) -> None:
    found = reading(*years, repair=RepairKind)
    assert offered(found) == []
    assert found.refused


def test_why_is_said_by_file_and_row_and_no_childs_reference_is_repeated() -> None:
    found = reading(one_year(an_episode(), LATER))
    first, second = found.repairs.listed
    assert first.why == "The child's next episode begins on that day, in row 3 of 2023/Episodes.csv."
    assert second.why == "The child's next episode, in row 3 of 2023/Episodes.csv, is no new start of care."


def test_in_whatever_order_rows_come_the_same_is_offered_and_made() -> None:
    children = [a_child(f"C{n}") for n in range(6)]
    first = [an_episode(f"C{n}") for n in range(6)]
    moved = [an_episode(f"C{n}", DECOM="01/09/2022", RNE="P", PL_POST="LS2 7EW") for n in range(6)]
    again = [an_episode(f"C{n}", DECOM="01/04/2023", RNE="P", PL_POST="LS2 7EW") for n in range(6)]
    expected = reading((2023, children, first + moved), (2024, children, again), repair=RepairKind)
    assert expected.repairs.counts == {UNCLOSED: 12, YEAR_END: 6}
    for seed in range(5):
        mixed = Random(seed).sample
        years = [(2024, mixed(children, 6), mixed(again, 6)), (2023, mixed(children, 6), mixed(first + moved, 12))]
        found = reading(*years, repair=RepairKind)
        assert found.ledgers == expected.ledgers
        assert found.repairs.counts == expected.repairs.counts


def test_more_repairs_than_anybody_reads_are_counted() -> None:
    number = 600
    children = [a_child(f"C{n}") for n in range(number)]
    found = reading((2023, children, [an_episode(f"C{n}") for n in range(number)] * 2))
    assert (len(found.repairs.listed), found.repairs.counts) == (500, {DUPLICATE: number})
