"""A service's own token for asking others, by client credentials, kept until shortly before it ends."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from time import monotonic

import httpx

from shared.identity.asking import asking
from shared.settings import Settings

EARLY_SECONDS = 30.0


class OwnToken(httpx.Auth):
    """`httpx.AsyncClient(auth=OwnToken(settings))`: asks the issuer when a token is needed, not before."""

    def __init__(
        self,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._settings, self._transport, self._now = settings, transport, now
        self._token, self._until = "", float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {await self.current()}"
        yield request

    async def current(self) -> str:
        """The token to send now."""
        async with self._one_at_a_time:
            if self._now() >= self._until:
                await self._ask()
        return self._token

    async def _ask(self) -> None:
        own = self._settings
        async with asking(transport=self._transport, timeout=10) as http:
            response = await http.post(
                own.token_url,
                data={"grant_type": "client_credentials"},
                auth=(own.client_id, own.client_secret.get_secret_value()),
            )
        response.raise_for_status()
        told = response.json()
        self._token = told["access_token"]
        self._until = self._now() + float(told.get("expires_in", 60)) - EARLY_SECONDS
