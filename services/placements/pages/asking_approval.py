"""Asking an approver about an offer, from the page where it would be booked."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.placements.actions.approvals import ask_approval
from services.placements.actions.owning import note_colleague
from services.placements.forms.deciding import AskApproval
from services.placements.pages.approving import WHY
from services.placements.pages.booking import show_booking
from services.placements.pages.choosing import Booker, Sent
from services.placements.pages.queue import HERE, SEE_OTHER, filters_in, with_filters
from services.placements.queries import the_offer
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.store.database import Writing
from shared.web.questions import answered_all, form_of, seen_in, typed_in, wrong_with

router = APIRouter(prefix=HERE + "/offers/{offer:uuid}/approval", include_in_schema=False)


@router.post("")
async def ask(request: Request, offer: UUID, by: Booker, session: Writing) -> Response:
    """Ask an approver. Sent twice it is asked once."""
    row = await the_offer(session, offer, by)
    form = await typed_in(request)
    sent = answered_all((WHY,), form)
    wrong = sent.wrong
    if not wrong:
        geography = await the_map(request.app.state.running.settings.map_folder)
        try:
            async with session.savepoint():
                said = form_of(AskApproval, {**sent.kept, "version": seen_in(form)})
                await ask_approval(session, offer, said, geography, by=by)
        except NotFound:
            raise
        except Refused as refused:
            wrong = wrong_with(refused, ["why"])
    if wrong:
        return await show_booking(request, session, row, by, Sent(sent.typed, {}, {}, {}), wrong)
    await note_colleague(session, by)
    return RedirectResponse(with_filters(f"{HERE}/offers/{offer}/book", filters_in(request)), SEE_OTHER)
