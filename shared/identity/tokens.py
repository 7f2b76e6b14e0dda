"""Bearer tokens and identity tokens: verified against the keys their issuer publishes, or refused."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError

from shared.errors import NotSignedIn
from shared.identity.keys import Published
from shared.identity.registry import Registry, TrustedIssuer

LEEWAY_SECONDS = 30
LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class Verified:
    """What a genuine token says, and who says it."""

    issuer: TrustedIssuer
    subject: str
    claims: Mapping[str, Any]
    expires_at: float

    @property
    def name(self) -> str:
        """How the issuer calls them, for their own eyes."""
        told = self.claims.get("name") or self.claims.get("preferred_username") or self.subject
        return str(told)[:100]


class Tokens:
    """Verifies tokens of every trusted issuer."""

    def __init__(self, registry: Registry, http: httpx.AsyncClient, now: Callable[[], float]) -> None:
        self._registry, self._now = registry, now
        self._published = {issuer.key: Published(issuer, http, now) for issuer in registry.issuers}

    def published(self, issuer: TrustedIssuer) -> Published:
        return self._published[issuer.key]

    async def bearer(self, token: str) -> Verified:
        """A token sent with a request; its own words choose the issuer, whose keys then decide."""
        header, claims = _unproven(token)
        issuer = self._registry.trusted(str(claims.get("iss")), _audiences(claims))
        if issuer is None:
            raise _refused("it is not from an issuer we trust, or not meant for us")
        return await self._verified(token, header, issuer, issuer.audience)

    async def of_sign_in(self, token: str, issuer: TrustedIssuer, nonce: str) -> Verified:
        """The identity token at the end of a sign-in that we began with this nonce."""
        header, _ = _unproven(token)
        verified = await self._verified(token, header, issuer, issuer.client_id)
        if verified.claims.get("nonce") != nonce:
            raise _refused("it belongs to another sign-in")
        return verified

    async def _verified(self, token: str, header: Mapping[str, Any], issuer: TrustedIssuer, audience: str) -> Verified:
        kid = header.get("kid")
        if header.get("alg") not in issuer.algorithms or not isinstance(kid, str | None):
            raise _refused("it is not signed as its issuer signs")
        keys = await self.published(issuer).keys(kid)
        try:
            claims = jwt.decode(token, keys, algorithms=list(issuer.algorithms)).claims
            self._rules(issuer, audience).validate(claims)
        except ExpiredTokenError as error:
            raise _refused("it has expired") from error
        except (JoseError, ValueError, TypeError) as error:
            raise _refused("it does not hold") from error
        return Verified(issuer, str(claims["sub"]), claims, float(claims["exp"]))

    def _rules(self, issuer: TrustedIssuer, audience: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer.url},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )


def _unproven(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims as the token puts them, to know whose keys to try; nothing here is believed."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST:
        raise _refused("it is not a signed token")
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "===")) for part in parts[:2])
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _refused("it is not a signed token") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _refused("it is not a signed token")
    return header, claims


def _audiences(claims: Mapping[str, Any]) -> Sequence[str]:
    told = claims.get("aud")
    audiences = told if isinstance(told, list) else [told]
    return [one for one in audiences if isinstance(one, str)]


def _refused(why: str) -> NotSignedIn:
    return NotSignedIn(f"Your token was refused: {why}.", code="token_refused")
