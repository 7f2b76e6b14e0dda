"""What booking one child's home and booking siblings' together share: the questions, what was sent, and a home just taken."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.placements.forms import Book
from services.placements.pages.queue import HERE, PAGES, crumbs, filters_in, with_filters
from services.placements.pages.words import FAR_AWAY, NOT_CHOSEN, reference_of
from services.placements.queries import my_offers, the_offer
from services.placements.queries.deciding import TAKEN, next_homes
from services.placements.queries.desk import homes_of
from shared.contracts.vocabulary import NotChosenReason, OfferStatus
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.person import Person, Role
from shared.store.database import Database
from shared.store.session import ReadSession, Row
from shared.web.questions import Question, answered_all

CONFLICT, UNPROCESSABLE = 409, 422
Booker = Annotated[Person, Depends(may("placements:book"))]
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
ANSWERED = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
CHOSEN_FROM = {code: words for code, words in NOT_CHOSEN.items() if code != NotChosenReason.FOUND_FIRST}


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody typed, what it means, why other homes are not chosen (by home), and what is wrong."""

    typed: Mapping[str, Any]
    kept: Mapping[str, Any]
    reasons: Mapping[UUID, NotChosenReason]
    wrong: Mapping[str, str]


def questions_for(by: Person, held: Row | None = None) -> tuple[Question, ...]:
    """What a booking asks; why a home may be far away, of those who decide that. A place that is held has its nights."""
    nights = () if held else (STARTS,)
    return (*nights, WHY_FAR) if Role.APPROVER in by.roles else nights


async def passed_over(
    session: ReadSession, referral: UUID, children: Collection[UUID], home: UUID, by: Person
) -> dict[UUID, Question]:
    """The other homes that offered a place for these children: why is each not chosen?"""
    offers = await my_offers(session, by, ANSWERED, referral)
    homes = list(dict.fromkeys(one.home for one in offers if one.child in children and one.home != home))
    known = await homes_of(session, homes)
    names = {one: known[one].name if one in known else "the other home" for one in homes}
    return {one: _why_not(one, name) for one, name in names.items()}


def _why_not(home: UUID, name: str) -> Question:
    asks, missing = f"Why is {name} not chosen?", f"Say why {name} is not chosen: its provider is told."
    field = f"not_chosen-{home}"
    return Question(field, field, Book, asks, "choice", name, missing=missing, options=CHOSEN_FROM)


def what_was_sent(form: FormData, by: Person, others: Mapping[UUID, Question], held: Row | None = None) -> Sent:
    """The first night, why so far away, and why not the others."""
    told = answered_all(questions_for(by, held), form)
    said = {home: str(form.get(one.field, "")) for home, one in others.items()}
    missing = {one.field: one.missing for home, one in others.items() if said[home] not in CHOSEN_FROM}
    return Sent(
        {**told.typed, **{others[home].field: words for home, words in said.items()}},
        told.kept,
        {home: NotChosenReason(words) for home, words in said.items() if words in CHOSEN_FROM},
        {**told.wrong, **missing},
    )


def errors_on(page: Collection[str], wrong: Mapping[str, str]) -> list[dict[str, str]]:
    """The error summary of a page on which these fields stand; what is about another leads to the page itself."""
    return [{"text": words, "href": f"#{name}" if name in page else "#main-content"} for name, words in wrong.items()]


async def taken(request: Request, database: Database, offer: UUID, by: Person) -> Response:
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


def steps_to(request: Request, row: Row, *more: tuple[str, str]) -> list[dict[str, str]]:
    """The way back from a page about an offer, by its referral and the offers for it."""
    referral = f"{HERE}/referrals/{row.referral}"
    back: Sequence[tuple[str, str]] = (
        (f"Referral {reference_of(row.referral)}", referral),
        ("Offers", f"{referral}/offers"),
    )
    return crumbs(filters_in(request), *back, *more)
