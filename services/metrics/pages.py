"""Metrics' pages: the figures as they move, and one measure with what it means, its past and its parts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.metrics.forms import definition_of
from services.metrics.live import Live, live_of
from services.metrics.measures import MEASURES, Figures
from services.metrics.measures.figure import Figure
from services.metrics.pictures import chart, spark
from services.metrics.showing import SECTIONS, shown
from shared.errors import Invalid, NotFound
from shared.geography.authorities import name_of
from shared.identity.access import may
from shared.identity.demonstration import NAMES
from shared.identity.person import Person
from shared.web.fields import Day
from shared.web.pages import Pages

PAGES = Pages(Path(__file__).parent / "templates")
YEARS = 6
QUARTERS = 24

router = APIRouter(prefix="/metrics", include_in_schema=False)
Reader = Annotated[Person, Depends(may("metrics:read"))]
Asked = Annotated[list[str], Query(alias="authority", max_length=200)]


def whose(by: Person, asked: list[str]) -> tuple[str, ...]:
    """The authorities whose figures are shown: those asked for, or all that are somebody's own. Raises NotFound."""
    wanted = tuple(asked) or tuple(sorted(by.region)) or ((by.authority,) if by.authority else ())
    if not wanted:
        raise Invalid("Say which authority's figures you want.", field="authority")
    if not all(by.sees_figures_of(authority) for authority in wanted):
        raise NotFound("There are no figures of that authority for you to see.")
    return wanted


def _live(request: Request) -> Live:
    return live_of(request.app.state.running)


Now = Annotated[Live, Depends(_live)]


@router.get("")
async def figures(request: Request, live: Now, by: Reader, asked: Asked = []) -> Response:  # noqa: B006
    """Every figure as at today, what it was on the last 31 Marches, and all of it live."""
    authorities, today = whose(by, asked), request.app.state.running.clock.today()
    days = [*_marches(today), today]
    facts = Figures(live.memory.columns, authorities)
    past = {day: {figure.measure: figure for figure in facts.all(day)} for day in days}
    sections = [
        (title, [_line(measure, [past[day][measure] for day in days]) for measure in measures])
        for title, measures in SECTIONS.items()
    ]
    return PAGES.show(
        request,
        "figures.html",
        sections=sections,
        days=days,
        names=_names(request, authorities),
        authorities=authorities,
        today=today,
    )


def _line(measure: str, figures: list[Figure]) -> dict[str, object]:
    now = figures[-1]
    return {
        "id": measure,
        "definition": MEASURES[measure],
        "now": now,
        "said": shown(now),
        "past": [shown(figure) for figure in figures],
        "spark": spark([figure.value for figure in figures]),
    }


@router.get("/about/{measure}")
async def about(
    request: Request,
    live: Now,
    by: Reader,
    measure: str,
    asked: Asked = [],  # noqa: B006
    as_at: Day | None = None,
    parts: Annotated[str | None, Query(alias="by", max_length=40)] = None,
) -> Response:
    """What a measure means, how it went, quarter by quarter, and what it is made of."""
    if measure not in MEASURES:
        raise NotFound("There is no such measure.")
    authorities, day = whose(by, asked), as_at or request.app.state.running.clock.today()
    facts, definition = Figures(live.memory.columns, authorities), MEASURES[measure]
    # Of one authority there is nothing to see by authority.
    breakdowns = [one for one in definition.breakdowns if one != "authority" or len(authorities) > 1]
    parts = parts or (breakdowns[0] if breakdowns else None)
    first = day - timedelta(days=round(QUARTERS * 91.5))
    series = list(facts.series(measure, first, day, "quarter"))
    drawn = [figure for figure in series if figure.value is not None]
    ends = {"low_said": shown(min(drawn, key=_height)), "high_said": shown(max(drawn, key=_height))} if drawn else {}
    return PAGES.show(
        request,
        "about.html",
        definition=definition_of(definition),
        now=facts.figure(measure, day, by=parts),
        series=series,
        chart=chart([_height(figure) if figure.value is not None else None for figure in series]) | ends,
        parts=parts,
        breakdowns=breakdowns,
        day=day,
        shown=shown,
        names=_names(request, authorities),
        authorities=asked,
    )


def _height(figure: Figure) -> float:
    assert figure.value is not None
    return float(figure.value)


def _marches(today: date) -> list[date]:
    """The last 31 Marches, oldest first."""
    last = today.year if today > date(today.year, 3, 31) else today.year - 1
    return [date(last - back, 3, 31) for back in reversed(range(YEARS))]


def _names(request: Request, authorities: tuple[str, ...]) -> str:
    """What people call them; the demonstration's authorities have names of their own."""
    made_up = NAMES if request.app.state.running.settings.demonstration_sign_in else {}
    return " and ".join(made_up.get(authority) or name_of(authority) for authority in authorities)
