"""`make run`: the whole platform in one process on one port, with its own PostgreSQL."""

import argparse
import asyncio
import os
import secrets
import shutil
import sys
from functools import partial
from pathlib import Path

import httpx
from pydantic import SecretStr

from deploy.county.api import county_app
from deploy.county.people import tellers, tellers_issuers
from deploy.demo.screen import closing
from deploy.demo.show import show
from deploy.host import Host
from deploy.installation import ROOMS, SERVICES
from deploy.issuer import Issuer
from deploy.people import DEMONSTRATION_SECRET, clients, issuers
from deploy.postgres import Postgres, create_databases
from deploy.serving import PortTaken, listen, serve
from shared.bus import InProcessBus
from shared.identity.registry import Registry
from shared.service.app import create_app
from shared.settings import Settings
from shared.store.migrate import migrate
from shared.telemetry import logs


def embedded_settings(port: int, database_url: str) -> Settings:
    """The settings of embedded mode; what the environment says comes first where it makes sense."""
    own = f"http://127.0.0.1:{port}"
    return Settings(
        mode="embedded",
        database_url=database_url,
        public_url=own,
        service_urls=own,
        token_url=f"{own}/issuer/token",
        demonstration_sign_in=True,
        simulated_time=True,
        # The same for all four: one sign-in.
        session_secret=SecretStr(os.environ.get("SUFFICIENCY_SESSION_SECRET") or secrets.token_urlsafe(32)),
        log_level=os.environ.get("SUFFICIENCY_LOG_LEVEL", "WARNING"),  # what is printed is for a newcomer
    )


def assemble(settings: Settings) -> Host:
    """Four services, one bus, one issuer, one origin."""
    secret = secrets.token_urlsafe(24)
    known = clients(dict.fromkeys(SERVICES, secret), DEMONSTRATION_SECRET) | tellers(DEMONSTRATION_SECRET)
    issuer = Issuer(f"{settings.public_url}/issuer", known)
    registry = Registry([*issuers(issuer.url, issuer.jwks), *tellers_issuers(issuer.url, issuer.jwks)])
    bus, transport = InProcessBus(), _Within()
    apps = {
        name: create_app(
            service,
            settings.model_copy(update={"client_id": name, "client_secret": SecretStr(secret)}),
            bus=bus,
            registry=registry,
            transport=transport,
            rooms=ROOMS,
        )
        for name, service in SERVICES.items()
    }
    host = Host(apps, issuer.app(), front_door="referrals", county=county_app())
    transport.app = host
    return host


class _Within(httpx.ASGITransport):
    """Services ask each other without leaving the process; the host is known only once they are made."""

    def __init__(self) -> None:
        super().__init__(app=_nowhere)


async def _nowhere(*_: object) -> None:
    raise ConnectionError("the host is not assembled yet")


async def prepare_databases(server: Postgres) -> None:
    """Create and migrate a database for each service."""
    await create_databases(server, SERVICES)
    for name, service in SERVICES.items():
        await migrate(server.url(name), service.migrations)


def address_template(server: Postgres) -> str:
    """The server's address with {service} where the database's name goes."""
    return server.url("SERVICE").replace("SERVICE", "{service}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make run", description="The whole platform in one process, with a demonstration."
    )
    parser.add_argument(
        "--simulate",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="the demonstration's people are at work, or idle",
    )
    parser.add_argument("--empty", action="store_true", help="no demonstration data at all")
    parser.add_argument("--reset", action="store_true", help="throw away what earlier runs kept, and begin again")
    return parser.parse_args()


def main() -> None:
    """Start everything, say where to go and as whom, and stop everything on Ctrl-C."""
    asked, wanted = _asked(), os.environ.get("PORT", "")
    folder = Path(os.environ.get("SUFFICIENCY_FOLDER", ".run")) / "embedded"
    if asked.reset:
        shutil.rmtree(folder, ignore_errors=True)
    try:
        bound = listen(int(wanted or 8000), or_next=not wanted)
    except (PortTaken, ValueError) as problem:
        sys.exit(str(problem))
    print("Starting PostgreSQL and four services …", flush=True)
    with Postgres.start(folder / "postgres") as server:
        settings = embedded_settings(bound.getsockname()[1], address_template(server))
        logs.configure(settings)
        asyncio.run(prepare_databases(server))
        if not serve(assemble(settings), bound, when_ready=partial(_welcome, settings, asked)):
            sys.exit(1)
    print("Everything is stopped.", flush=True)


async def _welcome(settings: Settings, asked: argparse.Namespace) -> None:
    url = settings.public_url
    print(f"Everything answers at {url} already; the demonstration is being made:", flush=True)
    if asked.empty:
        print(closing(url, DEMONSTRATION_SECRET, "  Nothing is in it yet (--empty).", simulating=False), flush=True)
    else:
        await show(url, f"{url}/issuer", DEMONSTRATION_SECRET, simulate=asked.simulate)


if __name__ == "__main__":
    main()
