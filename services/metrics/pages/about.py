"""One measure: what it means, how it went, quarter by quarter, and what it is made of; and the same as CSV."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.metrics.forms import definition_of
from services.metrics.measures import MEASURES, Figures, Measure, broken_down
from services.metrics.measures.figure import AND, BESIDE, Figure
from services.metrics.pages.asking import PAGES, Asked, Now, Question, Reader, names
from services.metrics.pictures import NARROW, WIDE, chart
from services.metrics.queries import targets_of
from services.metrics.showing import against, as_csv, by_in_words, cell_in_words, shown, written
from shared.errors import NotFound
from shared.identity.permissions import allows
from shared.store.database import Reading
from shared.store.session import Row
from shared.web.pages import day, pounds

QUARTERS = 24

router = APIRouter(prefix="/metrics/about", include_in_schema=False)


@router.get("/{measure}")
async def about(
    request: Request,
    live: Now,
    measure: str,
    by: Reader,
    asked: Question,
    session: Reading,
    parts: Annotated[str | None, Query(alias="by", max_length=40)] = None,
) -> Response:
    """What a measure means, how it went, quarter by quarter, and what it is made of."""
    _must_be(measure)
    facts, definition = Figures(live.memory.columns, asked.authorities), MEASURES[measure]
    narrowed, asked = asked, _as_it_is_counted(definition, asked)
    breakdowns = _breakdowns(definition, asked)
    parts = parts if parts and parts not in asked.cells else (breakdowns[0] if breakdowns else None)
    series = _series(facts, measure, asked)
    now = asked.within(facts.figure(measure, asked.day, by=asked.by))
    whole = not asked.cells
    return PAGES.show(
        request,
        "about.html",
        definition=definition_of(definition),
        now=now,
        cells=_parts(facts, measure, asked, parts),
        series=series,
        charts=_drawn(series),
        parts=parts,
        breakdowns={one: by_in_words(one) for one in breakdowns},
        day=asked.day,
        shown=shown,
        target=_aim((await targets_of(session, asked.authorities)).get(measure), now) if whole else None,
        may_aim=allows("metrics:set_targets", by) and asked.authorities == (by.authority,),
        names=names(request, asked.authorities),
        asked=asked,
        cannot=narrowed.in_words if whole else "",
        narrowed=narrowed,
    )


@router.get("/{measure}/series.csv")
async def download(live: Now, measure: str, asked: Question) -> Response:
    """How it went, for a spreadsheet: a row a quarter."""
    _must_be(measure)
    asked = _as_it_is_counted(MEASURES[measure], asked)
    series = _series(Figures(live.memory.columns, asked.authorities), measure, asked)
    rows = [(one.as_at, one.value, one.numerator, one.denominator, one.unit, one.note) for one in series]
    return as_csv(f"{measure}-{asked.day}.csv", ("as at", "value", "numerator", "denominator", "unit", "note"), rows)


def _aim(target: Row | None, now: Figure) -> dict[str, Any] | None:
    """A target as a page says it; one that did not hold yet on the day is none."""
    if target is None or target.starts > now.as_at:
        return None
    words, met = against(now, target.value, now.unit, MEASURES[now.measure].polarity)
    return {"words": words, "met": met, "starts": target.starts, "source": target.source}


def _must_be(measure: str) -> None:
    if measure not in MEASURES:
        raise NotFound("There is no such measure.")


def _breakdowns(definition: Measure, asked: Asked) -> list[str]:
    """Of one authority there is nothing to see by authority, and of one age nothing by age."""
    told = set(asked.cells) | (set() if len(asked.authorities) > 1 else {"authority"})
    return [one for one in definition.breakdowns if one not in told]


def _as_it_is_counted(definition: Measure, asked: Asked) -> Asked:
    """The question, narrowed where the measure can be."""
    return asked if asked.by is None or broken_down(definition, asked.by) else replace(asked, cells={})


def _series(facts: Figures, measure: str, asked: Asked) -> list[Figure]:
    first = asked.day - timedelta(days=round(QUARTERS * 91.5))
    return [asked.within(one) for one in facts.series(measure, first, asked.day, "quarter", by=asked.by)]


def _parts(facts: Figures, measure: str, asked: Asked, parts: str | None) -> list[dict[str, Any]]:
    """The cells of a breakdown within what is asked for, each with its bar out of a hundred."""
    if parts is None:
        return []
    by = parts if asked.by is None else f"{asked.by}{BESIDE}{parts}"
    begins = "" if asked.only is None else f"{asked.only}{AND}"
    found = facts.figure(measure, asked.day, by=by)
    cells = {name.removeprefix(begins): cell for name, cell in found.cells.items() if name.startswith(begins)}
    most = max((cell.value for cell in cells.values() if cell.value is not None), default=None)
    return [
        {
            "name": cell_in_words(parts, name),
            "cell": cell,
            "said": written(cell, found.unit),
            "bar": round(100 * cell.value / most, 1) if most and cell.value and cell.value > 0 else 0,
        }
        for name, cell in cells.items()
    ]


def _drawn(series: list[Figure]) -> list[dict[str, Any]]:
    """The line, wide and for a phone, with what its scale and its points say; none without data."""
    heights = [None if one.value is None else float(one.value) for one in series]
    if all(height is None for height in heights):
        return []
    unit = series[0].unit
    return [
        {
            "chart": drawn,
            "scale": [(_mark(value, unit), y) for value, y in drawn.scale],
            "points": [
                (f"{day(series[number].as_at)}: {shown(series[number])}", x, y) for number, x, y in drawn.points
            ],
            "named": [(f"{series[number].as_at:%b %Y}", x) for number, x in drawn.named],
        }
        for drawn in (chart(heights, WIDE), chart(heights, NARROW))
    ]


def _mark(value: float, unit: str) -> str:
    """A number of a scale: without a unit that every one of them would repeat."""
    mark = Decimal(str(value)).normalize()
    if unit.startswith("pence"):
        return pounds(int(mark))
    return f"{mark:,f}{'%' if unit == '%' else ''}"
