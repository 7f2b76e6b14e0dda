"""A small token issuer of ours, for tests, for `make run-distributed` and for a newcomer's first curl.

It vouches for a subject and roles and never for an authority: whose somebody is stands in the registry.
"""

import argparse
import base64
import json
import os
import secrets
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.letting_in import LettingIn
from shared.identity.access import ANYONE
from shared.identity.demonstration import CHARACTERS
from shared.identity.person import Role
from shared.identity.registry import Misconfigured, TrustedIssuer

ALGORITHM = "ES256"
AUDIENCE = "sufficiency"
LIFETIME_SECONDS = 3600
LARGEST_FORM = 4096


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who may have a token for a secret."""

    secret: str
    roles: frozenset[Role]
    name: str = ""
    audience: str = AUDIENCE


class Issuer:
    """Keys, clients and the tokens made with them; `url` is where others find `/.well-known/openid-configuration`."""

    def __init__(
        self,
        url: str,
        clients: Mapping[str, Client] | None = None,
        *,
        folder: Path | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url = url.rstrip("/")
        self.clients = dict(clients or {})
        self.key = _kept_key(folder) if folder else ECKey.generate_key("P-256", auto_kid=True)
        self.now = now
        self._letting_in = LettingIn(self)

    @property
    def jwks(self) -> dict[str, Any]:
        """The published half of the keys."""
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}

    def token_for(self, subject: str, roles: Iterable[Role], audience: str = AUDIENCE, **overrides: Any) -> str:
        """A signed token; `overrides` replace claims, and a claim given as None is left out."""
        now = int(self.now())
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "roles": sorted(roles),
        }
        claims = {name: told for name, told in {**claims, **overrides}.items() if told is not None}
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, claims, self.key)

    def trusted(self, key: str, **more: Any) -> TrustedIssuer:
        """This issuer as an entry in the registry of a process that shares it and needs no fetching."""
        return TrustedIssuer(**{"key": key, "url": self.url, "audience": AUDIENCE, "jwks": self.jwks, **more})

    def app(self) -> Starlette:
        """The issuer's endpoints, to serve or to mount."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", _public(self._configuration)),
                Route("/jwks", _public(self._published)),
                Route("/authorize", _public(self._ask), methods=["GET"]),
                Route("/authorize", _public(self._answer), methods=["POST"]),
                Route("/token", _public(self._token), methods=["POST"]),
            ]
        )

    async def _configuration(self, _: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks",
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "grant_types_supported": ["authorization_code", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "response_types_supported": ["code", "token"],
                "subject_types_supported": ["public"],
            }
        )

    async def _published(self, _: Request) -> JSONResponse:
        return JSONResponse(self.jwks)

    def proves(self, name: str, secret: str) -> bool:
        """Whether this is a client's secret; whether there is such a client takes as long to say."""
        client = self.clients.get(name)
        kept = client.secret if client else secrets.token_hex()
        return secrets.compare_digest(secret.encode(), kept.encode()) and client is not None

    async def _ask(self, request: Request) -> Response:
        return await self._letting_in.ask(request)

    async def _answer(self, request: Request) -> Response:
        return await self._letting_in.answer(request, await _form(request))

    async def _token(self, request: Request) -> JSONResponse:
        """A code's token (RFC 6749, 4.1.3), or client credentials (4.4) by basic authentication or in the form."""
        form = await _form(request)
        if form.get("grant_type") == "authorization_code":
            redeemed = self._letting_in.redeem(form)
            return _told(redeemed) if redeemed else _refusal("invalid_grant", 400)
        if form.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type", 400)
        name, secret = _credentials(request, form)
        if not self.proves(name, secret):
            return _refusal("invalid_client", 401)
        client = self.clients[name]
        token = self.token_for(name, client.roles, client.audience, name=client.name or None)
        return _told({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS})


def demonstration_clients(secret: str) -> dict[str, Client]:
    """The people of the demonstration as clients, so that each can be tried with curl."""
    return {key: Client(secret, frozenset({character.role}), character.name) for key, character in CHARACTERS.items()}


def read_clients(path: Path) -> dict[str, Client]:
    """The clients kept in a TOML file, a table each: `[clients.metrics]` with secret, roles, name and audience."""
    try:
        tables = tomllib.loads(path.read_text())["clients"]
        return {
            name: Client(**{**table, "roles": frozenset(Role(role) for role in table["roles"])})
            for name, table in tables.items()
        }
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise Misconfigured(f"The issuer's clients in {path} cannot be read: {error}") from error


def _public(endpoint: Any) -> Any:
    """Mark a route as asking nobody who they are, for the walk over every route."""

    async def public(request: Request) -> Any:
        return await endpoint(request)

    public.permission = ANYONE  # type: ignore[attr-defined]
    return public


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote(name), unquote(secret)


def _told(token: Mapping[str, Any]) -> JSONResponse:
    return JSONResponse(token, headers={"Cache-Control": "no-store"})


def _refusal(error: str, status: int) -> JSONResponse:
    headers = {"WWW-Authenticate": 'Basic realm="issuer"'} if status == 401 else {}
    return JSONResponse({"error": error}, status, headers)


def _kept_key(folder: Path) -> ECKey:
    """The key in a folder, made at the first start and readable by its owner only."""
    path = folder / "issuer.json"
    if path.exists():
        return ECKey.import_key(json.loads(path.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", auto_kid=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(key.as_dict(private=True), file)
    return key


def main() -> None:
    """`python -m deploy.issuer --port 8099 --clients clients.toml`"""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--url", default="", help="the address others know it by")
    words.add_argument("--clients", type=Path, required=True, help="TOML with a table for each client")
    words.add_argument("--keys", type=Path, help="folder to keep the key in; without it, a new key at each start")
    told = words.parse_args()
    url = told.url or f"http://{told.host}:{told.port}"
    issuer = Issuer(url, read_clients(told.clients), folder=told.keys)
    uvicorn.run(issuer.app(), host=told.host, port=told.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
