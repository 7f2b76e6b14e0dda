"""A child arrives at a home, or does not come: said by a person, never by the clock."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements import actions
from services.placements.forms import NotArrived, Start
from services.placements.pages.called import LEFT, LEGAL
from services.placements.pages.said import home_says
from services.placements.pages.social.stays import (
    HERE,
    Asking,
    Worker,
    ask,
    kept_or_asked,
    life_of,
    onward,
    stay_of,
)
from services.placements.queries.lives import in_care
from services.placements.queries.reports import reports_on
from shared.contracts.vocabulary import LegalStatus, PlacementStatus, Purpose, StayReport
from shared.store.database import Writing
from shared.store.session import ReadSession, Row
from shared.web.pages import day
from shared.web.questions import Question, answered_all, form_of, seen_in, typed_in

ON = Question(
    "on",
    "on",
    Start,
    "On which day did the child arrive?",
    "date",
    "Arrived",
    hint="The first night there. For example, 31 3 2026.",
    missing="Enter the day on which the child arrived.",
)
LEGAL_STATUS = Question(
    "legal-status",
    "legal_status",
    Start,
    "On what legal basis is the child looked after?",
    "choice",
    "Legal status",
    hint="The child was not looked after until now: care begins with this arrival.",
    missing="Choose the legal basis.",
    options=LEGAL,
)
WHY_MOVED = Question(
    "move-reason",
    "move_reason",
    Start,
    "Why did the placement before end?",
    "choice",
    "Why the one before ended",
    hint="It ends on the day of this arrival.",
    missing="Choose why the placement before ended.",
    options=LEFT,
)
PLANNED = Question(
    "move-planned",
    "move_planned",
    Start,
    "Was that move planned?",
    "yes_no",
    "Planned",
    missing="Say whether the move was planned.",
)
DID_NOT_COME = Asking(
    "The child did not come",
    (),
    "Record that the child did not come",
    said=("The home’s place is free again at once, and the placements team looks for a home again.",),
    warning=True,
)
router = APIRouter(prefix=HERE + "/placements/{placement:uuid}", include_in_schema=False)


@router.get("/arrival")
async def arrival(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """What has to be said of an arrival: only what nobody has said yet."""
    row = await stay_of(session, placement, by)
    session.audit(by.id, "read placement", placement)
    if row.status not in (PlacementStatus.CONFIRMED, PlacementStatus.BOOKED):
        return onward(life_of(row.child))
    return await ask(request, session, row, await _arrival(session, row))


@router.post("/arrival")
async def arrived(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """The child lives there from now on. Sent twice, the second leads where the first did."""
    row = await stay_of(session, placement, by, lock=True)
    if row.status == PlacementStatus.STARTED:
        return onward(life_of(row.child))
    asking, form = await _arrival(session, row), await typed_in(request)
    sent = answered_all(asking.questions, form)

    async def keep() -> Any:
        said = form_of(Start, {**sent.kept, "version": seen_in(form)})
        return await actions.start_placement(session, placement, said, by=by)

    return await kept_or_asked(request, session, row, asking, sent, keep)


@router.get("/did-not-come")
async def not_coming(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """What follows, before anybody says so."""
    row = await stay_of(session, placement, by)
    session.audit(by.id, "read placement", placement)
    if row.status not in (PlacementStatus.CONFIRMED, PlacementStatus.BOOKED):
        return onward(life_of(row.child))
    return await ask(request, session, row, DID_NOT_COME)


@router.post("/did-not-come")
async def did_not_come(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """The child was expected and did not come."""
    row = await stay_of(session, placement, by)
    if row.status == PlacementStatus.CANCELLED:
        return onward(life_of(row.child))
    form = await typed_in(request)
    await actions.not_arrived(session, placement, NotArrived(version=seen_in(form)), by=by)
    return onward(life_of(row.child))


async def _arrival(session: ReadSession, row: Row) -> Asking:
    """A legal basis is asked where care begins, and why the placement before ended where this is a move."""
    moves = row.purpose == Purpose.MOVE
    begins = row.purpose != Purpose.TEMPORARY and not await in_care(session, row.child)
    questions = (ON, *((LEGAL_STATUS,) if begins else ()), *((WHY_MOVED, PLANNED) if moves else ()))
    today = session.clock.today()
    word = (await reports_on(session, [row.placement])).get(row.placement)
    came = word is not None and word.report == StayReport.ARRIVED
    first = word.said_of if word and came else min(row.starts, today)
    said = [] if row.status == PlacementStatus.CONFIRMED else ["The home has not kept the place yet. Try again soon."]
    if word:
        said.append(home_says(word))
    if row.starts > today:
        said.append(f"The place is kept from {day(row.starts)}. An arrival is recorded once the child is there.")
    kept = {"on": first.isoformat(), "legal_status": LegalStatus.SECTION_20, "move_planned": None}
    return Asking("The child arrived", questions, "Record the arrival", kept, tuple(said))
