"""A social worker's pages of homes and placements: where children live, homes offered for them, arrivals, endings, fears."""

from services.placements.pages.social import arriving, children, fearing, leaving, offers

ROUTERS = (children.router, offers.router, arriving.router, leaving.router, fearing.router)
