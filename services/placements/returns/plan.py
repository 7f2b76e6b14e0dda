"""What a load is to write: each record the return tells of beside the one that is kept, and what it may not touch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.placements.domain import overlap
from shared.contracts.event import Event
from shared.contracts.placements import LegalLine
from shared.ssda903.ledger import Episode
from shared.ssda903.problem import Problem, Severity
from shared.store.session import Row

CONTRADICTED = "{field} is not what somebody recorded here. Put right whichever of the two is wrong."
OVERLAPS = "The episode is at the same time as something that somebody recorded here from another day."


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it is to stand, and the event that tells of it; `lines` are a period's legal statuses.

    `kept` is the row as it stands, and `first` the episode that tells otherwise.
    """

    event: type[Event]
    row: Mapping[str, Any]
    lines: tuple[LegalLine, ...] = ()
    kept: Row | None = None
    first: Episode | None = None


@dataclass(slots=True)
class Plan:
    """Everything a load is to write, or what is in its way."""

    placements: list[Change] = field(default_factory=list)
    periods: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, message: str, episode: Episode, column: str) -> None:
        """Something that stands in the way, at the row that tells otherwise."""
        words = message.format(field=column)
        self.problems.append(Problem(episode.file, episode.row, column, code, words, Severity.REFUSED))


@dataclass(frozen=True, slots=True)
class Whose:
    """A child, and the last day a return speaks for."""

    child: UUID
    authority: str
    until: date

    def as_then(self, ends: date | None) -> date | None:
        """An end as it was known on that day: what came later a return cannot know."""
        return None if ends is not None and ends > self.until else ends


def by_a_return(row: Row) -> bool:
    """Whether a return was the last to write it."""
    return bool(row.loaded == row.version)


Nights = tuple[date, date | None]


def paired(told: Sequence[Nights], kept: Sequence[tuple[Nights, Row]]) -> list[Row | None]:
    """The kept row that each told of is: the one of the same first night, or else one a return wrote for some of its
    nights, whose first night another year tells otherwise. None is taken twice."""
    by_start = {nights[0]: row for nights, row in kept}
    found = [by_start.pop(starts, None) for starts, _ in told]
    for number, nights in enumerate(told):
        if found[number] is None:
            alike = (row for theirs, row in kept if theirs[0] in by_start and _is_moved(nights, theirs, row))
            found[number] = next(alike, None)
            by_start = {starts: row for starts, row in by_start.items() if row is not found[number]}
    return found


def _is_moved(nights: Nights, theirs: Nights, row: Row) -> bool:
    return by_a_return(row) and overlap(*nights, *theirs)


def clash(starts: date, ends: date | None, others: Iterable[Nights]) -> bool:
    """Whether some nights are also those of another."""
    return any(overlap(starts, ends, *other) for other in others)
