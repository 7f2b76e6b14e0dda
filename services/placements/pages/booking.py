"""Booking a home under an offer: asked, held and confirmed, or taken by somebody else a moment ago."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.forms import Book, Choose
from services.placements.pages.queue import HERE, PAGES, Finder, crumbs, filters_in, with_filters
from services.placements.pages.words import FAR_AWAY, OFFERS, RATINGS, kind_of, reference_of
from services.placements.queries import the_offer
from services.placements.queries.deciding import TAKEN, decided, next_homes
from services.placements.queries.desk import booked_with, homes_of, lives_at, standing_of
from shared.contracts.vocabulary import OfferStatus, PlacementStatus, Purpose
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.person import Person, Role
from shared.store.database import Database, Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.questions import Question, answered, as_typed, summary_of, typed_in, wrong_with
from shared.web.words import complaints

SEE_OTHER, CONFLICT, UNPROCESSABLE = 303, 409, 422
STARTS = Question(
    "starts",
    "starts",
    Book,
    "Which is the first night?",
    "date",
    "First night",
    hint="For example, 31 3 2026.",
    missing="Enter the first night.",
)
WHY_FAR = Question(
    "distance-reason",
    "distance_reason",
    Book,
    "If the home is far away and out of the area, why?",
    "choice",
    "Why so far away",
    hint="Only for a home that an approver has to decide about.",
    options=FAR_AWAY,
)

router = APIRouter(prefix=HERE + "/offers/{offer:uuid}/book", include_in_schema=False)
Booker = Annotated[Person, Depends(may("placements:book"))]


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody typed, what it means, and what is wrong."""

    typed: Mapping[str, Any]
    kept: Mapping[str, Any]
    wrong: Mapping[str, str]


@router.get("")
async def booking(request: Request, offer: UUID, by: Finder, session: Writing) -> Response:
    """What is about to be booked, and from when."""
    row = await the_offer(session, offer, by)
    standing = await standing_of(session, row.referral, by)
    session.audit(by.id, "read offer", offer)
    first = max(filter(None, (standing.wanted_from, row.available_from)))
    typed = {"starts": as_typed(STARTS, first.isoformat()), "distance_reason": row.distance_reason or ""}
    return await _shown(request, session, row, by, Sent(typed, {}, {}))


@router.post("")
async def book(request: Request, offer: UUID, by: Booker) -> Response:
    """Choose the offer and ask for its place. Sent twice, the second leads where the first did."""
    database: Database = request.app.state.database
    settings = request.app.state.running.settings
    sent, version = await _sent(request, by)
    try:
        placement = await _ask(request, database, offer, sent, version, by)
    except NotFound:
        raise
    except Refused as refused:
        if refused.code == "taken":
            return await _taken(request, database, offer, by)
        sent = Sent(sent.typed, {}, sent.wrong or wrong_with(refused, [one.field for one in _questions(by)]))
        async with database.reading() as session:
            return await _shown(request, session, await the_offer(session, offer, by), by, sent)
    row = await decided(database, placement, settings.booking_wait_seconds, by)
    if row.status == PlacementStatus.CANCELLED:
        return await _taken(request, database, offer, by)
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
        return await actions.book_placement(session, await _form(session, row, sent, by), geography, by=by)


async def _form(session: WriteSession, row: Row, sent: Sent, by: Person) -> Book:
    """A child who lives somewhere moves: the booking names what it ends."""
    left = await lives_at(session, row.child, by)
    move = {"purpose": Purpose.MOVE, "moves_from": left.placement} if left else {}
    try:
        return Book(offer=row.offer, **{name: said for name, said in sent.kept.items() if said}, **move)
    except ValidationError as error:
        told = complaints(error.errors())[0]
        raise Refused(told["message"], field=told["field"], status=UNPROCESSABLE) from None


async def _sent(request: Request, by: Person) -> tuple[Sent, int | None]:
    form = await typed_in(request)
    told = [(question, answered(question, form)) for question in _questions(by)]
    typed = {name: said for _, one in told for name, said in one.typed.items()}
    wrong = {name: words for _, one in told for name, words in one.wrong.items()}
    seen = str(form.get("version", ""))
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else None
    return Sent(typed, {question.field: one.kept for question, one in told}, wrong), version


def _questions(by: Person) -> tuple[Question, ...]:
    return (STARTS, WHY_FAR) if Role.APPROVER in by.roles else (STARTS,)


async def _shown(request: Request, session: ReadSession, row: Row, by: Person, sent: Sent) -> Response:
    home = (await homes_of(session, [row.home])).get(row.home)
    chosen, referral = filters_in(request), f"{HERE}/referrals/{row.referral}"
    before = await booked_with(session, row.offer)
    return PAGES.show(
        request,
        "booking.html",
        status=UNPROCESSABLE if sent.wrong else 200,
        offer=row,
        home=home,
        kind=kind_of(home.type) if home else "",
        rating=RATINGS[home.rating] if home else RATINGS[None],
        child=reference_of(row.child),
        state=OFFERS[row.status][0],
        may_be_booked=row.status in (OfferStatus.OFFERED, OfferStatus.ACCEPTED) and before is None,
        before=before and with_filters(f"{HERE}/placements/{before}", chosen),
        left=await lives_at(session, row.child, by),
        questions=_questions(by),
        typed=sent.typed,
        wrong=sent.wrong,
        errors_shown=summary_of(sent.wrong),
        back=with_filters(f"{referral}/offers", chosen),
        crumbs=crumbs(
            chosen,
            (f"Referral {reference_of(row.referral)}", referral),
            ("Offers", f"{referral}/offers"),
            ("Book", ""),
        ),
    )


async def _taken(request: Request, database: Database, offer: UUID, by: Person) -> Response:
    """Somebody else has the place: say so, and show the next homes."""
    geography = await the_map(request.app.state.running.settings.map_folder)
    homes = await next_homes(database, geography, offer, by)
    async with database.reading() as session:
        row = await the_offer(session, offer, by)
    chosen, referral = filters_in(request), f"{HERE}/referrals/{row.referral}"
    return PAGES.show(
        request,
        "taken.html",
        status=CONFLICT,
        said=TAKEN,
        homes=homes,
        back=with_filters(f"{referral}/offers", chosen),
        ask=with_filters(referral, {**chosen, "child": str(row.child)}),
        crumbs=crumbs(chosen, (f"Referral {reference_of(row.referral)}", referral), ("Taken", "")),
    )
