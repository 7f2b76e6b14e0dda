"""Routes to see events that were set aside, and to handle them again once the cause is mended."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from shared.errors import NotAllowed, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.service.running import Running
from shared.store.database import CLASHES, MISSING, Reading, Writing
from shared.store.dead import dead_events, handle_again, in_words


class DeadEvent(BaseModel):
    """An event that could not be handled, without its payload."""

    lane: str
    sequence: int
    type: str
    subject: str
    error: str
    set_aside_at: datetime


class HandledAgain(BaseModel):
    """How many events of the subject have now been handled."""

    handled: int


def dead_events_router(service: str) -> APIRouter:
    """`/<service>/dead-events` and the command to handle a subject's again."""
    router = APIRouter(prefix=f"/{service}/dead-events", tags=["operations"])

    @router.get("", summary="Events set aside", response_model=list[DeadEvent])
    async def list_them(
        by: Annotated[Person, Depends(may("spine:observe"))], session: Reading
    ) -> list[dict[str, object]]:
        if not by.installation:  # an authority's own system is a system too, and they are everybody's
            raise NotAllowed("Only the installation's own systems see these.")
        return [dict(row) for row in await dead_events(session)]

    @router.post("/{lane}/{subject}/handle-again", summary="Handle a subject's dead events again, in order")
    async def again(
        lane: str,
        subject: str,
        request: Request,
        by: Annotated[Person, Depends(may("spine:operate"))],
        session: Writing,
    ) -> HandledAgain:
        running = cast(Running, request.app.state.running)
        try:
            handled = await handle_again(session, lane, subject, running.react)
        except (Refused, *MISSING, *CLASHES):
            raise
        except Exception as failure:
            raise Refused(f"They still cannot be handled: {in_words(failure)}", code="still_dead") from failure
        session.audit(by.id, "handle dead events again", subject)
        return HandledAgain(handled=handled)

    return router
