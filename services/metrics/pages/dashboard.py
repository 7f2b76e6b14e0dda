"""The figures as they move: a tile for each, against last quarter and last year, with its line, live; and all of it as CSV."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.metrics.domain import STEPS
from services.metrics.live import Live
from services.metrics.measures import MEASURES, Figures, broken_down
from services.metrics.measures.figure import Cell, Figure
from services.metrics.pages.asking import PAGES, Asked, Now, Question, Reader, name_in, names, theirs
from services.metrics.pictures import spark
from services.metrics.queries import targets_of
from services.metrics.showing import ONLY, SECTIONS, against, as_csv, cell_in_words, moved, written
from shared.geography.authorities import name_of
from shared.store.database import Reading
from shared.store.session import Row

YEARS = 6
NONE = Cell(None, None, None)
HEAD = (
    *("measure", "title", "as at", "of", "value", "numerator", "denominator", "unit"),
    *("a quarter before", "a year before", "note"),
)

router = APIRouter(prefix="/metrics", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _Line:
    """A measure over the days that its tile speaks of."""

    measure: str
    figure: Figure
    cells: Mapping[date, Cell]

    def on(self, day: date) -> Cell:
        return self.cells.get(day, NONE)


@router.get("")
async def figures(request: Request, live: Now, by: Reader, asked: Question, session: Reading) -> Response:
    """Every figure as at a day, what it was a quarter and a year before, and all of it live where the day is today."""
    marches = _marches(asked.day)
    lines = _lines(live, asked, [*marches, *_before(asked.day)])
    # What an authority aims at is meant of all its children, not of some.
    targets = {} if asked.only else await targets_of(session, asked.authorities)
    sections = [
        (
            title,
            [
                _tile(lines[measure], asked.day, marches, targets.get(measure))
                for measure in measures
                if measure in lines
            ],
        )
        for title, measures in SECTIONS.items()
    ]
    return PAGES.show(
        request,
        "figures.html",
        sections=[(title, tiles) for title, tiles in sections if tiles],
        left_out=[MEASURES[one].title for those in SECTIONS.values() for one in those if one not in lines],
        days=marches,
        names=names(request, asked.authorities),
        asked=asked,
        choices=[(one, name_in(request, one)) for one in theirs(by)],
        narrowing=_narrowing(live, asked),
        only=asked.in_words,
    )


@router.get("/figures.csv")
async def download(live: Now, asked: Question) -> Response:
    """The same figures for a spreadsheet, a row each."""
    quarter, year = _before(asked.day)
    rows = [
        (
            line.measure, MEASURES[line.measure].title, asked.day, asked.only or "all", now.value, now.numerator,
            now.denominator, line.figure.unit, line.on(quarter).value, line.on(year).value, line.figure.note,
        )
        for line in _lines(live, asked, [asked.day, quarter, year]).values()
        for now in [line.on(asked.day)]
    ]  # fmt: skip
    named = "-".join(name_of(authority).lower().replace(" ", "-") for authority in asked.authorities)
    return as_csv(f"figures-{named}-{asked.day}.csv", HEAD, rows)


def _lines(live: Live, asked: Asked, days: list[date]) -> dict[str, _Line]:
    """Measures over some days; those that cannot be narrowed as asked are left out."""
    facts, told = Figures(live.memory.columns, asked.authorities), {}
    for measure, definition in MEASURES.items():
        if asked.by is None or broken_down(definition, asked.by):
            found = {day: facts.figure(measure, day, by=asked.by) for day in dict.fromkeys(days)}
            told[measure] = _Line(
                measure, found[asked.day], {day: asked.within(figure) for day, figure in found.items()}
            )
    return told


def _tile(line: _Line, day: date, marches: list[date], target: Row | None) -> dict[str, Any]:
    definition, now, unit = MEASURES[line.measure], line.on(day), line.figure.unit
    changes = [
        moved(now, line.on(before), when, unit, definition.polarity)
        for when, before in zip(("a quarter before", "a year before"), _before(day), strict=True)
    ]
    aimed = target if target and target.starts <= day else None
    return {
        "id": line.measure,
        "target": against(now, aimed.value, unit, definition.polarity) if aimed else None,
        "definition": definition,
        "mixed": definition.shares and not definition.tile,
        "figure": line.figure,
        "now": now,
        "said": written(now, unit),
        "since": [change for change in changes if change],
        "past": [written(line.on(march), unit) for march in marches],
        "spark": spark([line.on(march).value for march in marches]),
    }


def _narrowing(live: Live, asked: Asked) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What the figures can be narrowed to, a list for each breakdown: the cells there are on the day."""
    facts = Figures(live.memory.columns, asked.authorities)
    return [
        (by, title, [(f"{by}:{cell}", cell_in_words(by, cell)) for cell in facts.figure("cla", asked.day, by=by).cells])
        for by, title in ONLY.items()
    ]


def _before(day: date) -> tuple[date, date]:
    """The same day a quarter and a year before."""
    return STEPS["quarter"](day, 1), STEPS["year"](day, 1)


def _marches(day: date) -> list[date]:
    """The 31 Marches before, oldest first, and the day."""
    last = day.year if day > date(day.year, 3, 31) else day.year - 1
    return [*(date(last - back, 3, 31) for back in reversed(range(YEARS))), day]
