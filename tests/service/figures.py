"""Metrics at work beside three logs that tell what a test has them tell: real outboxes, relays, feeds and tokens."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from pydantic_core import from_json

from deploy.host import Host
from deploy.issuer import Issuer
from deploy.people import SERVICES_AUDIENCE, audience_of, clients, issuers
from deploy.postgres import Postgres, ensure_database
from services.metrics.live import Live, live_of
from services.metrics.rebuild import Comparison
from services.metrics.service import SERVICE
from services.placements.service import SERVICE as PLACEMENTS
from services.providers.service import SERVICE as PROVIDERS
from services.referrals.service import SERVICE as REFERRALS
from shared.bus import InProcessBus
from shared.clock import FixedClock
from shared.contracts import Event
from shared.contracts.placements import CareStarted, PlacementRepriced, PlacementStarted, PriceLine
from shared.contracts.providers import HomeOpened, PlaceLine, PlaceOccupied, PlacesChanged
from shared.contracts.referrals import ChildRegistered
from shared.contracts.vocabulary import LegalStatus, Sex
from shared.identity.demonstration import CHARACTERS
from shared.identity.registry import Registry
from shared.ids import new_id
from shared.service.app import create_app, started
from shared.service.service import Service
from shared.settings import Settings
from shared.store.migrate import migrate
from tests.waiting import until

ADDRESS = "http://127.0.0.1:8000"
NORTHSHIRE, SOUTHMERE = "E09000033", "E09000020"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
MEASURES = ("cla", "three_plus", "occupancy", "bed_nights", "weekly_cost")


class AtWork(httpx.ASGITransport):
    """Metrics, whole, beside referrals, providers and placements of which only outbox, relay and feed are at work."""

    def __init__(self, urls: dict[str, str], replicas: int) -> None:
        self.clock = FixedClock(NOON)
        self.issuer = Issuer(f"{ADDRESS}/issuer", clients(dict.fromkeys(urls, "secret"), "secret"), now=self._now)
        self._registry = Registry(issuers(self.issuer.url, self.issuer.jwks))
        self._bus = InProcessBus()
        sources = {
            one.name: replace(one, routers=[], reactions={}, due={}) for one in (REFERRALS, PROVIDERS, PLACEMENTS)
        }
        self.apps = {name: self._app(service, urls[name]) for name, service in sources.items()}
        self.replicas = [self._app(SERVICE, urls["metrics"]) for _ in range(replicas)]
        self.everything = [*self.apps.values(), *self.replicas]
        super().__init__(Host({**self.apps, "metrics": self.replicas[0]}, self.issuer.app(), "referrals"))
        self.http = self._client(self)

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _app(self, service: Service, url: str) -> FastAPI:
        settings = Settings(
            database_url=url,
            service_urls=ADDRESS,
            token_url=f"{ADDRESS}/issuer/token",
            client_id=service.name,
            client_secret=SecretStr("secret"),
            slow_poll_seconds=0.1,
            figures_in_telemetry=True,
        )
        return create_app(service, settings, bus=self._bus, clock=self.clock, registry=self._registry, transport=self)

    def _client(self, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS)

    @property
    def live(self) -> Live:
        return self.live_at(0)

    def live_at(self, replica: int) -> Live:
        return live_of(self.replicas[replica].state.running)

    @property
    def database(self) -> Any:
        return self.replicas[0].state.database

    async def tell(self, *events: Event, together: bool = True) -> None:
        """Have their owners publish these, in this order, in as few commits as they have owners or in one each."""
        runs: list[list[Event]] = []
        for event in events:
            if together and runs and _owner(runs[-1][-1]) == _owner(event):
                runs[-1].append(event)
            else:
                runs.append([event])
        for run in runs:
            async with self.apps[_owner(run[0])].state.database.writing() as session:
                for event in run:
                    session.publish(event)

    async def heard(self) -> None:
        """Wait until every replica's memory holds all that was told."""
        told: dict[str, int] = {}
        for app in self.apps.values():
            async with app.state.database.reading() as session:
                assert not await session.value("SELECT count(*) FROM spine.outbox")
                rows = await session.all("SELECT lane, last_sequence FROM spine.lanes")
            told |= {row.lane: row.last_sequence for row in rows}
        assert told
        for app in self.replicas:
            reached = live_of(app.state.running).memory.reached
            assert all(reached.get(lane, 0) >= last for lane, last in told.items()), (reached, told)

    async def all_heard(self) -> None:
        async def is_heard() -> bool:
            await self.heard()
            return True

        await until(is_heard)

    async def asks(self, who: str, path: str, method: str = "GET", **more: Any) -> httpx.Response:
        """What metrics answers somebody of the demonstration (or a service)."""
        return await self.http.request(method, f"/metrics{path}", headers=self.token(who), **more)

    def token(self, who: str) -> dict[str, str]:
        audience = audience_of(CHARACTERS[who]) if who in CHARACTERS else SERVICES_AUDIENCE
        roles = self.issuer.clients[who].roles
        return {"Authorization": f"Bearer {self.issuer.token_for(who, roles, audience, exp=4_000_000_000)}"}

    async def figure(self, measure: str, who: str = "commissioner", **asked: str) -> dict[str, Any]:
        answer = await self.asks(who, f"/measures/{measure}", params=asked)
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    async def rebuild(self) -> Comparison:
        return await self.live.rebuilding.rebuild()


def _owner(event: Event) -> str:
    return event.topic.partition(".")[0]


EVERY_TABLE = """SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables
    WHERE schemaname IN ('spine', 'public') AND tablename <> 'alembic_version'"""
_migrated: set[str] = set()


async def _emptied(server: Postgres, service: Service) -> str:
    """A database of this run for a service, made once and without a row: emptying takes a tenth of making."""
    url = server.url(f"figures_{service.name}")
    if url not in _migrated:
        await ensure_database(url)
        await migrate(url, service.migrations)
        _migrated.add(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"TRUNCATE {await connection.fetchval(EVERY_TABLE)} RESTART IDENTITY")
    finally:
        await connection.close()
    return url


@asynccontextmanager
async def at_work(server: Postgres, replicas: int = 1) -> AsyncIterator[AtWork]:
    """All of it running, the facts loaded."""
    urls = {one.name: await _emptied(server, one) for one in (REFERRALS, PROVIDERS, PLACEMENTS, SERVICE)}
    works = AtWork(urls, replicas)
    async with started(works.everything), works.http:
        await until(lambda: all(works.live_at(n).memory.epoch for n in range(replicas)))
        yield works


class Watching:
    """One subscriber of the stream, at the source: what it is sent, in order."""

    def __init__(self, live: Live, authority: str | tuple[str, ...], last_seen: int | None = None) -> None:
        self._chunks = live.board.watch(authority, last_seen)
        self.events: list[list[dict[str, Any]]] = []
        self.ids: list[int] = []

    async def __aenter__(self) -> "Watching":
        first = await anext(self._chunks)
        assert first.startswith(b"retry:")
        self._reading = asyncio.create_task(self._read())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        await self._chunks.aclose()

    async def _read(self) -> None:
        async for chunk in self._chunks:
            if chunk.startswith(b"id:"):
                number, kind, told = chunk.decode().strip().split("\n")
                assert kind == "event: figures"
                self.ids.append(int(number.removeprefix("id: ")))
                self.events.append(from_json(told.removeprefix("data: ")))

    @property
    def tiles(self) -> dict[str, dict[str, Any]]:
        """The latest of each measure."""
        return {tile["measure"]: tile for event in self.events for tile in event}

    def value(self, measure: str) -> Any:
        return self.tiles.get(measure, {}).get("value")


# --- what happened ---


def care(child: UUID, authority: str = NORTHSHIRE, **more: Any) -> CareStarted:
    usual = {"period": child, "version": 1, "started": date(2026, 1, 1), "ended": None}
    return CareStarted(child=child, authority=authority, legal_status=LegalStatus.SECTION_20, **{**usual, **more})


def a_child(child: UUID, born: date, authority: str = NORTHSHIRE) -> ChildRegistered:
    """A child as referrals tells of one."""
    return ChildRegistered(
        child=child, authority=authority, version=1, born=born, sex=Sex.FEMALE, ethnicity="WBRI", uasc=False
    )


def a_stay(child: UUID, weekly_pence: int, authority: str = NORTHSHIRE, type_: str = "U6") -> list[Event]:
    """A placement that has begun, with its price."""
    placement = new_id()
    started = PlacementStarted(
        placement=placement,
        authority=authority,
        version=1,
        status="started",
        child=child,
        referral=None,
        provider=None,
        home=None,
        place=None,
        type=type_,
        sector="PR4",
        purpose="first",
        starts=date(2026, 2, 1),
        ends=None,
    )
    line = PriceLine(element="social_care", starts=date(2026, 2, 1), ends=None, weekly_pence=weekly_pence)
    return [started, PlacementRepriced(placement=placement, authority=authority, version=2, prices=(line,))]


def a_home(home: UUID, places: list[UUID], area: str = NORTHSHIRE) -> list[Event]:
    opened = HomeOpened(
        home=home,
        provider=new_id(),
        version=1,
        name="Beech House",
        type="K2",
        sector="PR4",
        area=area,
        outward="LS1",
        youngest=8,
        oldest=17,
        sexes=("M", "F"),
        opened=date(2024, 4, 1),
        closed=None,
    )
    lines = [
        PlaceLine(place=place, number=n, features=(), opens=date(2024, 4, 1), closes=None)
        for n, place in enumerate(places, 1)
    ]
    return [opened, PlacesChanged(home=home, version=1, places=tuple(lines))]


def lives_in(home: UUID, place: UUID, authority: str = NORTHSHIRE, **more: Any) -> PlaceOccupied:
    usual: dict[str, Any] = {"occupation": new_id(), "version": 3, "starts": date(2026, 2, 1), "ends": None}
    return PlaceOccupied(
        home=home,
        place=place,
        kind="occupied",
        placement=new_id(),
        authority=authority,
        expires_at=None,
        released_at=None,
        **{**usual, **more},
    )
