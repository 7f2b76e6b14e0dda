"""The small proxy of `make run-distributed`: one origin in front of every service's processes."""

import argparse
import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.serving import listen, serve

HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-authenticate"}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SAFE = {"GET", "HEAD", "OPTIONS"}
"""Asked again of another process where one goes away in the midst: they change nothing."""
AWAY = {"type": "urn:sufficiency:problem:away", "title": "Service Unavailable", "status": 503, "code": "away"}


class Proxy:
    """Sends `/referrals/…` to a process of referrals, and so on; what is nobody's goes to the front door."""

    def __init__(self, upstreams: Mapping[str, Sequence[str]], front_door: str) -> None:
        self._upstreams, self._front_door = upstreams, front_door
        self._turns = {name: itertools.cycle(range(len(urls))) for name, urls in upstreams.items()}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(30, read=None), limits=limits, trust_env=False)

    def app(self) -> Starlette:
        """The proxy as an application."""
        routes = [Route("/health", self.health), Route("/{path:path}", self.forward, methods=METHODS)]
        return Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        yield
        await self._client.aclose()

    def _in_turn(self, name: str) -> list[str]:
        """The processes of a service, another one first each time."""
        urls = self._upstreams[name]
        turn = next(self._turns[name])
        return [*urls[turn:], *urls[:turn]]

    async def forward(self, request: Request) -> Response:
        """Pass the request on; a process that cannot be reached is passed over.

        What may have changed something is sent once: only whoever asked can know whether to ask again.
        """
        first = request.url.path.split("/", 2)[1]
        name = first if first in self._upstreams else self._front_door
        path = request.url.path.removeprefix("/issuer") if name == "issuer" else request.url.path
        body = await request.body()
        headers = [(key, value) for key, value in request.headers.raw if key.decode().lower() not in HOP_BY_HOP]
        processes = self._in_turn(name)
        # The only one may have hung up on a connection that was kept for it, and be there all the same.
        for upstream in [*processes, processes[0]] if request.method in SAFE else processes:
            url = httpx.URL(upstream).copy_with(path=path, query=request.url.query.encode() or None)
            try:
                answer = await self._client.send(
                    self._client.build_request(request.method, url, headers=headers, content=body), stream=True
                )
            except httpx.ConnectError:
                continue
            except httpx.TransportError:
                if request.method in SAFE:
                    continue
                break
            return _streamed(answer)
        detail = f"{name.capitalize()} cannot be reached just now. Try again in a minute."
        return Response(json.dumps(AWAY | {"detail": detail}), 503, media_type="application/problem+json")

    async def health(self, _: Request) -> JSONResponse:
        """200 with each service's state once all are ready, else 503 and why."""
        names = [name for name in self._upstreams if name != "issuer"]
        states = dict(zip(names, await asyncio.gather(*map(self._state, names)), strict=True))
        ready = all(state["ready"] for state in states.values())
        return JSONResponse({"ready": ready, "services": states}, 200 if ready else 503)

    async def _state(self, name: str) -> dict[str, object]:
        try:
            told = (await self._client.get(f"{self._in_turn(name)[0]}/{name}/ready", timeout=5)).json()
            return {"ready": told["ready"], "reasons": told["reasons"]}
        except (httpx.HTTPError, ValueError, KeyError) as failure:
            return {"ready": False, "reasons": [f"does not answer: {type(failure).__name__}"]}


def _streamed(answer: httpx.Response) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        try:
            async for part in answer.aiter_raw():
                yield part
        except httpx.TransportError:
            return  # the service went away in the middle of a stream; the client will come again
        finally:
            await answer.aclose()

    response = StreamingResponse(body(), answer.status_code)
    response.raw_headers = [(k.lower(), v) for k, v in answer.headers.raw if k.decode().lower() not in HOP_BY_HOP]
    return response


def main() -> None:
    """`python -m deploy.proxy --port 8000 --upstream referrals=http://127.0.0.1:8101 …`"""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--upstream", action="append", default=[], metavar="NAME=URL")
    told = words.parse_args()
    upstreams: dict[str, list[str]] = {}
    for pair in told.upstream:
        name, _, url = pair.partition("=")
        upstreams.setdefault(name, []).append(url)
    serve(Proxy(upstreams, front_door="referrals").app(), listen(told.port))


if __name__ == "__main__":
    main()
