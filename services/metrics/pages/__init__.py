"""Metrics' pages: the figures as they move, and one measure with what it means, its past and its parts."""

from services.metrics.pages import about, aiming, dashboard

ROUTERS = (dashboard.router, aiming.router, about.router)
