"""`make migrate`: bring every service's database, named by the environment, to this release."""

import asyncio
import sys

from deploy.installation import SERVICES
from deploy.postgres import ensure_database
from shared.settings import Settings
from shared.store.migrate import migrate


async def migrate_all(settings: Settings) -> None:
    """Create what is missing and migrate it; safe to run twice and from two places."""
    for name, service in SERVICES.items():
        await ensure_database(settings.database_of(name))
        await migrate(settings.database_of(name), service.migrations)
        print(f"{name}: at the newest migration", flush=True)


def main() -> None:
    """Migrate, or say in one line why not."""
    try:
        asyncio.run(migrate_all(Settings()))
    except OSError as away:
        sys.exit(f"PostgreSQL does not answer at SUFFICIENCY_DATABASE_URL: {away}")


if __name__ == "__main__":
    main()
