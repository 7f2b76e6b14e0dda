"""A question of a page: how it is asked, what was typed, what that means by the form's own rules, and what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as holding
from datetime import date
from functools import cache
from typing import Any

from fastapi import Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import FormData

from shared.errors import Refused
from shared.web.pages import day
from shared.web.words import complaints

PARTS = ("day", "month", "year")
NOT_A_DATE = "Enter a real date, such as 31 3 2026."


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a form as a page asks for it; `kind` is radios, choice (a long list), checkboxes, yes_no, date, text or prose."""

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
        return f"{self.asks} (optional)" if self.optional and self.kind in ("text", "prose", "date") else self.asks


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
        told = complaints([{**one, "loc": (question.field,)} for one in error.errors()])
        return Answered({question.field: typed}, None, {question.field: told[0]["message"]})
    except ValueError as error:
        return Answered({question.field: typed}, None, {question.field: str(error)})
    return Answered({question.field: typed}, value)


def as_typed(question: Question, kept: Any) -> Any:
    """An answer that was kept, as it would have been typed."""
    if question.kind == "date":
        parts = kept.split("-") if kept else ["", "", ""]
        return dict(zip(PARTS, (str(int(part)) if part else "" for part in reversed(parts)), strict=True))
    if question.kind == "yes_no":
        return "" if kept is None else "yes" if kept else "no"
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
        return ", ".join(question.options.get(one, one) for one in kept)
    return question.options.get(kept, kept)


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
    if question.kind == "date":
        return _date(typed)
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


@cache
def _rule(form: type[BaseModel], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(form.model_fields[name].rebuild_annotation())
