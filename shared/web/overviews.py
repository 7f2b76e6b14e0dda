"""Two pages over the whole installation: what waits for whoever looks, and how its services do."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from pydantic_core import from_json
from starlette.responses import RedirectResponse, Response

from shared.errors import Refused
from shared.identity.access import may, somebody, whoever
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.web.neighbours import Neighbours
from shared.web.pages import HOUSE
from shared.web.problem import wants_page
from shared.web.questions import typed_in
from shared.web.standing import standing_of, told_of_dead, told_of_rebuild

STATUS = "/status"
DONE = {"again": "The events set aside were handled again.", "rebuild": "The rebuild has begun."}
ABOUT = {
    "referrals": "referrals",
    "placements": "offers and placements",
    "providers": "homes and vacancies",
    "metrics": "figures",
}
"""What each service's notices are about."""
Visitor = Annotated[Person | None, Depends(whoever)]
Operator = Annotated[Person, Depends(may("spine:operate"))]
Rebuilder = Annotated[Person, Depends(may("metrics:rebuild"))]


def overviews(routes: APIRouter, neighbours: Neighbours) -> None:
    """Adds `/today` and `/status`."""

    @routes.get("/today")
    async def today(request: Request, by: Annotated[Person, Depends(somebody)]) -> Response:
        return await what_waits(request, by, neighbours)

    @routes.get(STATUS)
    async def status(request: Request, by: Visitor, done: str = "") -> Response:
        return await _status(request, by, neighbours, done=DONE.get(done, ""))

    _commands(routes, neighbours)


def _commands(routes: APIRouter, neighbours: Neighbours) -> None:
    @routes.post(f"{STATUS}/again")
    async def again(request: Request, by: Operator) -> Response:
        sent = await typed_in(request)
        service, lane, subject = (str(sent.get(name, "")) for name in ("service", "lane", "subject"))
        if service not in neighbours.names or not lane or not subject:
            return await _not_done(request, by, neighbours, "Choose one of the events set aside.", 404)
        path = f"dead-events/{quote(lane, safe='')}/{quote(subject, safe='')}/handle-again"
        return await _commanded(request, by, neighbours, service, path, "again")

    @routes.post(f"{STATUS}/rebuild")
    async def rebuild(request: Request, by: Rebuilder) -> Response:
        return await _commanded(request, by, neighbours, "metrics", "rebuild", "rebuild")


async def _commanded(
    request: Request, by: Person, neighbours: Neighbours, service: str, path: str, done: str
) -> Response:
    """The service decides, does and audits it, as for any other request; the page says what became of it."""
    answer = await neighbours.command(request, service, path)
    if answer is not None and answer.is_success:
        return RedirectResponse(f"{STATUS}?done={done}", 303)
    if answer is None:
        return await _not_done(request, by, neighbours, f"{service.capitalize()} does not answer.", 503)
    return await _not_done(request, by, neighbours, str(from_json(answer.content)["detail"]), answer.status_code)


async def _not_done(request: Request, by: Person, neighbours: Neighbours, why: str, status: int) -> Response:
    if not wants_page(request):
        raise Refused(why, status=status)
    return await _status(request, by, neighbours, wrong=why, status=status)


def _tells(name: str, lines: object) -> bool:
    """Whether a service has notices for whoever asked it."""
    return isinstance(lines, list) and any(line["path"] == f"/{name}/notices" for line in lines)


async def what_waits(request: Request, by: Person, neighbours: Neighbours) -> Response:
    """What every service says waits for this person, what is late first."""
    told = await neighbours.told(request, "waiting")
    lines = [line for lines in told.values() if isinstance(lines, list) for line in lines]
    silent = [name for name, lines in told.items() if not isinstance(lines, list)]
    return HOUSE.show(
        request,
        "today.html",
        lines=sorted((line for line in lines if line["count"]), key=lambda line: not line["late"]),
        told_of=[name for name, of in told.items() if _tells(name, of)],
        about=ABOUT,
        late=sum(line["late"] for line in lines),
        silent=silent,
        visitor=by,
        asked_at=neighbours.now(),
    )


async def _status(
    request: Request, by: Person | None, neighbours: Neighbours, *, done: str = "", wrong: str = "", status: int = 200
) -> Response:
    told = await neighbours.told(request, "ready")
    operator = by is not None and by.installation and allows("spine:operate", by)
    rebuilder = by is not None and allows("metrics:rebuild", by) and "metrics" in neighbours.names
    return HOUSE.show(
        request,
        "status.html",
        status=status,
        services=standing_of(told, neighbours.now()),
        dead=told_of_dead(await neighbours.told(request, "dead-events")) if operator else [],
        operator=operator,
        rebuild=told_of_rebuild(await neighbours.one(request, "metrics", "rebuild")) if rebuilder else None,
        rebuilder=rebuilder,
        done=done,
        errors_shown=[{"text": wrong, "href": "#again"}] if wrong else [],
        asked_at=neighbours.now(),
    )
