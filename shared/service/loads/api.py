"""The routes under a service's `/returns`: send a return, see how far it has come, and what was wrong with it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from shared.errors import NotAllowed
from shared.identity.access import May, may
from shared.identity.person import Person
from shared.service.description import refusing
from shared.service.loads.asked import Asked, was_shown
from shared.service.loads.forms import DifferencesShown, LoadShown, LoadSummary, RepairsShown
from shared.service.loads.keeping import begin_load, my_loads, summary, the_load
from shared.service.loads.loading import Loading, Write, load_return
from shared.service.loads.shown import differences_shown, load_shown, repairs_shown
from shared.service.loads.upload import LARGEST, upload_in
from shared.service.running import Running
from shared.ssda903.repairs import RepairKind
from shared.store.database import Reading, Writing
from shared.web.security import allow_larger

BYTES = {"type": "string", "format": "binary"}
FILES = {
    "application/zip": {
        "schema": BYTES,
        "example": "PK (the bytes of a zip of Header.csv, Episodes.csv and any others, a folder a year)",
    },
    "text/csv": {"schema": BYTES, "example": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC (and so on)"},
}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": FILES}}
Year = Annotated[
    int | None,
    Query(ge=2000, le=2100, examples=[2024], description="collection year of every file; told from names and dates"),
]
Repair = Annotated[
    list[RepairKind],
    Query(description="kinds of repair to make; the others are offered", examples=[["duplicate_rows"]]),
]
Preview = Annotated[bool, Query(description="only show what it would change")]
GoAhead = Annotated[UUID | None, Query(description="the load whose differences were shown and are agreed to")]
From = Annotated[int, Query(alias="from", ge=0, le=1_000_000, description="how many to pass over")]
Limit = Annotated[int, Query(ge=1, le=500)]
HELD = refusing("Another return of your authority is being loaded, or there is nothing shown to go ahead with")
LARGE = refusing("The file is larger than we take")


def returns_router(service: str, write: Write) -> APIRouter:
    """Routes that load a return into a service by `write`."""
    router = APIRouter(prefix=f"/{service}/returns", tags=["returns"])
    allow_larger(router.prefix, LARGEST)
    importer = may(f"{service}:import")
    _add_sending(router, importer, write)
    _add_looking(router, importer)
    _add_what_differs(router, importer)
    return router


def _add_sending(router: APIRouter, importer: May, write: Write) -> None:
    @router.post(
        "",
        status_code=202,
        summary="Load the SSDA903 return of one or many years",
        openapi_extra=BODY,
        responses={409: HELD, 413: LARGE},
    )
    async def load(
        request: Request,
        response: Response,
        by: Annotated[Person, Depends(importer)],
        year: Year = None,
        repair: Repair = [],  # noqa: B006 - FastAPI copies it
        preview: Preview = False,
        go_ahead: GoAhead = None,
    ) -> LoadShown:
        """All or nothing, in the background: look where `Location` says. The same files go to referrals, then to
        placements; loaded again they change only what has changed. Where something of the authority's is kept already,
        it ends `previewed` with what differs, and writes once the same files are sent with `go_ahead`."""
        if by.authority is None:
            raise NotAllowed("Only somebody of an authority can load its return.")
        running: Running = request.app.state.running
        upload = await upload_in(request)
        async with running.database.writing() as session:
            shown = await was_shown(session, go_ahead, by.authority) if go_ahead else None
            load = await begin_load(session, by.authority, by=by)
        asked = Asked(year, frozenset(repair), preview, shown)
        loading = Loading(running, load, by.authority, by, asked)
        running.undertake("load", load_return(loading, upload, write))
        response.headers["Location"] = f"{router.prefix}/{load}"
        async with running.database.reading() as asking:
            return load_shown(await the_load(asking, load, by), running.clock.now(), 0, 100)


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
        return load_shown(await the_load(session, load, by), request.app.state.running.clock.now(), passing, limit)


def _add_what_differs(router: APIRouter, importer: May) -> None:
    @router.get("/{load:uuid}/repairs", summary="The repairs a return needs, with what it says and would become")
    async def repairs(
        load: UUID,
        by: Annotated[Person, Depends(importer)],
        session: Reading,
        passing: From = 0,
        limit: Limit = 100,
    ) -> RepairsShown:
        return repairs_shown(await the_load(session, load, by), passing, limit)

    @router.get("/{load:uuid}/differences", summary="What a return changes of what is kept, with before and after")
    async def differences(
        load: UUID,
        by: Annotated[Person, Depends(importer)],
        session: Writing,
        passing: From = 0,
        limit: Limit = 100,
    ) -> DifferencesShown:
        """Kept until the authority's next load. That somebody looked is audited."""
        row = await the_load(session, load, by)
        session.audit(by.id, "read differences", load)
        return differences_shown(row, passing, limit)
