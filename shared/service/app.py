"""One service as a web application: its routes, the spine's own, identity, guard and life."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from opentelemetry.sdk.trace.export import SpanExporter

from shared.bus import Bus
from shared.clock import Clock, SystemClock
from shared.identity.asking import asking
from shared.identity.identity import Identity
from shared.identity.own_token import OwnToken
from shared.identity.registry import Invitation, Invitations, Registry, read_registry
from shared.service.auditing import audit_router
from shared.service.dead_events import dead_events_router
from shared.service.description import REFUSALS, describe
from shared.service.feed import Feeds, feed_router
from shared.service.health import health_router
from shared.service.notices.pages import notices_router
from shared.service.running import Running
from shared.service.service import Service
from shared.service.waiting import waiting_router
from shared.settings import Settings
from shared.store.database import Database
from shared.store.invitations import invitation_of
from shared.telemetry.traces import Traces
from shared.web.front_door import Room, front_door
from shared.web.neighbours import Neighbours
from shared.web.security import furnish

VERSION = "0.1.0"
SPINE = (feed_router, health_router, dead_events_router, audit_router, waiting_router)
"""The routes that every service has."""


def create_app(
    service: Service,
    settings: Settings,
    *,
    bus: Bus,
    clock: Clock | None = None,
    registry: Registry | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    exporter: SpanExporter | None = None,
    rooms: Sequence[Room] = (),
) -> FastAPI:
    """The service's application; its `state.running` starts with the application's lifespan.

    `transport` carries its questions to other services and to token issuers: the network unless given.
    """
    clock = clock or SystemClock()
    traces = Traces(service.name, settings, exporter)
    feeds = Feeds(_client(settings, transport), settings.url_of)
    running = Running(service, settings, bus=bus, clock=clock, feeds=feeds, traces=traces)
    registry = registry if registry is not None else read_registry(settings.issuers)
    http = asking(transport=transport, timeout=5)
    invited = _invitations(running.database)
    identity = Identity(settings, registry, invitation_of=invited, clock=clock, http=http)
    app = _bare(service.name, traces)
    app.state.running, app.state.database = running, running.database
    furnish(app, service=service.name, settings=settings, identity=identity, traces=traces)
    # The service's own routes first: each request tries them in turn.
    spine = [router_of(service.name) for router_of in SPINE]
    if service.notices:
        spine.append(notices_router(service.name, service.notices))
    neighbours = Neighbours(http, settings.url_of, clock.now, [room.path.strip("/") for room in rooms])
    for router in (*service.routers, *spine, front_door(identity, rooms, neighbours)):
        _put(app, router)
    describe(app, service.name)
    return app


def _put(app: FastAPI, router: APIRouter) -> None:
    """A router's routes among the application's own: those of an included one are looked through twice a request."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.responses = {**REFUSALS, **route.responses}
        app.router.routes.append(route)


def _bare(service: str, traces: Traces) -> FastAPI:
    return FastAPI(
        title=f"Sufficiency: {service}",
        version=VERSION,
        lifespan=_lifespan,
        telemetry=traces.for_fastapi(),
        responses=REFUSALS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )


def _client(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    return asking(auth=OwnToken(settings, transport), transport=transport, timeout=30)


def _invitations(database: Database) -> Invitations:
    async def ask(issuer: str, subject: str) -> Invitation | None:
        async with database.reading() as session:
            row = await invitation_of(session, issuer, subject)
        return Invitation(authority=row.authority, provider=row.provider) if row else None

    return ask


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with started([app]):
        yield


@asynccontextmanager
async def started(apps: Sequence[FastAPI]) -> AsyncIterator[None]:
    """Run several services' applications in one process: all subscribe before any publishes."""
    running: list[Running] = [app.state.running for app in apps]
    begun: list[Running] = []
    try:
        for one in running:
            begun.append(one)
            await one.prepare()
        for one in running:
            one.begin()
        yield
    finally:
        for one in reversed(begun):
            await one.stop()
        for app in apps:
            await app.state.identity.close()
            await app.state.running.feeds.close()
