"""The PostgreSQL server we start: it keeps its rows through crashes and stands beside others."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.postgres import Postgres, create_databases, ensure_database
from deploy.processes import StartFailed, alive


async def ask(url: str, sql: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_committed_rows_outlive_a_crash(folder: Path) -> None:
    with Postgres.start(folder) as server:
        await ask(server.url(), "CREATE TABLE place (name text)")
        await ask(server.url(), "INSERT INTO place VALUES ('Elm House 1')")
        address = server.url()
        server.kill()
        with pytest.raises(ConnectionError):
            await ask(address, "SELECT 1")
        server.restart()
        assert server.url() == address
        assert await ask(address, "SELECT name FROM place") == "Elm House 1"


async def test_a_second_start_in_the_same_folder_finds_the_rows(folder: Path) -> None:
    with Postgres.start(folder) as server:
        await ask(server.url(), "CREATE TABLE place AS SELECT 7 AS number")
    with Postgres.start(folder) as server:
        assert await ask(server.url(), "SELECT number FROM place") == 7


async def test_a_crash_leaves_no_process_behind(folder: Path) -> None:
    with Postgres.start(folder) as server:
        connection = await asyncpg.connect(server.url())
        backend = connection.get_server_pid()
        server.kill()
        assert not alive(backend)
        connection.terminate()


async def test_a_lock_file_naming_another_programs_process_does_not_stop_the_start(folder: Path) -> None:
    with Postgres.start(folder) as server:
        server.kill()
        (lock,) = folder.rglob("postmaster.pid")
        for left in (lock, *folder.glob(".s.PGSQL.*.lock")):
            left.write_text("\n".join([str(os.getpid()), *left.read_text().splitlines()[1:]]))
        server.restart()
        assert await ask(server.url(), "SELECT 1") == 1


def test_two_servers_never_share_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.postgres.PREDECESSOR_SECONDS", 0.1)
    with Postgres.start(folder), pytest.raises(StartFailed, match="is in use by process"):
        Postgres.start(folder)


async def test_it_starts_below_a_folder_closed_to_others_and_leaves_it_closed(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    try:
        for _ in range(2):
            with Postgres.start(closed / "postgres", fsync=False) as server:
                await ask(server.url(), "CREATE TABLE IF NOT EXISTS place AS SELECT 7 AS number")
                assert await ask(server.url(), "SELECT number FROM place") == 7
        assert stat.filemode(closed.stat().st_mode) == "drwx------"
    finally:
        shutil.rmtree((closed / "postgres").resolve())  # for root a link to a folder elsewhere


async def test_it_is_reached_by_a_socket_or_where_the_folder_is_too_deep_for_one_by_loopback(folder: Path) -> None:
    deep = folder / "/".join(["a-folder-whose-name-is-long"] * 4)
    with Postgres.start(folder / "near", fsync=False) as near, Postgres.start(deep, fsync=False) as far:
        assert await ask(near.url(), "SELECT inet_client_addr()") is None
        assert str(await ask(far.url(), "SELECT inet_client_addr()")) == "127.0.0.1"


async def test_two_servers_stand_side_by_side(folder: Path) -> None:
    with Postgres.start(folder / "one", fsync=False) as one, Postgres.start(folder / "two", fsync=False) as two:
        await create_databases(one, ["referrals"])
        await create_databases(two, ["providers"])
        names = "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"
        assert await ask(one.url(), names) == "postgres referrals"
        assert await ask(two.url(), names) == "postgres providers"


async def test_a_database_is_made_once_and_asked_for_often(postgres: Postgres) -> None:
    url = postgres.url("asked_for_often")
    await ensure_database(url)
    await ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
    await ensure_database(url)
    assert await ask(url, "SELECT one FROM kept") == 1
    with pytest.raises(ValueError, match="is no database name"):
        await ensure_database(postgres.url('x";drop'))


async def test_it_keeps_text_as_unicode_and_time_as_utc_and_overlaps_apart(postgres: Postgres) -> None:
    assert await ask(postgres.url(), "SELECT upper('été')") == "ÉTÉ"
    assert await ask(postgres.url(), "SHOW timezone") == "UTC"
    await ask(postgres.url(), "CREATE EXTENSION IF NOT EXISTS btree_gist")


async def test_nobody_enters_without_the_password(postgres: Postgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(f"postgresql://sufficiency:guess@127.0.0.1:{postgres.port}/postgres", "SELECT 1")


async def test_rows_survive_the_sudden_death_of_whoever_started_the_server(folder: Path) -> None:
    program = (
        "import signal, sys; from pathlib import Path; from deploy.postgres import Postgres\n"
        "print(Postgres.start(Path(sys.argv[1])).pid, flush=True); signal.pause()"
    )
    starter = subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, cwd=Path.cwd())
    assert starter.stdout is not None
    orphan = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.communicate()
    with Postgres.start(folder) as server:
        assert not alive(orphan)
        assert await ask(server.url(), "SELECT 1") == 1
