"""A RabbitMQ node of our own, from Debian's rabbitmq-server, with its own name, ports, folders and users."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from deploy.processes import StartFailed, end, free_port, kill_tree, launch, wait_until_ready

# Not /usr/sbin/rabbitmq-server: that one refuses ordinary users and becomes `rabbitmq` when root.
PROGRAMS = Path("/usr/lib/rabbitmq/bin")
OPERATOR = "sufficiency"
START_SECONDS = 120


class NotInstalled(RuntimeError):
    """Debian's package is missing."""

    def __init__(self) -> None:
        super().__init__("RabbitMQ is not installed: apt-get install -y rabbitmq-server")


@dataclass(frozen=True)
class Permission:
    """What a user may do in a virtual host: regular expressions over the names of queues and exchanges."""

    user: str
    vhost: str
    configure: str = ".*"
    write: str = ".*"
    read: str = ".*"


@dataclass(frozen=True)
class TopicPermission:
    """Which routing keys of a topic exchange a user may publish with (`write`) and bind (`read`)."""

    user: str
    vhost: str
    exchange: str
    write: str = ".*"
    read: str = ".*"


def definitions(
    users: Mapping[str, str],
    vhosts: Collection[str],
    permissions: Collection[Permission] = (),
    topic_permissions: Collection[TopicPermission] = (),
) -> dict[str, Any]:
    """RabbitMQ's definitions: users with their passwords, virtual hosts, and who may do what where."""
    return {
        "users": [{"name": name, "password": password, "tags": ""} for name, password in users.items()],
        "vhosts": [{"name": name} for name in vhosts],
        "permissions": [asdict(permission) for permission in permissions],
        "topic_permissions": [asdict(permission) for permission in topic_permissions],
    }


class RabbitMQ:
    """A running node; `start` makes one, `stop`, `kill` and `restart` do what they say."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = self._distribution_port = self._epmd_port = 0
        self._settings = settings
        self._users: dict[str, str] = {}
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        users: Mapping[str, str] | None = None,
        vhosts: Collection[str] = ("/",),
        permissions: Collection[Permission] = (),
        topic_permissions: Collection[TopicPermission] = (),
        settings: Mapping[str, str] | None = None,
    ) -> Self:
        """Start a node that keeps its queues in `folder`, with these users and virtual hosts, and wait for it.

        There is always an operator, who may do everything in every virtual host. `settings` are lines of
        rabbitmq.conf, such as `{"consumer_timeout": "60000"}`.
        """
        if not (PROGRAMS / "rabbitmq-server").exists():
            raise NotInstalled
        node = cls(folder.resolve(), settings or {})
        node._lay_out()
        node._users = {OPERATOR: node._operator_password(), **(users or {})}
        everything = [Permission(OPERATOR, vhost) for vhost in vhosts]
        node._define(definitions(node._users, vhosts, [*everything, *permissions], topic_permissions))
        node._start_on_free_ports()
        return node

    def url(self, vhost: str = "/", user: str = OPERATOR) -> str:
        """The address of one virtual host for one user, password included: not for logs."""
        return f"amqp://{user}:{quote(self._users[user], safe='')}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @property
    def pid(self) -> int:
        """The process of the node."""
        if self._node is None:
            raise RuntimeError("RabbitMQ is not running")
        return self._node.pid

    def add_vhosts(
        self,
        names: Collection[str],
        permissions: Collection[Permission] = (),
        topic_permissions: Collection[TopicPermission] = (),
    ) -> None:
        """Add virtual hosts to the running node; takes seconds however many they are, so ask for many at once."""
        everything = [Permission(OPERATOR, name) for name in names]
        added = self.folder / "added.json"
        _write_private(added, json.dumps(definitions({}, names, [*everything, *permissions], topic_permissions)))
        self.control("import_definitions", str(added))

    def add_vhost(self, name: str) -> None:
        """Add one virtual host to the running node."""
        self.add_vhosts([name])

    def control(self, *words: str) -> str:
        """Run rabbitmqctl against this node and return what it printed."""
        command = [str(PROGRAMS / "rabbitmqctl"), "--quiet", *words]
        done = subprocess.run(command, env=self._environment(), cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def has_kept(self, queue: str, vhost: str = "/") -> bool:
        """Whether a quorum queue's registration has reached the disk.

        RabbitMQ 3.10 writes it up to half a second after it has confirmed the declaration: a crash before that
        leaves a queue that can be declared but neither consumed nor published to, and loses what was in it.
        """
        registered = f"{vhost.replace('/', '%2F')}_{queue}".encode()
        return any(registered in names.read_bytes() for names in self.folder.rglob("quorum/*/names.dets"))

    def stop(self) -> None:
        """Stop in order, its epmd (Erlang's name server, which would outlive it) included."""
        for process in (self._node, self._epmd):
            if process is not None:
                end(process, signal.SIGTERM, seconds=60)
        self._node = self._epmd = None

    def kill(self) -> None:
        """SIGKILL the node, as a crash would; `restart` brings it back, `stop` clears the rest away."""
        if self._node is not None:
            kill_tree(self._node)
        self._node = None

    def restart(self) -> None:
        """Start again on the same ports and queues, after `stop` or `kill` or while running."""
        self.stop()
        self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _log(self) -> Path:
        return self.folder / "node.log"

    def _lay_out(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "environment").touch()
        (self.folder / "plugins").write_text("[].\n")
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            _write_private(cookie, secrets.token_hex(16))

    def _operator_password(self) -> str:
        kept = self.folder / "password"
        if not kept.exists():
            _write_private(kept, secrets.token_urlsafe(24))
        return kept.read_text()

    def _define(self, wanted: Mapping[str, Any]) -> None:
        _write_private(self.folder / "definitions.json", json.dumps(wanted))

    def _configure(self) -> None:
        lines = {
            "listeners.tcp.1": f"127.0.0.1:{self.port}",
            "load_definitions": self.folder / "definitions.json",
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
            **self._settings,
        }
        (self.folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in lines.items()))

    def _environment(self) -> dict[str, str]:
        """What the node and rabbitmqctl read; nothing of /etc/rabbitmq, nothing of another node's."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))}
        return inherited | {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "sufficiency@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # Several nodes and our own processes share the cores: no scheduler may be tied to one.
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            # The shell that would wrap the node is then replaced by it, so that its pid is the node's.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _start_on_free_ports(self) -> None:
        for _ in range(3):
            self.port, self._distribution_port, self._epmd_port = (free_port() for _ in range(3))
            try:
                return self._run()
            except StartFailed as failure:
                if not any(sign in str(failure) for sign in ("eaddrinuse", "address_in_use", "in use")):
                    raise
        raise StartFailed("every port tried was taken while RabbitMQ started")

    def _run(self) -> None:
        self._configure()
        self._epmd = launch(
            ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"], self.folder / "epmd.log", env=os.environ
        )
        self._node = launch([PROGRAMS / "rabbitmq-server"], self._log, env=self._environment())
        try:
            wait_until_ready(self._node, self._accepts, self._log, seconds=START_SECONDS)
        except StartFailed:
            self.kill()
            self.stop()
            raise

    def _accepts(self) -> bool:
        """Whether the node answers the protocol's greeting; it opens its port once definitions are loaded."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
            asked.sendall(b"AMQP\x00\x00\x09\x01")
            return asked.recv(1) == b"\x01"
        return False


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
