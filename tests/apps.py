"""Small apps and issuers for tests of what every service has: sign-in, refusals, headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI

from deploy.issuer import Issuer
from shared.clock import Clock, SystemClock
from shared.identity.identity import Identity
from shared.identity.registry import Invitations, Registry, TrustedIssuer, nobody_invited
from shared.settings import Settings
from shared.telemetry.traces import Traces
from shared.web.front_door import Room, front_door
from shared.web.neighbours import Neighbours
from shared.web.security import furnish

ADDRESS = "http://127.0.0.1:8000"
NOBODY = httpx.AsyncClient()
"""The app stands alone: it has no neighbours to ask."""
ROOMS = [Room("/referrals", "Referrals", "Ask for a home for a child and follow what happens.")]


def an_identity(
    *issuers: TrustedIssuer,
    clock: Clock | None = None,
    invitation_of: Invitations = nobody_invited,
    http: httpx.AsyncClient | None = None,
    settings: Settings | None = None,
) -> Identity:
    """What recognises people, trusting these issuers."""
    settings = settings or Settings(public_url=ADDRESS)
    return Identity(settings, Registry(issuers), invitation_of=invitation_of, clock=clock, http=http)


def an_app(
    identity: Identity, *routers: APIRouter, settings: Settings | None = None, neighbours: Neighbours | None = None
) -> FastAPI:
    """An app furnished as every service's is, with the front door and these routes."""
    settings, traces = settings or Settings(public_url=ADDRESS), Traces("referrals", Settings())
    app = FastAPI(telemetry=traces.for_fastapi(), openapi_url=None)
    furnish(app, service="referrals", settings=settings, identity=identity, traces=traces)
    alone = Neighbours(NOBODY, settings.url_of, SystemClock().now, ())
    app.include_router(front_door(identity, ROOMS, neighbours or alone))
    for router in routers:
        app.include_router(router)
    return app


@asynccontextmanager
async def visiting(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at our address: it keeps cookies and says which site its forms come from."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"accept": "text/html", "origin": ADDRESS}
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as browser:
        yield browser


def reached_in_process(issuer: Issuer) -> httpx.AsyncClient:
    """A client that finds an issuer of ours without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(issuer.app()), base_url=issuer.url)
