"""What a child's episodes come to: placements, temporary stays, periods of care, legal statuses."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from services.placements.ledger import Care, Placed, care_in, placements_in
from shared.contracts.vocabulary import CareEnd, LegalStatus, PlaceChange, PlacementType, Purpose, Sector
from shared.ssda903.ledger import Child, Episode, Ledger
from shared.ssda903.reading import read
from tests.returns import Row, a_child, a_year, an_episode, uploads

ELSEWHERE = {"PL_POST": "LS2 7EW", "URN": "SC654321"}
AWAY = {"PLACE_PROVIDER": "", "URN": "", "PL_POST": "LS9 7TF", "RNE": "P"}
STAY = {"REC": "X1", "DEC": "01/06/2022"}


def ledger_of(*episodes: Row) -> Ledger:
    reading = read(uploads(a_year(2023, [a_child()], episodes)))
    assert [p for p in reading.problems if p.severity == "refused"] == []
    (ledger,) = reading.ledgers
    return ledger


def placed(*episodes: Row) -> tuple[Placed, ...]:
    return placements_in(ledger_of(*episodes))


def cared(*episodes: Row) -> tuple[Care, ...]:
    return care_in(ledger_of(*episodes))


def then(on: str, *, until: str = "", rec: str = "", **changes: str) -> Row:
    """An episode from a day of 2022 to another, `dd/mm`; it goes on into another unless `rec` says why it ended."""
    ends = {"DEC": f"{until}/2022", "REC": rec or "X1"} if until else {}
    return an_episode(DECOM=f"{on}/2022", **{"RNE": "P", **ends, **changes})


def day(text: str) -> date:
    number, month = text.split("/")
    return date(2022, int(month), int(number))


def nights(placements: tuple[Placed, ...]) -> list[tuple[str, date, date | None, Purpose]]:
    return [(p.type.value, p.starts, p.ends, p.purpose) for p in placements]


def test_one_open_episode_is_a_placement_that_runs() -> None:
    (only,) = placed(an_episode())
    assert (only.type, only.sector, only.starts, only.ends) == (
        PlacementType.FOSTER,
        Sector.PRIVATE,
        day("05/05"),
        None,
    )
    assert (only.purpose, only.same_carer, only.reason) == (Purpose.FIRST, False, None)
    assert (only.urn, only.postcode, only.home_postcode) == ("SC123456", "BD1 1HY", "LS1 4AP")


def test_a_move_ends_one_placement_with_its_reason_and_starts_another() -> None:
    first, second = placed(
        then("05/05", until="01/06", RNE="S", REASON_PLACE_CHANGE="CREQB"),
        then("01/06", PLACE="K2", **ELSEWHERE),
    )
    assert (first.ends, first.reason) == (day("01/06"), PlaceChange.CARER_BEHAVIOUR)
    assert (second.starts, second.purpose, second.same_carer) == (day("01/06"), Purpose.MOVE, False)


def test_a_move_without_a_reason_has_none() -> None:
    first, _ = placed(then("05/05", until="01/06", RNE="S"), then("01/06", **ELSEWHERE))
    assert first.reason is None


def test_a_provider_that_is_blank_is_not_known() -> None:
    (only,) = placed(an_episode(PLACE="R1", PLACE_PROVIDER="", URN=""))
    assert only.sector is None


def test_a_new_legal_status_alone_starts_no_placement() -> None:
    episodes = (
        then("05/05", until="01/06", RNE="S", LS="C1"),
        then("01/06", until="01/07", RNE="L", LS="C2"),
        then("01/07", RNE="L", LS="E1"),
    )
    assert nights(placed(*episodes)) == [("U6", day("05/05"), None, Purpose.FIRST)]
    (care,) = cared(*episodes)
    assert [(line.status, line.starts) for line in care.statuses] == [
        (LegalStatus.INTERIM_CARE_ORDER, day("05/05")),
        (LegalStatus.CARE_ORDER, day("01/06")),
        (LegalStatus.PLACEMENT_ORDER, day("01/07")),
    ]


def test_a_legal_status_that_changes_with_the_placement_is_noted_too() -> None:
    episodes = then("05/05", until="01/06", RNE="S", LS="C1"), then("01/06", RNE="B", LS="C2", **ELSEWHERE)
    assert len(placed(*episodes)) == 2
    assert [line.starts for line in cared(*episodes)[0].statuses] == [day("05/05"), day("01/06")]


def test_a_move_with_no_new_legal_status_adds_no_line() -> None:
    (care,) = cared(then("05/05", until="01/06", RNE="S"), then("01/06", **ELSEWHERE))
    assert len(care.statuses) == 1


def test_a_change_of_kind_with_the_same_carer_is_a_placement_of_its_own() -> None:
    for rne in ("T", "U"):
        first, second = placed(then("05/05", until="01/06", RNE="S"), then("01/06", RNE=rne, PLACE="U4"))
        assert (first.same_carer, second.same_carer, second.purpose) == (False, True, Purpose.MOVE)
        assert first.ends == second.starts == day("01/06")


def test_adoption_by_the_present_carer_is_no_other_carer() -> None:
    for place in ("A3", "A5"):
        for rne in ("T", "U", "P"):
            *_, adopted = placed(then("05/05", until="01/06", RNE="S"), then("01/06", RNE=rne, PLACE=place))
            assert adopted.same_carer


def test_adoption_by_somebody_else_is_another_carer() -> None:
    *_, adopted = placed(then("05/05", until="01/06", RNE="S"), then("01/06", PLACE="A6", **ELSEWHERE))
    assert not adopted.same_carer


def test_the_first_placement_known_is_nobodys_successor() -> None:
    for rne in ("T", "U"):
        (only,) = placed(then("05/05", RNE=rne, PLACE="A3"))
        assert (only.purpose, only.same_carer) == (Purpose.FIRST, False)


def test_a_stay_away_that_comes_back_leaves_the_placement_running() -> None:
    for kind in ("T0", "T1", "T2", "T3", "T4"):
        kept, stay = placed(
            then("05/05", until="01/06", RNE="S"),
            then("01/06", until="08/06", **AWAY | {"PLACE": kind}),
            then("08/06"),
        )
        assert nights((kept, stay)) == [
            ("U6", day("05/05"), None, Purpose.FIRST),
            (kind, day("01/06"), day("08/06"), Purpose.TEMPORARY),
        ]
        assert (kept.reason, stay.reason, stay.sector) == (None, None, None)


def test_several_stays_in_a_row_come_back_together() -> None:
    told = placed(
        then("05/05", until="01/06", RNE="S"),
        then("01/06", until="08/06", **AWAY | {"PLACE": "T1"}),
        then("08/06", until="09/06", **AWAY | {"PLACE": "T1", "RNE": "L", "LS": "C1"}),
        then("09/06", until="12/06", **AWAY | {"PLACE": "T4"}),
        then("12/06", until="01/07"),
        then("01/07", **ELSEWHERE),
    )
    assert nights(told) == [
        ("U6", day("05/05"), day("01/07"), Purpose.FIRST),
        ("T1", day("01/06"), day("09/06"), Purpose.TEMPORARY),
        ("T4", day("09/06"), day("12/06"), Purpose.TEMPORARY),
        ("U6", day("01/07"), None, Purpose.MOVE),
    ]


def test_a_stay_that_does_not_come_back_is_a_placement() -> None:
    for there in ({"PLACE": "U4"}, {"PLACE_PROVIDER": "PR1"}, {"PL_POST": "LS2 7EW"}, {"URN": "SC654321"}):
        told = placed(
            then("05/05", until="01/06", RNE="S"),
            then("01/06", until="08/06", **AWAY | {"PLACE": "T4"}),
            then("08/06", **there),
        )
        assert [(p.type.value[0], p.purpose) for p in told] == [
            ("U", Purpose.FIRST),
            ("T", Purpose.MOVE),
            ("U", Purpose.MOVE),
        ]
        assert told[0].ends == day("01/06")


def test_care_that_ends_during_a_stay_ends_a_placement() -> None:
    kept, stay = placed(
        then("05/05", until="01/06", RNE="S"),
        then("01/06", until="08/06", rec="E4A", **AWAY | {"PLACE": "T4"}),
    )
    assert (kept.ends, stay.purpose, stay.ends) == (day("01/06"), Purpose.MOVE, day("08/06"))


def test_a_stay_that_is_still_going_on_has_not_come_back() -> None:
    kept, stay = placed(then("05/05", until="01/06", RNE="S"), then("01/06", **AWAY | {"PLACE": "T3"}))
    assert (kept.ends, stay.purpose, stay.ends) == (day("01/06"), Purpose.MOVE, None)


def test_a_stay_known_from_its_middle_came_from_nowhere_we_know() -> None:
    told = placed(then("05/05", until="01/06", **AWAY | {"PLACE": "T3"}), then("01/06"))
    assert [(p.type.value, p.purpose) for p in told] == [("T3", Purpose.FIRST), ("U6", Purpose.MOVE)]


def test_somebody_who_comes_back_into_care_begins_again() -> None:
    episodes = then("05/05", until="01/06", rec="E4B", RNE="S"), then("01/09", RNE="S", HOME_POST="LS8 2AB")
    first, again = cared(*episodes)
    assert (first.ended, first.reason, again.started) == (day("01/06"), CareEnd.HOME_UNPLANNED, day("01/09"))
    one, two = placed(*episodes)
    assert (one.ends, one.purpose, two.purpose) == (day("01/06"), Purpose.FIRST, Purpose.FIRST)
    assert (one.home_postcode, two.home_postcode) == ("LS1 4AP", "LS8 2AB")


def test_somebody_may_come_back_the_day_they_left() -> None:
    first, again = cared(then("05/05", until="01/06", rec="E8", RNE="S"), then("01/06", RNE="S"))
    assert first.ended == again.started == day("01/06")


def test_a_period_first_known_by_another_reason_began_earlier() -> None:
    assert cared(an_episode())[0].start_known
    for rne in ("L", "P", "T", "B", "U"):
        (care,) = cared(then("05/05", RNE=rne))
        assert not care.start_known
        assert len(placed(then("05/05", RNE=rne))) == 1


def test_short_breaks_are_told_by_their_legal_status() -> None:
    for status in ("V3", "V4"):
        (care,) = cared(then("05/05", until="08/05", rec="E8", RNE="S", LS=status))
        assert [line.status.value for line in care.statuses] == [status]


def test_the_distance_is_from_the_home_at_entry() -> None:
    _, second = placed(
        then("05/05", until="01/06", RNE="S", HOME_POST=""),
        then("01/06", HOME_POST="LS8 2AB", **ELSEWHERE),
    )
    assert second.home_postcode == "LS8 2AB"


def test_a_child_with_no_episodes_has_neither() -> None:
    child = Child("C1", "M", date(2012, 6, 7), "WBRI", "", False, None)
    assert placements_in(Ledger(child, ())) == ()
    assert care_in(Ledger(child, ())) == ()


STEPS = some.tuples(
    some.sampled_from("LPTBU"), some.sampled_from(["U6", "U4", "K2", "A5", "T1", "T4"]), some.integers(0, 2)
)


@given(some.lists(STEPS, max_size=8), some.booleans())
def test_every_night_of_care_has_one_home_and_stays_lie_inside(steps: list[tuple[str, str, int]], open_: bool) -> None:
    ledger = Ledger(Child("C1", "M", date(2012, 6, 7), "WBRI", "", False, None), _chained(steps, open_=open_))
    told = placements_in(ledger)
    main = [p for p in told if p.purpose is not Purpose.TEMPORARY]
    (care,) = care_in(ledger)
    assert (main[0].starts, main[-1].ends) == (care.started, care.ended)
    assert [p.ends for p in main[:-1]] == [p.starts for p in main[1:]]
    assert [p.purpose for p in main] == [Purpose.FIRST] + [Purpose.MOVE] * (len(main) - 1)
    for stay in told:
        if stay.purpose is Purpose.TEMPORARY:
            (around,) = [p for p in main if p.starts < stay.starts and (p.ends is None or stay.starts < p.ends)]
            assert around.ends is None or (stay.ends is not None and stay.ends < around.ends)


def _chained(steps: list[tuple[str, str, int]], *, open_: bool) -> tuple[Episode, ...]:
    """One unbroken period: an episode a month, the kinds and places as drawn."""
    whole = [("S", "U6", 0), *steps]
    days = [date(2020 + n // 12, n % 12 + 1, 1) for n in range(len(whole) + 1)]
    last = len(whole) - 1
    return tuple(
        Episode(
            *("C1", days[n], rne, "C2", "N1", place, "PR4", None if open_ and n == last else days[n + 1]),
            *("" if open_ and n == last else "E8" if n == last else "X1", "", "LS1 4AP", "BD1 1HY", f"SC00000{urn}"),
        )
        for n, (rne, place, urn) in enumerate(whole)
    )
