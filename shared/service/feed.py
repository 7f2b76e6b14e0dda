"""The kept log over HTTP: served to those entitled, read by other services to fill gaps and to rebuild."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field
from pydantic_core import from_json

from shared.contracts import Envelope
from shared.contracts.envelope import padded
from shared.errors import NotFound
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading
from shared.store.epochs import Epoch, Hole, epochs, holes
from shared.store.log import heads, read_log

MOST = 5_000
LAST = 2**63 - 1
KEPT = 2
"""So many kept connections may turn out to be closed before a reader gives up on a feed."""
PARTITION = re.compile(r"all|[0-9]{2}")

Reader = Annotated[Person, Depends(may("events:read"))]


class FeedPage(BaseModel):
    """What is answered, though it is put together as text: events are passed on as they are kept."""

    lane: str
    through: str
    head: str
    events: list[dict[str, Any]] = Field(description="CloudEvents 1.0 in JSON")


def _may_read(by: Person, lane: str) -> bool:
    topic, _, partition = lane.rpartition(".")
    return topic in by.topics and PARTITION.fullmatch(partition) is not None


async def lanes(by: Reader, session: Reading) -> dict[str, str]:
    """Lane names with the last sequence in each, as far as the token's topics go."""
    return {lane: padded(head) for lane, head in (await heads(session)).items() if _may_read(by, lane)}


class EpochAnswer(BaseModel):
    """A time the log began anew because its database was restored."""

    epoch: UUID
    began_at: datetime
    lanes: dict[str, tuple[str, str]] = Field(
        description="by lane, the last sequence before the hole and the last in it: what was heard of those between is not so any more"
    )


async def epochs_begun(by: Reader, session: Reading) -> list[EpochAnswer]:
    """Sequences in a hole will never be told; a reader that has heard some of them reads again what it can."""
    return [
        EpochAnswer(epoch=one.epoch, began_at=one.began_at, lanes=_told(by, one.lanes)) for one in await epochs(session)
    ]


def _told(by: Person, lanes: Mapping[str, Hole]) -> dict[str, tuple[str, str]]:
    return {lane: (padded(hole.after), padded(hole.through)) for lane, hole in lanes.items() if _may_read(by, lane)}


async def events(
    by: Reader,
    session: Reading,
    lane: Annotated[str, Query(examples=["placements.00"])],
    after: Annotated[int, Query(ge=0, le=LAST)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 500,
) -> Response:
    """CloudEvents after a sequence, with `through` (ask for more after it) and `head` (the last there is).

    Events of authorities other than the token's are left out, so sequences may skip; `through` never does.
    """
    if not _may_read(by, lane):
        raise NotFound("There is no such lane, or it is not yours to read.")
    authorities = None if by.installation else sorted({by.authority, *by.region} - {None})  # type: ignore[type-var]
    page = await read_log(session, lane, after, limit, authorities)  # type: ignore[arg-type]
    body = (
        f'{{"lane":"{lane}","through":"{padded(page.through)}","head":"{padded(page.head)}",'
        f'"events":[{",".join(page.bodies)}]}}'
    )
    return Response(body, media_type="application/json")


class Feeds:
    """Reads other services' logs; one client for a process, with the service's own token."""

    def __init__(self, client: httpx.AsyncClient, url_of: Callable[[str], str]) -> None:
        self._client, self._url_of = client, url_of

    async def heads(self, service: str) -> Mapping[str, int]:
        """Lane -> last sequence. Raises ConnectionError when the service does not answer."""
        return {lane: int(head) for lane, head in (await self._get(service, "lanes")).items()}

    async def page(self, lane: str, after: int, limit: int = 500) -> tuple[list[Envelope], int, int]:
        """Envelopes after a sequence, how far they speak for, and the lane's head."""
        answer = await self._get(lane.partition(".")[0], "", lane=lane, after=after, limit=limit)
        return [Envelope(lane, raw) for raw in answer["events"]], int(answer["through"]), int(answer["head"])

    async def between(self, lane: str, after: int, last: int) -> list[Envelope]:
        """Envelopes after one sequence and up to another, at most a page of them."""
        envelopes, _, _ = await self.page(lane, after, min(last - after, MOST))
        return [envelope for envelope in envelopes if envelope.sequence <= last]

    async def epochs(self, service: str) -> list[Epoch]:
        """When a service's log began anew, and where that left holes. Raises ConnectionError."""
        told = await self._get(service, "epochs")
        return [Epoch(UUID(one["epoch"]), datetime.fromisoformat(one["began_at"]), holes(one["lanes"])) for one in told]

    async def close(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def _get(self, service: str, what: str, **query: Any) -> Any:
        try:
            address = f"{self._url_of(service)}/{service}/events{'/' if what else ''}{what}"
            answer = await self._asked(address, query)
            answer.raise_for_status()
        except httpx.HTTPError as away:
            raise ConnectionError(f"the feed of {service} does not answer") from away
        return from_json(answer.content)

    async def _asked(self, address: str, query: Mapping[str, Any]) -> httpx.Response:
        """Connections that were kept may have been closed at the other end meanwhile: reading is asked again."""
        for _ in range(KEPT):
            with suppress(httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                return await self._client.get(address, params=query)
        return await self._client.get(address, params=query)


def feed_router(service: str) -> APIRouter:
    """The feed's routes below a service's name."""
    router = APIRouter(prefix=f"/{service}/events", tags=["events"])
    router.get("/lanes", summary="How far each lane of this service's log reaches")(lanes)
    router.get("/epochs", summary="Where a restore of this service left holes in its log")(epochs_begun)
    answers: dict[int | str, dict[str, Any]] = {200: {"model": FeedPage}}
    router.get("", summary="Events of one lane, in order", response_class=Response, responses=answers)(events)
    return router
