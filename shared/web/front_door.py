"""The pages that belong to no service: home, signing in and out, and the files every page needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from shared import contracts
from shared.contracts import EVENTS
from shared.errors import Invalid, NotFound
from shared.identity.access import anyone, whoever
from shared.identity.demonstration import CHARACTERS, DEMONSTRATION, NAMES
from shared.identity.identity import LEFT_KEY, Identity
from shared.identity.origin import must_be_ours
from shared.identity.person import Person
from shared.identity.registry import TrustedIssuer
from shared.identity.sessions import Session
from shared.identity.sign_in import local
from shared.web.assets import serve
from shared.web.help import help_routes
from shared.web.navigation import home_of
from shared.web.neighbours import Neighbours
from shared.web.overviews import overviews, what_waits
from shared.web.pages import HOUSE

CONTRACTS = Path(contracts.__file__).parent


@dataclass(frozen=True, slots=True)
class Room:
    """A service as the home page offers it."""

    path: str
    title: str
    offers: str
    page: str = ""
    """Where people go; empty while programs alone are served."""


Visitor = Annotated[Person | None, Depends(whoever)]
Onward = Annotated[str, Query(alias="next", max_length=500)]


def front_door(identity: Identity, rooms: Sequence[Room], neighbours: Neighbours) -> APIRouter:
    """Routes that any service, or the embedded host, can serve alike."""
    routes = APIRouter(dependencies=[Depends(anyone)], include_in_schema=False)
    _home(routes, rooms, neighbours)
    overviews(routes, neighbours)
    _catalogue(routes)
    help_routes(routes)
    _signing_in(routes, identity)
    if identity.demonstration:
        _demonstration(routes, identity)
    _organisations(routes, identity)
    return routes


def _home(routes: APIRouter, rooms: Sequence[Room], neighbours: Neighbours) -> None:
    @routes.get("/")
    async def home(request: Request, person: Visitor) -> Response:
        home_page = home_of(person) if person else None
        if home_page:
            return RedirectResponse(home_page, 303)
        if person and person.roles:
            return await what_waits(request, person, neighbours)
        return HOUSE.show(request, "home.html", rooms=rooms, visitor=person, names=NAMES)

    @routes.get("/static/{name}")
    async def file(request: Request, name: str) -> Response:
        return serve(request, name)


def _catalogue(routes: APIRouter) -> None:
    """What `dataschema` in every event points at, and the description of all events and lanes (AsyncAPI)."""

    @routes.get("/schemas/{event}.json")
    async def schema(event: str) -> Response:
        if event not in EVENTS:
            raise NotFound("There is no such event.")
        return FileResponse(CONTRACTS / "schemas" / f"{event}.json")

    @routes.get("/asyncapi.json")
    async def catalogue() -> Response:
        return FileResponse(CONTRACTS / "asyncapi.json")


def _signing_in(routes: APIRouter, identity: Identity) -> None:
    @routes.get("/session", dependencies=[Depends(whoever)])
    async def session(request: Request) -> JSONResponse:
        """How long the sign-in lasts: asked by the page itself before it warns, and by whoever wants to stay."""
        return JSONResponse({"seconds_left": request.scope.get(LEFT_KEY, 0)})

    @routes.get("/sign-in")
    async def choose(request: Request, onward: Onward = "/") -> Response:
        people = CHARACTERS.values() if identity.demonstration else ()
        offered = identity.registry.offered()
        return HOUSE.show(request, "sign_in.html", issuers=offered, people=people, onward=local(onward))

    @routes.post("/sign-out")
    async def leave(request: Request) -> Response:
        must_be_ours(request)
        response = RedirectResponse("/sign-in", 303)
        response.headers.append("set-cookie", identity.sessions.farewell())
        return response


def _demonstration(routes: APIRouter, identity: Identity) -> None:
    @routes.post("/sign-in/demonstration")
    async def become(
        request: Request,
        person: Annotated[str, Form(max_length=50)],
        onward: Annotated[str, Form(alias="next", max_length=500)] = "/",
    ) -> Response:
        must_be_ours(request)
        character = CHARACTERS.get(person)
        if character is None:
            raise Invalid("Choose one of the people listed.", field="person")
        session = identity.sessions.begin(DEMONSTRATION.key, character.key, character.name, frozenset({character.role}))
        return _enter(identity, session, local(onward))


def _organisations(routes: APIRouter, identity: Identity) -> None:
    def offered(issuer: str) -> TrustedIssuer:
        found = identity.registry.named(issuer)
        if found is None or not found.client_id:
            raise NotFound("We do not know that organisation.")
        return found

    @routes.get("/sign-in/{issuer}")
    async def depart(issuer: str, onward: Onward = "/") -> Response:
        departure = await identity.sign_in.depart(offered(issuer), onward)
        return RedirectResponse(departure.url, 303, {"set-cookie": departure.cookie})

    @routes.get("/sign-in/{issuer}/callback")
    async def arrive(request: Request, issuer: str) -> Response:
        cookie = request.cookies.get(identity.sign_in.cookie, "")
        found = offered(issuer)
        arrival = await identity.sign_in.arrive(found, request.query_params, cookie)
        verified = arrival.verified
        roles = found.roles_in(verified.claims)
        session = identity.sessions.begin(found.key, verified.subject, verified.name, roles)
        response = _enter(identity, session, arrival.onward)
        response.headers.append("set-cookie", arrival.cookie)
        return response


def _enter(identity: Identity, session: Session, onward: str) -> Response:
    response = RedirectResponse(onward, 303)
    response.headers.append("set-cookie", identity.sessions.header(session))
    return response
