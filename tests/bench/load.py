"""The load generator, a process of its own: commands at a rate or as fast as they are answered, and one subscriber."""

import asyncio
import gc
import json
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from tests.bench.wire import Connection, Stream, request

QUIET_SECONDS = 1.0
PATIENCE_SECONDS = 10.0
LATE_SECONDS = 0.005
"""A command that has waited longer than this for its turn counts from when it was due, not from when it went."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Commands:
    """Requests to several paths, and in each body a number that rises with every command to its path."""

    port: int
    paths: Sequence[str]
    body: str
    """With `%d` where the number goes; without it every request is the same."""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"

    def command(self, path: int, number: int) -> bytes:
        """The request to one of the paths."""
        body = self.body % number if "%d" in self.body else self.body
        return request(self.method, self.paths[path], self.headers, body)


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

    async def send(self, command: bytes, due: float | None = None) -> int:
        """Its status; it counts as sent when it was due, where that is given."""
        connection = self._free.popleft() if self._free else await Connection.open(self._port)
        sent = perf_counter() if due is None else due
        try:
            status, answered = await connection.ask(command)
        except OSError:
            status, answered = 0, perf_counter()
        else:
            self._free.append(connection)
        self.commands.append((sent, answered, status))
        return status


class _Turns:
    """Each path's next number; a path is free once its last command is answered, so that none overtakes another."""

    def __init__(self, pool: _Pool, commands: Commands, first: int) -> None:
        self._pool, self._commands = pool, commands
        self._free: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        for path in range(len(commands.paths)):
            self._free.put_nowait((path, first))

    async def send(self, due: float) -> None:
        """One command to the path that has been free for longest."""
        path, number = await self._free.get()
        late = perf_counter() - due > LATE_SECONDS
        await self._pool.send(self._commands.command(path, number), due if late else None)
        self._free.put_nowait((path, number + 1))


async def paced(commands: Commands, watch: Watch, *, rate: float, number: int, first: int) -> Run:
    """So many commands a second until `number` were sent, whatever the answers take, and what the stream then tells."""
    pool = _Pool(commands.port)
    await pool.fill(32)
    stream = await Stream.open(watch.port, watch.path, watch.headers)
    for path in range(len(commands.paths)):
        await pool.send(commands.command(path, first))
    await _quiet(stream)
    if stream.failed or stream.total is None:
        raise RuntimeError(f"the stream tells nothing: {stream.failed}")
    pool.commands.clear()
    del stream.received[:-1]
    turns, sending = _Turns(pool, commands, first + 1), []
    began = perf_counter()
    for n in range(number):
        due = began + n / rate
        if (early := due - perf_counter()) > 0:
            await asyncio.sleep(early)
        sending.append(asyncio.ensure_future(turns.send(due)))
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
        paths = range(client, len(commands.paths), clients)
        for number in count(first):
            for path in paths:
                await pool.send(commands.command(path, number))
                if perf_counter() > began + seconds:
                    return

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
