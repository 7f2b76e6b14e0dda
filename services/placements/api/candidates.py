"""The route for finding a home: which places could take a child, and which rule refuses the others."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.placements.forms import Candidate, Candidates
from services.placements.matching import Judgement, judge_all
from services.placements.queries import places_offered, wanted_for
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.audit import audit_read
from shared.store.database import Database
from shared.store.session import ReadSession

router = APIRouter(prefix="/placements", tags=["placements"])
Finder = Annotated[Person, Depends(may("placements:match"))]
# Another authority's is waited for as one that does not exist, so that the time it takes does not tell them apart.
ARRIVED = "SELECT true FROM referrals WHERE referral = $1 AND authority = $2"


@router.get("/referrals/{referral:uuid}/candidates", summary="Homes for a child: possible, and ruled out by which rule")
async def candidates(
    referral: UUID,
    request: Request,
    by: Finder,
    child: Annotated[UUID | None, Query(description="which child of the referral; the only one unless given")] = None,
) -> Candidates:
    """Best first, with reasons both ways. Waits a moment for a referral that is just arriving."""
    database: Database = request.app.state.database

    async def arrived() -> bool | None:
        async with database.reading() as session:
            return bool(await session.value(ARRIVED, referral, by.authority)) or None

    await database.signals.until(referral, arrived, request.app.state.running.settings.booking_wait_seconds)
    async with database.reading() as session:
        found = await find_homes(session, referral, child, by)
    await audit_read(database, by.id, "candidates", found.child)
    return found


async def find_homes(session: ReadSession, referral: UUID, child: UUID | None, by: Person) -> Candidates:
    """Every place on offer judged for a child of the person's own referral."""
    row, wanted = await wanted_for(session, referral, child, by)
    possible, refused = judge_all(await places_offered(session, row.authority), wanted, session.clock.now())
    return Candidates(
        referral=referral, child=row.child, possible=[_shown(j) for j in possible], refused=[_shown(j) for j in refused]
    )


def _shown(judged: Judgement) -> Candidate:
    place = judged.place
    return Candidate(
        place=place.place,
        vacancy=place.vacancy,
        home=place.home,
        provider=place.provider,
        name=place.name,
        type=place.type,
        sector=place.sector,
        area=place.area,
        weekly_pence=place.weekly_pence,
        confirmed_at=place.confirmed_at,
        reasons_for=judged.reasons_for,
        reasons_against=judged.reasons_against,
        refusals=judged.refusals,
    )
