"""Every measure built so far, each with its definition, and `compute`, which answers one from the columns."""

from collections.abc import Mapping
from datetime import date, datetime

from services.metrics.columns import Columns, microseconds
from services.metrics.measures.capacity import OCCUPANCY
from services.metrics.measures.cost import WEEKLY_COST
from services.metrics.measures.figure import Asked, Cell, Counted, Figure, Measure, answer
from services.metrics.measures.population import CLA
from shared.errors import Invalid

MEASURES: Mapping[str, Measure] = {measure.id: measure for measure in (CLA, OCCUPANCY, WEEKLY_COST)}

__all__ = ["MEASURES", "Cell", "Counted", "Figure", "Measure", "compute"]


def compute(
    columns: Columns,
    measure: str,
    authority: str,
    as_at: date,
    *,
    known_at: datetime | None = None,
    by: str | None = None,
    **parameters: str,
) -> Figure:
    """A measure of one authority as at the end of a day, as known now or at a moment.

    Raises Invalid where the measure has no such breakdown or parameter, KeyError for a measure there is not.
    """
    definition = MEASURES[measure]
    if by is not None and by not in definition.breakdowns:
        raise Invalid(f"This measure is not broken down by that: choose {_or(definition.breakdowns)}.", field="by")
    asked = Asked(
        columns,
        columns.words.find(authority),
        as_at,
        None if known_at is None else microseconds(known_at),
        _parameters(definition, parameters),
    )
    return answer(definition, asked, authority, known_at, by)


def _parameters(definition: Measure, given: Mapping[str, str]) -> dict[str, str]:
    """What was given, and the default of what was not."""
    for name, value in given.items():
        if value not in definition.parameters.get(name, ()):
            choices = definition.parameters.get(name)
            raise Invalid(f"Choose {_or(choices)}." if choices else "This measure does not have that.", field=name)
    return {name: given.get(name, choices[0]) for name, choices in definition.parameters.items()}


def _or(choices: tuple[str, ...]) -> str:
    return " or ".join(choices)
