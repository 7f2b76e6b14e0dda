"""A child leaves a home: when, why, whether it was planned, and whether the child is still looked after."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements import actions
from services.placements.forms import End
from services.placements.pages.called import CARE_ENDED, LEFT
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
from services.placements.queries.reports import reports_on
from shared.contracts.vocabulary import PlacementStatus, Purpose, StayReport
from shared.store.database import Writing
from shared.store.session import ReadSession, Row
from shared.web.questions import Question, answered_all, form_of, seen_in, typed_in

ON = Question(
    "on",
    "on",
    End,
    "On which day did the child leave?",
    "date",
    "Left",
    hint="The night before was the last there. For example, 31 3 2026.",
    missing="Enter the day on which the child left.",
)
WHY = Question(
    "reason",
    "reason",
    End,
    "Why did the placement end?",
    "choice",
    "Reason",
    missing="Choose why the placement ended.",
    options=LEFT,
)
PLANNED = Question(
    "planned", "planned", End, "Was it planned?", "yes_no", "Planned", missing="Say whether it was planned."
)
CARE_ENDS = Question(
    "care-ended",
    "care_ended",
    End,
    "If the child is no longer looked after, why?",
    "choice",
    "No longer looked after",
    hint="Leave it as it is where the child goes to another home.",
    options=CARE_ENDED,
)
AFTER = ("Where the child goes to another home that is booked, record the arrival there instead: it ends this one.",)
router = APIRouter(prefix=HERE + "/placements/{placement:uuid}/ending", include_in_schema=False)


@router.get("")
async def leaving(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """What has to be said of an ending."""
    row = await stay_of(session, placement, by)
    session.audit(by.id, "read placement", placement)
    if row.status != PlacementStatus.STARTED:
        return onward(life_of(row.child))
    return await ask(request, session, row, await _ending(session, row))


@router.post("")
async def left(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """The child left. Sent twice, the second leads where the first did."""
    row = await stay_of(session, placement, by, lock=True)
    if row.status == PlacementStatus.ENDED:
        return onward(life_of(row.child))
    asking, form = await _ending(session, row), await typed_in(request)
    sent = answered_all(asking.questions, form)

    async def keep() -> Any:
        said = form_of(End, {**sent.kept, "version": seen_in(form)})
        return await actions.end_placement(session, placement, said, by=by)

    return await kept_or_asked(request, session, row, asking, sent, keep)


async def _ending(session: ReadSession, row: Row) -> Asking:
    away = row.purpose == Purpose.TEMPORARY
    questions = (ON, WHY, PLANNED) if away else (ON, WHY, PLANNED, CARE_ENDS)
    kept, said = {"on": session.clock.today().isoformat()}, list(() if away else AFTER)
    word = (await reports_on(session, [row.placement])).get(row.placement)
    if word:
        said.insert(0, home_says(word))
    if word and word.report == StayReport.LEFT:
        kept = {"on": word.said_of.isoformat(), "reason": word.reason, "planned": word.planned}
    return Asking("The child left", questions, "Record the ending", kept, tuple(said))
