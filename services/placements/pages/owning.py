"""Whose a referral is: said on its page, where it is taken, given to a colleague or given back."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements.actions.owning import note_colleague, own_referral
from services.placements.forms.deciding import Own
from services.placements.pages.finding import shown
from services.placements.pages.queue import HERE, SEE_OTHER, filters_in, with_filters
from services.placements.queries.desk import one_after_another
from shared.errors import NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Database
from shared.web.questions import form_of, seen_in, typed_in

router = APIRouter(prefix=HERE + "/referrals/{referral:uuid}", include_in_schema=False)
Owner = Annotated[Person, Depends(may("placements:match"))]


@router.post("/owner")
async def own(request: Request, referral: UUID, by: Owner) -> Response:
    """Take it, give it, or give it back. Sent twice, the second changes nothing."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    said: Mapping[str, Any] = {"owner": str(sent.get("owner", "")) or None, "version": seen_in(sent) or 0}
    try:
        async with database.writing() as session:
            await note_colleague(session, by)
            await one_after_another(session, referral)
            await own_referral(session, referral, form_of(Own, said), by=by)
    except NotFound:
        raise
    except Refused as refused:
        return await shown(request, referral, by, {"owner": refused.message})
    return RedirectResponse(with_filters(f"{HERE}/referrals/{referral}", filters_in(request)), SEE_OTHER)
