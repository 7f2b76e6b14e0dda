"""How every web process of ours is served: uvloop, httptools, no access log, and a port that is really ours."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop
from starlette.types import ASGIApp

STOP_SECONDS = 5
"""How long an open stream may delay the end of a process."""
BACKLOG = 4096
KEEP_ALIVE_SECONDS = 75
"""Longer than any proxy keeps an idle connection: it, not we, must be the one to hang up."""


class PortTaken(RuntimeError):
    """Somebody else listens where we were told to."""


class _Server(uvicorn.Server):
    """Uvicorn, but a signal ends only the serving: what was started around it still has to be stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self.handle_exit, sign, None)
        try:
            yield
        finally:
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(sign)


def listen(port: int, *, host: str = "127.0.0.1", or_next: bool = False) -> socket.socket:
    """A bound socket on a port, or on the next free one. Raises PortTaken."""
    for candidate in range(port, port + (100 if or_next else 1)):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, candidate))
            bound.listen(BACKLOG)
            return bound
        except OSError:
            bound.close()
    raise PortTaken(f"Port {port} is taken. Choose another: PORT={port + 1}")


def serve(app: ASGIApp, bound: socket.socket, *, when_ready: Callable[[], Awaitable[None]] | None = None) -> bool:
    """Serve until SIGINT or SIGTERM; answers whether it ever started. `when_ready` runs beside it and ends with it."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
        proxy_headers=False,
    )
    server = _Server(config)

    async def run() -> None:
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        while not (server.started or serving.done()):
            await asyncio.sleep(0.02)
        if server.started and when_ready is not None:
            await _beside(server, serving, asyncio.ensure_future(when_ready()))
        await serving

    uvloop.run(run())
    return server.started


async def _beside(server: _Server, serving: asyncio.Task[None], work: asyncio.Future[None]) -> None:
    """Work that goes on while we serve, and ends with it; where it fails by itself, that ends the serving too."""
    await asyncio.wait([serving, work], return_when=asyncio.FIRST_COMPLETED)
    ending = server.should_exit
    server.should_exit = ending or (work.done() and work.exception() is not None)
    await serving
    work.cancel()
    await asyncio.wait([work])
    if not ending and not work.cancelled():  # what failed because we were ending is no failure
        work.result()
