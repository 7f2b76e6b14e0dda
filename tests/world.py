"""Four services in one process on databases of their own, and somebody in every role at every place to ask them."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace.export import SpanExporter
from pydantic import SecretStr

from deploy.host import Host
from deploy.installation import ROOMS, SERVICES
from deploy.issuer import Issuer
from deploy.people import OPERATIONS, SHARED, clients, issuers
from deploy.postgres import Postgres, ensure_database
from services.placements.actions.checking import check_some
from shared.bus import InProcessBus
from shared.clock import FixedClock
from shared.contracts import TOPICS
from shared.geography.kept import the_map
from shared.identity.demonstration import DEMONSTRATION, NORTHSHIRE, SOUTHMERE
from shared.identity.person import Role
from shared.identity.registry import Client, Registry, TrustedIssuer
from shared.service.app import create_app, started
from shared.service.running import Running
from shared.settings import Settings
from shared.store.migrate import migrate
from tests.waiting import until

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADDRESS = "http://127.0.0.1:8000"
SECRET = "good for one test run, and no longer than that"
SAID = {"spine.audit": "''", "spine.audit_head": "''", "spine.lanes": "t.lane || ' ' || t.last_sequence"}
"""What counts of a table's rows where it is not all: entries are linked, and how far lanes are published is noted, when
there is time."""


class At(StrEnum):
    """Whose somebody is, as registry or invitation says."""

    NORTHSHIRE = "E09000033"
    SOUTHMERE = "E09000020"
    HEARTHSIDE = "hearthside"
    LARCH = "larch"
    REGION = "region"
    INSTALLATION = "administrator"
    NOWHERE = "stranger"


AUDIENCES = {
    At.NORTHSHIRE: NORTHSHIRE,
    At.SOUTHMERE: SOUTHMERE,
    At.HEARTHSIDE: SHARED,
    At.LARCH: SHARED,
    At.NOWHERE: SHARED,
    At.INSTALLATION: OPERATIONS,
}
CHANGES: Mapping[str, Any] = {
    OPERATIONS: {
        "grants": frozenset({Role.ADMINISTRATOR, Role.SYSTEM}),
        "clients": {At.INSTALLATION.value: Client(topics=frozenset(TOPICS))},
    },
}


def _trusted(issuer: Issuer) -> list[TrustedIssuer]:
    entries = issuers(issuer.url, issuer.jwks)
    return [entry.model_copy(update=CHANGES.get(entry.key, {})) for entry in entries]


class World:
    """The services, and clients for whoever asks them."""

    def __init__(self, database_url: str, exporter: SpanExporter | None = None) -> None:
        self.clock = FixedClock(NOON)
        self.issuer = Issuer(
            f"{ADDRESS}/issuer", clients(dict.fromkeys(SERVICES, SECRET), SECRET), now=lambda: NOON.timestamp()
        )
        transport = _Within()
        settings = Settings(
            database_url=database_url,
            public_url=ADDRESS,
            service_urls=ADDRESS,
            token_url=f"{ADDRESS}/issuer/token",
            session_secret=SecretStr(SECRET),
            demonstration_sign_in=True,
            simulated_time=True,
            pool_size=5,
            booking_wait_seconds=0.2,
        )
        bus, registry = InProcessBus(), Registry(_trusted(self.issuer))
        self.apps: dict[str, FastAPI] = {
            name: create_app(
                service,
                settings.model_copy(update={"client_id": name, "client_secret": SecretStr(SECRET)}),
                bus=bus,
                clock=self.clock,
                registry=registry,
                transport=transport,
                exporter=exporter,
                rooms=ROOMS,
            )
            for name, service in SERVICES.items()
        }
        self.host = transport.app = Host(self.apps, self.issuer.app(), front_door="referrals")
        self._clients: dict[tuple[At | None, Role | None], httpx.AsyncClient] = {}

    def running(self, service: str) -> Running:
        running: Running = self.apps[service].state.running
        return running

    def headers(self, at: At, role: Role) -> dict[str, str]:
        """What proves who asks: a token, or for a region's people (whom no token can place) a sign-in cookie."""
        if at is not At.REGION:
            person = f"{at}-{role}" if at in (At.NORTHSHIRE, At.SOUTHMERE) else at.value
            return {"authorization": f"Bearer {self.issuer.token_for(person, [role], AUDIENCES[at])}"}
        sessions = self.apps["referrals"].state.identity.sessions
        session = sessions.begin(DEMONSTRATION.key, at.value, "Ravi Desai", frozenset({role}))
        return {"cookie": sessions.header(session).partition(";")[0], "origin": ADDRESS}

    def client(self, at: At | None = None, role: Role | None = None) -> httpx.AsyncClient:
        """Somebody's client; nobody's without arguments."""
        if (at, role) not in self._clients:
            headers = self.headers(at, role) if at and role else {}
            transport = httpx.ASGITransport(self.host, raise_app_exceptions=False)
            self._clients[at, role] = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)
        return self._clients[at, role]

    async def does(self, at: At, role: Role, method: str, path: str, form: Any = None) -> Any:
        """What the API answers; anything but a success fails."""
        answer = await self.client(at, role).request(method, path, json=form)
        assert answer.is_success, f"{method} {path} by {role} of {at}: {answer.status_code} {answer.text}"
        return answer.json()

    async def ask(self, service: str, sql: str, *arguments: Any) -> list[Any]:
        async with self.running(service).database.reading() as session:
            return list(await session.all(sql, *arguments))

    async def settled(self) -> None:
        """Return once nothing is on its way: all is published, heard, reacted to and told, and every touched child checked."""

        async def quiet() -> bool:
            heads = await self._heads()
            done = await self._caught_up(heads) and heads == await self._heads() and not await self._rebuilding()
            return done and not await self._touched()

        await until(quiet)
        for name in SERVICES:
            while await self.running(name).teller.tell():
                continue

    async def _heads(self) -> dict[str, int]:
        return {
            row.lane: row.last_sequence
            for name in SERVICES
            for row in await self.ask(name, "SELECT lane, last_sequence FROM spine.lanes")
        }

    async def _caught_up(self, heads: Mapping[str, int]) -> bool:
        for name, service in SERVICES.items():
            if await self.ask(name, "SELECT 1 FROM spine.outbox LIMIT 1"):
                return False
            heard = {row.lane: row.sequence for row in await self.ask(name, "SELECT lane, sequence FROM spine.inbox")}
            mine = {lane: head for lane, head in heads.items() if lane.rpartition(".")[0] in service.hears}
            if any(heard.get(lane, 0) < head for lane, head in mine.items()):
                return False
        return True

    async def _touched(self) -> bool:
        """Check whom the service would check once it has rested; whether anybody was still to be."""
        await check_some(self.running("placements").database, await the_map(Settings().map_folder))
        return bool(await self.ask("placements", "SELECT 1 FROM touched_children LIMIT 1"))

    async def _rebuilding(self) -> bool:
        told = await self.does(At.INSTALLATION, Role.ADMINISTRATOR, "GET", "/metrics/rebuild")
        return told["state"] in ("asked", "running")

    async def contents(self) -> dict[str, str]:
        """Every table of every service with the number of its rows and a digest of what they say."""
        found: dict[str, str] = {}
        for name in SERVICES:
            tables = await self.ask(name, TABLES)
            union = " UNION ALL ".join(_counted(row.table) for row in tables)
            found |= {f"{name} {row.name}": row.said for row in await self.ask(name, union)}
        return found

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


TABLES = """SELECT schemaname || '.' || tablename AS table FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""


def _counted(table: str) -> str:
    digest = f"coalesce(sum(hashtextextended({SAID.get(table, 't::text')}, 0)), 0)"
    return f"SELECT '{table}' AS name, count(*) || ' ' || {digest} AS said FROM {table} t"


class _Within(httpx.ASGITransport):
    """Services ask each other, and our issuer, without leaving the process; the host is known once they are made."""

    def __init__(self) -> None:
        super().__init__(app=_nowhere)


async def _nowhere(*_: object) -> None:
    raise ConnectionError("the host is not assembled yet")


@asynccontextmanager
async def a_world(server: Postgres, name: str, exporter: SpanExporter | None = None) -> AsyncIterator[World]:
    """Migrated, started and, in the end, stopped; `name` keeps its databases apart from others'."""
    for service, made_of in SERVICES.items():
        await ensure_database(server.url(f"{name}_{service}"))
        await migrate(server.url(f"{name}_{service}"), made_of.migrations)
    world = World(re.sub("SERVICE", "{service}", server.url(f"{name}_SERVICE")), exporter)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(world.close)
        await stack.enter_async_context(started(list(world.apps.values())))
        yield world


@pytest.fixture(scope="session")
async def world(postgres: Postgres) -> AsyncIterator[World]:
    """One world for all who only ask whether they may: each makes the records it needs."""
    async with a_world(postgres, "world") as one:
        yield one
