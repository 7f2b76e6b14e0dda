"""`make migrate`: bring every service's database, named by the environment, to this release."""

import argparse
import asyncio
import sys
from collections.abc import Iterable

import asyncpg
from alembic.util import CommandError

from deploy.installation import SERVICES
from deploy.postgres import ensure_database
from deploy.starting import told_by_the_environment
from shared.settings import Settings
from shared.store.migrate import migrate


async def migrate_all(settings: Settings, names: Iterable[str] = SERVICES) -> None:
    """Create what is missing and migrate it; safe to run twice and from two places."""
    for name in names:
        await ensure_database(settings.database_of(name))
        await migrate(settings.database_of(name), SERVICES[name].migrations)
        print(f"{name}: at the newest migration", flush=True)


def main() -> None:
    """Migrate, or say in one line why not."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("services", nargs="*", metavar="SERVICE", help="all of them unless named")
    named = words.parse_args().services or list(SERVICES)
    if unknown := set(named) - set(SERVICES):
        words.error(f"there is no service {', '.join(sorted(unknown))}")
    try:
        asyncio.run(migrate_all(told_by_the_environment(), named))
    except OSError as away:
        sys.exit(f"PostgreSQL does not answer at SUFFICIENCY_DATABASE_URL: {away}")
    except asyncpg.PostgresError as refused:
        sys.exit(f"PostgreSQL refuses at SUFFICIENCY_DATABASE_URL: {refused}")
    except CommandError as strange:
        sys.exit(f"The database is not one of this release or an earlier one: {strange}")


if __name__ == "__main__":
    main()
