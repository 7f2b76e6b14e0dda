"""Placements over HTTP: searches and offers, bookings and stays."""

from fastapi import APIRouter

from services.placements.api import offers, stays

router = APIRouter(prefix="/placements")
# Fixed paths first: `/placements/{placement}` would take their words for an id.
router.include_router(offers.router)
router.include_router(stays.router)
