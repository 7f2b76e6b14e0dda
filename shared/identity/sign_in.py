"""Signing in with an organisation: the OpenID Connect code flow with PKCE, state and nonce."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from shared.errors import Refused
from shared.identity.registry import TrustedIssuer
from shared.identity.sessions import Sealed, set_cookie
from shared.identity.tokens import Tokens, Verified

WAIT_SECONDS = 10 * 60
"""How long somebody may take at their organisation's own sign-in page."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the cookie that lets only this browser come back."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back, where they wanted to go, and the cookie's end."""

    verified: Verified
    onward: str
    cookie: str


class SignIn:
    """Both halves of a sign-in; between them everything is in a sealed cookie of the browser that began it."""

    def __init__(
        self, tokens: Tokens, http: httpx.AsyncClient, public_url: str, secret: str, now: Callable[[], float]
    ) -> None:
        self._tokens, self._http, self._now = tokens, http, now
        self._public_url = public_url.rstrip("/")
        self._sealed = Sealed(secret, "signing-in")
        self._secure = public_url.startswith("https://")
        self.cookie = "__Host-sufficiency-arriving" if self._secure else "sufficiency-arriving"

    async def depart(self, issuer: TrustedIssuer, onward: str) -> Departure:
        """Begin: to the organisation's own page, with a challenge only we can answer."""
        metadata = await self._tokens.published(issuer).metadata()
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        client = self._client(issuer, metadata)
        try:
            url, state = client.create_authorization_url(
                metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        finally:
            await client.aclose()
        facts = {"issuer": issuer.key, "state": state, "nonce": nonce, "verifier": verifier}
        sealed = self._sealed.seal({**facts, "onward": local(onward), "at": self._now()})
        return Departure(str(url), self._set_cookie(sealed, WAIT_SECONDS))

    async def arrive(self, issuer: TrustedIssuer, query: Mapping[str, str], cookie: str) -> Arrival:
        """End: the code becomes a token, and the token must be for this browser, this issuer and this moment."""
        begun = self._sealed.open(cookie) or {}
        if not self._continues(begun, issuer, query):
            raise Refused("This sign-in was not begun here, or took too long. Start again.", status=400, code="stray")
        if "code" not in query:
            raise Refused("Your organisation did not sign you in.", status=403, code="declined")
        told = await self._redeem(issuer, query["code"], begun["verifier"])
        verified = await self._tokens.of_sign_in(str(told.get("id_token", "")), issuer, begun["nonce"])
        return Arrival(verified, local(begun["onward"]), self._set_cookie("", 0))

    def _continues(self, begun: Mapping[str, Any], issuer: TrustedIssuer, query: Mapping[str, str]) -> bool:
        if begun.get("issuer") != issuer.key or self._now() - begun.get("at", 0) > WAIT_SECONDS:
            return False
        return secrets.compare_digest(begun["state"].encode(), query.get("state", "").encode())

    async def _redeem(self, issuer: TrustedIssuer, code: str, verifier: str) -> Mapping[str, Any]:
        metadata = await self._tokens.published(issuer).metadata()
        client = self._client(issuer, metadata)
        try:
            told: Mapping[str, Any] = await client.fetch_token(
                metadata["token_endpoint"], code=code, code_verifier=verifier
            )
            return told
        except (AuthlibBaseError, httpx.HTTPError, ValueError) as error:
            message = "Your organisation would not confirm this sign-in. Start again."
            raise Refused(message, status=502, code="sign_in_failed") from error
        finally:
            await client.aclose()

    def _client(self, issuer: TrustedIssuer, metadata: Mapping[str, Any]) -> Any:
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            client_id=issuer.client_id,
            client_secret=issuer.secret,
            token_endpoint_auth_method=method if issuer.secret else "none",
            scope=issuer.scope,
            redirect_uri=f"{self._public_url}/sign-in/{issuer.key}/callback",
            code_challenge_method="S256",
            timeout=10,
        )

    def _set_cookie(self, text: str, seconds: int) -> str:
        return set_cookie(self.cookie, text, seconds, secure=self._secure)


def local(onward: str) -> str:
    """An address of ours to go on to; anything that could lead elsewhere becomes the home page."""
    plain = onward.isprintable() and onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if plain and "\\" not in onward else "/"
