"""The keys issuers publish: discovered, fetched, kept, and asked for again only so often."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from shared.errors import Refused
from shared.identity.registry import TrustedIssuer

KEPT_SECONDS = 3600.0
AGAIN_SECONDS = 30.0
"""How long a failed fetch, or an unknown key id, keeps us from asking an issuer again."""
NONE_YET_SECONDS = 1.0
"""The same while none of its keys are known: nobody it vouches for is let in until they are."""

UNREACHABLE = "We cannot reach the organisation that signs you in. Try again in a minute."


class Published:
    """What one issuer says of itself: its endpoints and its keys."""

    def __init__(self, issuer: TrustedIssuer, http: httpx.AsyncClient, now: Callable[[], float]) -> None:
        self._issuer, self._http, self._now = issuer, http, now
        self._metadata: Mapping[str, Any] | None = None
        self._keys = _keys(issuer.jwks) if issuer.jwks is not None else None
        self._fetched_at = self._tried_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def keys(self, kid: str | None) -> KeySet:
        """The issuer's keys, fetched anew where they are old or lack this id, but not more than every 30 seconds."""
        if self._issuer.jwks is not None or self._fresh(kid):
            return cast(KeySet, self._keys)
        async with self._one_at_a_time:
            pause = NONE_YET_SECONDS if self._keys is None else AGAIN_SECONDS
            if not self._fresh(kid) and self._now() - self._tried_at >= pause:
                await self._fetch()
        if self._keys is None:
            raise Refused(UNREACHABLE, status=503, code="issuer_unreachable")
        return self._keys

    async def metadata(self) -> Mapping[str, Any]:
        """The discovery document; it must name the issuer it was asked of."""
        if self._metadata is None:
            address = (self._issuer.reached_at or self._issuer.url).rstrip("/")
            told = await self._read(f"{address}/.well-known/openid-configuration")
            if told.get("issuer") != self._issuer.url:
                raise Refused("An issuer's own description names another issuer.", status=503, code="issuer_mismatch")
            self._metadata = told
        return self._metadata

    def _fresh(self, kid: str | None) -> bool:
        if self._keys is None or self._now() - self._fetched_at > KEPT_SECONDS:
            return False
        return kid is None or any(key.kid == kid for key in self._keys)

    async def _fetch(self) -> None:
        self._tried_at = self._now()
        try:
            metadata = await self.metadata()
            self._keys = _keys(await self._read(str(metadata["jwks_uri"])))
            self._fetched_at = self._now()
        except (Refused, KeyError, JoseError, ValueError):
            return  # the old keys serve on; without any, `keys` says so

    async def _read(self, address: str) -> Mapping[str, Any]:
        try:
            response = await self._http.get(address, follow_redirects=False)
            response.raise_for_status()
            return cast(Mapping[str, Any], response.json())
        except (httpx.HTTPError, ValueError) as error:
            raise Refused(UNREACHABLE, status=503, code="issuer_unreachable") from error


def _keys(published: Mapping[str, Any]) -> KeySet:
    if not published.get("keys"):
        return KeySet([])
    return KeySet.import_key_set(cast(KeySetSerialization, published))
