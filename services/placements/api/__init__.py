"""Placements over HTTP: searches and offers, bookings and stays."""

from services.placements.api import offers, stays

ROUTERS = (stays.router, offers.router)
