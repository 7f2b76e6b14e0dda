"""Each service's description says of every route what it is for, what it answers, how it refuses, and an example."""

from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from deploy.installation import SERVICES
from shared.bus import InProcessBus
from shared.service.app import create_app
from shared.settings import Settings


def _described(service: str) -> dict[str, Any]:
    return create_app(SERVICES[service], Settings(), bus=InProcessBus()).openapi()


DESCRIPTIONS = {service: _described(service) for service in SERVICES}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for service, description in DESCRIPTIONS.items():
        for path, methods in description["paths"].items():
            for method, operation in methods.items():
                yield service, f"{method.upper()} {path}", operation


OPERATIONS = list(operations())


def test_every_route_says_what_it_is_for() -> None:
    assert [route for _, route, operation in OPERATIONS if not operation.get("summary")] == []


def test_every_route_says_what_it_answers() -> None:
    def foretold(operation: dict[str, Any]) -> bool:
        good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        return bool(good) and all(any("schema" in c for c in answer.get("content", {}).values()) for answer in good)

    assert [route for _, route, operation in OPERATIONS if not foretold(operation)] == []


def test_every_route_says_how_it_refuses() -> None:
    def refuses(operation: dict[str, Any]) -> bool:
        answers = {status: answer for status, answer in operation["responses"].items() if status[0] == "4"}
        return "4XX" in answers and all("application/problem+json" in a["content"] for a in answers.values())

    assert [route for _, route, operation in OPERATIONS if not refuses(operation)] == []


BODIES = [
    (service, route, content)
    for service, route, operation in OPERATIONS
    for content in operation.get("requestBody", {}).get("content", {}).values()
]


@pytest.mark.parametrize(("service", "route", "content"), BODIES, ids=[route for _, route, _ in BODIES])
def test_every_body_has_an_example_that_its_schema_allows(service: str, route: str, content: dict[str, Any]) -> None:
    resolved = {**content["schema"], "components": DESCRIPTIONS[service]["components"]}
    jsonschema.validate(content["example"], resolved, format_checker=jsonschema.FormatChecker())
