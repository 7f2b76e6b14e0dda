"""Routes for bookings: for one child, for siblings as one, where there is no place of ours, and back again."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.placements import actions
from services.placements.api.showing import Booker, Map, placement_shown
from services.placements.forms import Book, BookTogether, Cancel, Hold, PlaceDirectly, PlacementShown
from services.placements.queries.deciding import decided, say_what_else
from shared.contracts.vocabulary import PlacementStatus
from shared.errors import Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.service.description import refusing
from shared.store.database import Database, Writing

router = APIRouter(prefix="/placements", tags=["placements"])
Placer = Annotated[Person, Depends(may("placements:place_directly"))]
DECIDED: dict[int | str, dict[str, Any]] = {
    409: refusing("Taken a moment ago, with the `next` homes, or not possible, with the reason"),
}
LATER = {"description": "Not decided yet: look where `Location` says"}


def _where(request: Request) -> tuple[Database, float]:
    """Where bookings are kept, and how many seconds an answer waits for providers to decide."""
    return request.app.state.database, request.app.state.running.settings.booking_wait_seconds


@router.post(
    "/bookings",
    status_code=201,
    summary="Book an accepted offer",
    responses={202: {**LATER, "model": PlacementShown}, **DECIDED},
)
async def book(form: Book, request: Request, response: Response, by: Booker, geography: Map) -> PlacementShown:
    """Commits the booking, then waits up to two seconds for the providers' own constraint to decide."""
    database, seconds = _where(request)
    try:
        async with database.writing() as session:
            placement = await actions.book_placement(session, form, geography, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await say_what_else(database, geography, form.offer, "offer", by)
        raise
    response.headers["Location"] = f"/placements/{placement}"
    row = await decided(database, placement, seconds, by)
    if row.status == PlacementStatus.BOOKED:
        response.status_code = 202
    elif row.status == PlacementStatus.CANCELLED:
        await say_what_else(database, geography, form.offer, "offer", by)
    return placement_shown(row, by, database.clock.today())


@router.post(
    "/holds",
    status_code=201,
    summary="Hold a place under an offer that was not chosen yet",
    responses={202: {**LATER, "model": PlacementShown}, **DECIDED},
)
async def hold(form: Hold, request: Request, response: Response, by: Booker, geography: Map) -> PlacementShown:
    """Nobody learns who the child is. Booked by a booking of the same offer; let go by cancelling it, or by itself."""
    database, seconds = _where(request)
    try:
        async with database.writing() as session:
            placement = await actions.hold_place(session, form, geography, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await say_what_else(database, geography, form.offer, "offer", by)
        raise
    response.headers["Location"] = f"/placements/{placement}"
    row = await decided(database, placement, seconds, by)
    if row.status == PlacementStatus.CANCELLED:
        await say_what_else(database, geography, form.offer, "offer", by)
    response.status_code = 201 if row.held else 202
    return placement_shown(row, by, database.clock.today())


@router.post(
    "/bookings/together",
    status_code=201,
    summary="Book accepted offers for siblings in one home: all of them or none",
    responses={202: {"description": "Not decided yet: ask again", "model": list[PlacementShown]}, **DECIDED},
)
async def book_together(
    form: BookTogether, request: Request, response: Response, by: Booker, geography: Map
) -> list[PlacementShown]:
    """One transaction books them all; they are confirmed once every one has its place, or all are given up."""
    database, seconds = _where(request)
    try:
        async with database.writing() as session:
            group = await actions.book_together(session, form, geography, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await say_what_else(database, geography, form.offers[0], "offers", by)
        raise
    rows = await asyncio.gather(*(decided(database, placement, seconds, by) for placement in group))
    statuses = {row.status for row in rows}
    if PlacementStatus.CANCELLED in statuses:
        await say_what_else(database, geography, form.offers[0], "offers", by)
    if PlacementStatus.BOOKED in statuses:
        response.status_code = 202
    return [placement_shown(row, by, database.clock.today()) for row in rows]


@router.post("/direct", status_code=201, summary="Place a child where there is no place of ours")
async def place_directly(
    form: PlaceDirectly, response: Response, by: Placer, geography: Map, session: Writing
) -> PlacementShown:
    """Parents, relatives, adopters, hospital, custody, homes outside the market: nothing is held."""
    row = await actions.place_directly(session, form, geography, by=by)
    response.headers["Location"] = f"/placements/{row.placement}"
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/cancel", summary="It will not start")
async def cancel(placement: UUID, form: Cancel, by: Booker, session: Writing) -> PlacementShown:
    return placement_shown(await actions.cancel_placement(session, placement, form, by=by), by, session.clock.today())
