"""Booking a home under an offer: asked, held and confirmed, or taken by somebody else a moment ago."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.actions.offers import say_why_not
from services.placements.forms import Book, Choose
from services.placements.pages.approving import WHY, how_approved
from services.placements.pages.called import OBJECTIONS
from services.placements.pages.choosing import (
    STARTS,
    UNPROCESSABLE,
    Booker,
    Sent,
    errors_on,
    passed_over,
    questions_for,
    steps_to,
    taken,
    what_was_sent,
)
from services.placements.pages.queue import HERE, PAGES, SEE_OTHER, Finder, filters_in, with_filters
from services.placements.pages.words import OFFERS, RATINGS, reference_of
from services.placements.queries import the_offer
from services.placements.queries.deciding import decided
from services.placements.queries.desk import booked_with, held_under, homes_of, lives_at, standing_of
from services.placements.queries.opinions import opinions_on
from shared.contracts.vocabulary import OfferStatus, PlacementStatus, Purpose
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.person import Person
from shared.store.database import Database, Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.called import kind_of
from shared.web.questions import as_typed, form_of, seen_in, typed_in, wrong_with

router = APIRouter(prefix=HERE + "/offers/{offer:uuid}/book", include_in_schema=False)


@router.get("")
async def booking(request: Request, offer: UUID, by: Finder, session: Writing) -> Response:
    """What is about to be booked, and from when."""
    row = await the_offer(session, offer, by)
    standing = await standing_of(session, row.referral, by)
    session.audit(by.id, "read offer", offer)
    first = max(filter(None, (standing.wanted_from, row.available_from)))
    typed = {"starts": as_typed(STARTS, first.isoformat()), "distance_reason": row.distance_reason or ""}
    return await show_booking(request, session, row, by, Sent(typed, {}, {}, {}))


@router.post("")
async def book(request: Request, offer: UUID, by: Booker) -> Response:
    """Choose the offer and ask for its place. Sent twice, the second leads where the first did."""
    database: Database = request.app.state.database
    settings = request.app.state.running.settings
    form = await typed_in(request)
    async with database.reading() as session:
        row = await the_offer(session, offer, by)
        others = await passed_over(session, row.referral, {row.child}, row.home, by)
        sent = what_was_sent(form, by, others, await held_under(session, offer))
    try:
        placement = await _ask(request, database, offer, sent, seen_in(form), by)
    except NotFound:
        raise
    except Refused as refused:
        if refused.code == "taken":
            return await taken(request, database, offer, by)
        wrong = sent.wrong or wrong_with(refused, [one.field for one in questions_for(by)])
        async with database.reading() as session:
            row = await the_offer(session, offer, by)
            return await show_booking(request, session, row, by, Sent(sent.typed, {}, {}, wrong))
    row = await decided(database, placement, settings.booking_wait_seconds, by)
    if row.status == PlacementStatus.CANCELLED:
        return await taken(request, database, offer, by)
    return RedirectResponse(with_filters(f"{HERE}/placements/{placement}", filters_in(request)), SEE_OTHER)


async def _ask(request: Request, database: Database, offer: UUID, sent: Sent, version: int | None, by: Person) -> UUID:
    """The placement booked under an offer, now or before. Raises Refused with what is in the way."""
    geography = await the_map(request.app.state.running.settings.map_folder)
    async with database.writing() as session:
        row = await the_offer(session, offer, by, lock=True)
        if before := await booked_with(session, offer):
            return before
        if sent.wrong:
            raise Refused("There is something to put right.")
        if row.status == OfferStatus.OFFERED:
            await actions.accept_offer(session, offer, Choose(version=version), by=by)
        await say_why_not(session, row.referral, [row.child], sent.reasons)
        return await actions.book_placement(session, await _form(session, row, sent, by), geography, by=by)


async def _form(session: WriteSession, row: Row, sent: Sent, by: Person) -> Book:
    """A child who lives somewhere moves: the booking names what it ends. A place that is held has its nights."""
    if held := await held_under(session, row.offer):
        nights = {name: held[name] for name in ("starts", "ends", "purpose", "moves_from")}
        return form_of(Book, {"offer": row.offer, **sent.kept, **nights})
    left = await lives_at(session, row.child, by)
    move = {"purpose": Purpose.MOVE, "moves_from": left.placement} if left else {}
    return form_of(Book, {"offer": row.offer, **sent.kept, **move})


async def show_booking(
    request: Request, session: ReadSession, row: Row, by: Person, sent: Sent, wrong: Mapping[str, str] | None = None
) -> Response:
    """The page, as it is opened or with what is wrong, of the booking or of what an approver is asked (`wrong`)."""
    home = (await homes_of(session, [row.home])).get(row.home)
    chosen, referral = filters_in(request), f"{HERE}/referrals/{row.referral}"
    before, held = await booked_with(session, row.offer), await held_under(session, row.offer)
    open_ = row.status in (OfferStatus.OFFERED, OfferStatus.ACCEPTED) and before is None
    others = await passed_over(session, row.referral, {row.child}, row.home, by) if open_ else {}
    approval = await how_approved(request, session, row, by) if open_ and home else None
    questions = (*questions_for(by, held), *others.values())
    standing = questions if open_ else ()
    if approval is not None and approval.blocked:
        standing = () if approval.waits else (WHY,)
    amiss = wrong or sent.wrong
    return PAGES.show(
        request,
        "booking.html",
        status=UNPROCESSABLE if amiss else 200,
        offer=row,
        home=home,
        kind=kind_of(home.type) if home else "",
        rating=RATINGS[home.rating] if home else RATINGS[None],
        child=reference_of(row.child),
        state=OFFERS[row.status][0],
        may_be_booked=open_,
        why=WHY,
        approval=approval,
        asking=with_filters(f"{HERE}/offers/{row.offer}/approval", chosen),
        held=held,
        before=before and with_filters(f"{HERE}/placements/{before}", chosen),
        left=await lives_at(session, row.child, by),
        objection=await _objection(session, row),
        questions=questions,
        typed=sent.typed,
        wrong=amiss,
        errors_shown=errors_on([one.field for one in standing], amiss),
        back=with_filters(f"{referral}/offers", chosen),
        crumbs=steps_to(request, row, ("Book", "")),
    )


async def _objection(session: ReadSession, row: Row) -> str:
    """What the child's social worker holds against this home, in words; empty where nothing is."""
    said = (await opinions_on(session, [row.offer])).get(row.offer)
    return "" if said is None or said.agrees else OBJECTIONS[said.objection]
