"""Referrals on one page: its routes, what it hears and does, and what falls due in it."""

from pathlib import Path

from services.referrals.actions.endings import MARK_OVERDUE, mark_overdue
from services.referrals.api import ROUTERS
from services.referrals.notices import NOTICES
from services.referrals.pages import ROUTERS as PAGES
from services.referrals.pages.waiting import waits
from services.referrals.reactions import COPIES, REACTIONS
from shared.service.service import Service

SERVICE = Service(
    name="referrals",
    migrations=Path(__file__).parent / "migrations",
    routers=(*ROUTERS, *PAGES),
    reactions=REACTIONS,
    copies=COPIES,
    due={MARK_OVERDUE: mark_overdue},
    waits=waits,
    notices=NOTICES,
)
