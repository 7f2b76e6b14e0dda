"""Referrals on one page: its routes, and what it hears and does."""

from pathlib import Path

from services.referrals.api import ROUTERS
from services.referrals.reactions import REACTIONS
from shared.service.service import Service

SERVICE = Service(
    name="referrals",
    migrations=Path(__file__).parent / "migrations",
    routers=ROUTERS,
    reactions=REACTIONS,
)
