"""Measures equal a slow reference written from their definitions, whatever happened and in whatever order it was told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.columns import SHAPES, Columns
from services.metrics.domain import half_up
from services.metrics.measures import MEASURES, Figures, compute
from shared.clock import day_in_england
from shared.errors import Invalid
from tests.facts import (
    FIRST,
    IDS,
    NOON,
    OURS,
    THEIRS,
    Told,
    Version,
    a_history,
    a_period,
    as_ats,
    columns_of,
    fill,
    histories,
    moments,
)

# --- the slow reference: one pass over plain versions, nothing shared with the code it checks ---


def known(versions: Sequence[Version], kind: str, known_at: datetime | None) -> list[Version]:
    """The highest version of each subject, of those recorded by a moment."""
    best: dict[UUID, Version] = {}
    for version in versions:
        is_known = version.kind == kind and (known_at is None or version.recorded_at <= known_at)
        if is_known and (version.subject not in best or version.version > best[version.subject].version):
            best[version.subject] = version
    return list(best.values())


def holds(told: Told, starts: str, ends: str, day: date) -> bool:
    return told[starts] <= day and (told[ends] is None or told[ends] > day)


def covered_from(versions: Sequence[Version], known_at: datetime | None, firsts: list[date]) -> date:
    """As declared, or else the first day of what is told."""
    declared = [v.told["starts"] for v in known(versions, "coverages", known_at) if v.subject == OURS]
    return min(declared or firsts, default=date.max)


def periods_of(versions: Sequence[Version], day: date, known_at: datetime | None) -> list[Told]:
    """Our periods of care that were not recorded in error, with the legal status as at a day."""
    lines = {v.subject: v.lines for v in known(versions, "legal_statuses", known_at) if v.told["authority"] == OURS}
    periods = []
    for period in known(versions, "care_periods", known_at):
        if period.told["authority"] == OURS and not period.told["annulled"]:
            told = sorted(lines.get(period.subject) or (), key=lambda line: line["starts"])
            begun = [line["status"] for line in told if line["starts"] <= day]
            now = begun[-1] if begun else told[0]["status"] if told else period.told["legal_status"]
            periods.append(period.told | {"now": now})
    return periods


def slow_cla(versions: Sequence[Version], day: date, known_at: datetime | None, count: str, basis: str) -> int | None:
    periods = periods_of(versions, day, known_at)
    if day < covered_from(versions, known_at, [period["started"] for period in periods]):
        return None
    ours = [v for v in known(versions, "children", known_at) if v.told["authority"] == OURS]
    uasc = {v.subject for v in ours if v.told["uasc"]}
    in_care = [
        period["child"]
        for period in periods
        if holds(period, "started", "ended", day)
        and period["now"] not in ("V3", "V4")
        and (basis == "uasc_included" or (period["child"] in uasc) == (basis == "uasc_only"))
    ]
    return len(in_care) if count == "periods" else len(set(in_care))


def slow_occupancy(versions: Sequence[Version], day: date, known_at: datetime | None) -> tuple[int, int] | None:
    homes = {v.subject: v.told for v in known(versions, "homes", known_at) if v.told["area"] == OURS}
    lines = [
        (homes[v.subject], line)
        for v in known(versions, "places", known_at)
        if v.subject in homes
        for line in v.lines or ()
    ]
    standing = [v.told for v in known(versions, "occupations", known_at) if v.told["released_at"] is None]
    began = [told["starts"] for told in standing if told["home"] in homes]
    recorded = [
        day_in_england(v.recorded_at)
        for v in versions
        if v.kind == "places" and v.subject in homes and (known_at is None or v.recorded_at <= known_at)
    ]
    if day < min([*began, *recorded], default=date.max):
        return None
    approved = {
        line["place"]
        for home, line in lines
        if holds(home, "opened", "closed", day) and holds(line, "opens", "closes", day)
    }
    stands = [told for told in standing if holds(told, "starts", "ends", day) and told["place"] in approved]
    occupied = {told["place"] for told in stands if told["kind"] == "occupied"}
    out = {told["place"] for told in stands if told["kind"] == "out_of_service"}
    return len(occupied), len(approved) - len(out)


def slow_weekly_cost(
    versions: Sequence[Version], day: date, known_at: datetime | None, element: str
) -> tuple[int, int] | None:
    begun = [
        v
        for v in known(versions, "placements", known_at)
        if v.told["authority"] == OURS and v.told["status"] in ("started", "ended")
    ]
    if day < covered_from(versions, known_at, [v.told["starts"] for v in begun]):
        return None
    care: dict[UUID, set[bool]] = {}
    for period in periods_of(versions, day, known_at):
        if holds(period, "started", "ended", day):
            care.setdefault(period["child"], set()).add(period["now"] in ("V3", "V4"))
    prices = {v.subject: v.lines or () for v in known(versions, "prices", known_at) if v.told["authority"] == OURS}
    now = [v for v in begun if holds(v.told, "starts", "ends", day) and care.get(v.told["child"]) != {True}]
    pence = nights = 0
    for child in {v.told["child"] for v in now}:
        mains = [v for v in now if v.told["child"] == child and v.told["purpose"] != "temporary"]
        temporary = [v for v in now if v.told["child"] == child and v.told["purpose"] == "temporary"]
        lines = {
            v.subject: [line for line in prices.get(v.subject, ()) if holds(line, "starts", "ends", day)] for v in now
        }
        priced = sum(bool(lines[v.subject]) for v in mains or temporary)
        nights += priced or any(lines[v.subject] for v in temporary)
        pence += sum(
            line["weekly_pence"]
            for v in mains + temporary
            for line in lines[v.subject]
            if element in ("all", line["element"])
        )
    return pence, nights


@settings(max_examples=200, deadline=None)
@given(histories, as_ats, moments, st.integers(1, 40), st.sampled_from(["periods", "children"]))
def test_children_looked_after_are_counted_as_defined(
    history: list[Version], day: date, known_at: datetime | None, together: int, count: str
) -> None:
    columns = columns_of(history, together)
    for basis in ("uasc_included", "uasc_excluded", "uasc_only"):
        figure = compute(columns, "cla", OURS, day, known_at=known_at, count=count, basis=basis)
        assert figure.numerator == slow_cla(history, day, known_at, count, basis)


@settings(max_examples=200, deadline=None)
@given(histories, as_ats, moments, st.integers(1, 40))
def test_occupancy_is_occupied_over_available_nights(
    history: list[Version], day: date, known_at: datetime | None, together: int
) -> None:
    figure = compute(columns_of(history, together), "occupancy", OURS, day, known_at=known_at)
    told = slow_occupancy(history, day, known_at)
    assert (None if figure.denominator is None else (figure.numerator, figure.denominator)) == told
    if told is not None and told[1]:
        assert figure.value == half_up(100 * told[0], told[1], 1)


@settings(max_examples=200, deadline=None)
@given(histories, as_ats, moments, st.integers(1, 40), st.sampled_from(["all", "social_care", "education", "health"]))
def test_weekly_cost_is_pence_over_priced_nights(
    history: list[Version], day: date, known_at: datetime | None, together: int, element: str
) -> None:
    figure = compute(columns_of(history, together), "weekly_cost", OURS, day, known_at=known_at, element=element)
    told = slow_weekly_cost(history, day, known_at, element)
    assert (None if figure.denominator is None else (figure.numerator, figure.denominator)) == told


@settings(max_examples=100, deadline=None)
@given(histories, as_ats, moments)
def test_the_cells_of_every_breakdown_add_up_to_the_whole(
    history: list[Version], day: date, known_at: datetime | None
) -> None:
    columns = columns_of(history)
    for measure in MEASURES.values():
        for by in measure.breakdowns:
            figure = compute(columns, measure.id, OURS, day, known_at=known_at, by=by)
            assert sum(cell.numerator or 0 for cell in figure.cells.values()) == (figure.numerator or 0)
            denominators = [cell.denominator or 0 for cell in figure.cells.values()]
            if measure.shares:
                assert set(denominators) <= {figure.denominator or 0}
            else:
                assert sum(denominators) == (figure.denominator or 0)


def bare(figures: Figures, day: date) -> list[object]:
    return [replace(figure, cells={}) for figure in figures.all(day)]


@settings(max_examples=100, deadline=None)
@given(histories, as_ats, moments, st.integers(0, 2**32))
def test_no_order_repetition_or_batch_in_which_facts_are_told_shows(
    history: list[Version], day: date, known_at: datetime | None, seed: int
) -> None:
    dice, again = Random(seed), list(history)
    dice.shuffle(again)
    live = Figures(columns_of(history), (OURS, THEIRS), known_at)
    rebuilt = Figures(columns_of(again, dice.randrange(1, 40)), (OURS, THEIRS), known_at)
    assert bare(live, day) == bare(rebuilt, day)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), as_ats)
def test_what_was_worked_out_before_facts_moved_never_shows(seed: int, day: date) -> None:
    history, columns = a_history(seed, 5), Columns()
    for told in range(0, len(history), 5):
        fill(columns, history[told : told + 5])
        assert bare(Figures(columns, (OURS,)), day) == bare(Figures(columns_of(history[: told + 5]), (OURS,)), day)


@settings(max_examples=100, deadline=None)
@given(histories, st.sampled_from(["uasc_included", "uasc_excluded", "uasc_only"]))
def test_stock_and_flow_balance_every_day(history: list[Version], basis: str) -> None:
    figures = Figures(columns_of(history), (OURS,))
    covered = [
        day for day in (FIRST + timedelta(days=n) for n in range(-4, 20)) if _stock(figures, day, basis) is not None
    ]
    for before, after in pairwise(covered):
        started, ceased = (
            figures.figure(flow, after, after=before, basis=basis).numerator or 0
            for flow in ("cla_started", "cla_ceased")
        )
        assert _stock(figures, before, basis) + started - ceased == _stock(figures, after, basis)


def _stock(figures: Figures, day: date, basis: str):
    return figures.figure("cla", day, basis=basis).numerator


class Watched(Columns):
    """Columns that note which fact tables are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_at: set[str] = set()

    def __getitem__(self, kind: str):
        self.looked_at.add(kind)
        return super().__getitem__(kind)


def test_a_measure_rests_on_the_facts_it_says_and_no_others() -> None:
    for measure in MEASURES.values():
        answered = 0
        for seed in range(6):
            columns = Watched()
            fill(columns, a_history(seed, 5))
            columns.looked_at.clear()
            answered += compute(columns, measure.id, OURS, FIRST + timedelta(days=8)).coverage_start is not None
            assert columns.looked_at <= set(measure.rests_on), measure.id
        assert set(measure.rests_on) <= SHAPES.keys()
        assert answered, measure.id


@settings(max_examples=60, deadline=None)
@given(histories, as_ats, st.integers(0, 9))
def test_what_was_known_at_a_moment_never_changes(history: list[Version], day: date, hours: int) -> None:
    known_at = NOON + timedelta(hours=hours)
    before = columns_of([version for version in history if version.recorded_at <= known_at])
    for measure in MEASURES:
        then = compute(before, measure, OURS, day)
        now = compute(columns_of(history), measure, OURS, day, known_at=known_at)
        assert now == replace(then, known_at=known_at)


# --- sentences of the definitions ---


def test_a_child_counts_on_the_day_care_starts_and_not_on_the_day_it_ends() -> None:
    columns = columns_of([a_period(1, FIRST, FIRST + timedelta(days=2))])
    counts = [compute(columns, "cla", OURS, FIRST + timedelta(days=n)).numerator for n in range(4)]
    assert counts == [1, 1, 0, 0]


def test_before_coverage_there_is_no_data_and_never_nought() -> None:
    columns = columns_of([a_period(1, FIRST)])
    figure = compute(columns, "cla", OURS, FIRST - timedelta(days=1))
    assert (figure.value, figure.numerator, figure.coverage_start) == (None, None, FIRST)
    assert figure.note == "No data before 1 January 2026."
    assert compute(columns, "cla", THEIRS, FIRST).value is None
    assert compute(Columns(), "occupancy", OURS, FIRST).value is None


def test_a_correction_gives_the_new_answer_now_and_the_old_one_as_known_before() -> None:
    corrected = a_period(1, FIRST + timedelta(days=5), version=2, recorded_at=NOON + timedelta(days=9))
    columns = columns_of([a_period(1, FIRST), a_period(2, FIRST), corrected])
    day = FIRST + timedelta(days=1)
    assert compute(columns, "cla", OURS, day).numerator == 1
    assert compute(columns, "cla", OURS, day, known_at=NOON + timedelta(days=8)).numerator == 2


def test_no_denominator_gives_no_value_and_says_why() -> None:
    told = {"authority": OURS, "status": "started", "child": IDS[0], "type": "K2", "purpose": "first"}
    columns = columns_of([Version("placements", IDS[0], 1, NOON, {**told, "starts": FIRST, "ends": None})])
    figure = compute(columns, "weekly_cost", OURS, FIRST)
    assert (figure.numerator, figure.denominator, figure.value) == (0, 0, None)
    assert figure.parts == {"nights": 1, "nights_with_a_price": 0}
    assert figure.note == "There is nothing to divide by: no placement nights with a recorded price."


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2026, 3, 31), "under 1"),
        (date(2025, 3, 31), "1 to 4"),
        (date(2025, 4, 1), "under 1"),
        (date(2016, 3, 31), "10 to 12"),
        (date(2010, 4, 1), "13 to 15"),
        (date(2008, 2, 29), "16 and over"),
    ],
)
def test_a_child_is_as_old_as_on_the_last_birthday(born: date, band: str) -> None:
    child = Version("children", UUID(int=1), 1, NOON, {"authority": OURS, "born": born, "sex": "F", "uasc": False})
    columns = columns_of([a_period(1, FIRST), child])
    figure = compute(columns, "cla", OURS, date(2026, 3, 31), by="age_band")
    assert list(figure.cells) == [band]


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "rounded"),
    [(1, 2, 0, "1"), (5, 2, 0, "3"), (200, 3, 1, "66.7"), (1, 8, 2, "0.13"), (-1, 2, 0, "-1"), (2675, 1000, 2, "2.68")],
)
def test_a_half_is_rounded_up(numerator: int, denominator: int, decimals: int, rounded: str) -> None:
    assert half_up(numerator, denominator, decimals) == Decimal(rounded)


def test_what_a_measure_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="Choose periods or children") as refused:
        compute(Columns(), "cla", OURS, FIRST, count="households")
    assert refused.value.field == "count"
    with pytest.raises(Invalid) as refused:
        compute(Columns(), "occupancy", OURS, FIRST, element="all")
    assert refused.value.field == "element"
    with pytest.raises(Invalid) as refused:
        compute(Columns(), "cla", OURS, FIRST, by="shoe_size")
    assert refused.value.field == "by"
