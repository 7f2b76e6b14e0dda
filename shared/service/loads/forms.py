"""What is answered about a load: where it stands, and what was wrong with the files."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from shared.service.loads.differing import Difference, DifferenceCount
from shared.ssda903.problem import Severity
from shared.ssda903.repairs import RepairKind


class LoadState(StrEnum):
    """Where a load stands. In the last four it has ended; only `done` has changed anything. `previewed`: what it would
    change is shown, and waits for the go-ahead."""

    READING = "reading"
    CHECKING = "checking"
    WAITING_FOR_CHILDREN = "waiting_for_children"
    WRITING = "writing"
    PREVIEWED = "previewed"
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


class RepairShown(BaseModel):
    """A repair of one cell, or of one row where `field` is empty: made only if its kind was asked for."""

    kind: RepairKind
    file: str = Field(examples=["return.zip/2024/Episodes.csv"])
    row: int = Field(examples=[17])
    field: str = Field(examples=["DEC"])
    says: str = Field(examples=[""])
    becomes: str = Field(examples=["01/06/2023"])
    why: str = Field(
        examples=["The child's next episode begins on that day, in row 18 of return.zip/2024/Episodes.csv."]
    )
    made: bool


class RepairCount(BaseModel):
    """How many repairs of one kind there are, listed or not."""

    kind: RepairKind
    count: int
    made: bool


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
    repairs: Sequence[RepairCount] = Field(description="repairs the files need, made where they were asked for")
    differing: Sequence[DifferenceCount] = Field(description="what it changes of what is kept, or would")


class RepairsShown(BaseModel):
    """Repairs a page at a time; kept until the authority's next load."""

    repairs: Sequence[RepairShown]
    next: int | None = Field(description="ask for `from` this many to see those after these")


class DifferencesShown(BaseModel):
    """Differences a page at a time; kept until the authority's next load."""

    differences: Sequence[Difference]
    next: int | None = Field(description="ask for `from` this many to see those after these")
