"""Somebody watching an authority's figures on the live stream."""

import asyncio
import json
from typing import Any, Self

import httpx

from tests.waiting import until


class Watcher:
    """Keeps the latest tile of each measure that the stream has sent."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.tiles: dict[str, dict[str, Any]] = {}
        self.last_id = ""

    async def __aenter__(self) -> Self:
        self._reading = asyncio.create_task(self._read())
        await until(lambda: bool(self.tiles))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        async with self._client.stream("GET", "/metrics/stream", headers=headers, timeout=None) as answer:
            assert answer.status_code == httpx.codes.OK, await answer.aread()
            async for line in answer.aiter_lines():
                if line.startswith("id:"):
                    self.last_id = line.partition(":")[2].strip()
                if line.startswith("data:"):
                    self.tiles |= {tile["measure"]: tile for tile in json.loads(line.partition(":")[2])}

    def fraction(self, measure: str) -> tuple[int | None, int | None]:
        """Numerator and denominator as the stream last said them."""
        tile = self.tiles[measure]
        return tile["numerator"], tile["denominator"]
