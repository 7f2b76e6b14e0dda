"""Signing in with an organisation: the OpenID Connect code flow with PKCE, state and nonce."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from shared.errors import NotSignedIn, Refused
from shared.identity.registry import TrustedIssuer
from shared.identity.sessions import Sealed, set_cookie
from shared.identity.tokens import Tokens, Verified

WAIT_SECONDS = 10 * 60
"""How long somebody may take at their organisation's own sign-in page."""

UNCONFIRMED = "Your organisation would not confirm this sign-in. Start again."


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
        verifier, nonce, state = (secrets.token_urlsafe(48) for _ in range(3))
        url = prepare_grant_uri(
            metadata["authorization_endpoint"],
            issuer.client_id,
            "code",
            redirect_uri=self._callback(issuer),
            scope=issuer.scope,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        facts = {"issuer": issuer.key, "state": state, "nonce": nonce, "verifier": verifier}
        sealed = self._sealed.seal({**facts, "onward": local(onward), "at": self._now()})
        return Departure(url, self._set_cookie(sealed, WAIT_SECONDS))

    async def arrive(self, issuer: TrustedIssuer, query: Mapping[str, str], cookie: str) -> Arrival:
        """End: the code becomes a token, and the token must be for this browser, this issuer and this moment."""
        begun = self._sealed.open(cookie) or {}
        if not self._continues(begun, issuer, query):
            raise Refused("This sign-in was not begun here, or took too long. Start again.", status=400, code="stray")
        if "code" not in query:
            raise Refused("Your organisation did not sign you in.", status=403, code="declined")
        told = await self._redeem(issuer, query["code"], begun["verifier"])
        try:
            verified = await self._tokens.of_sign_in(str(told.get("id_token", "")), issuer, begun["nonce"])
        except NotSignedIn as error:
            raise Refused(UNCONFIRMED, status=502, code="sign_in_failed") from error
        return Arrival(verified, local(begun["onward"]), self._set_cookie("", 0))

    def _continues(self, begun: Mapping[str, Any], issuer: TrustedIssuer, query: Mapping[str, str]) -> bool:
        if begun.get("issuer") != issuer.key or self._now() - begun.get("at", 0) > WAIT_SECONDS:
            return False
        return secrets.compare_digest(begun["state"].encode(), query.get("state", "").encode())

    async def _redeem(self, issuer: TrustedIssuer, code: str, verifier: str) -> Mapping[str, Any]:
        metadata = await self._tokens.published(issuer).metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self._callback(issuer),
        }
        proof = _proof(issuer, metadata)
        try:
            response = await self._http.post(
                metadata["token_endpoint"], data=form | proof.form, auth=proof.auth, follow_redirects=False
            )
            response.raise_for_status()
            return dict(response.json())
        except (httpx.HTTPError, ValueError, TypeError) as error:
            raise Refused(UNCONFIRMED, status=502, code="sign_in_failed") from error

    def _callback(self, issuer: TrustedIssuer) -> str:
        return f"{self._public_url}/sign-in/{issuer.key}/callback"

    def _set_cookie(self, text: str, seconds: int) -> str:
        return set_cookie(self.cookie, text, seconds, secure=self._secure)


@dataclass(frozen=True, slots=True)
class _Proof:
    """How we show which client we are: in a header, in the form, or by name only where we have no secret."""

    form: dict[str, str]
    auth: httpx.Auth = field(default_factory=httpx.Auth)


def _proof(issuer: TrustedIssuer, metadata: Mapping[str, Any]) -> _Proof:
    secret = issuer.secret
    if not secret:
        return _Proof({"client_id": issuer.client_id})
    if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        return _Proof({}, httpx.BasicAuth(quote(issuer.client_id, safe=""), quote(secret, safe="")))
    return _Proof({"client_id": issuer.client_id, "client_secret": secret})


def local(onward: str) -> str:
    """An address of ours to go on to; anything that could lead elsewhere becomes the home page."""
    plain = onward.isprintable() and onward.startswith("/") and not onward.startswith(("//", "/\\"))
    return onward if plain and "\\" not in onward else "/"
