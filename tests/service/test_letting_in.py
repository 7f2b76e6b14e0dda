"""Our issuer's page for people: a code for a name and a secret, and an identity token for the code, once."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt

from deploy.issuer import Client, Issuer
from shared.clock import FixedClock
from shared.identity.person import Role
from tests.visiting import Visited, visit

URL = "http://127.0.0.1:8099/issuer"
BACK = "http://127.0.0.1:8099/sign-in/staff/callback"
VERIFIER = "v" * 64
ASKED = {
    "client_id": "staff-pages",
    "redirect_uri": BACK,
    "state": "a state",
    "nonce": "a nonce",
    "code_challenge": create_s256_code_challenge(VERIFIER),
}
PEOPLE = {
    "sam": Client("a secret", frozenset({Role.SOCIAL_WORKER}), "Sam Okafor", "staff"),
    "kim": Client("a secret", frozenset({Role.PROVIDER_MANAGER}), "Kim Bell", "providers"),
    "metrics": Client("a secret", frozenset({Role.SYSTEM}), "Metrics", "staff"),
}


def reached(issuer: Issuer) -> httpx.AsyncClient:
    """As behind the proxy, which takes the first part of the path away."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(issuer.app()), base_url="http://127.0.0.1:8099")


async def asking(http: httpx.AsyncClient, **other: str) -> httpx.Response:
    """Somebody answers the page; the answer leads back, or is the page again."""
    return await http.post("/authorize", data=ASKED | {"person": "sam", "secret": "a secret"} | other)


async def a_code(http: httpx.AsyncClient) -> str:
    answer = await asking(http)
    assert answer.status_code == 303, answer.text
    told = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert (answer.headers["location"].partition("?")[0], told["state"]) == (BACK, "a state")
    return told["code"]


async def redeemed(http: httpx.AsyncClient, code: str, **other: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    return await http.post("/token", data=form | {"client_id": "staff-pages", "redirect_uri": BACK} | other)


async def test_a_person_is_vouched_for_once():
    issuer = Issuer(URL, PEOPLE)
    async with reached(issuer) as http:
        code = await a_code(http)
        answer, again = await redeemed(http, code), await redeemed(http, code)
    claims = jwt.decode(answer.json()["id_token"], issuer.key).claims
    said = [claims[name] for name in ("sub", "aud", "nonce", "name", "roles")]
    assert said == ["sam", "staff-pages", "a nonce", "Sam Okafor", ["social_worker"]]
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize(
    "other", [{"code_verifier": "w" * 64}, {"redirect_uri": f"{BACK}/"}, {"client_id": "providers-pages"}]
)
async def test_a_code_is_good_for_nobody_else(other):
    async with reached(Issuer(URL, PEOPLE)) as http:
        assert (await redeemed(http, await a_code(http), **other)).status_code == 400


async def test_a_code_is_good_for_a_minute():
    clock = FixedClock(datetime(2026, 3, 31, tzinfo=UTC))
    async with reached(Issuer(URL, PEOPLE, now=lambda: clock.now().timestamp())) as http:
        code = await a_code(http)
        clock.move(timedelta(seconds=61))
        assert (await redeemed(http, code)).status_code == 400


@pytest.mark.parametrize("other", [{"secret": "wrong"}, {"person": "kim"}, {"person": "metrics"}, {"person": "nobody"}])
async def test_who_is_not_known_there_is_asked_again(other):
    async with reached(Issuer(URL, PEOPLE)) as http:
        answer = await asking(http, **other)
    assert answer.status_code == 422
    assert "not the name and secret of anybody here" in answer.text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", f"{BACK}/../x", "", BACK.replace("staff", "providers")])
async def test_nobody_is_sent_anywhere_else(back):
    async with reached(Issuer(URL, PEOPLE)) as http:
        page = await http.get("/authorize", params=ASKED | {"redirect_uri": back})
        answer = await asking(http, redirect_uri=back)
    assert (page.status_code, answer.status_code) == (400, 400)
    assert "location" not in answer.headers


async def test_the_page_names_whoever_may_sign_in_there():
    async with reached(Issuer(URL, PEOPLE)) as http:
        page: Visited = await visit(http, str(httpx.URL("/authorize", params=ASKED)))
    assert page.heading == "Who are you?"
    assert [one.text for one in page.page.all("option")] == ["Sam Okafor, social worker"]
