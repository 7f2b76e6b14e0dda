"""`make run`: the whole platform in one process on one port, with its own PostgreSQL."""

import asyncio
import os
import secrets
import sys
from pathlib import Path

import httpx
from pydantic import SecretStr

from deploy.demo import furnish_demonstration
from deploy.host import Host
from deploy.installation import ROOMS, SERVICES
from deploy.issuer import Issuer
from deploy.people import clients, issuers
from deploy.postgres import Postgres, create_databases
from deploy.serving import PortTaken, listen, serve
from shared.bus import InProcessBus
from shared.identity.demonstration import CHARACTERS
from shared.identity.registry import Registry
from shared.service.app import create_app
from shared.settings import Settings
from shared.store.migrate import migrate
from shared.telemetry import logs

DEMONSTRATION_SECRET = "demonstration"  # noqa: S105 - everybody's, and good for made-up people only


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
        log_level=os.environ.get("SUFFICIENCY_LOG_LEVEL", "WARNING"),  # what is printed is for a newcomer
    )


def assemble(settings: Settings) -> Host:
    """Four services, one bus, one issuer, one origin."""
    secret = secrets.token_urlsafe(24)
    issuer = Issuer(f"{settings.public_url}/issuer", clients(dict.fromkeys(SERVICES, secret), DEMONSTRATION_SECRET))
    registry = Registry(issuers(issuer.url, issuer.jwks))
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
    host = Host(apps, issuer.app(), front_door="referrals")
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


def main() -> None:
    """Start everything, say where to go and as whom, and stop everything on Ctrl-C."""
    wanted = os.environ.get("PORT", "")
    folder = Path(os.environ.get("SUFFICIENCY_FOLDER", ".run")) / "embedded"
    try:
        bound = listen(int(wanted or 8000), or_next=not wanted)
    except (PortTaken, ValueError) as problem:
        sys.exit(str(problem))
    port = bound.getsockname()[1]
    print("Starting PostgreSQL and four services …", flush=True)
    with Postgres.start(folder / "postgres") as server:
        settings = embedded_settings(port, address_template(server))
        logs.configure(settings)
        asyncio.run(prepare_databases(server))
        host = assemble(settings)
        if not serve(host, bound, when_ready=lambda: _furnish_and_welcome(host, settings)):
            sys.exit(1)
    print("Everything is stopped.", flush=True)


async def _furnish_and_welcome(host: Host, settings: Settings) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(host), base_url=settings.public_url) as client:
        await furnish_demonstration(client, f"{settings.public_url}/issuer", DEMONSTRATION_SECRET)
    _welcome(settings)


def _welcome(settings: Settings) -> None:
    people = "\n".join(f"    {c.key:<30} {c.name}, {c.role.replace('_', ' ')}, {c.place}" for c in CHARACTERS.values())
    print(
        f"""
Sufficiency is ready:  {settings.public_url}

  Sign in on that page as any of these, or ask for a token in their name:
{people}

    curl -s {settings.public_url}/issuer/token -d grant_type=client_credentials \\
         -d client_id=placements-officer -d client_secret={DEMONSTRATION_SECRET}

  Health:  {settings.public_url}/health      Figures as they move:  {settings.public_url}/metrics/stream
  Ctrl-C stops everything this started.
""",
        flush=True,
    )


if __name__ == "__main__":
    main()
