"""Providers on one page: its routes, what it hears and does, and what falls due in it."""

from pathlib import Path

from services.providers.actions.letting_go import RELEASE_HOLD, release_hold
from services.providers.api import ROUTERS
from services.providers.notices import NOTICES
from services.providers.pages import ROUTERS as PAGES
from services.providers.pages.waiting import waits
from services.providers.reactions import COPIES, REACTIONS
from shared.service.service import Service

SERVICE = Service(
    name="providers",
    migrations=Path(__file__).parent / "migrations",
    routers=(*ROUTERS, *PAGES),
    reactions=REACTIONS,
    copies=COPIES,
    waits=waits,
    notices=NOTICES,
    due={RELEASE_HOLD: release_hold},
)
