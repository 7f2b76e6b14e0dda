"""The routes under a service's `/returns`: send a return, see how far it has come, and what was wrong with it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from shared.errors import NotAllowed
from shared.identity.access import May, may
from shared.identity.person import Person
from shared.service.description import refusing
from shared.service.loads.forms import LoadShown, LoadSummary
from shared.service.loads.keeping import begin_load, my_loads, problems_of, rest_of, summary, the_load
from shared.service.loads.loading import Loading, Write, load_return
from shared.service.loads.upload import LARGEST, upload_in
from shared.service.running import Running
from shared.store.database import Reading
from shared.store.session import Row
from shared.web.security import allow_larger

BYTES = {"type": "string", "format": "binary"}
FILES = {
    "application/zip": {
        "schema": BYTES,
        "example": "PK (the bytes of a zip of Header.csv and Episodes.csv, a folder a year)",
    },
    "text/csv": {"schema": BYTES, "example": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC (and so on)"},
}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": FILES}}
Year = Annotated[
    int | None,
    Query(ge=2000, le=2100, examples=[2024], description="collection year of every file; told from names and dates"),
]
From = Annotated[int, Query(alias="from", ge=0, le=1_000_000, description="problems to pass over")]
Limit = Annotated[int, Query(ge=1, le=500)]
HELD = refusing("Another return of your authority is being loaded")
LARGE = refusing("The file is larger than we take")


def returns_router(service: str, write: Write) -> APIRouter:
    """Routes that load a return into a service by `write`."""
    router = APIRouter(prefix=f"/{service}/returns", tags=["returns"])
    allow_larger(router.prefix, LARGEST)
    importer = may(f"{service}:import")
    _add_sending(router, importer, write)
    _add_looking(router, importer)
    return router


def _add_sending(router: APIRouter, importer: May, write: Write) -> None:
    @router.post(
        "",
        status_code=202,
        summary="Load SSDA903 Header and Episodes of one or many years",
        openapi_extra=BODY,
        responses={409: HELD, 413: LARGE},
    )
    async def load(
        request: Request, response: Response, by: Annotated[Person, Depends(importer)], year: Year = None
    ) -> LoadShown:
        """All or nothing, in the background: look where `Location` says. The same files go to referrals, then to
        placements; loaded again they change only what has changed."""
        if by.authority is None:
            raise NotAllowed("Only somebody of an authority can load its return.")
        running: Running = request.app.state.running
        upload = await upload_in(request)
        async with running.database.writing() as session:
            load = await begin_load(session, by.authority, by=by)
        loading = Loading(running, load, by.authority, by)
        running.undertake("load", load_return(loading, upload, year, write))
        response.headers["Location"] = f"{router.prefix}/{load}"
        async with running.database.reading() as asking:
            return _shown(await the_load(asking, load, by), running, 0, 100)


def _add_looking(router: APIRouter, importer: May) -> None:
    @router.get("", summary="Your authority's loads, newest first")
    async def loads(request: Request, by: Annotated[Person, Depends(importer)], session: Reading) -> list[LoadSummary]:
        now = request.app.state.running.clock.now()
        return [summary(row, now) for row in await my_loads(session, by)]

    @router.get("/{load:uuid}", summary="One load: how far it has come, and what was wrong")
    async def load(
        load: UUID,
        request: Request,
        by: Annotated[Person, Depends(importer)],
        session: Reading,
        passing: From = 0,
        limit: Limit = 100,
    ) -> LoadShown:
        return _shown(await the_load(session, load, by), request.app.state.running, passing, limit)


def _shown(row: Row, running: Running, passing: int, limit: int) -> LoadShown:
    problems = problems_of(row)
    after = passing + limit
    return LoadShown(
        **summary(row, running.clock.now()).model_dump(),
        problems=problems[passing:after],
        more=rest_of(row),
        next=after if after < len(problems) else None,
    )
