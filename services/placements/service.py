"""The placements service on one page."""

from pathlib import Path

from services.placements.actions import lapse_offer
from services.placements.actions.offers import LAPSE
from services.placements.api import ROUTERS
from services.placements.reactions import REACTIONS
from shared.service.service import Service

SERVICE = Service(
    name="placements",
    migrations=Path(__file__).parent / "migrations",
    routers=ROUTERS,
    reactions=REACTIONS,
    due={LAPSE: lapse_offer},
)
