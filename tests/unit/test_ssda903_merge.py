"""However a ledger is cut into years and shuffled, it reads back as it was; what years say against each other is told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ssda903.codes import TABLES
from shared.ssda903.ledger import Child, Episode, Ledger
from shared.ssda903.reading import read
from shared.ssda903.sources import Upload
from shared.ssda903.years import first_day, last_day
from tests.returns import Row, a_child, an_episode, only, reading_of, told, uploads, written, zipped

FIRST, LAST = 2023, 2026
YEARS = range(FIRST, LAST + 1)


def text(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


@st.composite
def ledgers(draw: st.DrawFn, number: int) -> Ledger:
    """A child's care over some years: episodes end to end, periods with gaps or none, perhaps still running."""
    reference = f"C{number}"
    child = Child(reference, draw(st.sampled_from("MF")), date(2010, 2, 28), "WBRI", "UN1", False, None)
    day = draw(st.dates(date(2020, 1, 1), last_day(LAST)))
    episodes: list[Episode] = []
    opens, new = draw(st.booleans()), True
    while day <= last_day(LAST) and len(episodes) < 8:
        ends = day + timedelta(days=draw(st.integers(1, 500)))
        goes_on = draw(st.booleans())
        runs = ends > last_day(LAST) or len(episodes) == 7
        episodes.append(
            Episode(
                child=reference, starts=day, reason_new="S" if new and (episodes or not opens) else "P",
                legal_status=draw(st.sampled_from(["C1", "C2", "V2"])), category_of_need="N1",
                place=draw(st.sampled_from(["U6", "K2", "R1"])), sector="PR4",
                ends=None if runs else ends, reason_ceased="" if runs else "X1" if goes_on else "E4A",
                reason_place_change="CARPL" if goes_on and not runs else "",
                home_postcode="LS1 4AP", placement_postcode=draw(st.sampled_from(["", "BD1 1HY"])), urn="",
            )
        )  # fmt: skip
        if runs:
            break
        new = not goes_on
        day = ends if goes_on else ends + timedelta(days=draw(st.integers(0, 300)))
    return told_by(Ledger(child, tuple(episodes)))


def told_by(ledger: Ledger) -> Ledger:
    """What the years from FIRST on can know of it: nothing that ended before, and no promise that breaks off."""
    episodes = [e for e in ledger.episodes if e.ends is None or e.ends >= first_day(FIRST)]
    if episodes and episodes[-1].goes_on:
        episodes[-1] = replace(episodes[-1], reason_ceased="E4A", reason_place_change="")
    return Ledger(ledger.child, tuple(episodes))


def in_year(ledger: Ledger, year: int) -> list[Row]:
    """The year's rows: what overlaps it, open where it ends later."""
    found: list[Row] = []
    for e in ledger.episodes:
        if e.starts > last_day(year) or (e.ends and e.ends < first_day(year)):
            continue
        shut = e.ends is not None and e.ends <= last_day(year)
        found.append(
            {
                "CHILD": e.child, "DECOM": text(e.starts), "RNE": e.reason_new, "LS": e.legal_status,
                "CIN": e.category_of_need, "PLACE": e.place, "PLACE_PROVIDER": e.sector,
                "DEC": text(e.ends) if shut else "", "REC": e.reason_ceased if shut else "",
                "REASON_PLACE_CHANGE": e.reason_place_change if shut else "", "HOME_POST": e.home_postcode,
                "PL_POST": e.placement_postcode, "URN": e.urn,
            }
        )  # fmt: skip
    return found


def header_row(child: Child, year: int) -> Row:
    sex = child.sex if year >= 2025 else {"M": "1", "F": "2"}[child.sex]
    return a_child(child.reference, SEX=sex, DOB=text(child.born), UPN=child.upn)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.tuples(*(ledgers(i) for i in range(n)))), st.randoms(), st.booleans())
def test_any_cut_into_years_in_any_order_reads_back_the_same(
    care: tuple[Ledger, ...], chance: Any, zip_it: bool
) -> None:
    care = tuple(ledger for ledger in care if ledger.episodes)
    files: dict[str, bytes] = {}
    for year in chance.sample(YEARS, len(YEARS)):
        rows = [row for ledger in care for row in in_year(ledger, year)]
        children = [header_row(ledger.child, year) for ledger in care if in_year(ledger, year)]
        for table, content in (("Header", children), ("Episodes", rows)):
            columns = chance.sample(TABLES[table], len(TABLES[table]))
            files[f"{year}/{table}.csv"] = written(table, chance.sample(content, len(content)), columns)
    sent = [Upload.of("return.zip", zipped(files))] if zip_it else uploads(files)
    reading = read(sent)
    assert told(reading) == []
    assert reading.ledgers == tuple(sorted(care, key=lambda ledger: ledger.child.reference))


def test_an_episode_open_at_the_years_end_takes_its_end_from_the_next_year() -> None:
    ended = an_episode(DEC="09/09/2023", REC="E4A")
    reading = reading_of((2023, [a_child()], [an_episode()]), (2024, [a_child()], [ended]))
    (ledger,) = reading.ledgers
    (episode,) = ledger.episodes
    assert told(reading) == []
    assert (episode.ends, episode.file, episode.row) == (date(2023, 9, 9), "2024/Episodes.csv", 2)
    (period,) = ledger.periods
    assert (period.starts, period.ends, period.start_known) == (date(2022, 5, 5), date(2023, 9, 9), True)


def test_years_that_end_an_episode_differently_are_refused() -> None:
    first, second = an_episode(DEC="09/09/2022", REC="E4A"), an_episode(DEC="10/09/2023", REC="E4A")
    reading = reading_of((2023, [a_child()], [first]), (2024, [a_child()], [second]))
    assert told(reading) == [("2024/Episodes.csv", 2, "DEC", "end_contradicted", "refused")]
    assert reading.ledgers == ()


def test_an_episode_that_the_next_year_forgets_is_refused() -> None:
    reading = reading_of((2023, [a_child()], [an_episode()]), (2024, [], []))
    assert told(reading) == [("2023/Episodes.csv", 2, "DECOM", "not_carried_on", "refused")]
    assert only(reading).message.startswith("The episode was open on 31 March 2023")


def test_an_episode_that_the_year_before_should_have_had_is_warned_of() -> None:
    reading = reading_of((2023, [], []), (2024, [a_child()], [an_episode()]))
    assert told(reading) == [("2024/Episodes.csv", 2, "DECOM", "not_known_before", "warned")]


def test_what_changed_between_years_is_warned_of_and_the_newest_kept() -> None:
    later = a_child(DOB="08/06/2012", SEX="1")
    reading = reading_of((2023, [a_child()], [an_episode()]), (2024, [later], [an_episode(LS="C1", PL_POST="BD1 1HZ")]))
    assert [(row, field, code) for _, row, field, code, _ in told(reading)] == [
        (2, "LS", "changed_in_episode"),
        (2, "PL_POST", "changed_in_episode"),
        (2, "DOB", "changed_in_header"),
        (2, "SEX", "changed_in_header"),
    ]
    (ledger,) = reading.ledgers
    assert (ledger.child.born, ledger.child.sex) == (date(2012, 6, 8), "M")
    assert (ledger.episodes[0].legal_status, ledger.episodes[0].placement_postcode) == ("C1", "BD1 1HZ")


def test_sex_written_the_new_way_is_no_change() -> None:
    years = [(2024, [a_child(SEX="2")], [an_episode()]), (2025, [a_child(SEX="F")], [an_episode()])]
    assert told(reading_of(*years)) == []


def test_a_child_of_another_years_header_is_warned_of_and_of_none_refused() -> None:
    reading = reading_of(
        (2023, [a_child()], [an_episode()]), (2024, [], [an_episode(), an_episode("C2", DECOM="01/05/2023")])
    )
    assert told(reading) == [
        ("2024/Episodes.csv", 2, "CHILD", "no_header_this_year", "warned"),
        ("2024/Episodes.csv", 3, "CHILD", "no_header", "refused"),
    ]


def test_a_child_without_episodes_is_kept() -> None:
    reading = reading_of((2023, [a_child(), a_child("C2")], [an_episode()]))
    assert [(ledger.child.reference, len(ledger.episodes)) for ledger in reading.ledgers] == [("C1", 1), ("C2", 0)]
    assert reading.statistics.children_without_episodes == 1
    assert reading.ledgers[1].periods == ()


def test_a_child_who_comes_back_has_two_periods() -> None:
    episodes = [
        an_episode(DECOM="01/05/2022", RNE="P", DEC="02/06/2022", REC="X1"),
        an_episode(DECOM="02/06/2022", RNE="L", DEC="03/07/2022", REC="E4A"),
        an_episode(DECOM="04/08/2022"),
    ]
    (ledger,) = reading_of((2023, [a_child()], episodes)).ledgers
    assert [(len(p.episodes), p.start_known, p.ends) for p in ledger.periods] == [
        (2, False, date(2022, 7, 3)),
        (1, True, None),
    ]
