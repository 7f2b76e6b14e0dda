"""What is wrong with a list: where it stands, and words for it."""

from collections.abc import Sequence
from typing import Any

from shared.errors import Invalid

MOST_SHOWN = 100
Problem = dict[str, Any]


class NotThis(Invalid):
    """The workbook as a whole cannot be read, and why."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message, code=code, more=more)


def problem(sheet: str, row: int, field: str, message: str) -> Problem:
    """One thing wrong; `row` counts as a spreadsheet does."""
    return {"sheet": sheet, "row": row, "field": field, "message": message}


def refusal(problems: Sequence[Problem]) -> Invalid:
    """Nothing was taken in, because of all these."""
    first = problems[0]
    where = f"{first['sheet']} row {first['row']}, {first['field']}: {first['message']}"
    words = where if len(problems) == 1 else f"{len(problems)} things need to be put right. The first: {where}"
    field = f"{first['sheet']}.{first['row']}.{first['field']}"
    return Invalid(words, field=field, code="list_refused", more={"problems": list(problems[:MOST_SHOWN])})
