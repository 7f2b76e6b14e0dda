"""What a load is to write: each record the return tells of beside the one that is kept, and what it may not touch."""

from collections.abc import Iterable, Mapping
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
    """A row as it is to stand, and the event that tells of it; `lines` are a period's legal statuses."""

    event: type[Event]
    row: Mapping[str, Any]
    lines: tuple[LegalLine, ...] = ()


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


def clash(starts: date, ends: date | None, others: Iterable[tuple[date, date | None]]) -> bool:
    """Whether some nights are also those of another."""
    return any(overlap(starts, ends, *other) for other in others)
