"""Routes that load the episodes of a return."""

from services.placements.actions.returns import load_episodes
from shared.service.loads import returns_router

router = returns_router("placements", load_episodes)
