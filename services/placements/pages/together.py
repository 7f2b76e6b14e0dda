"""Booking one home for brothers and sisters as one: a place for each of them or none at all."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.actions.offers import say_why_not
from services.placements.forms import BookTogether, Choose
from services.placements.pages.approving import how_approved
from services.placements.pages.called import OBJECTIONS
from services.placements.pages.choosing import (
    ANSWERED,
    STARTS,
    UNPROCESSABLE,
    Booker,
    Sent,
    errors_on,
    passed_over,
    questions_for,
    taken,
    what_was_sent,
)
from services.placements.pages.queue import HERE, PAGES, SEE_OTHER, Finder, crumbs, filters_in, with_filters
from services.placements.pages.words import RATINGS, reference_of
from services.placements.queries import all_wanted, my_offers
from services.placements.queries.deciding import decided
from services.placements.queries.desk import booked_for, homes_of, lives_at, one_after_another, standing_of
from services.placements.queries.opinions import opinions_on
from shared.contracts.vocabulary import OfferStatus, PlacementStatus
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.person import Person
from shared.store.database import Database, Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.called import kind_of
from shared.web.questions import as_typed, form_of, typed_in, wrong_with

router = APIRouter(prefix=HERE + "/referrals/{referral:uuid}/together/{home:uuid}", include_in_schema=False)


@router.get("")
async def booking(request: Request, referral: UUID, home: UUID, by: Finder, session: Writing) -> Response:
    """Who would live where, at what price, and from when."""
    standing = await standing_of(session, referral, by)
    offers = await offers_at(session, referral, home, by)
    for row in offers:
        session.audit(by.id, "read offer", row.offer)
    first = max(filter(None, (standing.wanted_from, *(row.available_from for row in offers))))
    typed = {"starts": as_typed(STARTS, first.isoformat()), "distance_reason": ""}
    return await _shown(request, session, referral, home, by, Sent(typed, {}, {}, {}))


@router.post("")
async def book(request: Request, referral: UUID, home: UUID, by: Booker) -> Response:
    """Choose every child's offer and ask for their places, all in one. Sent twice it is done once."""
    database: Database = request.app.state.database
    form = await typed_in(request)
    async with database.reading() as session:
        await standing_of(session, referral, by)
        offers = await offers_at(session, referral, home, by)
        children = {row.child for row in offers}
        sent = what_was_sent(form, by, await passed_over(session, referral, children, home, by))
    seen = {str(row.offer): str(form.get(f"version-{row.offer}", "")) for row in offers}
    try:
        placements = await _ask(request, database, referral, home, sent, seen, by)
    except NotFound:
        raise
    except Refused as refused:
        if refused.code == "taken" and offers:
            return await taken(request, database, offers[0].offer, by)
        wrong = sent.wrong or wrong_with(refused, [one.field for one in questions_for(by)])
        async with database.reading() as session:
            return await _shown(request, session, referral, home, by, Sent(sent.typed, {}, {}, wrong))
    seconds = request.app.state.running.settings.booking_wait_seconds
    rows = await asyncio.gather(*(decided(database, one, seconds, by) for one in placements))
    if any(row.status == PlacementStatus.CANCELLED for row in rows):
        return await taken(request, database, offers[0].offer, by)
    return RedirectResponse(with_filters(f"{HERE}/referrals/{referral}/offers", filters_in(request)), SEE_OTHER)


async def offers_at(session: ReadSession, referral: UUID, home: UUID, by: Person) -> list[Row]:
    """The offers of one home for children of a referral that may be chosen or are, one for each. Raises NotFound."""
    offers = {row.child: row for row in await my_offers(session, by, ANSWERED, referral) if row.home == home}
    if not offers:
        raise NotFound("This home offers no place for these children.", field="home")
    return [offers[child] for child in sorted(offers)]


async def _ask(
    request: Request,
    database: Database,
    referral: UUID,
    home: UUID,
    sent: Sent,
    seen: dict[str, str],
    by: Person,
) -> Sequence[UUID]:
    """The placements booked, now or before. Raises Refused with what is in the way."""
    geography = await the_map(request.app.state.running.settings.map_folder)
    async with database.writing() as session:
        await one_after_another(session, referral)
        asked = {row.offer for row in await offers_at(session, referral, home, by)}
        if before := [row.placement for row in await booked_for(session, referral) if row.offer in asked]:
            return before
        if sent.wrong:
            raise Refused("There is something to put right.")
        offers = await offers_at(session, referral, home, by)
        for row in offers:
            if row.status == OfferStatus.OFFERED:
                version = int(seen[str(row.offer)]) if seen.get(str(row.offer), "").isdecimal() else None
                await actions.accept_offer(session, row.offer, Choose(version=version), by=by)
        await say_why_not(session, referral, [row.child for row in offers], sent.reasons)
        return await actions.book_together(session, await _form(session, offers, sent, by), geography, by=by)


async def _form(session: WriteSession, offers: Sequence[Row], sent: Sent, by: Person) -> BookTogether:
    """Children who live somewhere move: the booking names what it ends."""
    left = [await lives_at(session, row.child, by) for row in offers]
    said = {"offers": [row.offer for row in offers], "moves_from": [row.placement for row in left if row]}
    return form_of(BookTogether, {**sent.kept, **said})


async def _shown(
    request: Request, session: ReadSession, referral: UUID, home: UUID, by: Person, sent: Sent
) -> Response:
    offers = await offers_at(session, referral, home, by)
    rows = await all_wanted(session, referral, None, by)
    known = (await homes_of(session, [home])).get(home)
    asked = [(row, await how_approved(request, session, row, by)) for row in offers]
    booked = {row.child for row in await booked_for(session, referral)}
    others = await passed_over(session, referral, {row.child for row in offers}, home, by)
    chosen, there = filters_in(request), f"{HERE}/referrals/{referral}"
    missing = [reference_of(row.child) for row in rows if row.child not in {one.child for one in offers}]
    blocked = [(reference_of(row.child), f"{HERE}/offers/{row.offer}/book") for row, how in asked if how.blocked]
    questions = (*questions_for(by), *others.values())
    standing = () if missing or blocked or booked else questions
    return PAGES.show(
        request,
        "together.html",
        status=UNPROCESSABLE if sent.wrong else 200,
        offers=[(row, reference_of(row.child)) for row in offers],
        total=sum(row.weekly_pence for row in offers),
        missing=missing,
        booked=bool(booked),
        name=known.name if known else "this home",
        home=known,
        kind=kind_of(known.type) if known else "",
        rating=RATINGS[known.rating if known else None],
        blocked=blocked,
        objections=await _objections(session, offers),
        questions=questions,
        typed=sent.typed,
        wrong=sent.wrong,
        errors_shown=errors_on([one.field for one in standing], sent.wrong),
        back=with_filters(f"{there}/offers", chosen),
        crumbs=crumbs(
            chosen, (f"Referral {reference_of(referral)}", there), ("Offers", f"{there}/offers"), ("Book", "")
        ),
    )


async def _objections(session: ReadSession, offers: Sequence[Row]) -> list[tuple[str, str]]:
    """Whose social worker holds what against the home."""
    said = await opinions_on(session, [row.offer for row in offers])
    return [
        (reference_of(row.child), OBJECTIONS[said[row.offer].objection])
        for row in offers
        if row.offer in said and not said[row.offer].agrees
    ]
