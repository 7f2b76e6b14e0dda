"""The question every route asks: who is this, and may they?"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Protocol, cast

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from shared.errors import NotAllowed, NotSignedIn
from shared.identity.permissions import PERMISSIONS, allows
from shared.identity.person import Person

ANYONE = "anyone"
PERSON_KEY = "sufficiency.person"
"""Where the request's scope keeps who asked, so that answers to a known person are never stored on the way."""


class Recognises(Protocol):
    """What `app.state.identity` must be able to do."""

    async def person_of(self, request: Request) -> Person | None: ...


async def whoever(request: Request) -> Person | None:
    """Who is asking, or None; a bad token or an ended session raises NotSignedIn."""
    person = await cast(Recognises, request.app.state.identity).person_of(request)
    request.scope[PERSON_KEY] = person
    return person


async def somebody(request: Request) -> Person:
    """Whoever is signed in, whatever their role: for what is told of nothing but their own business."""
    person = await whoever(request)
    if person is None:
        raise NotSignedIn("Sign in first.")
    return person


async def anyone() -> None:
    """The dependency of a public route: says out loud that nobody is asked who they are."""


whoever.permission = ANYONE  # type: ignore[attr-defined]
somebody.permission = ANYONE  # type: ignore[attr-defined]
anyone.permission = ANYONE  # type: ignore[attr-defined]


class May:
    """A dependency that answers with the person, or refuses."""

    def __init__(self, permission: str) -> None:
        if permission not in PERMISSIONS:
            raise KeyError(f"{permission} is not in the table of permissions")
        self.permission = permission

    async def __call__(self, request: Request) -> Person:
        person = await somebody(request)
        if not allows(self.permission, person):
            raise NotAllowed("Your role does not include this.")
        return person


@cache
def may(permission: str) -> May:
    """`by: Annotated[Person, Depends(may("referrals:submit"))]`; an unknown permission stops the import."""
    return May(permission)


def every_route_access(app: FastAPI) -> dict[tuple[str, str], str | None]:
    """Method and path of every route, mounted ones too, with the permission it asks for, `anyone`, or None."""
    return dict(_walk(app.routes, ""))


def _walk(routes: Sequence[BaseRoute], prefix: str) -> Iterator[tuple[tuple[str, str], str | None]]:
    for context in iter_route_contexts(routes):
        route = context.original_route
        if isinstance(route, Mount):
            yield from _walk(route.routes, prefix + route.path)
            continue
        permission = _permission_of(context)
        for method in sorted(context.methods or {"ANY"}):
            yield (method, f"{prefix}{context.path}"), permission


def _permission_of(context: Any) -> str | None:
    asked = set(_asked(getattr(context, "dependant", None)))
    if not asked:
        return getattr(context.endpoint, "permission", None)
    strict = asked - {ANYONE}
    if len(strict) > 1:
        raise ValueError(f"{context.path} asks for {sorted(strict)}: a route has one permission")
    return strict.pop() if strict else ANYONE


def _asked(dependant: Dependant | None) -> Iterator[str]:
    for dependency in dependant.dependencies if dependant else ():
        if permission := getattr(dependency.call, "permission", None):
            yield permission
        yield from _asked(dependency)
