"""Routes of places: adding, correcting and closing them, taking them out of service and returning them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.providers import queries
from services.providers.actions import places
from services.providers.actions.letting_go import return_to_service
from services.providers.actions.occupation import correct_out_of_service, take_out_of_service
from services.providers.forms.homes import HomeAnswer
from services.providers.forms.occupation import CorrectOutOfService, OccupationAnswer, TakeOutOfService
from services.providers.forms.places import AddPlace, ClosePlace, CorrectPlace
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import ReadSession

router = APIRouter(prefix="/providers", tags=["places"])
Manager = Annotated[Person, Depends(may("providers:manage_homes"))]


async def _home(session: ReadSession, home: UUID, by: Person) -> HomeAnswer:
    return HomeAnswer.of(await queries.home_seen(session, home, by), await queries.places_of(session, home))


@router.post("/homes/{home:uuid}/places", status_code=201, summary="Add a place")
async def add_place(home: UUID, form: AddPlace, by: Manager, session: Writing) -> HomeAnswer:
    await places.add_place(session, home, form, by=by)
    return await _home(session, home, by)


@router.post("/places/{place:uuid}/correct", summary="Correct what a place offers and what it is kept for")
async def correct_place(place: UUID, form: CorrectPlace, by: Manager, session: Writing) -> HomeAnswer:
    return await _home(session, await places.correct_place(session, place, form, by=by), by)


@router.post("/places/{place:uuid}/close", summary="Close a place")
async def close_place(place: UUID, form: ClosePlace, by: Manager, session: Writing) -> HomeAnswer:
    return await _home(session, await places.close_place(session, place, form, by=by), by)


@router.post("/places/{place:uuid}/out-of-service", status_code=201, summary="Nobody can be placed there for a while")
async def out_of_service(place: UUID, form: TakeOutOfService, by: Manager, session: Writing) -> OccupationAnswer:
    return OccupationAnswer(**await take_out_of_service(session, place, form, by=by))


@router.post("/occupations/{occupation:uuid}/correct", summary="Correct when and why a place is out of service")
async def correct(occupation: UUID, form: CorrectOutOfService, by: Manager, session: Writing) -> OccupationAnswer:
    return OccupationAnswer(**await correct_out_of_service(session, occupation, form, by=by))


@router.post("/occupations/{occupation:uuid}/release", summary="It can be used again")
async def release(occupation: UUID, by: Manager, session: Writing) -> OccupationAnswer:
    return OccupationAnswer(**await return_to_service(session, occupation, by=by))
