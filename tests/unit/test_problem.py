"""What a refusal looks like: it names the field in plain words and never repeats what was sent."""

import json
from collections.abc import AsyncIterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, Depends
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from shared.errors import NotFound, Refused
from shared.identity.access import anyone
from shared.web import problem
from shared.web.security import LARGEST_BODY
from shared.web.words import complaints
from tests.apps import ADDRESS, an_app, an_identity

SECRET = "Jamie-Smith-2014"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def _shouting(text: str) -> str:
    raise ValueError(f"{text} is no name")


def _too_late(_: date) -> date:
    raise ValueError("The date of birth cannot be after today")


class Need(BaseModel):
    kind: Colour


class Referral(BaseModel):
    model_config = ConfigDict(extra="forbid")
    child: UUID
    born_on: date
    colour: Colour
    miles: Annotated[int, Field(ge=0, le=200)]
    wanted_at: AwareDatetime
    needs: list[Need]
    note: Annotated[str, Field(max_length=5)] = ""
    shouting: Annotated[str, AfterValidator(_shouting)] = ""
    late_on: Annotated[date | None, AfterValidator(_too_late)] = None
    others: dict[str, int] = {}


GOOD: dict[str, Any] = {
    "child": "0192f000-0000-7000-8000-000000000001",
    "born_on": "2014-03-31",
    "colour": "red",
    "miles": 20,
    "wanted_at": "2026-03-31T09:30:00Z",
    "needs": [{"kind": "red"}],
}

routes = APIRouter(dependencies=[Depends(anyone)])


@routes.post("/referrals")
async def submit(referral: Referral) -> None: ...


class Raised(Exception):
    """Something nobody foresaw, with somebody's name in it."""


class AConstraint(asyncpg.UniqueViolationError):
    constraint_name = "one_child_in_a_place"


class AnotherConstraint(asyncpg.UniqueViolationError):
    constraint_name = "nobody_registered_this"


problem.sentence("one_child_in_a_place", "The place is already taken for those nights.", field="place")

ERRORS: dict[str, Exception] = {
    "full": Refused("The home is full.", field="place", code="home_full", more={"next_homes": ["a"]}),
    "hidden": NotFound(),
    "unforeseen": Raised(SECRET),
    "constraint": AConstraint(f"Key (child)=({SECRET}) already exists."),
    "another": AnotherConstraint(f"Key (child)=({SECRET}) already exists."),
    "deadlock": asyncpg.DeadlockDetectedError(SECRET),
    "away": ConnectionRefusedError(SECRET),
    "closed": asyncpg.InterfaceError("connection is closed"),
    "file": FileNotFoundError(SECRET),
}


@routes.get("/raises/{which}")
async def raises(which: str) -> None:
    raise ERRORS[which]


@pytest.fixture
async def client():
    identity = an_identity()
    transport = httpx.ASGITransport(an_app(identity, routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield client
    await identity.close()


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"child": SECRET}, "child", "identifier"),
        ({"born_on": "2014-02-30"}, "born_on", "Born on must be a real date, such as 2026-03-31."),
        ({"born_on": SECRET}, "born_on", "real date"),
        ({"colour": SECRET}, "colour", "Colour must be one of: red, blue."),
        ({"miles": 999_777}, "miles", "Miles must be 200 or less."),
        ({"miles": SECRET}, "miles", "whole number"),
        ({"wanted_at": "2026-03-31T09:30:00"}, "wanted_at", "offset"),
        ({"needs": [{"kind": SECRET}]}, "needs.0.kind", "one of"),
        ({"needs": SECRET}, "needs", "list"),
        ({"note": SECRET}, "note", "at most 5"),
        ({"shouting": SECRET}, "shouting", "Shouting is not right."),
        ({"late_on": "2031-07-09"}, "late_on", "cannot be after today."),
        ({"others": {SECRET: "x"}}, "others", "whole number"),
        ({SECRET: "x"}, "", "do not know"),
    ],
)
async def test_bad_input_is_named_by_field_and_never_repeated(client, change, field, words):
    response = await client.post("/referrals", json={**GOOD, **change})
    told = response.json()
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in told["errors"]] == [field]
    assert words in told["errors"][0]["message"]
    typed = json.dumps(change)
    for piece in (SECRET, "999777", "2014-02-30", "2031-07-09"):
        assert piece not in typed or piece not in response.text


async def test_what_is_missing_is_listed_together(client):
    told = (await client.post("/referrals", json={})).json()
    assert [error["field"] for error in told["errors"]] == ["child", "born_on", "colour", "miles", "wanted_at", "needs"]
    assert told["errors"][1]["message"] == "Born on is missing."
    assert told["detail"] == "6 fields need to be put right."


@pytest.mark.parametrize("body", [b"{" + SECRET.encode(), b"", b"\xff\xfe", b"[]", b"null"])
async def test_a_body_that_is_not_what_we_asked_for_is_refused_in_words(client, body):
    response = await client.post("/referrals", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("which", "status", "code", "detail"),
    [
        ("full", 409, "home_full", "The home is full."),
        ("hidden", 404, "not_found", "We cannot find that."),
        ("constraint", 409, "one_child_in_a_place", "The place is already taken for those nights."),
        ("another", 500, "unforeseen", "Something went wrong on our side."),
        ("deadlock", 503, "unavailable", problem.AGAIN_SOON),
        ("away", 503, "unavailable", problem.AGAIN_SOON),
        ("closed", 503, "unavailable", problem.AGAIN_SOON),
        ("file", 500, "unforeseen", "Something went wrong on our side."),
        ("unforeseen", 500, "unforeseen", "Something went wrong on our side."),
    ],
)
async def test_every_error_becomes_a_problem_that_gives_nothing_away(client, which, status, code, detail):
    response = await client.get(f"/raises/{which}")
    told = response.json()
    assert (response.status_code, told["status"], told["code"], told["detail"]) == (status, status, code, detail)
    assert told["type"] == f"urn:sufficiency:problem:{code}"
    assert SECRET not in response.text
    assert ("reference" in told) == (status == 500)


async def test_a_refusal_carries_its_field_and_more(client):
    told = (await client.get("/raises/full")).json()
    assert told["errors"] == [{"field": "place", "message": "The home is full."}]
    assert told["next_homes"] == ["a"]


async def test_the_reference_of_a_failure_is_the_trace_the_caller_sent(client):
    header = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-00"}
    assert (await client.get("/raises/unforeseen", headers=header)).json()["reference"] == "a" * 32


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/referrals", 405), ("GET", "/static/x.css", 404)]
)
async def test_what_starlette_refuses_is_a_problem_too(client, method, path, status):
    response = await client.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


async def test_a_person_gets_a_page(client):
    for which, heading in (("hidden", "Page not found"), ("unforeseen", "Sorry, there is a problem")):
        response = await client.get(f"/raises/{which}", headers={"accept": "text/html,*/*"})
        assert response.headers["content-type"].startswith("text/html")
        assert heading in response.text
        assert SECRET not in response.text


@pytest.mark.parametrize("length", [LARGEST_BODY + 1, None])
async def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(client, length):
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65_536

    body = b" " * length if length else chunks()
    response = await client.post("/referrals", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


async def test_every_answer_wears_its_headers(client):
    for path in ("/", "/sign-in", "/nowhere", "/raises/unforeseen"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


async def test_what_is_fingerprinted_is_kept_for_ever(client):
    home = (await client.get("/")).text
    address = home.partition('rel="stylesheet" href="')[2].partition('"')[0]
    response = await client.get(address)
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]


def test_errors_pydantic_may_add_still_have_words():
    errors = [{"type": "something_new", "loc": ("body", "when"), "msg": SECRET, "input": SECRET}]
    assert complaints(errors) == [{"field": "when", "message": "When is not right."}]
