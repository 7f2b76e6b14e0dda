"""The programs we start beside our own: on free ports, with their output in a file, gone when we are gone."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Below Linux's ephemeral range, so that no outgoing connection can take a port while its server restarts.
PORTS = range(15_000, 32_000)


class StartFailed(RuntimeError):
    """A program ended, or did not answer in time; the message carries the end of its log."""


@dataclass(frozen=True)
class Account:
    """The user a program runs as, where that is not ours."""

    uid: int
    gid: int


def free_port() -> int:
    """A loopback port nobody listens on now; the caller starts again with another if it is lost in a race."""
    for port in random.sample(PORTS, 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise StartFailed("no free port on 127.0.0.1")


def launch(
    command: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    ended_by: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (a Ctrl-C is for us, who then stop it in order)."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [*_ends_with_us(ended_by), *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=env,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def _ends_with_us(by: signal.Signals) -> list[str]:
    """The prefix that has the kernel send `by` when we die, however we die.

    The kernel takes the starting *thread* for the parent, so only the main thread, which lasts, may ask for it.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None or threading.current_thread() is not threading.main_thread():
        return []
    return [setpriv, "--pdeathsig", by.name.removeprefix("SIG"), "--"]


def wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], log: Path, *, seconds: float) -> None:
    """Return once `ready()`; raise `StartFailed` if the program ends first or takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise StartFailed(f"ended with {process.returncode}; the end of {log}:\n{tail(log)}")
        if time.monotonic() > deadline:
            raise StartFailed(f"not ready within {seconds:.0f} s; the end of {log}:\n{tail(log)}")
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes], *signals: signal.Signals, seconds: float = 30) -> None:
    """Ask with each signal in turn until the program has gone; the last resort is SIGKILL."""
    for sign in (*signals, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL the program and all it started, and wait until none of them is left."""
    family = [process.pid, *_descendants(process.pid)]
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    while any(alive(pid) for pid in family[1:]):
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether this process runs; one that has ended and was not yet collected does not."""
    return any(found == pid and state not in "ZX" for found, _, state in _processes())


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a program's log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _descendants(pid: int) -> list[int]:
    children = [found for found, parent, _ in _processes() if parent == pid]
    return [*children, *(further for child in children for further in _descendants(child))]


def _processes() -> Iterator[tuple[int, int, str]]:
    """Every process as (pid, parent, state), from /proc."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name stands in brackets and may itself hold blanks and brackets.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            yield int(stat.parent.name), int(parent), state
