"""The kinds of field that providers' forms are made of."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.providers.domain import tidy_postcode
from shared.contracts.vocabulary import Feature, Sex

MOST_PENCE = 10_000_000
"""£100,000 a week: more is a slip of the finger."""


class Form(BaseModel):
    """What somebody sends: a field we do not know is refused, so that a misspelt one is never silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What we send back."""


def _written(value: Any) -> Any:
    """Dates are written as 2026-03-31; a bare number would be taken for seconds since 1970."""
    if not isinstance(value, str | date):
        raise PydanticCustomError("date_type", "not a date")
    return value


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(set(values)))


Day = Annotated[date, BeforeValidator(_written), Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Area = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,40}$")]
Postcode = Annotated[str, StringConstraints(max_length=12), AfterValidator(tidy_postcode)]
Age = Annotated[int, Field(strict=True, ge=0, le=25)]
Version = Annotated[int, Field(strict=True, ge=1, le=2_000_000_000)]
Pence = Annotated[int, Field(strict=True, ge=0, le=MOST_PENCE)]
Features = Annotated[tuple[Feature, ...], Field(max_length=len(Feature)), AfterValidator(_each_once)]
Sexes = Annotated[tuple[Sex, ...], Field(min_length=1, max_length=len(Sex)), AfterValidator(_each_once)]
Places = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100), AfterValidator(_each_once)]


def later(ends: date | None, starts: date | None, words: str) -> date | None:
    """An end that leaves at least one night `[starts, ends)`. Raises ValueError with these words."""
    if ends is not None and starts is not None and ends <= starts:
        raise ValueError(words)
    return ends
