"""Routes for bookings and placements: book, start, price, end, cancel, look."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.placements import actions
from services.placements.actions.bookings import TAKEN
from services.placements.api.candidates import find_homes
from services.placements.forms import Book, Cancel, End, PlacementShown, Price, Start
from services.placements.queries import my_placements, prices_of, the_offer, the_placement
from shared.contracts.placements import PriceLine
from shared.contracts.vocabulary import PlacementStatus
from shared.errors import Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.service.description import refusing
from shared.store.database import Database, Reading, Writing
from shared.store.session import Row

router = APIRouter(prefix="/placements", tags=["placements"])
Reader = Annotated[Person, Depends(may("placements:read"))]
Recorder = Annotated[Person, Depends(may("placements:record"))]
NEXT_HOMES = 5


@router.post(
    "/bookings",
    status_code=201,
    summary="Book an accepted offer",
    responses={
        202: {"description": "Not decided yet: look where `Location` says", "model": PlacementShown},
        409: refusing("Taken a moment ago, with the `next` homes, or not possible, with the reason"),
    },
)
async def book(
    form: Book, request: Request, response: Response, by: Annotated[Person, Depends(may("placements:book"))]
) -> PlacementShown:
    """Commits the booking, then waits up to two seconds for the providers' own constraint to decide."""
    database: Database = request.app.state.database
    try:
        async with database.writing() as session:
            placement = await actions.book_placement(session, form, by=by)
    except Refused as refused:
        if refused.code == "taken":
            await _say_what_else(database, form, by)
        raise
    row = await _decided(database, placement, request.app.state.running.settings.booking_wait_seconds)
    response.headers["Location"] = f"/placements/{placement}"
    if row is None:
        response.status_code = 202
        async with database.reading() as session:
            row = await the_placement(session, placement, by)
    elif row.status == PlacementStatus.CANCELLED:
        await _say_what_else(database, form, by)
    return _shown(row)


async def _decided(database: Database, placement: UUID, seconds: float) -> Row | None:
    async def decided() -> Row | None:
        async with database.reading() as session:
            return await session.one("SELECT * FROM placements WHERE placement = $1 AND status <> 'booked'", placement)

    return await database.signals.until(placement, decided, seconds)


async def _say_what_else(database: Database, form: Book, by: Person) -> None:
    """Raises the 409 that names the next homes."""
    async with database.reading() as session:
        offer = await the_offer(session, form.offer, by)
        found = await find_homes(session, offer.referral, offer.child, by)
    homes = [candidate.model_dump(mode="json") for candidate in found.possible[:NEXT_HOMES]]
    raise Refused(TAKEN, field="offer", code="taken", more={"next": homes})


@router.get("", summary="Placements of my authority, or in my homes")
async def placements(
    by: Reader,
    session: Reading,
    status: Annotated[list[PlacementStatus] | None, Query()] = None,
    child: UUID | None = None,
) -> list[PlacementShown]:
    return [_shown(row) for row in await my_placements(session, by, status or (), child)]


@router.get("/{placement:uuid}", summary="One placement")
async def placement(placement: UUID, by: Reader, session: Writing) -> PlacementShown:
    row = await the_placement(session, placement, by)
    session.audit(by.id, "read placement", placement)
    return _shown(row)


@router.post("/{placement:uuid}/start", summary="The child arrived")
async def start(placement: UUID, form: Start, by: Recorder, session: Writing) -> PlacementShown:
    """A move ends the placement before it on the same day, in the same transaction."""
    return _shown(await actions.start_placement(session, placement, form, by=by))


@router.post("/{placement:uuid}/prices", summary="A price comes into force")
async def reprice(placement: UUID, form: Price, request: Request, by: Recorder) -> PlacementShown:
    database: Database = request.app.state.database
    repriced = await database.write_once(lambda session: actions.reprice_placement(session, placement, form, by=by))
    return _shown(repriced, repriced["prices"])


@router.post("/{placement:uuid}/end", summary="The child left")
async def end(placement: UUID, form: End, by: Recorder, session: Writing) -> PlacementShown:
    return _shown(await actions.end_placement(session, placement, form, by=by))


@router.post("/{placement:uuid}/cancel", summary="It will not start")
async def cancel(
    placement: UUID, form: Cancel, by: Annotated[Person, Depends(may("placements:book"))], session: Writing
) -> PlacementShown:
    return _shown(await actions.cancel_placement(session, placement, form, by=by))


def _shown(row: Row | Mapping[str, Any], prices: Iterable[PriceLine] | None = None) -> PlacementShown:
    shown = {name: row[name] for name in PlacementShown.model_fields}
    lines = prices_of(row) if prices is None else prices
    return PlacementShown.model_validate(shown | {"prices": [line.model_dump() for line in lines]})
