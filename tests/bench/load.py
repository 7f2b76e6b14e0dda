"""The load generator, a process of its own: commands at a rate or as fast as they are answered, and one subscriber."""

import asyncio
import gc
import json
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from tests.bench.wire import Connection, Stream, request

QUIET_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Commands:
    """Requests that follow one another: the paths in turn, and in each body a number that rises with every round."""

    port: int
    paths: Sequence[str]
    body: str
    """With `%d` where the number goes; without it every request is the same."""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"

    def command(self, number: int, first: int) -> bytes:
        """The request of this number; its body says `first` in the first round."""
        path = self.paths[number % len(self.paths)]
        body = self.body % (first + number // len(self.paths)) if "%d" in self.body else self.body
        return request(self.method, path, self.headers, body)


@dataclass(frozen=True)
class Watch:
    """The stream to subscribe to."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What came of a load: each command as (sent, answered, status), each message as (received, payload)."""

    commands: list[tuple[float, float, int]]
    received: list[tuple[float, str]]
    began: float


class _Pool:
    """Connections that wait for work; another is opened when none does, so that load never waits for answers."""

    def __init__(self, port: int) -> None:
        self._port, self._free = port, deque[Connection]()
        self.commands: list[tuple[float, float, int]] = []

    async def fill(self, size: int) -> None:
        self._free.extend([await Connection.open(self._port) for _ in range(size)])

    async def send(self, command: bytes) -> int:
        connection = self._free.popleft() if self._free else await Connection.open(self._port)
        sent = perf_counter()
        try:
            status, answered = await connection.ask(command)
        except OSError:
            status, answered = 0, perf_counter()
        else:
            self._free.append(connection)
        self.commands.append((sent, answered, status))
        return status


async def paced(commands: Commands, watch: Watch, *, rate: float, number: int, first: int) -> Run:
    """So many commands a second until `number` were sent, whatever the answers take, and what the stream then tells."""
    pool = _Pool(commands.port)
    await pool.fill(32)
    stream = await Stream.open(watch.port, watch.path, watch.headers)
    for n in range(len(commands.paths)):
        await pool.send(commands.command(n, first))
    await _quiet(stream)
    if stream.failed or stream.total is None:
        raise RuntimeError(f"the stream tells nothing: {stream.failed}")
    pool.commands.clear()
    del stream.received[:-1]
    began, sending = perf_counter(), []
    for n in range(number):
        if (early := began + n / rate - perf_counter()) > 0:
            await asyncio.sleep(early)
        sending.append(asyncio.ensure_future(pool.send(commands.command(n, first + 1))))
    await asyncio.wait(sending, timeout=PATIENCE_SECONDS)
    await _quiet(stream)
    stream.close()
    return Run(sorted(pool.commands), stream.received, began)


async def _quiet(stream: Stream) -> None:
    """Until nothing has come for a while: here time itself is what is waited for."""
    ends = perf_counter() + PATIENCE_SECONDS
    while perf_counter() < ends:
        await asyncio.sleep(0.05)
        if stream.failed or (stream.received and perf_counter() - stream.received[-1][0] > QUIET_SECONDS):
            return


async def flat_out(commands: Commands, *, clients: int, seconds: float, first: int) -> Run:
    """As many clients, each sending its next command when the last is answered; a second's warm-up is left out."""
    pool = _Pool(commands.port)
    await pool.fill(clients)
    began = perf_counter() + 1.0

    async def one(client: int) -> None:
        number = client
        while perf_counter() < began + seconds:
            await pool.send(commands.command(number, first))
            number += clients

    await asyncio.gather(*map(one, range(clients)))
    told = [command for command in pool.commands if began <= command[1] < began + seconds]
    return Run(told, [], began)


def run(kind: str, commands: Commands, watch: Watch | None = None, **more: Any) -> Run:
    """Have a process of its own do `paced` or `flat_out`."""
    plan = {"kind": kind, "commands": asdict(commands), "watch": watch and asdict(watch), "more": more}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(plan),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load generator failed:\n{done.stderr[-2000:]}")
    return Run(**json.loads(done.stdout))


def _main() -> None:
    plan = json.load(sys.stdin)
    commands = Commands(**plan["commands"])
    gc.disable()
    if plan["kind"] == "paced":
        told = uvloop.run(paced(commands, Watch(**plan["watch"]), **plan["more"]))
    else:
        told = uvloop.run(flat_out(commands, **plan["more"]))
    json.dump(asdict(told), sys.stdout)


if __name__ == "__main__":
    _main()
