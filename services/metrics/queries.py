"""Questions to the figures, answered from memory."""

from collections.abc import Mapping, Sequence

from services.metrics.forms import (
    CellAnswer,
    Definition,
    FigureAnswer,
    PointAnswer,
    Question,
    WindowAnswer,
    definition_of,
)
from services.metrics.measures import MEASURES, Cell, Figure, Figures
from services.metrics.memory import Memory
from services.metrics.stream import plain
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row


def definitions() -> list[Definition]:
    """Every measure built so far."""
    return [definition_of(measure) for measure in MEASURES.values()]


def authorities_for(by: Person, authorities: Sequence[str]) -> tuple[str, ...]:
    """Whose figures somebody may see: those asked for, or their own, or their region's. Others' are not said to exist."""
    own = [by.authority] if by.authority else by.region
    wanted = tuple(sorted(set(authorities or own)))
    if not wanted:
        raise Invalid("Say which authority's figures you want.", field="authority")
    if not all(by.sees_figures_of(authority) for authority in wanted):
        raise NotFound("There are no figures of that authority for you to see.", field="authority")
    return wanted


def figure(memory: Memory, measure: str, question: Question, *, clock: Clock, by: Person) -> FigureAnswer:
    """One measure as it was asked for. Raises NotFound for a measure there is not."""
    if measure not in MEASURES:
        raise NotFound("There is no such measure.")
    figures = Figures(memory.columns, authorities_for(by, question.authority), question.known_at)
    last, said = question.to or question.as_at or clock.today(), question.parameters()
    if question.from_ and question.from_ > last:
        raise Invalid("It must not be after the last day.", field="from")
    if question.every and question.from_:
        points = list(figures.series(measure, question.from_, last, question.every, by=question.by, **said))
        return _answer(memory, points[-1], points)
    return _answer(memory, figures.figure(measure, last, by=question.by, after=question.from_, **said), [])


def _answer(memory: Memory, found: Figure, series: Sequence[Figure]) -> FigureAnswer:
    return FigureAnswer(
        definition=definition_of(MEASURES[found.measure]),
        authority=found.authority,
        authorities=list(found.authorities),
        numerator=found.numerator,
        denominator=found.denominator,
        value=plain(found.measure, found),
        as_at=found.as_at,
        known_at=found.known_at,
        window=_window(found),
        coverage_start=found.coverage_start,
        incomplete=found.incomplete,
        parameters=dict(found.parameters),
        unit=found.unit,
        parts=dict(found.parts),
        spread={name: float(value) for name, value in found.spread.items()},
        by=found.by,
        cells=_cells(found.measure, found.cells),
        note=found.note,
        series=[_point(point) for point in series],
        change_id=memory.change_id,
        reached=memory.reached,
    )


def _point(found: Figure) -> PointAnswer:
    return PointAnswer(
        as_at=found.as_at,
        window=_window(found),
        numerator=found.numerator,
        denominator=found.denominator,
        value=plain(found.measure, found),
        incomplete=found.incomplete,
        note=found.note,
        cells=_cells(found.measure, found.cells),
    )


def _window(found: Figure) -> WindowAnswer | None:
    return None if found.after is None else WindowAnswer(after=found.after, through=found.as_at)


def _cells(measure: str, cells: Mapping[str, Cell]) -> dict[str, CellAnswer]:
    return {
        label: CellAnswer(numerator=cell.numerator, denominator=cell.denominator, value=plain(measure, cell))
        for label, cell in cells.items()
    }


async def targets_of(session: ReadSession, authorities: Sequence[str]) -> dict[str, Row]:
    """What an authority aims at, by measure; several together have no target of their own."""
    if len(authorities) != 1:
        return {}
    rows = await session.all("SELECT * FROM targets WHERE authority = $1", authorities[0])
    return {row.measure: row for row in rows}


async def all_targets(session: ReadSession) -> list[Row]:
    """What every authority aims at, by authority."""
    return await session.all("SELECT * FROM targets ORDER BY authority, measure")
