"""A load's row as it is shown: what was wrong, what it offers to repair and what differs, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic_core import from_json

from shared.service.loads.differing import Difference, DifferenceCount
from shared.service.loads.forms import (
    DifferencesShown,
    LoadShown,
    MoreProblems,
    ProblemShown,
    RepairCount,
    RepairShown,
    RepairsShown,
)
from shared.service.loads.keeping import REPAIR, summary
from shared.store.session import Row

PROBLEM = ("file", "row", "field", "code", "message", "severity")
REST = ("file", "field", "code", "severity", "count")
One = TypeVar("One")


def load_shown(row: Row, now: datetime, passing: int, limit: int) -> LoadShown:
    """A load with a page of what was wrong."""
    problems, more = _page(from_json(row.problems), passing, limit)
    return LoadShown(
        **summary(row, now).model_dump(),
        problems=[ProblemShown(**_named(PROBLEM, told)) for told in problems],
        more=[MoreProblems(**_named(REST, told)) for told in from_json(row.rest)],
        next=more,
        repairs=[RepairCount(**_named(("kind", "count", "made"), told)) for told in from_json(row.repairs_counted)],
        differing=[DifferenceCount(**told) for told in from_json(row.differing)],
    )


def repairs_shown(row: Row, passing: int, limit: int) -> RepairsShown:
    """A page of the repairs."""
    found, more = _page(from_json(row.repairs), passing, limit)
    return RepairsShown(repairs=[RepairShown(**_named(REPAIR, told)) for told in found], next=more)


def differences_shown(row: Row, passing: int, limit: int) -> DifferencesShown:
    """A page of what differs."""
    found, more = _page(from_json(row.differences), passing, limit)
    return DifferencesShown(differences=[Difference(**told) for told in found], next=more)


def _named(names: Sequence[str], told: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, told, strict=True))


def _page(of: Sequence[One], passing: int, limit: int) -> tuple[Sequence[One], int | None]:
    after = passing + limit
    return of[passing:after], after if after < len(of) else None
