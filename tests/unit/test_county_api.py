"""The calibration over HTTP says the same as the command, and what is asked wrongly is told so."""

import httpx
import pytest

from deploy.county.api import county_app
from deploy.county.authority import named
from deploy.county.calibration import calibrated


async def asked(path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(county_app()), base_url="http://127.0.0.1") as client:
        return await client.get(path)


async def test_the_answer_is_the_calibration_line_by_line() -> None:
    told = (await asked("/county/cambridgeshire/calibration?seed=3")).json()
    authority = named("cambridgeshire")
    lines = calibrated(authority, 3)
    assert [(line["what"], line["ours"], line["low"], line["high"]) for line in told["lines"]] == [
        (line.what, line.ours, line.low, line.high) for line in lines
    ]
    assert (told["seed"], told["inside"]) == (3, sum(line.inside for line in lines))
    assert told["assumed"] == authority.assumptions() != []


async def test_every_authority_is_listed_with_what_is_assumed_of_it() -> None:
    told = (await asked("/county")).json()
    assert [one["id"] for one in told] == ["cambridgeshire", "hertfordshire"]
    assert all(one["assumed"] for one in told)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/county/rutland/calibration", 404, "not_found"),
        ("/county/hertfordshire/calibration?seed=many", 422, "invalid"),
        ("/county/hertfordshire/calibration?seed=-1", 422, "invalid"),
        ("/county/hertfordshire/calibration?seed=12345678901234567890", 422, "invalid"),
    ],
)
async def test_what_is_asked_wrongly_is_told_so(path: str, status: int, code: str) -> None:
    answer = await asked(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
