"""Routes for asking a provider for a home: offers."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.placements import actions
from services.placements.forms import ApproveDistance, Choose, Decline, Invite, MakeOffer, OfferShown, TakeBack
from services.placements.queries import my_offers, the_offer
from shared.clock import age_on
from shared.contracts.vocabulary import OfferStatus
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import Row

router = APIRouter(prefix="/placements", tags=["placements"])
Reader = Annotated[Person, Depends(may("placements:read"))]
Answerer = Annotated[Person, Depends(may("placements:answer_offers"))]


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


@router.post("/offers/{offer:uuid}/take-back", summary="A provider no longer offers the home, and why")
async def take_back(offer: UUID, form: TakeBack, by: Answerer, session: Writing) -> OfferShown:
    return _offer(await actions.take_back_offer(session, offer, form, by=by), by)


@router.post("/offers/{offer:uuid}/accept", summary="The authority chooses an offer")
async def accept(
    offer: UUID, form: Choose, by: Annotated[Person, Depends(may("placements:accept"))], session: Writing
) -> OfferShown:
    return _offer(await actions.accept_offer(session, offer, form, by=by), by)


@router.post("/offers/{offer:uuid}/approve-distance", summary="An approver decides that the child may live so far away")
async def approve_distance(
    offer: UUID, form: ApproveDistance, by: Annotated[Person, Depends(may("placements:approve"))], session: Writing
) -> OfferShown:
    return _offer(await actions.approve_distance(session, offer, form, by=by), by)


def _offer(row: Row, by: Person) -> OfferShown:
    """What the person may see: a provider learns which child it is once its offer is accepted."""
    shown: dict[str, Any] = {name: row[name] for name in OfferShown.model_fields if name in row}
    if row.get("born"):
        shown["age"] = age_on(row.born, row.wanted_from)
    if by.provider is not None and row.status != OfferStatus.ACCEPTED:
        shown["child"] = None
    if by.provider is not None:
        shown["distance_reason"] = None
    return OfferShown(**shown)
