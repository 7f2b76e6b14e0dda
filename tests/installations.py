"""Whole installations for journeys: the embedded one and the distributed one, reached only as a user reaches them."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from deploy.distributed import Distributed
from deploy.people import DEMONSTRATION_SECRET
from deploy.postgres import ROLE
from deploy.processes import free_port
from tests.collector import Collector
from tests.servers import a_new_folder

ROOT = Path(__file__).parent.parent
START_SECONDS = 120


class Installation(Protocol):
    """Somewhere to send requests, and tokens to send with them."""

    url: str

    def token(self, client: str) -> str: ...

    def database_url(self, service: str) -> str: ...


class Embedded:
    """`make run` as a child process."""

    def __init__(self, folder: Path, *asked: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "embedded.log"
        self._postgres = folder / "embedded/postgres"
        self.session_secret = secrets.token_urlsafe(32)
        environment = {"SUFFICIENCY_FOLDER": str(folder), "PORT": str(self.port)}
        environment["SUFFICIENCY_SESSION_SECRET"] = self.session_secret
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded", *(asked or ("--empty",))],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def database_url(self, service: str) -> str:
        """The database of one service, for a test to be in the way."""
        port = (self._postgres / "cluster/postmaster.pid").read_text().splitlines()[3]
        password = (self._postgres / "password").read_text()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{service}"

    @property
    def said(self) -> str:
        """Everything it has printed and logged."""
        return self._log.read_text()

    def token(self, client: str) -> str:
        asked = {"grant_type": "client_credentials", "client_id": client, "client_secret": DEMONSTRATION_SECRET}
        answer = httpx.post(f"{self.url}/issuer/token", data=asked, trust_env=False)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def stop(self, sign: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C; answers the exit code."""
        self.process.send_signal(sign)
        return self.process.wait(60)


@contextmanager
def a_folder(*, on_disk: bool = False) -> Iterator[Path]:
    """A folder that goes with the installation in it."""
    path = a_new_folder(on_disk=on_disk)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def wait_for(installation: Installation) -> None:
    """Return once `/health` is 200."""
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport, trust_env=False) as client:
        deadline = START_SECONDS / 0.1
        for _ in range(int(deadline)):
            try:
                if client.get(f"{installation.url}/health", timeout=5).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
    raise AssertionError(f"not healthy within {START_SECONDS} s:\n{getattr(installation, 'said', '')[-4000:]}")


@pytest.fixture(scope="session")
def embedded() -> Iterator[Embedded]:
    with a_folder() as folder:
        installation = Embedded(folder)
        try:
            wait_for(installation)
            yield installation
        finally:
            installation.stop()


@pytest.fixture(scope="session")
def distributed(collector: Collector) -> Iterator[Distributed]:
    told = {"TRACE_ENDPOINT": collector.url}
    with a_folder() as folder, Distributed(folder, free_port(), fsync=False, environment=told) as installation:
        yield installation


@pytest.fixture(params=["embedded", "distributed"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """Each journey runs in both modes."""
    found: Installation = request.getfixturevalue(request.param)
    return found


class Team:
    """Everybody a journey needs, each with a client of their own."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self._clients: dict[str, httpx.AsyncClient] = {}

    def __getitem__(self, person: str) -> httpx.AsyncClient:
        if person not in self._clients:
            headers = {"Authorization": f"Bearer {self.installation.token(person)}"}
            self._clients[person] = httpx.AsyncClient(
                base_url=self.installation.url, headers=headers, timeout=30, trust_env=False
            )
        return self._clients[person]

    async def does(self, person: str, method: str, path: str, form: Any = None, *, status: int | None = None) -> Any:
        """What the API answers; fails with the whole answer unless it is a success, or this status."""
        answer = await self[person].request(method, path, json=form)
        expected = answer.is_success if status is None else answer.status_code == status
        assert expected, f"{method} {path} by {person}: {answer.status_code} {answer.text}"
        return answer.json()

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
