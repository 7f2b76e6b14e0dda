"""One measure: what it means, how it went, quarter by quarter, and what it is made of; and the same as CSV."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.metrics.forms import definition_of
from services.metrics.measures import MEASURES, Figures
from services.metrics.measures.figure import Figure
from services.metrics.pages.asking import PAGES, Asked, Now, Question, Reader, names
from services.metrics.pictures import chart
from services.metrics.queries import targets_of
from services.metrics.showing import against, as_csv, shown
from shared.errors import NotFound
from shared.identity.permissions import allows
from shared.store.database import Reading
from shared.store.session import Row

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
    # Of one authority there is nothing to see by authority.
    breakdowns = [one for one in definition.breakdowns if one != "authority" or len(asked.authorities) > 1]
    parts = parts or (breakdowns[0] if breakdowns else None)
    series = _series(facts, measure, asked)
    drawn = [figure for figure in series if figure.value is not None]
    ends = {"low_said": shown(min(drawn, key=_height)), "high_said": shown(max(drawn, key=_height))} if drawn else {}
    now = facts.figure(measure, asked.day, by=parts)
    return PAGES.show(
        request,
        "about.html",
        definition=definition_of(definition),
        now=now,
        series=series,
        chart=chart([_height(figure) if figure.value is not None else None for figure in series]) | ends,
        parts=parts,
        breakdowns=breakdowns,
        day=asked.day,
        shown=shown,
        target=_aim((await targets_of(session, asked.authorities)).get(measure), now),
        may_aim=allows("metrics:set_targets", by) and asked.authorities == (by.authority,),
        names=names(request, asked.authorities),
        asked=asked,
    )


@router.get("/{measure}/series.csv")
async def download(live: Now, measure: str, asked: Question) -> Response:
    """How it went, for a spreadsheet: a row a quarter."""
    _must_be(measure)
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


def _series(facts: Figures, measure: str, asked: Asked) -> list[Figure]:
    return list(facts.series(measure, asked.day - timedelta(days=round(QUARTERS * 91.5)), asked.day, "quarter"))


def _height(figure: Figure) -> float:
    assert figure.value is not None
    return float(figure.value)
