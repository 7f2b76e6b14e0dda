"""One origin for several applications: sends `/referrals/…` to referrals, and so on, within a process."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.service.app import started
from shared.service.health import state_of


class Host:
    """The embedded proxy; its lifespan is that of every service in it."""

    def __init__(
        self, apps: Mapping[str, FastAPI], issuer: ASGIApp, front_door: str, county: ASGIApp | None = None
    ) -> None:
        self.apps, self._issuer, self._front_door, self._county = apps, issuer, apps[front_door], county
        self.ready = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        first = scope["path"].split("/", 2)[1] if "/" in scope["path"] else ""
        if scope["path"] == "/health":
            await (await self._health())(scope, receive, send)
        elif first == "issuer":
            await self._issuer({**scope, "path": scope["path"].removeprefix("/issuer") or "/"}, receive, send)
        elif first == "county" and self._county is not None:
            await self._county(scope, receive, send)
        else:
            await self.apps.get(first, self._front_door)(scope, receive, send)

    async def _health(self) -> JSONResponse:
        """200 with each service's state once all are ready; 503 and why before, and when one is not."""
        states = {name: await state_of(app.state.running) for name, app in self.apps.items()} if self.ready else {}
        ready = self.ready and all(state["ready"] for state in states.values())
        body = {
            "ready": ready,
            "services": {name: {key: state[key] for key in ("ready", "reasons")} for name, state in states.items()},
        }
        return JSONResponse(body, 200 if ready else 503, {"Cache-Control": "no-store"})

    async def _live(self, receive: Receive, send: Send) -> None:
        """The applications' lifespans do not run by themselves inside another: enter them here."""
        await receive()
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(started(list(self.apps.values())))
            except Exception as failure:
                await send({"type": "lifespan.startup.failed", "message": str(failure)})
                raise
            self.ready = True
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.ready = False
        await send({"type": "lifespan.shutdown.complete"})
