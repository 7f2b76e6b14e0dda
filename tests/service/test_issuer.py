"""Our own token issuer: what it gives for a secret, and what a service does with it."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends
from pydantic import SecretStr

from deploy.issuer import Client, Issuer, demonstration_clients, read_clients
from shared.clock import FixedClock
from shared.identity.access import may
from shared.identity.demonstration import CHARACTERS
from shared.identity.own_token import OwnToken
from shared.identity.person import Person, Role
from shared.identity.registry import Misconfigured
from shared.settings import Settings
from tests.apps import ADDRESS, an_app, an_identity, reached_in_process

URL = "http://127.0.0.1:8099"
METRICS = Client("a secret", frozenset({Role.SYSTEM}))
ASKED = {"grant_type": "client_credentials"}
routes = APIRouter()


@routes.get("/events")
async def events(by: Annotated[Person, Depends(may("events:read"))]) -> dict[str, Any]:
    return {"topics": sorted(by.topics), "installation": by.installation}


def an_issuer() -> Issuer:
    return Issuer(URL, {"metrics": METRICS, "odd name:": Client("odd:secret", frozenset())})


@pytest.mark.parametrize("by_form", [True, False])
async def test_a_client_gets_a_token_for_its_secret(by_form):
    issuer = an_issuer()
    form = ASKED | ({"client_id": "metrics", "client_secret": "a secret"} if by_form else {})
    async with reached_in_process(issuer) as http:
        response = await http.post("/token", data=form, auth=httpx.Auth() if by_form else ("metrics", "a secret"))
    told = response.json()
    assert (response.status_code, told["token_type"]) == (200, "Bearer")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "auth", "status", "error"),
    [
        (ASKED, ("metrics", "wrong"), 401, "invalid_client"),
        (ASKED, ("stranger", "a secret"), 401, "invalid_client"),
        (ASKED, ("", ""), 401, "invalid_client"),
        ({"grant_type": "password"}, ("metrics", "a secret"), 400, "unsupported_grant_type"),
        ({}, ("metrics", "a secret"), 400, "unsupported_grant_type"),
        (ASKED | {"filler": "x" * 5000}, ("metrics", "a secret"), 400, "unsupported_grant_type"),
    ],
)
async def test_anything_else_is_refused(form, auth, status, error):
    async with reached_in_process(an_issuer()) as http:
        response = await http.post("/token", data=form, auth=auth)
    assert (response.status_code, response.json()) == (status, {"error": error})


async def test_a_broken_header_is_refused():
    async with reached_in_process(an_issuer()) as http:
        response = await http.post("/token", data=ASKED, headers={b"authorization": "Basic §§§".encode("latin-1")})
    assert response.status_code == 401


async def test_a_service_asks_for_its_own_token_and_keeps_it_until_shortly_before_its_end():
    issuer, clock = an_issuer(), FixedClock(datetime(2026, 3, 31, tzinfo=UTC))
    asked: list[str] = []

    class Counted(httpx.ASGITransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return await super().handle_async_request(request)

    settings = Settings(client_id="metrics", client_secret=SecretStr("a secret"), token_url=f"{URL}/token")
    own = OwnToken(settings, Counted(issuer.app()), now=lambda: clock.now().timestamp())
    first, second = await asyncio.gather(own.current(), own.current())
    assert first == second
    clock.move(timedelta(minutes=59, seconds=31))
    await own.current()
    assert asked == ["/token", "/token"]


async def test_with_it_the_service_reads_the_topics_of_its_entry_in_the_registry():
    issuer = an_issuer()
    entry = issuer.trusted("installation", systems=True, clients={"metrics": {"topics": ["placements"]}}, jwks=None)
    identity = an_identity(entry, http=reached_in_process(issuer))
    settings = Settings(client_id="metrics", client_secret=SecretStr("a secret"), token_url=f"{URL}/token")
    auth = OwnToken(settings, httpx.ASGITransport(issuer.app()))
    transport = httpx.ASGITransport(an_app(identity, routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, auth=auth) as http:
        assert (await http.get("/events")).json() == {"topics": ["placements"], "installation": True}
    await identity.close()


def test_the_key_is_kept_where_only_its_owner_reads_it(tmp_path: Path):
    first, second = Issuer(URL, folder=tmp_path / "keys"), Issuer(URL, folder=tmp_path / "keys")
    assert first.jwks == second.jwks
    assert (tmp_path / "keys" / "issuer.json").stat().st_mode & 0o077 == 0
    assert "d" not in first.jwks["keys"][0]


def test_every_person_of_the_demonstration_is_a_client():
    clients = demonstration_clients("a secret")
    assert {key: client.roles for key, client in clients.items()} == {
        key: {character.role} for key, character in CHARACTERS.items()
    }


@pytest.mark.parametrize("text", ["", "[clients.a]\nsecret='x'", "[clients.a]\nsecret='x'\nroles=['wizard']", "["])
def test_a_table_of_clients_that_is_wrong_stops_the_start(tmp_path: Path, text: str):
    file = tmp_path / "clients.toml"
    file.write_text(text)
    with pytest.raises(Misconfigured):
        read_clients(file)


async def test_it_runs_as_a_program(tmp_path: Path, unused_tcp_port: int):
    clients = tmp_path / "clients.toml"
    clients.write_text('[clients.metrics]\nsecret = "a secret"\nroles = ["system"]\n')
    words = ["-m", "deploy.issuer", "--port", str(unused_tcp_port), "--clients", str(clients)]
    program = await asyncio.create_subprocess_exec(sys.executable, *words)
    try:
        transport = httpx.AsyncHTTPTransport(retries=10)  # waits for the socket, half a second longer each time
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}", transport=transport) as http:
            told = (await http.get("/.well-known/openid-configuration")).json()
            response = await http.post(told["token_endpoint"], data=ASKED, auth=("metrics", "a secret"))
        assert response.json()["access_token"].count(".") == 2
    finally:
        program.terminate()
        await program.wait()
