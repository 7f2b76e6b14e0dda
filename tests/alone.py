"""One service without the others: asked over HTTP with real tokens, told of events, its outbox read."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic_core import from_json

from deploy.issuer import Issuer
from shared.bus import InProcessBus
from shared.clock import FixedClock
from shared.contracts import Envelope, Event
from shared.contracts.envelope import compose, sequenced
from shared.contracts.event import read_event
from shared.contracts.providers import PersonInvited
from shared.identity.person import Role
from shared.identity.registry import Registry
from shared.ids import new_id
from shared.service.app import create_app
from shared.service.service import Service
from shared.settings import Settings
from shared.store.invitations import note_invitation
from shared.store.session import Row

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NORTHSHIRE, SOUTHMERE = "E09000033", "E09000020"
Told = TypeVar("Told", bound=Event)


class Alone:
    """A service whose relay does not run, so that what it publishes stays in its outbox to be looked at."""

    def __init__(self, service: Service, database_url: str) -> None:
        self.clock = FixedClock(NOON)
        self._issuers = {
            key: Issuer(f"http://127.0.0.1:8099/{key}", now=lambda: self.clock.now().timestamp())
            for key in (NORTHSHIRE, SOUTHMERE, "providers", "systems")
        }
        self.app: FastAPI = create_app(
            service,
            Settings(database_url=database_url),
            bus=InProcessBus(),
            clock=self.clock,
            registry=Registry(self._trusted()),
        )
        self.running = self.app.state.running
        self.database = self.running.database
        self._clients: list[httpx.AsyncClient] = []

    def _trusted(self) -> list:
        of = self._issuers
        return [
            of[NORTHSHIRE].trusted(NORTHSHIRE, authority=NORTHSHIRE, grants=frozenset(Role)),
            of[SOUTHMERE].trusted(SOUTHMERE, authority=SOUTHMERE, grants=frozenset(Role)),
            of["providers"].trusted("providers", shared=True, grants=frozenset(Role)),
        ]

    def of(self, authority: str, *roles: Role, person: str = "sam") -> httpx.AsyncClient:
        """Somebody of an authority."""
        return self._as(authority, person, roles)

    async def of_provider(self, provider: UUID) -> httpx.AsyncClient:
        """A manager whom an invitation put with a provider."""
        issuer, person = self._issuers["providers"].url, f"manager-{provider}"
        invited = PersonInvited(
            invitation=provider,
            version=1,
            issuer=issuer,
            person=person,
            belongs_to_authority=None,
            belongs_to_provider=provider,
        )
        async with self.database.writing() as session:
            await note_invitation(session, invited)
        return self._as("providers", person, [Role.PROVIDER_MANAGER])

    def _as(self, issuer: str, subject: str, roles: Sequence[Role]) -> httpx.AsyncClient:
        token = self._issuers[issuer].token_for(subject, roles, exp=4_000_000_000)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://127.0.0.1:8000",
            headers={"authorization": f"Bearer {token}"},
        )
        self._clients.append(client)
        return client

    async def hear(self, *events: Event, times: int = 1) -> None:
        """Have the service react, each event in a transaction of its own, the whole as often as asked."""
        for event in events * times:
            async with self.database.writing() as session:
                await self.running.react(session, [_delivered(event)])

    async def hear_together(self, *events: Event) -> None:
        """Have the service react to all of them in one transaction, as to a batch."""
        async with self.database.writing() as session:
            await self.running.react(session, [_delivered(event) for event in events])

    async def tick(self) -> None:
        """Do what has fallen due."""
        while await self.running.ticker.tick():
            pass

    async def rows(self, sql: str, *arguments: Any) -> list[Row]:
        async with self.database.reading() as session:
            return await session.all(sql, *arguments)

    async def published(self, kind: type[Told]) -> list[Told]:
        """Every event of a kind so far, in order."""
        rows = await self.rows("SELECT body FROM spine.outbox WHERE type = $1 ORDER BY position", kind.event_type)
        told = [read_event(kind.event_type, from_json(row.body)["data"]) for row in rows]
        return [event for event in told if isinstance(event, kind)]

    async def count_published(self) -> int:
        return (await self.rows("SELECT count(*) AS n FROM spine.outbox"))[0].n

    async def audited(self) -> list[str]:
        """What has been recorded as done or read, in order."""
        return [row.action for row in await self.rows("SELECT action FROM spine.audit ORDER BY entry")]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()
        await self.running.stop()
        await self.app.state.identity.close()
        await self.running.feeds.close()


def _delivered(event: Event) -> Envelope:
    composed = compose(event, id=new_id(), at=NOON, traceparent="", partitions=1)
    return Envelope(composed.lane, from_json(sequenced(composed.body, 1)))


@asynccontextmanager
async def alone(service: Service, database_url: str) -> AsyncIterator[Alone]:
    """The service with its database open and nothing running by itself."""
    one = Alone(service, database_url)
    try:
        await one.running.prepare()
        yield one
    finally:
        await one.close()


def refused(answer: httpx.Response, status: int, field: str = "") -> str:
    """Check that an answer is a problem of this status, about this field; its sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["detail"]
    assert [error["field"] for error in told["errors"]] == ([field] if field else []), told
    return told["detail"]
