"""The pages that explain: every event, every code, and how another system is connected. Written from the contracts themselves."""

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from shared.contracts import EVENTS, TOPICS, Event, return_codes, vocabulary
from shared.contracts.asyncapi import example_of, schema_of
from shared.identity.access import whoever
from shared.web.pages import HOUSE

EXAMPLES = Path(__file__).parent / "samples"
RESTRICTED: Mapping[str, str] = {
    "referrals.children": "Date of birth, sex and ethnicity: only placements and metrics may bind it.",
    "referrals.statutory": "What the statutory return needs besides: only placements may bind it.",
    "placements.statutory": "Reviews, health, absence, adoption and the like: nobody binds it whom no figure makes.",
    "providers.locations": "Exactly where homes are: only placements may bind it.",
    "providers.people": "Who belongs to which organisation: only services bind it.",
}
"""Topic -> who alone may hear it, and why."""

SEEN = [Depends(whoever)]
"""Anybody may read; who is signed in stands on the page."""


NOTICES = ("privacy", "cookies", "accessibility")
"""What every page's foot links to."""


@dataclass(frozen=True, slots=True)
class Told:
    """One field of an event as the catalogue shows it."""

    name: str
    kind: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the catalogue."""

    type: str
    title: str
    said: str
    subject: str
    fields: tuple[Told, ...]
    example: str


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One set of words that travel, with what each is called."""

    name: str
    said: str
    codes: tuple[tuple[str, str], ...]


def help_routes(routes: APIRouter) -> None:
    """Adds the pages below `/help`."""

    @routes.get("/help", dependencies=SEEN)
    async def contents(request: Request) -> Response:
        return HOUSE.show(request, "help.html")

    @routes.get("/help/events", dependencies=SEEN)
    async def events(request: Request) -> Response:
        return HOUSE.show(request, "help_events.html", topics=catalogue(), restricted=RESTRICTED)

    @routes.get("/help/data", dependencies=SEEN)
    async def codes(request: Request) -> Response:
        return HOUSE.show(request, "help_data.html", sets=code_sets())

    for name in NOTICES:
        routes.get(f"/help/{name}", dependencies=SEEN)(_notice(name))

    @routes.get("/help/connect", dependencies=SEEN)
    async def connect(request: Request) -> Response:
        shell, python, query = ((EXAMPLES / name).read_text() for name in ("connect.sh", "connect.py", "figures.m"))
        here = str(request.base_url).rstrip("/")
        return HOUSE.show(
            request,
            "help_connect.html",
            shell=shell,
            python=python,
            power_bi=query.replace("{{ here }}", here),
            here=here,
        )


def _notice(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def notice(request: Request) -> Response:
        return HOUSE.show(request, f"help_{name}.html")

    return notice


@cache
def catalogue() -> Mapping[str, tuple[Entry, ...]]:
    """Topic -> its events, in the order in which they are defined."""
    return {topic: tuple(_entry(event) for event in EVENTS.values() if event.topic == topic) for topic in TOPICS}


def _entry(event: type[Event]) -> Entry:
    schema = schema_of(event)
    needed = set(schema.get("required", ()))
    fields = tuple(Told(name, _kind(told, schema), name in needed) for name, told in schema["properties"].items())
    example = json.dumps(example_of(event.event_type), indent=2, ensure_ascii=False)
    return Entry(event.event_type, event.__name__, inspect.getdoc(event) or "", event.subject_field, fields, example)


def _kind(told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What may stand in a field, in words."""
    if "anyOf" in told:
        return " or ".join(_kind(one, schema) for one in told["anyOf"])
    if "$ref" in told:
        name = str(told["$ref"]).rpartition("/")[2]
        found = schema["$defs"][name]
        return f"a code of {name}" if "enum" in found else f"a {name}"
    if told.get("type") == "array":
        return f"a list: each {_kind(told.get('items', {}), schema)}"
    formats = {"uuid": "an identifier", "date": "a date", "date-time": "a moment, UTC"}
    kinds = {"string": "text", "integer": "a whole number", "boolean": "true or false", "null": "nothing"}
    return formats.get(str(told.get("format"))) or kinds.get(str(told.get("type")), "anything")


@cache
def code_sets() -> tuple[CodeSet, ...]:
    """Every set of codes in the vocabulary, by name."""
    found = [
        one
        for one in {**vars(vocabulary), **vars(return_codes)}.values()
        if inspect.isclass(one) and issubclass(one, StrEnum)
    ]
    return tuple(
        CodeSet(one.__name__, inspect.getdoc(one) or "", tuple((code.value, _label(code)) for code in one))
        for one in sorted(found, key=lambda one: one.__name__)
        if one is not StrEnum
    )


def _label(code: StrEnum) -> str:
    words = code.name.replace("_", " ").lower()
    return words[0].upper() + words[1:]
