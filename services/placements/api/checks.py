"""Routes for the work list of the return: its rules, what is to be mended, how ready it is, and that as it moves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import StreamingResponse

from services.placements.actions.checking import years_watched
from services.placements.forms.checks import (
    ReadinessShown,
    RuleShown,
    WorkList,
    fault_shown,
    readiness_shown,
    rule_shown,
)
from services.placements.live import checker_of
from services.placements.queries.checks import authority_of, faults_for, readiness_of
from services.placements.returns.checks import Mender, rules_in
from shared.clock import Clock
from shared.errors import NotAllowed
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.ssda903.shape import YEARS
from shared.store.database import Reading, Writing

ANY_EVENT_ID = r"^\d{1,18}$"
MOST = 9_000_000_000_000_000

router = APIRouter(prefix="/placements/checks", tags=["statutory return"])
Checks = Annotated[Person, Depends(may("placements:check"))]
Year = Annotated[
    int | None,
    Query(ge=YEARS[0], le=YEARS[-1], examples=[2026], description="collection year; the one that runs unless told"),
]


class ReadinessStream(StreamingResponse):
    """Server-sent events, of few watchers."""

    media_type = "text/event-stream"


def _year(year: int | None, clock: Clock) -> int:
    return years_watched(clock.today())[-1] if year is None else year


@router.get("/rules", summary="Every rule in words: what is wrong, who can mend it and how")
async def rules(request: Request, _: Checks, year: Year = None) -> list[RuleShown]:
    return [rule_shown(rule) for rule in rules_in(_year(year, request.app.state.running.clock))]


@router.get("", summary="The work list: what is to be mended in your authority's return")
async def work_list(
    by: Checks,
    session: Writing,
    year: Year = None,
    rule: Annotated[str | None, Query(max_length=12, examples=["433"])] = None,
    mender: Annotated[Mender | None, Query(description="who can mend it")] = None,
    child: UUID | None = None,
    after: Annotated[int, Query(ge=0, le=MOST, description="those after this one of the list")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> WorkList:
    """Kept as facts change, for the collection year that runs and the one before. Whose it is, only for those who work
    with the child."""
    authority, asked = authority_of(by), _year(year, session.clock)
    whose = allows("placements:read", by)
    if child is not None and not whose:
        raise NotAllowed("Only somebody who works with the child can ask for one child's.")
    rows = await faults_for(
        session,
        authority,
        asked,
        rule=rule,
        mender=mender,
        child=child,
        after=after,
        limit=limit + 1,
    )
    shown = [fault_shown(row, whose=whose) for row in rows[:limit]]
    if whose:
        session.audit(by.id, "read work list", child or authority)
    return WorkList(year=asked, faults=shown, next=shown[-1].fault if len(rows) > limit else None)


@router.get("/readiness", summary="How ready your authority's return is, and which rules it fails")
async def readiness(by: Checks, session: Reading, year: Year = None) -> ReadinessShown:
    """Children without a failing rule among the children in the return."""
    authority, asked = authority_of(by), _year(year, session.clock)
    return readiness_shown(authority, asked, await readiness_of(session, authority, asked))


@router.get(
    "/stream",
    summary="Readiness as it moves",
    response_class=ReadinessStream,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events `readiness`: a list, one a year."}},
)
async def stream(
    request: Request,
    by: Checks,
    last_event_id: Annotated[str | None, Header(pattern=ANY_EVENT_ID, examples=["4711"])] = None,
) -> ReadinessStream:
    """Server-sent events: where the return stands, then whenever that moves; `Last-Event-ID` resumes on any replica."""
    authority = authority_of(by)
    seen = None if last_event_id is None else int(last_event_id)
    chunks = checker_of(request.app.state.running).watch(authority, seen)
    return ReadinessStream(chunks, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
