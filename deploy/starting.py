"""What a process checks before it begins: the settings it was given, each fault in one line that names it."""

from collections.abc import Iterator

import asyncpg
from pydantic import SecretStr, ValidationError

from shared.clock import SystemClock
from shared.identity.registry import Misconfigured
from shared.service.service import Service
from shared.settings import Settings
from shared.store.database import MISSING, Database
from shared.store.migrate import WrongHead, check_head

PREFIX = str(Settings.model_config["env_prefix"])
NEEDED = ("broker_url", "token_url", "client_id", "client_secret", "issuers")
"""What a service of distributed mode cannot do without, besides the secret of its cookies."""


def told_by_the_environment() -> Settings:
    """The settings. Raises Misconfigured, which ends the process, with one line for all that is wrong."""
    try:
        return Settings()
    except ValidationError as faults:
        said = (f"{PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in faults.errors())
        raise Misconfigured("; ".join(said)) from None


def service_settings() -> Settings:
    """The settings of one service as a process. Raises Misconfigured."""
    settings = told_by_the_environment()
    if missing := [f"{PREFIX}{name.upper()}" for name in _missing(settings)]:
        raise Misconfigured(f"Distributed mode needs {', '.join(missing)}.")
    return settings


def _missing(settings: Settings) -> Iterator[str]:
    for name in NEEDED if settings.mode == "distributed" else ():
        told = getattr(settings, name)
        if not (told.get_secret_value() if isinstance(told, SecretStr) else told):
            yield name


async def check_database(service: Service, settings: Settings) -> None:
    """Whether a service could work on its tables. Raises Misconfigured: a traceback would not say it as plainly."""
    url, where = settings.database_of(service.name), f"{PREFIX}DATABASE_URL"
    database = Database(url, service=service.name, clock=SystemClock(), partitions=settings.partitions, pool_size=2)
    try:
        await database.open()
        async with database.reading() as session:
            await check_head(session, service.migrations)
    except WrongHead as other:
        raise Misconfigured(f"{service.name}: {other}") from None
    except MISSING as away:
        raise Misconfigured(f"{service.name}: PostgreSQL does not answer at {where}: {away!r}") from None
    except (asyncpg.PostgresError, ValueError) as refusal:
        raise Misconfigured(f"{service.name}: PostgreSQL refuses what {where} says: {refusal}") from None
    finally:
        await database.close()
