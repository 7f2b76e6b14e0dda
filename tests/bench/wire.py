"""A lean HTTP/1.1 client on bare sockets, so that what is measured is the server and not its load."""

import asyncio
import json
import re
from collections.abc import Mapping
from time import perf_counter
from typing import cast

HOST = "127.0.0.1"
ROOM = 256 * 1024
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def request(method: str, path: str, headers: Mapping[str, str], body: str = "") -> bytes:
    """A whole request as it goes over the wire."""
    told = {"Host": HOST, **headers}
    if body:
        told |= {"Content-Type": "application/json", "Content-Length": str(len(body.encode()))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


class _Reading(asyncio.BufferedProtocol):
    """What arrives, into one buffer that is never made again."""

    def __init__(self) -> None:
        self._room = bytearray(ROOM)
        self._arrived = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has the methods and not the class

    def get_buffer(self, _: int) -> bytearray:
        return self._room

    def buffer_updated(self, size: int) -> None:
        self._arrived += self._room[:size]
        self.read()

    def read(self) -> None:
        """Take from `_arrived` what is complete."""
        raise NotImplementedError

    def close(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.transport.close()


class Connection(_Reading):
    """One keep-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: asyncio.Future[tuple[int, float]] | None = None

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """Connect to a port of this machine."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, HOST, port)
        return connection

    def ask(self, asked: bytes) -> "asyncio.Future[tuple[int, float]]":
        """Send a request; its status and when its answer was complete."""
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(asked)
        return self._answer

    def read(self) -> None:
        head, gap, body = self._arrived.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if gap and length and len(body) >= int(length[1]) and self._answer is not None:
            status, self._arrived = int(head[9:12]), b""
            self._answer.set_result((status, perf_counter()))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("the server hung up"))


class Stream(_Reading):
    """A subscriber to server-sent events: each message's payload and when it came."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[float, str]] = []
        self.failed = ""
        self._begun = False
        self._told = b""

    @classmethod
    async def open(cls, port: int, path: str, headers: Mapping[str, str]) -> "Stream":
        """Subscribe; returns once connected, before anything was received."""
        _, stream = await asyncio.get_running_loop().create_connection(cls, HOST, port)
        assert stream.transport is not None
        stream.transport.write(request("GET", path, {"Accept": "text/event-stream", **headers}))
        return stream

    def read(self) -> None:
        now = perf_counter()
        if not self._begun:
            head, gap, rest = self._arrived.partition(b"\r\n\r\n")
            if not gap:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                self.failed = self._arrived.decode(errors="replace")
            self._begun, self._arrived = True, rest
        self._dechunk()
        *messages, self._told = self._told.split(b"\n\n")
        for message in messages:
            lines = [line[6:] for line in message.split(b"\n") if line.startswith(b"data: ")]
            if lines:
                self.received.append((now, b"\n".join(lines).decode()))

    def _dechunk(self) -> None:
        while True:
            size, gap, rest = self._arrived.partition(b"\r\n")
            if not gap or len(rest) < int(size, 16) + 2:
                return
            self._told += rest[: int(size, 16)]
            self._arrived = rest[int(size, 16) + 2 :]

    @property
    def total(self) -> int | None:
        """The last total received."""
        return total_in(self.received[-1][1]) if self.received else None


def total_in(payload: str) -> int | None:
    """The pence a week of all placements together, where a message tells them."""
    return next((tile["numerator"] for tile in json.loads(payload) if tile["measure"] == "weekly_cost"), None)
