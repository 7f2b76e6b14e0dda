"""Placements over HTTP: searches and offers, bookings and stays."""

from services.placements.api import candidates, offers, stays

ROUTERS = (stays.router, candidates.router, offers.router)
