"""Loading a return in the background: taken in, read, checked, written all or nothing, and told how far it has come."""

from shared.service.loads.api import returns_router
from shared.service.loads.loading import Loading, LoadRefused

__all__ = ["LoadRefused", "Loading", "returns_router"]
