"""Placements' pages: the queue of who finds homes, a referral with its ranked homes, offers side by side, the record."""

from services.placements.pages import booking, comparing, finding, provider, queue, record, social

ROUTERS = (
    queue.router,
    booking.router,
    record.router,
    finding.router,
    comparing.router,
    *social.ROUTERS,
    *provider.ROUTERS,
)
