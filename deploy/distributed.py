"""`make run-distributed`: a process per service, PostgreSQL, RabbitMQ, an issuer and a proxy, all our own children."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from deploy.county.people import tellers, tellers_issuers
from deploy.installation import SERVICES
from deploy.people import clients, clients_as_toml, issuers, registry_as_toml
from deploy.permissions import permissions, topic_permissions
from deploy.postgres import Postgres
from deploy.processes import StartFailed, end, free_port, kill_tree, launch, wait_until_ready
from deploy.rabbitmq import NotInstalled, RabbitMQ
from deploy.serving import PortTaken, listen
from shared.identity.demonstration import CHARACTERS

ROOT = Path(__file__).parent.parent
START_SECONDS = 120


DEMONSTRATION = "demonstration"
"""People at work in it, only where somebody asks for them: `--simulate`."""

PASSED_ON = ("PATH", "HOME", "LANG", "TZ")
MAIL = "SUFFICIENCY_NOTIFY_"
"""Whether and how e-mails go out is whoever starts it to say."""


class Distributed:
    """A whole installation on this machine; tests and benches start, kill and restart parts of it."""

    def __init__(
        self,
        folder: Path,
        port: int,
        *,
        replicas: Mapping[str, int] | None = None,
        fsync: bool = True,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.port, self._fsync = folder, port, fsync
        self.url = f"http://127.0.0.1:{port}"
        self.issuer = f"{self.url}/issuer"
        self._extra = dict(environment or {})
        self._replicas = {name: (replicas or {}).get(name, 1) for name in SERVICES}
        self._ports: dict[str, int] = {}
        self._secrets = {name: secrets.token_urlsafe(24) for name in SERVICES}
        self.demonstration, self._session = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Servers first, then migrations, then every process; returns when the proxy says all are ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres.start(self.folder / "postgres", fsync=self._fsync)
        self.rabbitmq = RabbitMQ.start(
            self.folder / "rabbitmq",
            users={name: self._secrets[name] for name in SERVICES},
            permissions=permissions(),
            topic_permissions=topic_permissions(),
        )
        self._write_registry()
        self.give_port("issuer")
        self._write_environment()
        self.start_process("issuer")
        self._run_to_its_end("deploy.migrate")
        for process in self.service_processes:
            self.give_port(process)
            self.start_process(process)
        self.start_process("proxy")
        self.wait_until_healthy()

    @property
    def service_processes(self) -> list[str]:
        """`placements-1`, `placements-2` … for every service."""
        return [f"{name}-{number}" for name, count in self._replicas.items() for number in range(1, count + 1)]

    def database_url(self, service: str) -> str:
        """The address of one service's database."""
        return self.postgres.url(service)

    def url_of(self, process: str) -> str:
        """The address of one process, past the proxy."""
        return f"http://127.0.0.1:{self._ports[process]}"

    def give_port(self, process: str) -> None:
        """A port for one of our own processes, which it keeps."""
        self._ports[process] = free_port()

    def start_process(self, process: str) -> None:
        """Start (again) one of our own processes, on the port it has had before."""
        self._processes[process] = launch(
            [sys.executable, "-m", *self.command(process)],
            self.folder / f"{process}.log",
            env=self.environment(process.partition("-")[0]),
        )

    def command(self, process: str) -> list[str]:
        """What one of our own processes runs as, after `python -m`."""
        if process == "proxy":
            upstreams = [
                f"{name.partition('-')[0]}={self.url_of(name)}" for name in ("issuer", *self.service_processes)
            ]
            return ["deploy.proxy", "--port", str(self.port), *(w for pair in upstreams for w in ("--upstream", pair))]
        if process == DEMONSTRATION:
            return ["deploy.demo", "--at", self.url]
        port = ["--port", str(self._ports[process])]
        if process == "issuer":
            folder = ["--clients", str(self.folder / "clients.toml"), "--keys", str(self.folder / "keys")]
            return ["deploy.issuer", *port, "--url", self.issuer, *folder]
        return ["deploy.serve", process.partition("-")[0], *port]

    def environment(self, service: str) -> dict[str, str]:
        """What a process is told, by its service's name."""
        said = {
            "MODE": "distributed",
            "DATABASE_URL": self.postgres.url("SERVICE").replace("SERVICE", "{service}"),
            "PUBLIC_URL": self.url,
            "SERVICE_URLS": self.url,
            "TOKEN_URL": f"{self.url_of('issuer')}/token",
            "ISSUERS": str(self.folder / "issuers.toml"),
            "SESSION_SECRET": self._session,
            **self._extra,
        }
        if service == DEMONSTRATION:
            said["DEMONSTRATION_SECRET"] = self.demonstration
        if service in SERVICES:
            said |= {"BROKER_URL": self.rabbitmq.url(user=service), "CLIENT_ID": service}
            said |= {"CLIENT_SECRET": self._secrets[service]}
        kept = {name: told for name, told in os.environ.items() if name in PASSED_ON or name.startswith(MAIL)}
        return kept | {f"SUFFICIENCY_{name}": text for name, text in said.items()} | {"PYTHONPATH": str(ROOT)}

    def _run_to_its_end(self, module: str) -> None:
        command = [sys.executable, "-m", module]
        done = subprocess.run(command, env=self.environment(""), cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{module} failed:\n{done.stdout}{done.stderr}")

    def token(self, client: str) -> str:
        """A bearer token for one of the demonstration's people, from the issuer."""
        asked = {"grant_type": "client_credentials", "client_id": client}
        answer = httpx.post(
            f"{self.url_of('issuer')}/token",
            data=asked | {"client_secret": self.demonstration},
            trust_env=False,
        )
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def _write_registry(self) -> None:
        """Who is trusted: each authority's people, the providers' and the services, all by our one issuer."""
        (self.folder / "issuers.toml").write_text(
            registry_as_toml([*issuers(self.issuer, pages=True), *tellers_issuers(self.issuer, pages=True)])
        )
        known = self.folder / "clients.toml"
        known.touch(mode=0o600)
        known.write_text(clients_as_toml(clients(self._secrets, self.demonstration) | tellers(self.demonstration)))

    def _write_environment(self) -> None:
        """What `make migrate`, `make backup` and `make restore` have to know: a file for a shell to read."""
        told = self.folder / "environment"
        told.touch(mode=0o600)
        told.write_text(f"SUFFICIENCY_DATABASE_URL='{self.environment('')['SUFFICIENCY_DATABASE_URL']}'\n")

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> None:
        """Return once every service is ready. Raises StartFailed with a log when a process ends."""
        wait_until_ready(self._processes["proxy"], self.healthy, self.folder / "proxy.log", seconds=seconds)

    def healthy(self) -> bool:
        """Whether the proxy says that every service is ready."""
        try:
            return httpx.get(f"{self.url}/health", timeout=5, trust_env=False).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def ended(self) -> str | None:
        """The name of a process that has ended by itself, if one has."""
        return next((name for name, process in self._processes.items() if process.poll() is not None), None)

    def kill(self, process: str) -> None:
        """SIGKILL one of our own processes."""
        kill_tree(self._processes.pop(process))

    def stop_process(self, process: str) -> None:
        """Stop one of our own processes in order."""
        end(self._processes.pop(process), signal.SIGTERM)

    def stop(self) -> None:
        """Stop everything this started, in the opposite order."""
        for process in reversed(list(self._processes)):
            self.stop_process(process)
        for server in ("rabbitmq", "postgres"):
            if hasattr(self, server):
                getattr(self, server).stop()


def _told() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="make run-distributed", description=__doc__)
    words.add_argument("--simulate", action="store_true", help="make the demonstration, and people at work in it")
    words.add_argument("--replicas", type=int, default=1, choices=range(1, 10), help="processes of each service")
    return words.parse_args()


def main() -> None:
    """Start everything, say where to go, and stop everything on Ctrl-C."""
    told = _told()
    wanted = os.environ.get("PORT", "")
    folder = Path(os.environ.get("SUFFICIENCY_FOLDER", ".run")) / "distributed"
    try:
        bound = listen(int(wanted or 8000), or_next=not wanted)
    except (PortTaken, ValueError) as problem:
        sys.exit(str(problem))
    port = bound.getsockname()[1]
    bound.close()
    print("Starting PostgreSQL, RabbitMQ, four services, an issuer and a proxy …", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with Distributed(folder.resolve(), port, replicas=dict.fromkeys(SERVICES, told.replicas)) as installation:
            _welcome(installation)
            if told.simulate:
                installation.start_process(DEMONSTRATION)
                print(f"  The demonstration is being made: {installation.folder / DEMONSTRATION}.log\n", flush=True)
            while installation.ended() is None:
                time.sleep(1)
            print(f"{installation.ended()} has ended; stopping the rest. Its log is in {installation.folder}.")
            sys.exit(1)
    except (NotInstalled, StartFailed) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        print("Everything is stopped.", flush=True)


def _welcome(installation: Distributed) -> None:
    people = "\n".join(f"    {c.key:<30} {c.name}, {c.role.replace('_', ' ')}, {c.place}" for c in CHARACTERS.values())
    print(
        f"""
Sufficiency is ready:  {installation.url}

  Sign in there as any of these, or ask for a token in their name. Everybody's secret is {installation.demonstration}
{people}

    curl -s {installation.url}/issuer/token -d grant_type=client_credentials \\
         -d client_id=placements-officer -d client_secret={installation.demonstration}

  Health:  {installation.url}/health      Logs:  {installation.folder}/*.log
  Ctrl-C stops everything this started.
""",
        flush=True,
    )


if __name__ == "__main__":
    main()
