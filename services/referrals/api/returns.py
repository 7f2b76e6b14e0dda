"""Routes that load the children of a return."""

from services.referrals.actions.returns import load_children
from shared.service.loads import returns_router

router = returns_router("referrals", load_children)
