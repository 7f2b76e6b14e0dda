"""S11: ten thousand subscribers of the stream of figures on one process, each told of every change."""

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import uvloop

from deploy.distributed import Distributed
from tests.bench.installations import distributed, place_in
from tests.bench.load import ROOT, Commands, Watch
from tests.bench.results import Result, percentile, result
from tests.bench.wire import Connection, request

WATCHERS = 10_000
CHANGES = 20
SECONDS_BETWEEN = 1.0
AT_ONCE = 200
"""Connections that are opened beside each other."""
ROOM = bytearray(256 * 1024)
"""Where what arrives for any of them is looked at, and not kept."""


class Watcher(asyncio.BufferedProtocol):
    """One subscriber: notes when it was told of changes, and keeps nothing of what it was told."""

    def __init__(self, asked: bytes, told: list[float]) -> None:
        self._asked, self._told = asked, told
        self.first = asyncio.get_running_loop().create_future()
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        transport.write(self._asked)

    def get_buffer(self, _: int) -> bytearray:
        return ROOM

    def buffer_updated(self, size: int) -> None:
        now = time.perf_counter()
        arrived = self._rest + ROOM[:size]
        told = arrived.count(b"event: figures")
        self._rest = bytes(arrived[-13:])
        if told and not self.first.done():
            self.first.set_result(None)
            told -= 1
        self._told.extend([now] * told)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.first.done():
            self.first.set_exception(ConnectionError("hung up"))


async def _watch(watch: Watch, count: int) -> None:
    """Open so many, say so, and tell when changes arrived once the other side of the pipe says it is over."""
    told: list[float] = []
    asked = request("GET", watch.path, watch.headers)
    loop, room = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    kept = []

    async def open_one() -> None:
        async with room:
            transport, watcher = await loop.create_connection(lambda: Watcher(asked, told), "127.0.0.1", watch.port)
            await watcher.first
            kept.append(transport)

    await asyncio.gather(*(open_one() for _ in range(count)))
    print("open", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    print(json.dumps(told), flush=True)


@contextlib.contextmanager
def _many_files() -> Iterator[None]:
    """Room for a socket each, here and in what is started from here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def watchers(show: Callable[[str], None]) -> list[Result]:
    """S11."""
    with _many_files(), distributed() as (installation, world):
        place = place_in(installation, world)
        before = _kilobytes(installation)
        show(f"S11: {WATCHERS:,} subscribers connect")
        asked = json.dumps([place.watch.port, place.watch.path, dict(place.watch.headers), WATCHERS])
        command = [sys.executable, "-m", "tests.bench.watchers", asked]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            began = time.perf_counter()
            if process.stdout.readline().strip() != "open":
                raise RuntimeError("The subscribers could not connect.")
            each = (_kilobytes(installation) - before) / WATCHERS
            show(f"S11: connected in {time.perf_counter() - began:.0f} s; {CHANGES} changes")
            sent = asyncio.run(_changes(place.commands))
            process.stdin.write("over\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
    return _found(sent, told, each)


def _found(sent: Sequence[float], told: Sequence[float], each: float) -> list[Result]:
    """Each arrival belongs to the newest change before it; one that never came counts as a whole wait."""
    waits = []
    for began, ended in zip(sent, [*sent[1:], sent[-1] + 2 * SECONDS_BETWEEN], strict=True):
        arrived = [at - began for at in told if began <= at < ended][:WATCHERS]
        waits += [*arrived, *[ended - began] * (WATCHERS - len(arrived))]
    p99, last = percentile(waits, 0.99) * 1000, max(waits) * 1000
    title = f"{WATCHERS:,} subscribers on one process: command sent to change received"
    return [
        result("S11", f"{title}, p99", p99, None, "ms", "≤ 500 ms", met=p99 <= 500),
        result("S11-last", f"{title}, the last of all", last, None, "ms", "≤ 500 ms", met=last <= 500),
        result("S11-memory", "memory of each subscriber", each, None, "KB", "≤ 30 KB", met=each <= 30),
    ]


async def _changes(commands: Commands) -> list[float]:
    connection, sent = await Connection.open(commands.port), []
    for number in range(CHANGES):
        sent.append(time.perf_counter())
        await connection.ask(commands.command(0, 500_000 + 7_001 * number))
        await asyncio.sleep(max(0.0, sent[-1] + SECONDS_BETWEEN - time.perf_counter()))
    await asyncio.sleep(SECONDS_BETWEEN)
    return sent


def _kilobytes(installation: Distributed) -> float:
    status = Path(f"/proc/{installation._processes['metrics-1'].pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


if __name__ == "__main__":
    port, path, headers, count = json.loads(sys.argv[1])
    uvloop.run(_watch(Watch(port, path, headers), count))
