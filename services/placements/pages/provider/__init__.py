"""A provider's pages in placements: what it is asked, its answers and what became of them, the children in its homes."""

from services.placements.pages.provider import answered, answering, invited, reporting, stays

ROUTERS = (invited.router, answered.router, answering.router, stays.router, reporting.router)
