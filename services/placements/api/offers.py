"""Routes for finding a home and asking for it: candidates and offers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.placements import actions
from services.placements.forms import Candidate, Candidates, Choose, Decline, Invite, MakeOffer, OfferShown
from services.placements.matching import Judgement, judge_all
from services.placements.queries import my_offers, places_offered, the_offer, wanted_for
from shared.clock import age_on
from shared.contracts.vocabulary import OfferStatus
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.audit import audit_read
from shared.store.database import Database, Reading, Writing
from shared.store.session import ReadSession, Row

router = APIRouter(prefix="/placements", tags=["placements"])
Finder = Annotated[Person, Depends(may("placements:match"))]
Reader = Annotated[Person, Depends(may("placements:read"))]
# Another authority's is waited for as one that does not exist, so that the time it takes does not tell them apart.
ARRIVED = "SELECT true FROM referrals WHERE referral = $1 AND authority = $2"
Answerer = Annotated[Person, Depends(may("placements:answer_offers"))]


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


@router.post("/offers", status_code=201, summary="Ask a provider whether it can offer a vacancy for a child")
async def invite(
    form: Invite, by: Annotated[Person, Depends(may("placements:invite"))], session: Writing
) -> OfferShown:
    offer = await actions.invite_offer(session, form, by=by)
    return _offer(await the_offer(session, offer, by), by)


@router.get("/offers", summary="Offers of my authority, or those my homes are asked for")
async def offers(
    by: Reader,
    session: Reading,
    status: Annotated[list[OfferStatus] | None, Query()] = None,
    referral: UUID | None = None,
) -> list[OfferShown]:
    return [_offer(row, by) for row in await my_offers(session, by, status or (), referral)]


@router.get("/offers/{offer:uuid}", summary="One offer")
async def offer(offer: UUID, by: Reader, session: Reading) -> OfferShown:
    return _offer(await the_offer(session, offer, by), by)


@router.post("/offers/{offer:uuid}/offer", summary="A provider offers the home at a price")
async def make(offer: UUID, form: MakeOffer, by: Answerer, session: Writing) -> OfferShown:
    return _offer(await actions.make_offer(session, offer, form, by=by), by)


@router.post("/offers/{offer:uuid}/decline", summary="A provider declines, with a reason")
async def decline(offer: UUID, form: Decline, by: Answerer, session: Writing) -> OfferShown:
    return _offer(await actions.decline_offer(session, offer, form, by=by), by)


@router.post("/offers/{offer:uuid}/accept", summary="The authority chooses an offer")
async def accept(
    offer: UUID, form: Choose, by: Annotated[Person, Depends(may("placements:accept"))], session: Writing
) -> OfferShown:
    return _offer(await actions.accept_offer(session, offer, form, by=by), by)


def _offer(row: Row, by: Person) -> OfferShown:
    """What the person may see: a provider learns which child it is once its offer is accepted."""
    shown: dict[str, Any] = {name: row[name] for name in OfferShown.model_fields if name in row}
    if row.get("born"):
        shown["age"] = age_on(row.born, row.wanted_from)
    if by.provider is not None and row.status != OfferStatus.ACCEPTED:
        shown["child"] = None
    return OfferShown(**shown)
