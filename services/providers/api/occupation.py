"""Routes that take a place out of service and return it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.providers.actions.letting_go import return_to_service
from services.providers.actions.occupation import take_out_of_service
from services.providers.forms.occupation import OccupationAnswer, TakeOutOfService
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing

router = APIRouter(prefix="/providers", tags=["places"])
Manager = Annotated[Person, Depends(may("providers:manage_homes"))]


@router.post("/places/{place:uuid}/out-of-service", status_code=201, summary="Nobody can be placed there for a while")
async def out_of_service(place: UUID, form: TakeOutOfService, by: Manager, session: Writing) -> OccupationAnswer:
    return OccupationAnswer(**await take_out_of_service(session, place, form, by=by))


@router.post("/occupations/{occupation:uuid}/release", summary="It can be used again")
async def release(occupation: UUID, by: Manager, session: Writing) -> OccupationAnswer:
    return OccupationAnswer(**await return_to_service(session, occupation, by=by))
