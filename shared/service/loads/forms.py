"""What is answered about a load: where it stands, and what was wrong with the files."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.ssda903.problem import Severity


class LoadState(StrEnum):
    """Where a load stands. In the last three it has ended; only `done` has changed anything."""

    READING = "reading"
    CHECKING = "checking"
    WAITING_FOR_CHILDREN = "waiting_for_children"
    WRITING = "writing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class ProblemShown(BaseModel):
    """One thing wrong: `row` counts as a spreadsheet does (column names are row 1), 0 for the whole file."""

    file: str = Field(examples=["return.zip/2024/Episodes.csv"])
    row: int = Field(examples=[17])
    field: str = Field(examples=["DEC"])
    code: str = Field(examples=["no_such_date"], description="for programs")
    message: str = Field(examples=["DEC is a date that does not exist or cannot be meant."])
    severity: Severity


class MoreProblems(BaseModel):
    """How many more of one kind there are than are listed."""

    file: str
    field: str
    code: str
    severity: Severity
    count: int


class LoadSummary(BaseModel):
    """One load, without what was wrong."""

    load: UUID
    state: LoadState
    words: str = Field(description="why it ended, where it is not done", examples=[""])
    made_at: datetime
    ended_at: datetime | None
    done: int = Field(description="of `total`, in what the state counts: bytes, children or records")
    total: int
    counts: dict[str, int] = Field(examples=[{"children": 2120, "episodes": 5779}])
    refused: int = Field(description="problems for which nothing was loaded")
    warned: int = Field(description="problems that were loaded over, as their words say")


class LoadShown(LoadSummary):
    """One load with what was wrong, a page at a time."""

    problems: Sequence[ProblemShown]
    more: Sequence[MoreProblems]
    next: int | None = Field(description="ask for `from` this many to see the problems after these")
