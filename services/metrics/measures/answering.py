"""A question answered: who has data, what is counted, and the words that go with the figure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.metrics.domain import FIRST_DAY
from services.metrics.measures.asked import Asked, OnDay, Whose
from services.metrics.measures.figure import (
    NOTHING,
    Cell,
    Counted,
    Figure,
    Measure,
    cells_of,
    covered,
    spread_of,
    whole_of,
)


def answer(
    measure: Measure, asked: Asked, authorities: tuple[str, ...], known_at: datetime | None, by: str | None
) -> Figure:
    """Count, divide, and say what it rests on. Authorities without data are left out and named."""
    by = by or measure.usual_breakdown
    those, firsts = covered(measure, asked)
    told, counted, whole, cells = asked, None, NOTHING, {}
    if those:
        told = asked if those == asked.on_day.whose.authorities else _of(asked, those)
        counted = measure.count(told)
        whole = whole_of(measure, told, counted)
        cells = cells_of(measure, told, counted, by, whole) if by else {}
    known = set(map(asked.columns.words.meaning, those))
    missing = tuple(one for one in authorities if one not in known)
    start = max((firsts[one] for one in those), default=min(firsts.values(), default=None))
    doubts = _doubts(counted, start, missing) if counted else []
    return Figure(
        whole.numerator,
        whole.denominator,
        whole.value,
        measure=measure.id,
        authorities=authorities,
        as_at=asked.as_at,
        known_at=known_at,
        after=asked.after,
        coverage_start=None if start is None else day_of(start),
        parameters=asked.parameters,
        unit=measure.unit_with(asked.parameters),
        parts=counted.parts if counted else {},
        spread=spread_of(measure, counted) if counted else {},
        by=by,
        cells=cells,
        incomplete=bool(doubts),
        note=" ".join(doubts) or _note(measure, whole, start, covered=counted is not None),
    )


def headline(measure: Measure, asked: Asked) -> Mapping[str, Cell]:
    """The measure by authority and nothing else: what a comparison of all authorities shows."""
    counted = measure.count(asked)
    return cells_of(measure, asked, counted, "authority", whole_of(measure, asked, counted))


def _of(asked: Asked, authorities: tuple[int, ...]) -> Asked:
    whose = asked.on_day.whose
    return replace(asked, on_day=OnDay(Whose(whose.columns, authorities, whose.known_at), asked.as_at))


def _doubts(counted: Counted, start: int | None, missing: tuple[str, ...]) -> list[str]:
    doubts = []
    if start is not None and counted.reaches_back_to is not None and counted.reaches_back_to < start:
        reach, since = _in_words(day_of(counted.reaches_back_to)), _in_words(day_of(start))
        doubts.append(f"Incomplete: it looks back to {reach}, and the record begins on {since}.")
    if counted.unsure:
        doubts.append(f"Incomplete: {counted.unsure}")
    if missing:
        doubts.append(f"Incomplete: there is no data of {', '.join(missing)}.")
    return doubts


def _note(measure: Measure, whole: Cell, start: int | None, *, covered: bool) -> str:
    if start is None:
        return "No data: nothing it rests on has been recorded."
    if not covered:
        return f"No data before {_in_words(day_of(start))}."
    return "" if whole.value is not None else f"There is nothing to divide by: no {measure.denominator}."


def day_of(number: int) -> date:
    """The date of a day as columns hold it."""
    return date.min + timedelta(days=number + FIRST_DAY - 1)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
