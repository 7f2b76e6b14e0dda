"""The kinds of field that forms are made of, the same in every service."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.contracts.vocabulary import Feature

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PENCE = 10_000_000
"""£100,000 a week: more is a slip of the finger."""


class Form(BaseModel):
    """What somebody sends: a field we do not know is refused, so that a misspelt one is never silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What we send back."""


def _written(value: Any) -> Any:
    """Dates are written as 2026-03-31; a bare number, also as text, would be taken for seconds since 1970."""
    if (isinstance(value, str) and not DATE.fullmatch(value)) or not isinstance(value, str | date):
        raise PydanticCustomError("date_type", "not a date")
    return value


def _written_out(value: Any) -> Any:
    """Moments begin with their date, for the same reason."""
    if (isinstance(value, str) and not DATE.match(value)) or not isinstance(value, str | datetime):
        raise PydanticCustomError("datetime_type", "not a moment")
    return value


def each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """A list said as a set is meant: sorted, without repeats."""
    return tuple(sorted(set(values)))


def tidy_postcode(typed: str) -> str:
    """A full postcode in capitals with one space. Raises ValueError."""
    postcode = " ".join(typed.upper().split())
    if not POSTCODE.fullmatch(postcode):
        raise ValueError("Postcode must be a full postcode, such as LS1 4AP")
    close = postcode.replace(" ", "")
    return f"{close[:-3]} {close[-3:]}"


def later(ends: date | None, starts: date | None, words: str) -> date | None:
    """An end that leaves at least one night `[starts, ends)`. Raises ValueError with these words."""
    if ends is not None and starts is not None and ends <= starts:
        raise ValueError(words)
    return ends


Day = Annotated[date, BeforeValidator(_written), Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"),
]
Postcode = Annotated[str, StringConstraints(max_length=12), AfterValidator(tidy_postcode)]
Age = Annotated[int, Field(strict=True, ge=0, le=25)]
Version = Annotated[int, Field(strict=True, ge=1, le=2_000_000_000)]
Pence = Annotated[int, Field(strict=True, ge=0, le=MOST_PENCE, description="pence a week", examples=[381_000])]
Features = Annotated[tuple[Feature, ...], Field(max_length=len(Feature)), AfterValidator(each_once)]
