"""Questions to the figures, answered from memory."""

from services.metrics.forms import CellAnswer, Definition, FigureAnswer, Question, definition_of
from services.metrics.measures import MEASURES, compute
from services.metrics.memory import Memory
from services.metrics.stream import plain
from shared.clock import Clock
from shared.errors import Invalid, NotFound
from shared.identity.person import Person


def definitions() -> list[Definition]:
    """Every measure built so far."""
    return [definition_of(measure) for measure in MEASURES.values()]


def authority_for(by: Person, authority: str | None) -> str:
    """Whose figures somebody may see: those asked for, or their own. Others' are not said to exist."""
    wanted = authority or by.authority
    if wanted is None:
        raise Invalid("Say which authority's figures you want.", field="authority")
    if not by.sees_figures_of(wanted):
        raise NotFound("There are no figures of that authority for you to see.", field="authority")
    return wanted


def figure(memory: Memory, measure: str, question: Question, *, clock: Clock, by: Person) -> FigureAnswer:
    """One measure as it was asked for. Raises NotFound for a measure there is not."""
    if measure not in MEASURES:
        raise NotFound("There is no such measure.")
    authority = authority_for(by, question.authority)
    found = compute(
        memory.columns,
        measure,
        authority,
        question.as_at or clock.today(),
        known_at=question.known_at,
        by=question.by,
        **question.parameters(),
    )
    return FigureAnswer(
        definition=definition_of(MEASURES[measure]),
        authority=authority,
        numerator=found.numerator,
        denominator=found.denominator,
        value=plain(measure, found),
        as_at=found.as_at,
        known_at=found.known_at,
        coverage_start=found.coverage_start,
        parameters=dict(found.parameters),
        parts=dict(found.parts),
        by=found.by,
        cells={
            label: CellAnswer(numerator=cell.numerator, denominator=cell.denominator, value=plain(measure, cell))
            for label, cell in found.cells.items()
        },
        note=found.note,
        change_id=memory.change_id,
        reached=memory.reached,
    )
