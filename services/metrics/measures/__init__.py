"""Every measure built so far, each with its definition, and what answers one from the columns."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from weakref import WeakKeyDictionary

from services.metrics.columns import Columns, microseconds
from services.metrics.domain import STEPS, WINDOWS, steps
from services.metrics.measures.answering import answer
from services.metrics.measures.asked import Asked, OnDay, Whose
from services.metrics.measures.capacity import OCCUPANCY, VACANCIES, VACANCY_AGE
from services.metrics.measures.cost import COMMITTED_SPEND, WEEKLY_COST
from services.metrics.measures.demand import DECLINE_REASONS, OPEN_REFERRALS, TIME_TO_FIRST_OFFER, TIME_TO_PLACE
from services.metrics.measures.figure import BESIDE, Cell, Counted, Figure, Measure
from services.metrics.measures.location import (
    AT_DISTANCE,
    BORDERING,
    DISTANCE,
    IN_AREA,
    OVER_20_AND_OUTSIDE,
    WITHIN_20_MILES,
)
from services.metrics.measures.nights import BED_NIGHTS, IN_HOUSE_SHARE, PLACEMENT_MIX
from services.metrics.measures.population import CLA, CLA_CEASED, CLA_STARTED
from services.metrics.measures.stability import LONG_TERM, THIRD_PLACEMENT_REACHED, THREE_PLUS
from shared.errors import Invalid

MEASURES: Mapping[str, Measure] = {
    measure.id: measure
    for measure in (
        *(CLA, CLA_STARTED, CLA_CEASED),
        *(THREE_PLUS, THIRD_PLACEMENT_REACHED, LONG_TERM),
        *(IN_AREA, BORDERING, AT_DISTANCE, WITHIN_20_MILES, OVER_20_AND_OUTSIDE, DISTANCE),
        *(OCCUPANCY, VACANCIES, VACANCY_AGE),
        *(PLACEMENT_MIX, BED_NIGHTS, IN_HOUSE_SHARE),
        *(WEEKLY_COST, COMMITTED_SPEND),
        *(OPEN_REFERRALS, TIME_TO_FIRST_OFFER, TIME_TO_PLACE, DECLINE_REASONS),
    )
}
MOST_POINTS = 1_200
"""Three years of days, a hundred years of months; a longer series is refused."""
MOST_AT_ONCE = 4
"""Breakdowns at once, the three that a page is narrowed by and one more: of more, nearly every cell is one child."""
MOST_KEPT = 16
"""So many authorities' work is kept from question to question: those asked about last. An authority's is a few MB."""
_KEPT: WeakKeyDictionary[Columns, dict[tuple[int, ...], Whose]] = WeakKeyDictionary()

__all__ = ["MEASURES", "MOST_POINTS", "Cell", "Counted", "Figure", "Figures", "Measure", "broken_down", "compute"]


@dataclass(eq=False)
class Figures:
    """The figures of some authorities, as they are known; what measures share is worked out once for all asked of it.

    Good until the facts move: whoever keeps one lets nothing be appended meanwhile.
    """

    columns: Columns
    authorities: tuple[str, ...]
    known_at: datetime | None = None
    _days: dict[date, OnDay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = tuple(dict.fromkeys(map(self.columns.words.find, self.authorities)))
        if self.known_at is None:
            self._whose = _as_now(self.columns, codes)
        else:
            self._whose = Whose(self.columns, codes, microseconds(self.known_at))

    def figure(
        self,
        measure: str,
        as_at: date,
        *,
        by: str | None = None,
        after: date | None = None,
        **parameters: str,
    ) -> Figure:
        """A measure as at the end of a day; `after` is the day before its window's first, where it has a window.

        `by` is a breakdown, or several with commas, whose cells are then named `16 and over / K2`.

        Raises Invalid where the measure has no such breakdown, parameter or window, KeyError for a measure there is not.
        """
        definition = MEASURES[measure]
        if by is not None and not broken_down(definition, by):
            raise Invalid(f"This measure is not broken down by that: choose {_or(definition.breakdowns)}.", field="by")
        said = _parameters(definition, parameters, given=after is not None)
        if definition.windowed and after is None:
            after = WINDOWS[said["window"]](as_at)
        if as_at not in self._days:
            self._days = {as_at: OnDay(self._whose, as_at)}
        asked = Asked(self._days[as_at], said, after)
        return answer(definition, asked, self.authorities, self.known_at, by)

    def series(
        self, measure: str, first: date, last: date, every: str, *, by: str | None = None, **parameters: str
    ) -> Iterator[Figure]:
        """The measure at each step back from the last day; a window that is not said is the step's own."""
        days = steps(every, first, last, MOST_POINTS)
        if len(days) > MOST_POINTS:
            raise Invalid(f"That is more than {MOST_POINTS} points: take longer steps.", field="every")
        own_window = MEASURES[measure].windowed and "window" not in parameters
        for day, before in zip(days, [STEPS[every](last, len(days)), *days], strict=False):
            yield self.figure(measure, day, by=by, after=before if own_window else None, **parameters)

    def all(self, as_at: date, among: Collection[str] = MEASURES.keys()) -> list[Figure]:
        """Some measures, with their defaults."""
        return [self.figure(measure, as_at) for measure in MEASURES if measure in among]


def broken_down(definition: Measure, by: str) -> bool:
    """Whether a measure has a breakdown, or each of several that are asked for at once."""
    asked = by.split(BESIDE)
    return len(set(asked)) == len(asked) <= MOST_AT_ONCE and set(asked) <= set(definition.breakdowns)


def _as_now(columns: Columns, authorities: tuple[int, ...]) -> Whose:
    """The facts as known now, with what was worked out before and still holds."""
    kept = _KEPT.setdefault(columns, {})
    before = kept.pop(authorities, None)
    whose = kept[authorities] = before.moved_on() if before else Whose(columns, authorities, None)
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
    return whose


def compute(
    columns: Columns,
    measure: str,
    authority: str | Sequence[str],
    as_at: date,
    *,
    known_at: datetime | None = None,
    by: str | None = None,
    after: date | None = None,
    **parameters: str,
) -> Figure:
    """One measure of one authority, or of several together: see `Figures.figure`."""
    whose = (authority,) if isinstance(authority, str) else tuple(authority)
    return Figures(columns, whose, known_at).figure(measure, as_at, by=by, after=after, **parameters)


def _parameters(definition: Measure, said: Mapping[str, str], *, given: bool) -> dict[str, str]:
    """What was given, and the default of what was not."""
    for name, value in said.items():
        choices = [choice for choice in definition.parameters.get(name, ()) if choice != "given" or given]
        if value not in choices:
            raise Invalid(f"Choose {_or(choices)}." if choices else "This measure does not have that.", field=name)
    told = {name: said.get(name, choices[0]) for name, choices in definition.parameters.items()}
    if given and not definition.windowed:
        raise Invalid("This measure has no window: say how often, for a series.", field="every")
    return told | ({"window": "given"} if given else {})


def _or(choices: Sequence[str]) -> str:
    return " or ".join(choices)
