"""A service's own bearer token, asked for when needed and kept until shortly before it ends."""

from collections.abc import AsyncGenerator
from time import monotonic

import httpx

from shared.settings import Settings

EARLY_SECONDS = 30


class OwnToken(httpx.Auth):
    """Client credentials (RFC 6749 §4.4) for an `httpx` client."""

    requires_response_body = True

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings, self._service = settings, service
        self._token, self._until = "", 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        if monotonic() > self._until:
            answer = yield self._asking()
            answer.raise_for_status()
            granted = answer.json()
            self._token = granted["access_token"]
            self._until = monotonic() + granted.get("expires_in", 60) - EARLY_SECONDS
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._until = 0.0

    def _asking(self) -> httpx.Request:
        client = self._settings.client_id or self._service
        return httpx.Request(
            "POST",
            self._settings.token_url,
            data={
                "grant_type": "client_credentials",
                "client_id": client,
                "client_secret": self._settings.client_secret.get_secret_value(),
            },
        )
