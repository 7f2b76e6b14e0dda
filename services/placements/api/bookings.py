"""Routes for bookings: for one child, for siblings as one, where there is no place of ours, and back again."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.placements import actions
from services.placements.actions.bookings import TAKEN
from services.placements.api.candidates import find_homes
from services.placements.api.showing import Booker, Map, placement_shown
from services.placements.forms import Book, BookTogether, Cancel, Narrow, PlaceDirectly, PlacementShown
from services.placements.queries import the_offer, the_placement
from services.placements.queries.markets import markets_of
from shared.contracts.vocabulary import PlacementStatus
from shared.errors import Refused
from shared.geography import Geography
from shared.identity.access import may
from shared.identity.person import Person
from shared.service.description import refusing
from shared.store.database import Database, Writing
from shared.store.session import Row

router = APIRouter(prefix="/placements", tags=["placements"])
Placer = Annotated[Person, Depends(may("placements:place_directly"))]
NEXT_HOMES = 5
DECIDED: dict[int | str, dict[str, Any]] = {
    409: refusing("Taken a moment ago, with the `next` homes, or not possible, with the reason"),
}
LATER = {"description": "Not decided yet: look where `Location` says"}


@router.post(
    "/bookings",
    status_code=201,
    summary="Book an accepted offer",
    responses={202: {**LATER, "model": PlacementShown}, **DECIDED},
)
async def book(form: Book, request: Request, response: Response, by: Booker, geography: Map) -> PlacementShown:
    """Commits the booking, then waits up to two seconds for the providers' own constraint to decide."""
    database: Database = request.app.state.database
    try:
        async with database.writing() as session:
            placement = await actions.book_placement(session, form, geography, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await _say_what_else(database, geography, form.offer, "offer", by)
        raise
    response.headers["Location"] = f"/placements/{placement}"
    row = await _decided(request, placement, by)
    if row.status == PlacementStatus.BOOKED:
        response.status_code = 202
    elif row.status == PlacementStatus.CANCELLED:
        await _say_what_else(database, geography, form.offer, "offer", by)
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
    database: Database = request.app.state.database
    try:
        async with database.writing() as session:
            group = await actions.book_together(session, form, geography, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await _say_what_else(database, geography, form.offers[0], "offers", by)
        raise
    rows = await asyncio.gather(*(_decided(request, placement, by) for placement in group))
    statuses = {row.status for row in rows}
    if PlacementStatus.CANCELLED in statuses:
        await _say_what_else(database, geography, form.offers[0], "offers", by)
    if PlacementStatus.BOOKED in statuses:
        response.status_code = 202
    return [placement_shown(row, by, database.clock.today()) for row in rows]


async def _decided(request: Request, placement: UUID, by: Person) -> Row:
    """The booking once providers have spoken, or as it stands when the wait is over."""
    database: Database = request.app.state.database

    async def decided() -> Row | None:
        async with database.reading() as session:
            return await session.one("SELECT * FROM placements WHERE placement = $1 AND status <> 'booked'", placement)

    seconds = request.app.state.running.settings.booking_wait_seconds
    row = await database.signals.until(placement, decided, seconds)
    if row is None:
        async with database.reading() as session:
            row = await the_placement(session, placement, by)
    return row


async def _say_what_else(database: Database, geography: Geography, offer: UUID, field: str, by: Person) -> None:
    """Raises the 409 that names the next homes."""
    async with database.reading() as session:
        row = await the_offer(session, offer, by)
        narrow = Narrow(child=row.child, per_page=NEXT_HOMES)
        found = await find_homes(session, markets_of(database), row.referral, narrow, by, geography)
    homes = [candidate.model_dump(mode="json") for candidate in found.possible]
    raise Refused(TAKEN, field=field, code="taken", more={"next": homes})


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
