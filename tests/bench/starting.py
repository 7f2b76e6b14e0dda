"""S13: from a fresh clone to a page somebody can use, the same once everything is there, and until the demonstration is in."""

import hashlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx

from deploy.postgres import Postgres
from deploy.processes import end, free_port, launch, wait_until_ready
from tests.bench.installations import empty_folder
from tests.bench.load import ROOT
from tests.bench.results import Result, result

FRESH_SECONDS, WARM_SECONDS, DEMONSTRATION_SECONDS = 180, 15, 600


@contextmanager
def _made(clone: Path) -> Iterator[tuple[Callable[[], bool], Callable[[], bool], Callable[..., None]]]:
    """`make run` as a newcomer types it; asks whether a page can be used, and whether the demonstration is in."""
    port, log = free_port(), clone.parent / "run.log"
    log.unlink(missing_ok=True)
    process = launch(["make", "-C", clone, "run"], log, env={**os.environ, "PORT": str(port)})

    def usable() -> bool:
        try:
            health = httpx.get(f"http://127.0.0.1:{port}/health", timeout=5, trust_env=False)
            page = httpx.get(f"http://127.0.0.1:{port}/sign-in", timeout=5, trust_env=False)
        except httpx.TransportError:
            return False
        return health.is_success and page.is_success

    def shown() -> bool:
        return "Sufficiency is ready" in log.read_text(errors="replace")

    def until(ready: Callable[[], bool], seconds: float) -> None:
        wait_until_ready(process, ready, log, seconds=seconds)

    try:
        yield usable, shown, until
    finally:
        end(process, signal.SIGINT, signal.SIGTERM)


def _packages(clone: Path) -> float:
    """The ceiling of the first start: what fetching and unpacking the packages takes by itself."""
    lock = hashlib.sha256((clone / "requirements.lock").read_bytes()).hexdigest()
    began = perf_counter()
    subprocess.run(["make", f".venv/installed-{lock}"], cwd=clone, check=True, capture_output=True)
    return perf_counter() - began


def _server(folder: Path) -> float:
    """The ceiling of the later ones: PostgreSQL alone, on a folder it has used before."""
    with Postgres.start(folder):
        pass
    began = perf_counter()
    with Postgres.start(folder):
        return perf_counter() - began


def _clone(folder: Path) -> Path:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    return clone


def starting(show: Callable[[str], None]) -> list[Result]:
    """S13."""
    with empty_folder() as folder, empty_folder() as aside:
        show("S13: a fresh clone, packages fetched")
        packages, began = _packages(_clone(aside)), perf_counter()
        clone = _clone(folder)
        with _made(clone) as (usable, shown, until):
            until(usable, FRESH_SECONDS * 2)
            fresh = perf_counter() - began
            until(shown, DEMONSTRATION_SECONDS)
            demonstration = perf_counter() - began
        show("S13: again, with everything there")
        began = perf_counter()
        with _made(clone) as (usable, _, until):
            until(usable, FRESH_SECONDS)
            warm = perf_counter() - began
        server = _server(aside / "postgres")
    return [
        result("S13-fresh", "fresh clone to usable page; ceiling: installing the packages alone", fresh, packages, "s",
               "≤ 3 min", met=fresh <= FRESH_SECONDS),
        result("S13-demo", "fresh clone to six years loaded and the closing screen", demonstration, packages, "s",
               "minutes", met=demonstration <= DEMONSTRATION_SECONDS),
        result("S13-warm", "warm start to usable page; ceiling: PostgreSQL alone", warm, server, "s", "≤ 15 s",
               met=warm <= WARM_SECONDS),
    ]  # fmt: skip
