"""A placement's price changed, or its booking called off, from its record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.forms import Cancel, Price
from services.placements.pages.queue import HERE, PAGES, SEE_OTHER, crumbs, filters_in, with_filters
from services.placements.pages.words import CALLED_OFF, PRICED, reference_of
from services.placements.queries import the_placement
from services.placements.queries.desk import homes_of
from shared.contracts.vocabulary import PlacementStatus
from shared.errors import NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Database
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.questions import (
    Answered,
    Question,
    answered_all,
    as_typed,
    form_of,
    seen_in,
    summary_of,
    typed_in,
    wrong_with,
)

PLACEMENT = HERE + "/placements/{placement:uuid}"
UNPROCESSABLE = 422
ELEMENT = Question(
    "element",
    "element",
    Price,
    "What is paid for?",
    "radios",
    "For",
    missing="Choose what is paid for.",
    options=PRICED,
)
PENCE = Question(
    "weekly-pence",
    "weekly_pence",
    Price,
    "How much a week?",
    "pounds",
    "A week",
    missing="Enter how much it costs a week.",
)
STARTS = Question(
    "starts",
    "starts",
    Price,
    "From which night?",
    "date",
    "From",
    hint="For example, 31 3 2026.",
    missing="Enter the first night at this price.",
)
ENDS = Question(
    "ends", "ends", Price, "Until which day?", "date", "Until", hint="Leave it empty where it has no end yet."
)
WHY = Question(
    "reason",
    "reason",
    Cancel,
    "Why will it not start?",
    "radios",
    "Reason",
    missing="Choose why it will not start.",
    options=CALLED_OFF,
)

router = APIRouter(prefix=PLACEMENT, include_in_schema=False)
Recorder = Annotated[Person, Depends(may("placements:record"))]
Booker = Annotated[Person, Depends(may("placements:book"))]


@dataclass(frozen=True, slots=True)
class Changing:
    """One page that changes a placement: its heading, its questions, its button, and what it warns of."""

    heading: str
    questions: Sequence[Question]
    button: str
    kept: Mapping[str, Any] = field(default_factory=dict)
    warns: str = ""


PRICE = Changing("Change the price", (ELEMENT, PENCE, STARTS, ENDS), "Save the price", {"element": "social_care"})
OFF = Changing(
    "Call the booking off",
    (WHY,),
    "Call it off",
    warns="The place is free for other children at once. The home’s offer stands again, and so does the search.",
)
MAY_BE_PRICED = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED, PlacementStatus.STARTED, PlacementStatus.ENDED)
MAY_BE_CALLED_OFF = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED)


@router.get("/price")
async def pricing(request: Request, placement: UUID, by: Recorder) -> Response:
    """What a price is."""
    return await _opened(request, placement, by, PRICE, MAY_BE_PRICED)


@router.post("/price")
async def price(request: Request, placement: UUID, by: Recorder) -> Response:
    """A price comes into force; it cuts short or replaces what it covers. Sent twice, it is the same price."""
    database: Database = request.app.state.database

    async def keep(said: Price) -> Any:
        return await database.write_once(lambda session: actions.reprice_placement(session, placement, said, by=by))

    return await _sent(request, placement, by, PRICE, Price, keep, MAY_BE_PRICED)


@router.get("/call-off")
async def calling_off(request: Request, placement: UUID, by: Booker) -> Response:
    """What falls with it, before anybody decides."""
    return await _opened(request, placement, by, OFF, MAY_BE_CALLED_OFF)


@router.post("/call-off")
async def call_off(request: Request, placement: UUID, by: Booker) -> Response:
    """It will not start. Sent twice, the second leads where the first did."""
    database: Database = request.app.state.database

    async def keep(said: Cancel) -> Any:
        async with database.writing() as session:
            return await actions.cancel_placement(session, placement, said, by=by)

    return await _sent(request, placement, by, OFF, Cancel, keep, MAY_BE_CALLED_OFF)


async def _opened(
    request: Request, placement: UUID, by: Person, page: Changing, statuses: Sequence[PlacementStatus]
) -> Response:
    async with request.app.state.database.writing() as session:
        row = await the_placement(session, placement, by)
        session.audit(by.id, "read placement", placement)
        if row.status not in statuses:
            return _onward(request, placement)
        return await _shown(request, session, row, page)


async def _sent(
    request: Request,
    placement: UUID,
    by: Person,
    page: Changing,
    form: Any,
    keep: Callable[[Any], Awaitable[Any]],
    statuses: Sequence[PlacementStatus],
) -> Response:
    database: Database = request.app.state.database
    async with database.reading() as session:
        row = await the_placement(session, placement, by)
    if row.status not in statuses:
        return _onward(request, placement)
    told = await typed_in(request)
    sent = answered_all(page.questions, told)
    wrong = sent.wrong
    if not wrong:
        try:
            await keep(form_of(form, {**sent.kept, "version": seen_in(told)}))
            return _onward(request, placement)
        except NotFound:
            raise
        except Refused as refused:
            wrong = wrong_with(refused, [one.field for one in page.questions])
    async with database.reading() as session:
        return await _shown(request, session, row, page, Answered(sent.typed, {}, wrong))


def _onward(request: Request, placement: UUID) -> Response:
    return RedirectResponse(with_filters(f"{HERE}/placements/{placement}", filters_in(request)), SEE_OTHER)


async def _shown(
    request: Request, session: ReadSession, row: Row, page: Changing, sent: Answered | None = None
) -> Response:
    home = (await homes_of(session, [row.home])).get(row.home) if row.home else None
    record = f"{HERE}/placements/{row.placement}"
    wrong = dict(sent.wrong) if sent else {}
    return PAGES.show(
        request,
        "changing.html",
        status=UNPROCESSABLE if wrong else 200,
        page=page,
        row=row,
        name=home.name if home else kind_of(row.type),
        child=reference_of(row.child),
        typed=sent.typed if sent else {one.field: as_typed(one, page.kept.get(one.field)) for one in page.questions},
        wrong=wrong,
        errors_shown=summary_of(wrong),
        back=with_filters(record, filters_in(request)),
        crumbs=crumbs(filters_in(request), ("Placement", record), (page.heading, "")),
    )
