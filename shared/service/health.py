"""Whether a service is alive, whether it is ready, and what is behind and by how much."""

from typing import Any, cast

from fastapi import APIRouter, Depends, Request, Response
from pydantic_core import from_json

from shared.identity.access import anyone
from shared.service.notices.trouble import letters_in_trouble
from shared.service.running import Running
from shared.store.database import MISSING
from shared.store.dead import count_dead
from shared.store.session import ReadSession

LANES = """SELECT l.lane, l.last_sequence, l.published_through,
    (SELECT count(*) FROM spine.outbox o WHERE o.lane = l.lane) AS waiting FROM spine.lanes l ORDER BY lane"""


# By name and number only: whose they are is asked of the database, by those who put it right.
RESTORATIONS = """SELECT source, noticed_at, settled_at, lost, facts,
    (SELECT coalesce(jsonb_object_agg(key, jsonb_array_length(value)), '{}') FROM jsonb_each(told_anew)) AS told_anew,
    (SELECT coalesce(jsonb_object_agg(key, jsonb_array_length(value)), '{}') FROM jsonb_each(untold)) AS untold
    FROM spine.restorations ORDER BY noticed_at"""


async def _restorations(session: ReadSession) -> list[dict[str, Any]]:
    """Publishers whose logs went back: which of the sequences heard are no longer there, and what that changed."""
    told = ("lost", "facts", "told_anew", "untold")
    return [{**row, **{name: from_json(row[name]) for name in told}} for row in await session.all(RESTORATIONS)]


async def _behind(running: Running, session: ReadSession) -> dict[str, Any]:
    dead, since = await count_dead(session)
    lanes = await session.all(LANES)
    inbox = await session.all("SELECT lane, sequence, handled_at FROM spine.inbox ORDER BY lane")
    for row in lanes:
        running.spine_meters.backlog(row.lane, row.waiting + row.last_sequence - row.published_through)
    running.spine_meters.dead(running.service.name, dead)
    return {
        "publishes": {
            row.lane: {"last": row.last_sequence, "settled": row.published_through, "waiting": row.waiting}
            for row in lanes
        },
        "hears": {row.lane: {"handled": row.sequence, "at": row.handled_at} for row in inbox},
        "dead_events": dead,
        "dead_since": since,
        "restorations": await _restorations(session),
        "letters": await letters_in_trouble(session),
    }


async def state_of(running: Running) -> dict[str, Any]:
    """The truth about one service: `ready`, and in `reasons` why it is not."""
    reasons = [f"{name} failed: {error}" for name, error in running.failing.items()]
    reasons += [f"{c.name}: {c.stopped_because}" for c in running.consumers if c.stopped_because]
    behind: dict[str, Any] = {}
    try:
        async with running.database.reading() as session:
            behind = await _behind(running, session)
        unsettled = [one["source"] for one in behind["restorations"] if one["settled_at"] is None]
        reasons += [f"{source} was restored: what rests on its events is being rebuilt" for source in unsettled]
    except MISSING as away:
        reasons.append(f"its database is away: {type(away).__name__}")
    reasons += await running.bus.ailments()
    running.spine_meters.ready(not reasons)
    return {"service": running.service.name, "ready": not reasons, "reasons": reasons, **behind}


EXPOSITION: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


def health_router(service: str) -> APIRouter:
    """`/<service>/health` for the process, `/<service>/ready` for traffic, `/<service>/telemetry` for Prometheus."""
    router = APIRouter(prefix=f"/{service}", tags=["health"], dependencies=[Depends(anyone)])

    @router.get("/health", summary="Is the process alive?")
    async def health() -> dict[str, str]:
        return {"service": service, "state": "alive"}

    @router.get("/ready", summary="Can it do its work, and what is behind?")
    async def ready(request: Request, response: Response) -> dict[str, Any]:
        state = await state_of(cast(Running, request.app.state.running))
        response.status_code = 200 if state["ready"] else 503
        return state

    @router.get("/telemetry", summary="Counters for Prometheus", response_class=Response, responses=EXPOSITION)
    async def telemetry(request: Request) -> Response:
        running = cast(Running, request.app.state.running)
        await state_of(running)  # what waits and what died is as it is when asked
        return Response(running.meters.exposition(), media_type=running.meters.content_type)

    return router
