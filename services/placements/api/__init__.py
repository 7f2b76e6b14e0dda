"""Placements over HTTP: searches and offers, bookings, stays, periods of care."""

from services.placements.api import (
    bookings,
    candidates,
    care,
    checks,
    commands,
    offers,
    opinions,
    reports,
    returns,
    statutory,
    stays,
)

ROUTERS = (
    stays.router,
    reports.router,
    returns.router,
    bookings.router,
    candidates.router,
    offers.router,
    opinions.router,
    care.router,
    statutory.router,
    checks.router,
    commands.router,
)
