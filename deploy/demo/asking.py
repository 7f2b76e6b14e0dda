"""The demonstration's people as clients of the public API: each asks with a token of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx

TOKEN_SECONDS = 240.0
"""Shorter than a token lasts."""


@dataclass
class Asking:
    """Answers of the API as they come; a token is kept while it is good."""

    client: httpx.AsyncClient
    secret: str
    _tokens: dict[str, tuple[float, str]] = field(default_factory=dict)

    async def get(self, person: str, path: str, **params: Any) -> Any:
        """What somebody reads. Raises httpx.HTTPStatusError."""
        return await self.ask(person, "GET", path, params={k: v for k, v in params.items() if v is not None})

    async def post(self, person: str, path: str, form: Mapping[str, Any] | None = None) -> Any:
        """What somebody does. Raises httpx.HTTPStatusError."""
        return await self.ask(person, "POST", path, json=form or {})

    async def ask(self, person: str, method: str, path: str, **rest: Any) -> Any:
        """One request. Raises httpx.HTTPStatusError."""
        headers = {"Authorization": f"Bearer {await self.token(person)}", **rest.pop("headers", {})}
        answer = await self.client.request(method, path, headers=headers, **rest)
        return answer.raise_for_status().json()

    async def token(self, person: str) -> str:
        """A bearer token in somebody's name."""
        until, token = self._tokens.get(person, (0.0, ""))
        if monotonic() > until:
            form = {"grant_type": "client_credentials", "client_id": person, "client_secret": self.secret}
            answer = (await self.client.post("/issuer/token", data=form)).raise_for_status().json()
            token = str(answer["access_token"])
            self._tokens[person] = (monotonic() + TOKEN_SECONDS, token)
        return token
