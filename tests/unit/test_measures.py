"""Measures equal a slow reference written from their definitions, whatever happened and in whatever order it was told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.columns import ID, SHAPES, Columns
from services.metrics.domain import half_up
from services.metrics.measures import MEASURES, compute
from shared.errors import Invalid

OURS, THEIRS = "E09000033", "E10000015"
FIRST = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Told = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """What one version of one subject says; `lines` for kinds that list."""

    kind: str
    subject: UUID
    version: int
    recorded_at: datetime
    told: Told
    lines: tuple[Told, ...] | None = None

    def rows(self) -> list[Told]:
        """As the fact table holds it."""
        own = {**self.told, "version": self.version, "recorded_at": self.recorded_at}
        own[next(iter(SHAPES[self.kind]))] = self.subject
        return [own] if self.lines is None else [{**own, **line} for line in self.lines] or [own]


def columns_of(versions: Iterable[Version], together: int = 1) -> Columns:
    """Columns filled with these, so many at a time."""
    columns, waiting = Columns(), list(versions)
    while waiting:
        batch, waiting = waiting[:together], waiting[together:]
        for kind, shape in SHAPES.items():
            names = ("version", "recorded_at", *shape)
            rows = [row for version in batch if version.kind == kind for row in version.rows()]
            columns.append(kind, [tuple(_held(row.get(name), shape.get(name)) for name in names) for row in rows])
    return columns


def _held(told: Any, type_: str | None) -> Any:
    return told.bytes if type_ == ID and told is not None else told


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


def slow_cla(versions: Sequence[Version], day: date, known_at: datetime | None, count: str, basis: str) -> int | None:
    periods = [v.told for v in known(versions, "care_periods", known_at) if v.told["authority"] == OURS]
    if not periods or day < min(period["started"] for period in periods):
        return None
    ours = [v for v in known(versions, "children", known_at) if v.told["authority"] == OURS]
    uasc = {v.subject for v in ours if v.told["uasc"]}
    in_care = [
        period["child"]
        for period in periods
        if holds(period, "started", "ended", day)
        and period["legal_status"] not in ("V3", "V4")
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
    if not lines or day < min(line["opens"] for _, line in lines):
        return None
    approved = {
        line["place"]
        for home, line in lines
        if holds(home, "opened", "closed", day) and holds(line, "opens", "closes", day)
    }
    stands = [
        v.told
        for v in known(versions, "occupations", known_at)
        if v.told["released_at"] is None and holds(v.told, "starts", "ends", day) and v.told["place"] in approved
    ]
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
    if not begun or day < min(v.told["starts"] for v in begun):
        return None
    care: dict[UUID, set[bool]] = {}
    for period in known(versions, "care_periods", known_at):
        if period.told["authority"] == OURS and holds(period.told, "started", "ended", day):
            care.setdefault(period.told["child"], set()).add(period.told["legal_status"] in ("V3", "V4"))
    prices = {v.subject: v.lines or () for v in known(versions, "prices", known_at)}
    pence = nights = 0
    for placement in begun:
        in_force = [line for line in prices.get(placement.subject, ()) if holds(line, "starts", "ends", day)]
        if holds(placement.told, "starts", "ends", day) and care.get(placement.told["child"]) != {True} and in_force:
            nights += 1
            pence += sum(line["weekly_pence"] for line in in_force if element in ("all", line["element"]))
    return pence, nights


# --- random histories ---

IDS = [UUID(int=number) for number in range(1, 6)]
OF_A_HOME = dict(zip(IDS, IDS[::-1], strict=True))
"""A place stands in one home for good."""


def _days(dice: Random, starts: str, ends: str) -> Told:
    """Nights of a fortnight; some never end, some never begin."""
    day = FIRST + timedelta(days=dice.randrange(10))
    return {starts: day, ends: dice.choice([None, day + timedelta(days=dice.randrange(6))])}


def _price(dice: Random) -> Told:
    element = dice.choice(["social_care", "education", "health"])
    return {"element": element, "weekly_pence": dice.randrange(900_000), **_days(dice, "starts", "ends")}


TELLING: dict[str, Callable[[Random], Told]] = {
    "care_periods": lambda dice: {
        "child": dice.choice(IDS),
        "legal_status": dice.choice(["C2", "V2", "V3", "V4"]),
        **_days(dice, "started", "ended"),
    },
    "children": lambda dice: {"born": FIRST, "sex": dice.choice("MFU"), "uasc": dice.random() < 0.5},
    "placements": lambda dice: {
        "status": dice.choice(["booked", "started", "ended", "cancelled"]),
        "child": dice.choice(IDS),
        "type": dice.choice(["K2", "U6"]),
        "sector": dice.choice(["PR1", "PR4"]),
        **_days(dice, "starts", "ends"),
    },
    "prices": lambda _: {},
    "homes": lambda dice: {
        "area": dice.choice([OURS, OURS, THEIRS]),
        "type": dice.choice(["K2", "U6"]),
        "sector": "PR4",
        **_days(dice, "opened", "closed"),
    },
    "places": lambda _: {},
    "occupations": lambda dice: {
        "home": dice.choice(IDS),
        "place": dice.choice(IDS),
        "kind": dice.choice(["held", "booked", "occupied", "occupied", "out_of_service"]),
        "released_at": dice.choice([None, None, NOON]),
        **_days(dice, "starts", "ends"),
    },
}


def _lines(dice: Random, kind: str, subject: UUID) -> tuple[Told, ...] | None:
    if kind == "prices":
        return tuple(_price(dice) for _ in range(dice.randrange(4)))
    if kind == "places":
        return ({"place": OF_A_HOME[subject], **_days(dice, "opens", "closes")},) * dice.randrange(2)
    return None


def a_history(seed: int, subjects: int) -> list[Version]:
    """Versions of some subjects of each kind, told in any order: an authority stays, all else may be corrected."""
    dice, history = Random(seed), []
    whose = {subject: dice.choice([OURS, OURS, OURS, THEIRS]) for subject in IDS}
    for kind, subject in product(TELLING, IDS[:subjects]):
        authority = {} if kind == "homes" else {"authority": whose[subject]}
        for version in range(1, dice.randrange(4) + 1):
            recorded = NOON + timedelta(hours=dice.randrange(10))
            told, lines = TELLING[kind](dice) | authority, _lines(dice, kind, subject)
            history.append(Version(kind, subject, version, recorded, told, lines))
    dice.shuffle(history)
    return history


# A drawn seed, because drawing every field costs Hypothesis a hundred times what the measures cost.
histories = st.builds(a_history, st.integers(0, 2**32), st.integers(1, 5))
moments = st.none() | st.integers(-1, 10).map(lambda n: NOON + timedelta(hours=n))
as_ats = st.integers(-2, 11).map(lambda n: FIRST + timedelta(days=n))


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
            assert sum(cell.denominator or 0 for cell in figure.cells.values()) == (figure.denominator or 0)


@settings(max_examples=100, deadline=None)
@given(histories, as_ats, st.integers(0, 9))
def test_what_was_known_at_a_moment_never_changes(history: list[Version], day: date, hours: int) -> None:
    known_at = NOON + timedelta(hours=hours)
    before = columns_of([version for version in history if version.recorded_at <= known_at])
    for measure in MEASURES:
        then = compute(before, measure, OURS, day)
        now = compute(columns_of(history), measure, OURS, day, known_at=known_at)
        assert now == replace(then, known_at=known_at)


# --- sentences of the definitions ---


def a_period(number: int, started: date, ended: date | None = None, status: str = "C2", **told: Any) -> Version:
    period, child = UUID(int=1000 + number), UUID(int=number)
    return Version(
        "care_periods",
        period,
        told.pop("version", 1),
        told.pop("recorded_at", NOON),
        {"authority": OURS, "child": child, "started": started, "ended": ended, "legal_status": status, **told},
    )


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
    told = {"authority": OURS, "status": "started", "child": IDS[0], "type": "K2", "sector": "PR4"}
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
