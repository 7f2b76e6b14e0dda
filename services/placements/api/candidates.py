"""The route for finding a home: which places could take a child or siblings, and which rule refuses the others."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.placements.api.showing import Map
from services.placements.forms import Candidates, Narrow
from services.placements.queries.candidates import find_homes
from services.placements.queries.markets import markets_of
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.audit import audit_read
from shared.store.database import Database

router = APIRouter(prefix="/placements", tags=["placements"])
Finder = Annotated[Person, Depends(may("placements:match"))]
# Another authority's is waited for as one that does not exist, so that the time it takes does not tell them apart.
ARRIVED = "SELECT true FROM referrals WHERE referral = $1 AND authority = $2"


@router.get(
    "/referrals/{referral:uuid}/candidates",
    summary="Homes for a child, or for siblings together: possible, and ruled out by which rule",
)
async def candidates(
    referral: UUID, request: Request, by: Finder, where: Map, narrow: Annotated[Narrow, Query()]
) -> Candidates:
    """Best first, with reasons both ways. Waits a moment for a referral that is just arriving."""
    database: Database = request.app.state.database

    async def arrived() -> bool | None:
        async with database.reading() as session:
            return bool(await session.value(ARRIVED, referral, by.authority)) or None

    await database.signals.until(referral, arrived, request.app.state.running.settings.booking_wait_seconds)
    async with database.reading() as session:
        found = await find_homes(session, markets_of(database), referral, narrow, by, where)
    for child in found.children:
        await audit_read(database, by.id, "candidates", child)
    return found.model_copy(update=_pages(request, narrow, found))


def _pages(request: Request, narrow: Narrow, found: Candidates) -> dict[str, str]:
    """Where the following pages are; what was asked stays asked."""

    def page(**change: int) -> str:
        url = request.url.include_query_params(**change)
        return f"{url.path}?{url.query}"

    pages = {}
    if narrow.page * narrow.per_page < found.possible_in_all:
        pages["next"] = page(page=narrow.page + 1)
    if narrow.refused_page * narrow.per_page < found.refused_in_all:
        pages["next_refused"] = page(refused_page=narrow.refused_page + 1)
    return pages
