"""Routes for what a child's social worker thinks of an offer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.placements.actions.opinions import consider_offer
from services.placements.forms.opinions import Consider, OpinionShown
from services.placements.queries.opinions import opinions_on
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing

router = APIRouter(prefix="/placements", tags=["placements"])


@router.put("/offers/{offer:uuid}/opinion", summary="The child's social worker agrees to an offer, or objects and why")
async def consider(
    offer: UUID, form: Consider, by: Annotated[Person, Depends(may("placements:consider"))], session: Writing
) -> OpinionShown:
    await consider_offer(session, offer, form, by=by)
    said = (await opinions_on(session, [offer]))[offer]
    return OpinionShown(**{name: said[name] for name in OpinionShown.model_fields})
