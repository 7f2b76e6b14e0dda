"""Placements over HTTP: searches and offers, bookings, stays, periods of care."""

from services.placements.api import bookings, candidates, care, checks, offers, returns, stays

ROUTERS = (stays.router, returns.router, bookings.router, candidates.router, offers.router, care.router, checks.router)
