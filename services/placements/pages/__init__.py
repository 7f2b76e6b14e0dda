"""Placements' pages: the queue of who finds homes, a referral with its ranked homes, offers side by side, the record."""

from services.placements.pages import (
    approving,
    asking_approval,
    booking,
    changing,
    comparing,
    finding,
    holding,
    owning,
    provider,
    queue,
    record,
    social,
    together,
)

ROUTERS = (
    queue.router,
    booking.router,
    holding.router,
    record.router,
    changing.router,
    finding.router,
    comparing.router,
    owning.router,
    together.router,
    asking_approval.router,
    approving.router,
    *social.ROUTERS,
    *provider.ROUTERS,
)
