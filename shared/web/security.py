"""What surrounds every answer: headers, a limit on bodies, a trace to find it by, and a last catch for errors."""

from contextvars import Token
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.identity.identity import COOKIE_KEY, Identity
from shared.settings import Settings
from shared.telemetry.logs import SPOKEN_FOR
from shared.telemetry.traces import TRACE_HEADER, Traces, thread, unthread
from shared.web import problem

LARGEST_BODY = 1024 * 1024
LARGER: dict[str, int] = {}
"""Addresses where files are sent, and the most bytes each takes; whoever answers there counts them itself."""
GUARDED = "sufficiency.guarded"

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
NOT_KEPT = (b"cache-control", b"no-store")


def allow_larger(path: str, most: int) -> None:
    """Let an address take more than others."""
    LARGER[path] = most


def furnish(app: FastAPI, *, service: str, settings: Settings, identity: Identity, traces: Traces) -> None:
    """Give an app what every one of ours has: who is asking, how refusals look, and the guard around it.

    Make the app with `FastAPI(telemetry=traces.for_fastapi())`.
    """
    app.state.identity = identity
    problem.install(app)
    secure = settings.public_url.startswith("https://")
    app.add_middleware(Guard, service=service, secure=secure, recording=traces.recording)


class Guard:
    """Plain ASGI, since it stands in the way of every request; inside another guard it only says which service."""

    def __init__(self, app: ASGIApp, *, service: str, secure: bool = False, recording: bool = False) -> None:
        self._app, self._service, self._recording = app, service, recording
        self._headers = [*HEADERS, ONLY_HTTPS] if secure else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        spoken_for = SPOKEN_FOR.set(self._service)
        try:
            if GUARDED in scope:
                await self._app(scope, receive, send)
            else:
                await self._guard(scope, receive, send)
        finally:
            _leave(spoken_for)

    async def _guard(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[GUARDED] = True
        told = dict(scope["headers"])
        threaded = None if self._recording else thread(told.get(TRACE_HEADER.encode(), b"").decode("latin-1"))
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._dressed(scope, list(message.get("headers", ())))
            await send(message)

        try:
            length = told.get(b"content-length")
            most = LARGER.get(scope["path"], LARGEST_BODY)
            if length is not None and _too_long(length, most):
                await problem.answer(Request(scope), problem.TOO_LARGE)(scope, receive, answer)
            else:
                await self._app(scope, receive if length else _counting(receive, most), answer)
        except Exception as error:
            if started:
                raise
            await problem.unforeseen(Request(scope), error)(scope, receive, answer)
        finally:
            if threaded is not None:
                unthread(threaded)

    def _dressed(self, scope: Scope, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if not any(name == b"cache-control" for name, _ in headers):
            headers.append(NOT_KEPT)
        cookie = scope.get(COOKIE_KEY)
        if cookie and not any(name == b"set-cookie" for name, _ in headers):
            headers.append((b"set-cookie", cookie.encode("latin-1")))
        return headers + self._headers


def _counting(receive: Receive, most: int) -> Receive:
    """A body that does not say how long it is, until it has been too long."""
    so_far = 0

    async def receive_some() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            raise HTTPException(413)  # the one kind that FastAPI lets through while it reads a body
        return message

    return receive_some


def _too_long(told: bytes, most: int) -> bool:
    return not told.isdigit() or int(told) > most


def _leave(spoken_for: Token[Any]) -> None:
    SPOKEN_FOR.reset(spoken_for)
