"""Every route × every role × every place somebody can stand: who is let in, and what the others learn (nothing)."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from deploy.installation import SERVICES
from shared.bus import InProcessBus
from shared.identity.access import ANYONE, every_route_access
from shared.identity.permissions import PERMISSIONS
from shared.identity.person import Role
from shared.service.app import create_app
from shared.settings import Settings
from shared.store.database import _reading as reading
from shared.store.database import _writing as writing
from tests.access.asking import CASES, open_to_anyone
from tests.access.cases import Asked, Case
from tests.access.filling import (
    BUTTONS,
    FILES,
    MAY_BE_EMPTY,
    NOT_AN_EDIT,
    ONE_BY_ONE,
    SAID_AGAIN,
    SEARCHES,
    has_fields,
    holds_to_its_form,
    kept,
)
from tests.access.looking import ELSEWHERE, NO_PAGES, Window
from tests.access.scenes import Scenes
from tests.world import ADDRESS, At, World

OF_AUTHORITIES = frozenset(Role) - {Role.PROVIDER_MANAGER, Role.ADMINISTRATOR}
ROLES_AT = {
    At.NORTHSHIRE: OF_AUTHORITIES,
    At.SOUTHMERE: OF_AUTHORITIES,
    At.HEARTHSIDE: {Role.PROVIDER_MANAGER, Role.SYSTEM},
    At.LARCH: {Role.PROVIDER_MANAGER, Role.SYSTEM},
    At.REGION: {Role.COMMISSIONER, Role.ANALYST, Role.FINANCE},
    At.INSTALLATION: {Role.ADMINISTRATOR, Role.SYSTEM},
    At.NOWHERE: frozenset(),
}
"""DESIGN §7 in a table: the roles that mean something at each place; claimed anywhere else they are worth nothing."""
AGAIN = {200, 303, 404, 409, 422}
"""What a second press may be told: it is done, it is there no longer, it was done already."""
STREAMS = {"GET /metrics/stream", "GET /placements/checks/stream"}


def routes() -> Iterator[tuple[str, str, str | None]]:
    """Service, method with path, and the permission asked for."""
    for name, service in SERVICES.items():
        app = create_app(service, Settings(demonstration_sign_in=True), bus=InProcessBus())
        for (method, path), permission in every_route_access(app).items():
            yield name, f"{method} {path}", permission


ROUTES = list(routes())
ASKING = {(service, route): permission for service, route, permission in ROUTES if permission not in (None, ANYONE)}


def pages() -> Iterator[tuple[str, str]]:
    """Service and route of every page, and of everything a page's form may be sent to."""
    for name, service in SERVICES.items():
        for router in service.routers:
            for context in iter_route_contexts(router.routes):
                if not context.include_in_schema:
                    yield from ((name, f"{method} {context.path}") for method in context.methods or ())


PAGES = set(pages())


def test_every_form_that_is_named_as_one_of_a_kind_is_there() -> None:
    named = BUTTONS | FILES | SEARCHES | MAY_BE_EMPTY | ONE_BY_ONE | NOT_AN_EDIT | SAID_AGAIN
    assert named <= {route for _, route in PAGES}
    assert {f"GET {path}" for path in ELSEWHERE | NO_PAGES} <= {route for _, route in PAGES}


def test_every_route_says_who_may_use_it() -> None:
    assert [route for _, route, permission in ROUTES if permission is None] == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_asks_nobody_who_they_are_is_listed(service: str) -> None:
    assert {r for s, r, permission in ROUTES if s == service and permission == ANYONE} == open_to_anyone(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_has_a_case_and_every_case_a_route(service: str) -> None:
    assert {route for of, route in ASKING if of == service} == set(CASES[service])


def test_who_asks_is_known_before_a_connection_is_taken() -> None:
    """Otherwise so many strangers as there are connections hold all of them while each waits for one more."""
    late = []
    for name, service in SERVICES.items():
        app = create_app(service, Settings(), bus=InProcessBus())
        for context in iter_route_contexts(app.routes):
            calls = [dependency.call for dependency in getattr(context, "dependant", Dependant()).dependencies]
            connections = [calls.index(call) for call in calls if call in (reading, writing)]
            asking = [number for number, call in enumerate(calls) if hasattr(call, "permission")]
            if connections and min(connections) < max(asking, default=-1):
                late.append(f"{name} {context.path}")
    assert late == []


def test_every_permission_is_asked_for_by_a_route() -> None:
    assert set(PERMISSIONS) - set(ASKING.values()) == set()


def _role_at(at: At, role: Role) -> Role | None:
    """What somebody is there; a provider's own system does what its manager may."""
    if role not in ROLES_AT[at]:
        return None
    return Role.PROVIDER_MANAGER if at in (At.HEARTHSIDE, At.LARCH) else role


def _expected(case: Case, permission: str, at: At, role: Role) -> int:
    """200 stands for whatever the route says to those it lets through."""
    if _role_at(at, role) not in PERMISSIONS[permission]:
        return 403
    if case.only not in (None, role):
        return 404
    return 200 if at in case.through else case.instead.get(at, 404)


async def _status(world: World, at: At | None, role: Role | None, route: str, asked: Asked) -> httpx.Response:
    method = route.partition(" ")[0]
    client = world.client(at, role)
    if route in STREAMS:
        return await _first_word(world, client, asked.path)
    if isinstance(asked.form, bytes):
        headers = {"content-type": asked.kind}
        return await client.request(method, asked.path, content=asked.form, headers=headers)
    return await client.request(method, asked.path, json=asked.form)


async def _first_word(world: World, client: httpx.AsyncClient, path: str) -> httpx.Response:
    """How an endless answer begins; a refusal ends by itself."""
    request = client.build_request("GET", path)
    told: dict[str, Any] = {}
    body = bytearray()
    begun = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.update(message)
        body.extend(message.get("body", b""))
        if told["status"] == httpx.codes.OK or not message.get("more_body", "body" not in message):
            begun.set()

    async def receive() -> Any:
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "GET", "path": request.url.path, "query_string": request.url.query}
    scope |= {"headers": request.headers.raw, "http_version": "1.1", "scheme": "http", "root_path": ""}
    running = asyncio.create_task(world.host(scope, receive, send))
    await asyncio.wait({running, asyncio.create_task(begun.wait())}, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return httpx.Response(told["status"], headers=told["headers"], content=bytes(body))


def _first_let_through(world: World, case: Case, permission: str) -> dict[str, str]:
    """What proves to be the first of those who may."""
    at, role = next((at, role) for at in At for role in Role if _expected(case, permission, at, role) == 200)
    return world.headers(at, role)


async def _refuses(world: World, route: str, asked: Asked, case: Case, permission: str) -> None:
    """Everybody who is not let through."""
    answer = await _status(world, None, None, route, asked)
    assert answer.status_code == 401, answer.text
    for at in At:
        expected = {role: _expected(case, permission, at, role) for role in Role}
        refused = [
            _is_refused(world, at, role, route, asked, status) for role, status in expected.items() if status > 200
        ]
        await asyncio.gather(*refused)


async def _is_refused(world: World, at: At, role: Role, route: str, asked: Asked, status: int) -> None:
    """With this status; and where that is 404, in the same words as about a record that there is not."""
    answer = await _status(world, at, role, route, asked)
    assert answer.status_code == status, f"{role} of {at}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    if asked.absent is not None and status == 404:
        absent = await _status(world, at, role, route, asked.absent)
        assert absent.status_code == 404
        assert absent.json() == answer.json(), f"{role} of {at} can tell that there is something"


def _does_one_thing(route: str) -> bool:
    return not route.startswith("GET") and route not in SAID_AGAIN


async def _is_done_once(world: World, at: At, role: Role, route: str, asked: Asked) -> None:
    """Pressed twice, a button does it once: the second time changes nothing, whatever it is told."""
    await world.settled()
    before = await kept(world)
    again = await _status(world, at, role, route, asked)
    assert again.status_code in AGAIN, f"a second time: {again.status_code} {again.text}"
    await world.settled()
    assert await kept(world) == before, "a second press did something more"


async def _lets_through(world: World, service: str, route: str, asked: Asked, case: Case, permission: str) -> None:
    """Everybody else gets through to the record: the first to succeed changes it, which later ones may be told."""
    found = set()
    for at in At:
        for role in Role:
            if _expected(case, permission, at, role) == 200:
                answer = await _status(world, at, role, route, asked)
                done = answer.is_success or answer.has_redirect_location
                if done and True not in found and (service, route) in PAGES and _does_one_thing(route):
                    await _is_done_once(world, at, role, route, asked)
                found.add(done)
                allowed = done or answer.status_code == 409
                if route.startswith("DELETE") or route.endswith("/delete"):
                    allowed = allowed or answer.status_code == 404  # what was ended is there no longer
                assert allowed, f"{role} of {at}: {answer.status_code} {answer.text}"
    assert True in found or not found, "nobody could use it"


async def _is_a_sound_page(world: World, window: Window, route: str, asked: Asked, who: dict[str, str]) -> None:
    """A form takes nothing wrong, and what it says of it is looked at in a browser; so is a page that no other test opens."""
    method, path = route.split(" ")
    transport = httpx.ASGITransport(world.host, raise_app_exceptions=False)
    headers = {"accept": "text/html", **who}
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as client:
        if method == "POST" and has_fields(route, asked):
            refused = await holds_to_its_form(world, who, route, asked)
            if refused is not None:
                await window.look(client, asked.path, refused)
        if method == "GET" and path not in ELSEWHERE | NO_PAGES:
            await window.open(client, asked.path)


@pytest.mark.parametrize(("service", "route"), ASKING, ids=[route for _, route in ASKING])
async def test_who_is_let_in(world: World, scenes: Scenes, window: Window, service: str, route: str) -> None:
    permission = ASKING[service, route]
    assert permission is not None
    for case in CASES[service][route]:
        await scenes.provider(At.HEARTHSIDE)
        await scenes.provider(At.LARCH)
        asked = await case.scene(scenes)
        await world.settled()
        before = await world.contents()
        await _refuses(world, route, asked, case, permission)
        assert await world.contents() == before, "a refusal left something behind"
        if (service, route) in PAGES:
            await _is_a_sound_page(world, window, route, asked, _first_let_through(world, case, permission))
        await _lets_through(world, service, route, asked, case, permission)
