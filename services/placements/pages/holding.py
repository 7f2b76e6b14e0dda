"""Holding a place before its home is chosen: asked with the first night, and let go again by a press or by itself."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.forms import Cancel, Hold
from services.placements.pages.choosing import (
    STARTS,
    UNPROCESSABLE,
    Booker,
    errors_on,
    steps_to,
    taken,
)
from services.placements.pages.queue import HERE, PAGES, SEE_OTHER, Finder, filters_in, with_filters
from services.placements.pages.words import OFFERS, RATINGS, reference_of
from services.placements.queries import the_offer, the_placement
from services.placements.queries.deciding import decided
from services.placements.queries.desk import booked_with, held_under, homes_of, lives_at, standing_of
from shared.contracts.vocabulary import OfferStatus, PlacementStatus, Purpose
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.person import Person
from shared.store.database import Database, Writing
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.questions import Answered, answered_all, as_typed, form_of, seen_in, typed_in, wrong_with

router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("/offers/{offer:uuid}/hold")
async def holding(request: Request, offer: UUID, by: Finder, session: Writing) -> Response:
    """Which place would be held, from when, and what that means."""
    row = await the_offer(session, offer, by)
    standing = await standing_of(session, row.referral, by)
    session.audit(by.id, "read offer", offer)
    first = max(filter(None, (standing.wanted_from, row.available_from)))
    return await _shown(request, session, row, Answered({"starts": as_typed(STARTS, first.isoformat())}, {}, {}))


@router.post("/offers/{offer:uuid}/hold")
async def hold(request: Request, offer: UUID, by: Booker) -> Response:
    """Have the place kept for a while. Sent twice, it is held once."""
    database: Database = request.app.state.database
    settings = request.app.state.running.settings
    sent = answered_all((STARTS,), await typed_in(request))
    try:
        placement = await _ask(request, database, offer, sent, by)
    except NotFound:
        raise
    except Refused as refused:
        if refused.code == "taken":
            return await taken(request, database, offer, by)
        async with database.reading() as session:
            row = await the_offer(session, offer, by)
            wrong = sent.wrong or wrong_with(refused, [STARTS.field])
            return await _shown(request, session, row, Answered(sent.typed, {}, wrong))
    row = await decided(database, placement, settings.booking_wait_seconds, by)
    if row.status == PlacementStatus.CANCELLED:
        return await taken(request, database, offer, by)
    return _to_offers(request, row.referral)


@router.post("/placements/{placement:uuid}/let-go")
async def let_go(request: Request, placement: UUID, by: Booker) -> Response:
    """The place is free for others at once. Sent twice, or after the home was booked, it changes nothing."""
    database: Database = request.app.state.database
    said = Cancel(reason="let_go", version=seen_in(await typed_in(request)))
    async with database.writing() as session:
        row = await the_placement(session, placement, by, lock=True)
        if row.on_hold and row.status == PlacementStatus.BOOKED:
            await actions.cancel_placement(session, placement, said, by=by)
    if row.referral is None:
        return RedirectResponse(with_filters(HERE, filters_in(request)), SEE_OTHER)
    return _to_offers(request, row.referral)


def _to_offers(request: Request, referral: UUID) -> Response:
    return RedirectResponse(with_filters(f"{HERE}/referrals/{referral}/offers", filters_in(request)), SEE_OTHER)


async def _ask(request: Request, database: Database, offer: UUID, sent: Answered, by: Person) -> UUID:
    """The placement whose place is held, now or before. Raises Refused with what is in the way."""
    geography = await the_map(request.app.state.running.settings.map_folder)
    async with database.writing() as session:
        row = await the_offer(session, offer, by, lock=True)
        if before := await held_under(session, offer):
            return before.placement  # type: ignore[no-any-return]
        if sent.wrong:
            raise Refused("There is something to put right.")
        left = await lives_at(session, row.child, by)
        move = {"purpose": Purpose.MOVE, "moves_from": left.placement} if left else {}
        form = form_of(Hold, {"offer": offer, **sent.kept, **move})
        return await actions.hold_place(session, form, geography, by=by)


async def _shown(request: Request, session: ReadSession, row: Row, sent: Answered) -> Response:
    home = (await homes_of(session, [row.home])).get(row.home)
    held, booked = await held_under(session, row.offer), await booked_with(session, row.offer)
    may_be_held = row.status == OfferStatus.OFFERED and held is None and booked is None
    return PAGES.show(
        request,
        "holding.html",
        status=UNPROCESSABLE if sent.wrong else 200,
        offer=row,
        home=home,
        kind=kind_of(home.type) if home else "",
        rating=RATINGS[home.rating] if home else RATINGS[None],
        child=reference_of(row.child),
        state=OFFERS[row.status][0],
        held=held,
        may_be_held=may_be_held,
        question=STARTS,
        typed=sent.typed,
        wrong=sent.wrong,
        errors_shown=errors_on([STARTS.field] if may_be_held else [], sent.wrong),
        back=with_filters(f"{HERE}/referrals/{row.referral}/offers", filters_in(request)),
        crumbs=steps_to(request, row, ("Hold", "")),
    )
