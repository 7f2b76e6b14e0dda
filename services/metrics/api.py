"""Metrics' routes: definitions, figures, their stream, and the rebuild."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.metrics.actions import set_target
from services.metrics.forms import (
    Definition,
    FigureAnswer,
    Question,
    RebuildAnswer,
    SetTarget,
    TargetAnswer,
    TileAnswer,
    Whose,
)
from services.metrics.live import Live, live_of
from services.metrics.queries import authorities_for, definitions, figure, targets_of
from services.metrics.stream import Tile
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import Row

SLOW_SECONDS = 10.0
"""A connection that takes nothing for so long is dropped; its browser comes back and resumes."""
ANY_EVENT_ID = r"^\d{1,18}$"

router = APIRouter(prefix="/metrics", tags=["figures"])
Reader = Annotated[Person, Depends(may("metrics:read"))]
Rebuilder = Annotated[Person, Depends(may("metrics:rebuild"))]


class FigureStream(StreamingResponse):
    """Server-sent events that wait for no slow client."""

    media_type = "text/event-stream"

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """With one task beside it that waits for the client to leave: a group of two weighs more than the rest."""
        watching = asyncio.current_task()
        assert watching is not None
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        left = partial(_left, watching)
        leaving.add_done_callback(left)
        try:
            await self.stream_response(send)
        except asyncio.CancelledError:
            if not leaving.done():
                raise  # not the client: the service stops
            watching.uncancel()
        finally:
            leaving.remove_done_callback(left)
            leaving.cancel()

    async def stream_response(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        # Closed here, however it ends: left to the garbage collector, it would be watched by nobody for a while.
        async with aclosing(cast(AsyncGenerator[bytes], self.body_iterator)) as chunks:
            async for chunk in chunks:
                async with asyncio.timeout(SLOW_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _left(watching: asyncio.Task[Any], _: asyncio.Task[None]) -> None:
    watching.cancel()


def _live(request: Request) -> Live:
    return live_of(request.app.state.running)


Now = Annotated[Live, Depends(_live)]


@router.get("/measures", summary="Every measure, as it is defined", dependencies=[Depends(may("metrics:read"))])
async def measures() -> list[Definition]:
    """Id, title, numerator, denominator, source and what may be asked of each."""
    return definitions()


@router.get("/measures/{measure}", summary="One measure as at a date and as known at a moment")
async def one_measure(
    measure: str, question: Annotated[Question, Query()], request: Request, live: Now, by: Reader
) -> FigureAnswer:
    """Numerator, denominator, value and all that is needed to read them. Before coverage there is no data, never 0."""
    return figure(live.memory, measure, question, clock=request.app.state.running.clock, by=by)


@router.get("/targets", summary="What an authority aims at", response_model=list[TargetAnswer])
async def targets(whose: Annotated[Whose, Query()], by: Reader, session: Reading) -> list[Row]:
    """By measure. Several authorities together have no targets of their own."""
    return list((await targets_of(session, authorities_for(by, whose.authority))).values())


@router.put("/targets/{measure}", summary="Set what your authority aims at", response_model=TargetAnswer)
async def aim(
    measure: str, form: SetTarget, by: Annotated[Person, Depends(may("metrics:set_targets"))], session: Writing
) -> Row:
    """The last word counts; say which version you saw, where one was set before."""
    return await set_target(session, measure, form, by=by)


@router.get("/figures", summary="All figures as at today", response_model=list[TileAnswer])
async def figures(whose: Annotated[Whose, Query()], live: Now, by: Reader) -> list[Tile]:
    """What the stream would send first."""
    return live.board.tiles(*authorities_for(by, whose.authority))


@router.get(
    "/stream",
    summary="Figures as they change",
    response_class=FigureStream,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events `figures`: lists of tiles."}},
)
async def stream(
    whose: Annotated[Whose, Query()],
    live: Now,
    by: Reader,
    last_event_id: Annotated[str | None, Header(pattern=ANY_EVENT_ID, examples=["4711"])] = None,
) -> FigureStream:
    """Server-sent events: all tiles at first, then those that change; `Last-Event-ID` resumes on any replica."""
    authorities = authorities_for(by, whose.authority)
    live.memory.columns  # noqa: B018  # 503 now, rather than a stream that breaks
    chunks = live.board.watch(authorities, None if last_event_id is None else int(last_event_id))
    return FigureStream(chunks, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


@router.post("/rebuild", summary="Rebuild all facts from the kept logs", status_code=202, response_model=RebuildAnswer)
async def rebuild(by: Rebuilder, live: Now, session: Writing) -> Any:
    """Compares what the logs tell with what is live, then puts it in its place; ask `GET /metrics/rebuild` how it goes."""
    session.audit(by.id, "rebuild facts", "facts")
    return live.rebuilding.ask()


@router.get(
    "/rebuild",
    summary="How far the last rebuild is, and what it found",
    response_model=RebuildAnswer,
    dependencies=[Depends(may("metrics:rebuild"))],
)
async def rebuild_progress(live: Now) -> Any:
    """Of this process; its result stays until the next."""
    return live.rebuilding.progress
