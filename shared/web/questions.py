"""A question of a page: how it is asked, what was typed, what that means by the form's own rules, and what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as holding
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import FormData

from shared.errors import Refused
from shared.web.pages import day, pounds
from shared.web.words import complaints

F = TypeVar("F", bound=BaseModel)
UNPROCESSABLE = 422
PARTS = ("day", "month", "year")
OPEN_ENDED = ("text", "prose", "date", "pounds", "whole")
NOT_POUNDS = "Enter an amount in pounds, such as 3810.00."
NOT_A_DATE = "Enter a real date, such as 31 3 2026."


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form as a page asks for it; `kind` is radios, choice (a long list), checkboxes, yes_no, date, text, prose, pounds or whole."""

    slug: str
    field: str
    form: type[BaseModel]
    asks: str
    kind: str
    short: str
    """What the answer is called in a summary."""
    hint: str = ""
    missing: str = ""
    """What is said where it is left out; empty where it may be."""
    options: Mapping[str, str] = holding(default_factory=dict)

    @property
    def optional(self) -> bool:
        return not self.missing

    @property
    def heading(self) -> str:
        """As the page asks it; a field that may be left empty says so."""
        return f"{self.asks} (optional)" if self.optional and self.kind in OPEN_ENDED else self.asks


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody sent: as typed, as it is to be kept, and the sentences about what is wrong, by field."""

    typed: Mapping[str, Any]
    kept: Any = None
    wrong: Mapping[str, str] = holding(default_factory=dict)


async def typed_in(request: Request) -> FormData:
    """What a page's form sent."""
    return await request.form(max_files=0, max_fields=200)


def answered(question: Question, sent: FormData) -> Answered:
    """Read one answer and hold it against the rules of the form it belongs to."""
    typed = _typed(question, sent)
    if not _said(typed):
        wrong = {question.field: question.missing} if question.missing else {}
        return Answered({question.field: typed}, [] if question.kind == "checkboxes" else None, wrong)
    try:
        value = _value(question, typed)
        _rule(question.form, question.field).validate_python(value)
    except ValidationError as error:
        return Answered({question.field: typed}, None, {question.field: _complaint(question, error)})
    except ValueError as error:
        return Answered({question.field: typed}, None, {question.field: str(error)})
    return Answered({question.field: typed}, value)


def _complaint(question: Question, error: ValidationError) -> str:
    """What is wrong by the form's own rules; a limit on an amount is said in pounds, as it was asked."""
    first = error.errors()[0]
    if question.kind == "pounds" and first["type"] == "less_than_equal":
        return f"Enter {pounds(first['ctx']['le'])} or less."
    return complaints([{**one, "loc": (question.field,)} for one in error.errors()])[0]["message"]


def as_typed(question: Question, kept: Any) -> Any:
    """An answer that was kept, as it would have been typed."""
    if question.kind == "date":
        parts = kept.split("-") if kept else ["", "", ""]
        return dict(zip(PARTS, (str(int(part)) if part else "" for part in reversed(parts)), strict=True))
    if question.kind == "yes_no":
        return "" if kept is None else "yes" if kept else "no"
    if question.kind == "pounds" and kept is not None:
        return f"{kept // 100}.{kept % 100:02d}" if kept % 100 else str(kept // 100)
    if question.kind == "whole" and kept is not None:
        return str(kept)
    return kept if kept is not None else [] if question.kind == "checkboxes" else ""


def in_words(question: Question, kept: Any) -> str:
    """An answer as a summary says it."""
    if kept in (None, "", []):
        return "None" if question.kind == "checkboxes" and kept == [] else "Not said"
    if question.kind == "date":
        return day(date.fromisoformat(kept))
    if question.kind == "yes_no":
        return "Yes" if kept else "No"
    if question.kind == "checkboxes":
        return "; ".join(question.options.get(one, one) for one in kept)
    return pounds(kept) if question.kind == "pounds" else question.options.get(kept, str(kept))


def summary_of(wrong: Mapping[str, str]) -> list[dict[str, str]]:
    """The error summary's list: each sentence a link to its field."""
    return [{"text": words, "href": f"#{name}"} for name, words in wrong.items()]


def wrong_with(refused: Refused, fields: Sequence[str]) -> dict[str, str]:
    """A refusal beside the field it is about, or beside the first where it is about the whole."""
    name = refused.field.partition(".")[0]
    return {name if name in fields else fields[0]: refused.message}


def _typed(question: Question, sent: FormData) -> Any:
    if question.kind == "date":
        return {part: str(sent.get(f"{question.field}-{part}", "")).strip() for part in PARTS}
    if question.kind == "checkboxes":
        return [str(one) for one in sent.getlist(question.field)]
    # A text area sends line ends as the web does; we keep them as everybody else does.
    return str(sent.get(question.field, "")).strip().replace("\r\n", "\n")


def _said(typed: Any) -> bool:
    return any(typed.values()) if isinstance(typed, dict) else bool(typed)


def _value(question: Question, typed: Any) -> Any:
    """Raises ValueError with words."""
    if question.kind in READ_AS:
        return READ_AS[question.kind](typed)
    if question.kind == "yes_no":
        if typed not in ("yes", "no"):
            raise ValueError(question.missing or "Say yes or no.")
        return typed == "yes"
    if question.kind in ("radios", "choice", "checkboxes"):
        several = typed if isinstance(typed, list) else [typed]
        if any(one not in question.options for one in several):
            raise ValueError("Choose from what is listed.")
    return typed


def _date(parts: Mapping[str, str]) -> str:
    numbers = [parts[name] for name in ("year", "month", "day")]
    if not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in numbers):
        raise ValueError(NOT_A_DATE)
    try:
        return date(*map(int, numbers)).isoformat()
    except ValueError:
        raise ValueError(NOT_A_DATE) from None


def _pence(typed: str) -> int:
    """Pounds with at most two decimals, with or without a sign and commas."""
    try:
        amount = Decimal(typed.removeprefix("£").replace(",", "").strip()) * 100
    except InvalidOperation:
        raise ValueError(NOT_POUNDS) from None
    if (
        not typed.strip("£").isascii()
        or not amount.is_finite()
        or amount != amount.to_integral_value()
        or not 0 <= amount < 10**11
    ):
        raise ValueError(NOT_POUNDS)
    return int(amount)


def _whole(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise ValueError("Enter a whole number.")
    return int(typed)


READ_AS: Mapping[str, Callable[[Any], Any]] = {"date": _date, "pounds": _pence, "whole": _whole}


@cache
def _rule(form: type[BaseModel], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(form.model_fields[name].rebuild_annotation())


def answered_all(questions: Sequence[Question], sent: FormData) -> Answered:
    """The answers to all that one page asks; `kept` is by field, without what was left empty."""
    told = [(question.field, answered(question, sent)) for question in questions]
    return Answered(
        {name: said for _, one in told for name, said in one.typed.items()},
        {field: one.kept for field, one in told if one.kept is not None},
        {name: words for _, one in told for name, words in one.wrong.items()},
    )


def seen_in(sent: FormData) -> int | None:
    """The version of a record that stood on the page when it was opened."""
    seen = str(sent.get("version", ""))
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None


def form_of(kind: type[F], said: Mapping[str, Any]) -> F:
    """A form out of the answers of a page. Raises Refused with the first thing that is wrong as a whole."""
    try:
        return kind.model_validate(dict(said))
    except ValidationError as error:
        told = complaints(error.errors())[0]
        raise Refused(told["message"], field=told["field"], status=UNPROCESSABLE) from None
