"""Everything wrong with a return is said by file, row and field, never repeats a child's values, and lets nothing in."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ssda903.codes import TABLES
from shared.ssda903.reading import Reading, read
from tests.returns import Row, a_child, a_year, an_episode, only, reading_of, told, uploads, written

ENDED = {"DEC": "09/09/2022", "REC": "E4A"}
YEAR = 2023


def of_episode(**changes: str) -> Reading:
    return reading_of((YEAR, [a_child()], [an_episode(**changes)]))


def of_child(**changes: str) -> Reading:
    return reading_of((YEAR, [a_child(**changes)], [an_episode()]))


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"DECOM": "31/02/2022"}, "DECOM", "no_such_date"),
        ({"DECOM": "29/02/2023"}, "DECOM", "no_such_date"),
        ({"DECOM": "05/05/0022"}, "DECOM", "no_such_date"),
        ({"DECOM": "2022-05-05"}, "DECOM", "not_a_date"),
        ({"DECOM": "5/5/2022"}, "DECOM", "not_a_date"),
        ({"DECOM": "٠٥/٠٥/٢٠٢٢"}, "DECOM", "not_a_date"),
        ({"DECOM": ""}, "DECOM", "blank"),
        ({"DECOM": "01/04/2023"}, "DECOM", "after_year"),
        ({"DEC": "01/04/2023", "REC": "E4A"}, "DEC", "after_year"),
        ({"CHILD": ""}, "CHILD", "blank"),
        ({"CHILD": "C" * 21}, "CHILD", "bad_reference"),
        ({"RNE": "Q"}, "RNE", "unknown_code"),
        ({"LS": "C9"}, "LS", "unknown_code"),
        ({"CIN": ""}, "CIN", "blank"),
        ({"PLACE": "U7"}, "PLACE", "unknown_code"),
        ({"PLACE_PROVIDER": "PR9"}, "PLACE_PROVIDER", "unknown_code"),
        ({**ENDED, "REC": "E99"}, "REC", "unknown_code"),
        ({"REASON_PLACE_CHANGE": "MOVED"}, "REASON_PLACE_CHANGE", "unknown_code"),
        ({**ENDED, "DEC": "04/05/2022"}, "DEC", "ends_before_start"),
        ({**ENDED, "DEC": "05/05/2022"}, "DEC", "under_24_hours"),
        ({"DEC": "09/09/2022"}, "REC", "end_without_reason"),
        ({"REC": "E4A"}, "DEC", "reason_without_end"),
        ({"HOME_POST": "=1+1"}, "HOME_POST", "formula"),
        ({"URN": "@SUM(A1)"}, "URN", "formula"),
        ({"PL_POST": " -2"}, "PL_POST", "formula"),
        ({"CIN": "+N1"}, "CIN", "formula"),
        ({"DECOM": "01/01/2012"}, "DECOM", "before_birth"),
        ({**ENDED, "REC": "X1"}, "REC", "gap"),
    ],
)
def test_an_episode_that_cannot_be_is_refused_by_row_and_field(changes: dict[str, str], field: str, code: str) -> None:
    reading = of_episode(**changes)
    assert ("2023/Episodes.csv", 2, field, code, "refused") in told(reading)
    assert {row[4] for row in told(reading)} == {"refused"}
    assert reading.refused
    assert reading.ledgers == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"DOB": "31/02/2012"}, "DOB", "no_such_date"),
        ({"DOB": ""}, "DOB", "blank"),
        ({"DOB": "01/04/2023"}, "DOB", "after_year"),
        ({"SEX": "X"}, "SEX", "unknown_code"),
        ({"ETHNIC": "XXXX"}, "ETHNIC", "unknown_code"),
        ({"MOTHER": "2"}, "MOTHER", "unknown_code"),
        ({"MC_DOB": "32/01/2022"}, "MC_DOB", "no_such_date"),
        ({"UPN": "=cmd"}, "UPN", "formula"),
    ],
)
def test_a_child_who_cannot_be_is_refused_by_row_and_field(changes: dict[str, str], field: str, code: str) -> None:
    reading = of_child(**changes)
    assert told(reading) == [("2023/Header.csv", 2, field, code, "refused")]  # and no word about a missing Header
    assert reading.ledgers == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"HOME_POST": "LS1"}, "HOME_POST", "bad_postcode"),
        ({"PL_POST": "NOWHERE"}, "PL_POST", "bad_postcode"),
        ({"URN": "12"}, "URN", "bad_urn"),
        ({"PLACE_PROVIDER": ""}, "PLACE_PROVIDER", "no_sector"),
        ({"PLACE": "K3"}, "PLACE", "code_of_another_year"),
        ({"DECOM": "05/05/2021", "DEC": "31/03/2022", "REC": "E4A"}, "DEC", "before_year"),
    ],
)
def test_what_can_be_loaded_with_a_doubt_is_warned_of(changes: dict[str, str], field: str, code: str) -> None:
    reading = of_episode(**changes)
    assert told(reading) == [("2023/Episodes.csv", 2, field, code, "warned")]
    assert len(reading.ledgers) == 1


@pytest.mark.parametrize(
    ("place", "year", "stands"),
    [("H5", 2024, True), ("H5", 2025, False), ("P2", 2024, True), ("P2", 2025, False), ("K3", 2024, False),
     ("K3", 2025, True), ("Z1", 2025, True), ("Z1", 2026, False), ("Z12", 2026, True)],
)  # fmt: skip
def test_a_place_stands_in_its_own_years(place: str, year: int, stands: bool) -> None:
    child = a_child(SEX="2" if year < 2025 else "F")
    reading = reading_of((year, [child], [an_episode(PLACE=place)]))
    assert told(reading) == ([] if stands else [(f"{year}/Episodes.csv", 2, "PLACE", "code_of_another_year", "warned")])


def test_a_bad_postcode_is_left_out_and_a_good_one_written_one_way() -> None:
    (ledger,) = of_episode(HOME_POST="ls14ap", PL_POST="ZZ").ledgers
    assert (ledger.episodes[0].home_postcode, ledger.episodes[0].placement_postcode) == ("LS1 4AP", "")


def test_a_child_or_an_episode_twice_in_one_year_is_refused() -> None:
    reading = reading_of((YEAR, [a_child(), a_child("C2"), a_child()], [an_episode(), an_episode("C2"), an_episode()]))
    assert told(reading) == [
        ("2023/Episodes.csv", 4, "DECOM", "episode_twice", "refused"),
        ("2023/Header.csv", 4, "CHILD", "child_twice", "refused"),
    ]
    assert "row 2" in reading.problems[1].message


@pytest.mark.parametrize(
    ("second", "row", "field", "code", "severity"),
    [
        ({"DECOM": "08/09/2022"}, 3, "DECOM", "overlap", "refused"),
        ({"DECOM": "10/09/2022", "RNE": "P"}, 3, "RNE", "start_expected", "warned"),
        ({"DECOM": "09/09/2022", "RNE": "P"}, 3, "RNE", "start_expected", "warned"),
    ],
)
def test_episodes_that_do_not_follow(second: Row, row: int, field: str, code: str, severity: str) -> None:
    reading = reading_of((YEAR, [a_child()], [an_episode(**ENDED), an_episode(**second)]))
    assert told(reading) == [("2023/Episodes.csv", row, field, code, severity)]


def test_an_open_episode_before_another_and_a_gap_after_x1_are_refused() -> None:
    still_open = reading_of((YEAR, [a_child()], [an_episode(), an_episode(DECOM="01/01/2023")]))
    assert told(still_open) == [("2023/Episodes.csv", 2, "DEC", "left_open", "refused")]
    promised = an_episode(DEC="09/09/2022", REC="X1")
    gap = reading_of((YEAR, [a_child()], [promised, an_episode(DECOM="10/09/2022", RNE="P")]))
    assert told(gap) == [("2023/Episodes.csv", 2, "REC", "gap", "refused")]
    again = reading_of((YEAR, [a_child()], [promised, an_episode(DECOM="09/09/2022")]))
    assert told(again) == [("2023/Episodes.csv", 3, "RNE", "start_not_expected", "warned")]


def test_one_bad_row_in_thousands_lets_nothing_in_and_is_the_only_one_told() -> None:
    children = [a_child(f"C{n}") for n in range(4000)]
    episodes = [an_episode(f"C{n}", LS="C2" if n != 2718 else "QQ") for n in range(4000)]
    reading = reading_of((YEAR, children, episodes))
    assert told(reading) == [("2023/Episodes.csv", 2720, "LS", "unknown_code", "refused")]
    assert only(reading).message == "LS is not a code of any year."
    assert reading.ledgers == ()


def test_every_row_wrong_is_counted_and_only_some_listed() -> None:
    reading = reading_of((YEAR, [a_child()], [an_episode(LS="Q", DECOM=f"05/05/{1960 + n}") for n in range(60)]))
    assert len(reading.problems) == 50
    assert [(rest.field, rest.code, rest.count) for rest in reading.rest] == [("LS", "unknown_code", 10)]
    assert reading.statistics.refused == 60


def test_a_row_with_too_few_cells_is_refused_and_blank_rows_are_not_rows() -> None:
    content = written("Header", [a_child()]) + b",,,,,,\r\n\r\nC2,1\r\n"
    reading = read(uploads({**a_year(YEAR, [], [an_episode()]), "2023/Header.csv": content}))
    assert told(reading) == [("2023/Header.csv", 5, "", "wrong_cells", "refused")]


def test_wrong_columns_are_refused_naming_the_missing_and_the_unknown() -> None:
    content = written("Episodes", [an_episode()]).replace(b"CIN,", b"NEED,")
    reading = read(uploads({**a_year(YEAR, [a_child()], []), "2023/Episodes.csv": content}))
    problem = only(reading)
    assert (problem.file, problem.row, problem.code) == ("2023/Episodes.csv", 1, "wrong_columns")
    assert problem.message == (
        "2023/Episodes.csv looks like Episodes, but it has no CIN and it has columns that are not of that table: NEED."
    )


def test_a_file_without_column_names_is_refused_without_repeating_its_first_row() -> None:
    content = written("Episodes", [an_episode(REASON_PLACE_CHANGE="CHILD")]).split(b"\r\n", 1)[1]
    problem = only(read(uploads({**a_year(YEAR, [a_child()], []), "2023/Episodes.csv": content})))
    assert problem.code == "not_a_table"
    assert not any(cell in problem.message for cell in an_episode().values() if len(cell) > 3)


def test_a_column_twice_and_an_empty_file_are_refused() -> None:
    double = written("Header", []).replace(b"UPN", b"SEX")
    reading = read(uploads({"2023/Header.csv": double, "2023/Episodes.csv": b""}))
    assert [row[3] for row in told(reading)] == ["empty", "column_twice"]


@pytest.mark.parametrize("bad", ["Zoë".encode("latin-1"), "Zoë".encode("utf-16"), b"\xff"])
def test_what_is_not_utf8_is_refused_by_its_first_bad_line(bad: bytes) -> None:
    content = written("Header", [a_child(), a_child("C2")]).replace(b"C2", bad)
    problem = only(read(uploads({**a_year(YEAR, [], [an_episode()]), "2023/Header.csv": content})))
    assert (problem.code, problem.row) == ("not_utf8", 3)
    assert "2023/Header.csv is not UTF-8 text: line 3" in problem.message


def test_utf8_with_a_byte_order_mark_is_read() -> None:
    files = {name: b"\xef\xbb\xbf" + content for name, content in a_year(YEAR, [a_child()], [an_episode()]).items()}
    assert told(read(uploads(files))) == []


def test_a_quotation_mark_left_open_is_refused() -> None:
    content = written("Header", [a_child(), a_child("C2")]).replace(b"C2", b'"C2')
    problem = only(read(uploads({**a_year(YEAR, [], [an_episode()]), "2023/Header.csv": content})))
    assert (problem.code, problem.row) == ("not_csv", 3)


def test_a_year_needs_both_tables_once_and_the_years_follow_each_other() -> None:
    files = a_year(2022, [], []) | a_year(2024, [], [])
    del files["2024/Header.csv"]
    files["2022/again.csv"] = files["2022/Header.csv"]
    assert [(p.code, p.message) for p in read(uploads(files)).problems] == [
        ("table_twice", "2022/Header.csv is a Header file of 2022 too. Send one for each year.")
    ]
    del files["2022/again.csv"]
    assert {p.message for p in read(uploads(files)).problems} == {
        "There is no Episodes file for 2023, so the years do not follow each other.",
        "There is no Header file for 2024.",
    }


def test_nothing_of_ours_is_said_to_be_nothing() -> None:
    reading = read(uploads({"notes.pdf": b"%PDF", "__MACOSX/._Header.csv": b"\x00\x05\x16\x07"}))
    assert [p.code for p in reading.problems] == ["nothing_to_read"]
    assert [passed.why for passed in reading.passed_over] == ["It is not a CSV file.", "It is a hidden file."]


@pytest.mark.parametrize(
    ("name", "year"),
    [("2023/{}.csv", 2023), ("{}_2022-23.csv", 2023), ("returns 2020-2026/2022_2023/{}.csv", 2023),
     ("{} sent 2024-05-31.csv", None), ("2023/{} 20240531.csv", 2023), ("1220235/{}.csv", None)],
)  # fmt: skip
def test_the_year_is_in_the_name_or_else_in_the_dates(name: str, year: int | None) -> None:
    files = {
        name.format("Header"): written("Header", [a_child()]),
        name.format("Episodes"): written("Episodes", [an_episode(**ENDED)]),
    }
    reading = read(uploads(files))
    assert [(f.year, f.year_from) for f in reading.files] == [
        (2023, "name" if year else "dates"),
        (2023, "name" if year else "Episodes"),
    ]


def test_a_year_that_is_given_rules_and_one_that_cannot_be_told_is_asked_for() -> None:
    files = {"Header.csv": written("Header", [a_child()]), "Episodes.csv": written("Episodes", [])}
    assert {p.code for p in read(uploads(files)).problems} == {"year_unknown"}
    assert read(uploads(files), year=2024).years == (2024,)
    assert read(uploads(files), year={"Header.csv": 2024, "Episodes.csv": 2024}).files[0].year_from == "given"


TABLE = st.sampled_from(["Header", "Episodes"])


@settings(max_examples=60, deadline=None)
@given(TABLE, st.integers(0, 12), st.text('=+-@"\n,;ZQX/0123456789é\x00\x1f', min_size=1, max_size=12))
def test_whatever_stands_in_a_cell_is_never_repeated(table: str, column: int, token: str) -> None:
    field = TABLES[table][column % len(TABLES[table])]
    child, episode = dict(a_child()), dict(an_episode())
    (child if table == "Header" else episode)[field] = f"Qzx{token}"
    reading = reading_of((YEAR, [child], [episode]))
    assert not any("QZX" in problem.message.upper() for problem in reading.problems)
    assert reading.ledgers == () or field in ("CHILD", "UPN", "URN", "HOME_POST", "PL_POST")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2000))
def test_no_file_however_broken_raises(noise: bytes, at: int) -> None:
    files = a_year(YEAR, [a_child()], [an_episode()])
    for name, content in files.items():
        broken = content[: at % len(content)] + noise + content[at % len(content) :]
        read(uploads({**files, name: broken}))
        read(uploads({**files, name: noise, "return.zip": b"PK\x03\x04" + noise}))


def test_the_writer_of_these_returns_is_a_plain_csv_writer() -> None:
    (row,) = csv.DictReader(io.StringIO(written("Header", [a_child()]).decode()))
    assert row == {**a_child(), "MC_DOB": ""}


def of_another_year(number: int, year: int = 2024, said: int | None = None) -> Reading:
    """Episodes that all ended in the year to 31 March 2023, in a return that is said to be of another."""
    rows = [an_episode(f"C{n}", **ENDED) for n in range(number)]
    children = [a_child(f"C{n}") for n in range(number)]
    return read(uploads(a_year(year, children, rows)), year=said)


def test_a_return_of_the_wrong_year_is_refused_in_one_sentence_whether_said_or_named() -> None:
    for named, said, because in (
        (2024, None, "as its name says"),
        (2022, None, "as its name says"),
        (2023, 2024, "as was said"),
    ):
        problem = only(of_another_year(3, named, said))
        assert (problem.code, problem.file) == ("wrong_year", f"{named}/Episodes.csv")
        assert problem.message == (
            f"{named}/Episodes.csv was taken for the return of {said or named}, {because}, but most of its episodes end"
            " in the year to 31 March 2023. Say which year it is of."
        )


def test_a_slip_or_two_are_told_row_by_row() -> None:
    assert {row[3] for row in told(of_another_year(2))} == {"before_year"}
    assert {row[3] for row in told(of_another_year(2, 2022))} >= {"after_year"}
    assert told(of_another_year(3, 2023)) == []
