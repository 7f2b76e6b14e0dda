"""Asks every service of the installation the same at once, in the name of whoever looks; one that is silent holds up no page."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
from pydantic_core import from_json
from starlette.requests import Request

from shared.identity.identity import UNATTENDED

PATIENCE_SECONDS = 1.5
"""How long a page waits for the slowest."""
PASSED_ON = ("authorization", "cookie", "host", "origin", "sec-fetch-site")
"""What shows the service asked who it is, and that one of our own pages asks."""
COMMANDS_SECONDS = 20.0


class Neighbours:
    """The services of an installation, by name, seen from whichever of them serves the page."""

    def __init__(
        self, http: httpx.AsyncClient, url_of: Callable[[str], str], now: Callable[[], datetime], names: Sequence[str]
    ) -> None:
        self._http, self._url_of, self.now, self.names = http, url_of, now, tuple(names)

    async def told(self, request: Request, path: str) -> Mapping[str, Any]:
        """What each answers at `/<name>/<path>`, whatever its status; None where it does not answer, or not us."""
        answers = await asyncio.gather(*(self.one(request, name, path) for name in self.names))
        return dict(zip(self.names, answers, strict=True))

    async def one(self, request: Request, name: str, path: str) -> Any:
        """What one of them answers, or None."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await self._http.get(self._address(name, path), headers=_in_the_name_of(request))
            return from_json(answer.content) if answer.status_code in (200, 503) else None
        except (httpx.HTTPError, TimeoutError, OSError, ValueError):
            return None

    async def command(self, request: Request, name: str, path: str) -> httpx.Response | None:
        """Have one of them do something, as the person could have asked it themselves; None where it does not answer."""
        try:
            return await self._http.post(
                self._address(name, path), headers=_in_the_name_of(request), timeout=COMMANDS_SECONDS
            )
        except (httpx.HTTPError, OSError):
            return None

    def _address(self, name: str, path: str) -> str:
        return f"{self._url_of(name)}/{name}/{path}"


def _in_the_name_of(request: Request) -> dict[str, str]:
    passed = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    return {**passed, "accept": "application/json", UNATTENDED: "1"}
