"""How a refusal reaches whoever asked: problem+json (RFC 9457) for programs, an error page for people."""

import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from shared.errors import Invalid, NotFound, NotSignedIn, Refused
from shared.identity.origin import must_be_ours
from shared.telemetry.logs import SPOKEN_FOR, logger
from shared.telemetry.redaction import failure
from shared.telemetry.traces import trace_id
from shared.web.pages import HOUSE
from shared.web.words import complaints

TYPE = "application/problem+json"
TYPED = "application/x-www-form-urlencoded"
AGAIN_SOON = "We cannot reach our records just now. Try again in a minute."

TOO_LARGE = Refused("That is more than we take at once.", status=413, code="too_large")

_SENTENCES: dict[str, Refused] = {}


def sentence(constraint: str, message: str, *, field: str = "", status: int = 409, code: str = "") -> None:
    """Say what a broken database constraint means; services call this beside their tables."""
    _SENTENCES[constraint] = Refused(message, field=field, status=status, code=code or constraint)


def install(app: FastAPI) -> None:
    """Give an app the one family of answers; unforeseen errors are caught by `security.Guard` with `unforeseen`."""
    handlers: dict[Any, Any] = {
        Refused: _refused,
        RequestValidationError: _invalid,
        HTTPException: _http,
        asyncpg.PostgresError: _postgres,
        asyncpg.InterfaceError: _postgres,
        OSError: _unreachable,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, rather than a program."""
    return "text/html" in request.headers.get("accept", "")


def answer(request: Request, refused: Refused, errors: list[dict[str, str]] | None = None) -> Response:
    """The response for one refusal."""
    if errors is None:
        errors = [{"field": refused.field, "message": refused.message}] if refused.field else []
    headers = _headers(refused.status)
    if wants_page(request):
        if isinstance(refused, NotSignedIn) and request.method == "GET":
            return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)
        page = HOUSE.show(request, "refused.html", status=refused.status, refused=refused, errors=errors)
        page.headers.update(headers)
        return page
    return Response(_problem(refused, errors), refused.status, headers, media_type=TYPE)


def unforeseen(request: Request, error: Exception) -> Response:
    """A 500 that gives away nothing but a reference to look up in the logs and traces."""
    reference = trace_id() or secrets.token_hex(16)
    logger(SPOKEN_FOR.get()).error("unforeseen error", reference=reference, method=request.method, **failure(error))
    more = {"reference": reference}
    return answer(request, Refused("Something went wrong on our side.", status=500, code="unforeseen", more=more))


def _problem(refused: Refused, errors: list[dict[str, str]]) -> bytes:
    known = {
        "type": f"urn:sufficiency:problem:{refused.code}",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": refused.message,
        "code": refused.code,
        "errors": errors,
    }
    return json.dumps({**refused.more, **known}, default=str).encode()


def _headers(status: int) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if status == 503 else {}


async def _refused(request: Request, refused: Refused) -> Response:
    if isinstance(refused, NotSignedIn) and wants_page(request) and request.method == "POST" and _ours(request):
        return await _interrupted(request, refused)
    return answer(request, refused)


async def _interrupted(request: Request, refused: Refused) -> Response:
    """Somebody sent a form after their sign-in had ended: it is given back, to be sent again, and kept nowhere."""
    if not request.headers.get("content-type", "").startswith(TYPED):
        return answer(request, refused)
    sent = (await request.form(max_files=0, max_fields=200)).multi_items()
    return HOUSE.show(request, "interrupted.html", status=refused.status, sent=sent, where=_here(request))


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _ours(request: Request) -> bool:
    """Another site's form is never given back with a button under it."""
    try:
        must_be_ours(request)
    except Refused:
        return False
    return True


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    errors = complaints(error.errors())
    detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} fields need to be put right."
    return answer(request, Invalid(detail, field=errors[0]["field"] if errors else ""), errors)


async def _http(request: Request, error: HTTPException) -> Response:
    """Starlette's own refusals: no such route, wrong method, body too large."""
    if error.status_code == 404:
        return answer(request, NotFound("There is nothing at this address."))
    if error.status_code == 413:
        return answer(request, TOO_LARGE)
    phrase = HTTPStatus(error.status_code).phrase
    response = answer(request, Refused(f"{phrase}.", status=error.status_code, code=phrase.lower().replace(" ", "_")))
    response.headers.update(_kept(error.headers))
    if error.status_code == 405:
        response.headers["Allow"] = _methods_at(request)
    return response


def _methods_at(request: Request) -> str:
    """Every method that may be used at an address; Starlette names those of the first route there only."""
    here = (c for c in iter_route_contexts(request.app.routes) if _leads_to(c, request.url.path))
    return ", ".join(sorted({method for route in here for method in route.methods or ()}))


def _leads_to(route: Any, path: str) -> bool:
    regex = getattr(route, "path_regex", None)
    return regex is not None and regex.match(path) is not None


def _kept(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name: told for name, told in (headers or {}).items() if name.lower() in ("allow", "retry-after")}


async def _postgres(request: Request, error: Exception) -> Response:
    """A broken constraint in the words registered for it, a passing trouble as 503, anything else unforeseen."""
    known = _SENTENCES.get(getattr(error, "constraint_name", None) or "")
    if known is not None:
        return answer(request, known)
    if isinstance(error, _PASSING):
        return answer(request, Refused(AGAIN_SOON, status=503, code="unavailable"))
    return unforeseen(request, error)


async def _unreachable(request: Request, error: OSError) -> Response:
    if isinstance(error, ConnectionError | TimeoutError):
        logger(SPOKEN_FOR.get()).warning("unreachable", **failure(error))
        return answer(request, Refused(AGAIN_SOON, status=503, code="unavailable"))
    return unforeseen(request, error)


_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.InterfaceError,
)
