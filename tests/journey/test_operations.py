"""An installation with two processes of every service: either will do, each may go away, and one may be restored."""

import asyncio
import importlib
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.distributed import ROOT, Distributed
from deploy.installation import SERVICES
from deploy.people import issuers, registry_as_toml
from deploy.processes import free_port
from shared.identity.demonstration import NORTHSHIRE
from shared.identity.registry import TrustedIssuer
from tests.installations import Team, a_folder
from tests.journey.repricing import Load, figures_agree, settle, under_load
from tests.waiting import until

# The provider of sign-ins runs in a thread of this process and uses what authlib will take away.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
SOON = 15
"""Seconds in which another process has taken over; it takes about two, and this machine may be busy."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of an OpenID Connect provider on a free port."""
    with importlib.import_module("oidc_provider_mock").run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def installation(provider: str) -> Iterator[Distributed]:
    port, ours = (
        free_port(),
        TrustedIssuer(key="northshire-staff", url=provider, audience="staff", authority=NORTHSHIRE),
    )
    staff = ours.model_copy(update={"title": "Northshire", "client_id": "web", "client_secret": "a secret"})
    with a_folder() as folder:
        registry = folder / "trusted.toml"
        registry.write_text(registry_as_toml([*issuers(f"http://127.0.0.1:{port}/issuer"), staff]))
        told, two = {"ISSUERS": str(registry)}, dict.fromkeys(SERVICES, 2)
        with Distributed(folder, port, replicas=two, fsync=False, environment=told) as started:
            yield started


def ready(installation: Distributed, process: str) -> bool:
    """Whether this one process says that it can do its work."""
    address = f"{installation.url_of(process)}/{process.partition('-')[0]}/ready"
    try:
        return httpx.get(address, timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def gives_tokens(installation: Distributed) -> bool:
    """Whether the issuer is there for whoever has no token yet."""
    try:
        return bool(installation.token("commissioner"))
    except httpx.HTTPError:
        return False


async def start_again(installation: Distributed, *processes: str) -> None:
    for process in processes:
        installation.start_process(process)
    for process in processes:
        await until(partial(asyncio.to_thread, ready, installation, process))


# Sign-in


async def test_a_sign_in_begun_at_one_process_is_finished_at_another_and_good_at_all(
    installation: Distributed, provider: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as browser:
        claims = {"name": "Sam Okafor", "roles": ["commissioner"]}
        (await browser.put(f"{provider}/users/sam", json=claims)).raise_for_status()
        away = await browser.get(f"{installation.url_of('referrals-1')}/sign-in/northshire-staff?next=/metrics")
        assert away.status_code == 303, away.text
        sent_back = await browser.post(away.headers["location"], data={"sub": "sam"})
        back = httpx.URL(sent_back.headers["location"]).raw_path.decode()
        arrived = await browser.get(f"{installation.url_of('referrals-2')}{back}")
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/metrics"), arrived.text
        for process in ("metrics-1", "metrics-2", "placements-1", "referrals-2"):
            page = await browser.get(installation.url_of(process))
            assert "Hello, Sam Okafor" in page.text, page.text


# The live stream


async def events(installation: Distributed, process: str, last_seen: str = "") -> AsyncGenerator[tuple[str, str]]:
    """Identifier and figures of each event that one process sends somebody who has seen this much; first of all, none."""
    token = await asyncio.to_thread(installation.token, "commissioner")
    headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last_seen} if last_seen else {})
    address = f"{installation.url_of(process)}/metrics/stream"
    async with (
        httpx.AsyncClient(trust_env=False) as client,
        client.stream("GET", address, headers=headers, timeout=SOON) as answer,
    ):
        identifier = ""
        async for line in answer.aiter_lines():
            if line.startswith("id:"):
                identifier = line.removeprefix("id:").strip()
            elif line.startswith("retry:"):
                yield last_seen, ""
            elif line.startswith("data:"):
                yield identifier, line.removeprefix("data:")


async def reprice(team: Team, path: str, pence: int) -> None:
    starts = (await team.does("placements-officer", "GET", path))["starts"]
    form = {"starts": starts, "weekly_pence": pence}
    await team.does("placements-officer", "POST", f"{path}/prices", form)


async def test_a_stream_goes_on_at_the_other_process_from_where_the_first_one_died(
    installation: Distributed, team: Team, placements: list[str]
) -> None:
    async with aclosing(events(installation, "metrics-1")) as stream:
        assert await anext(stream) == ("", "")
        seen, _ = await anext(stream)
        await asyncio.to_thread(installation.kill, "metrics-1")
        with suppress(httpx.HTTPError):
            async for identifier, _ in stream:
                seen = identifier
    await reprice(team, placements[0], 777_700)
    async with aclosing(events(installation, "metrics-2", seen)) as stream:
        assert await anext(stream) == (seen, "")
        resumed, figures = await anext(stream)
        assert int(resumed) > int(seen)
        assert '"weekly_cost"' in figures
    async with aclosing(events(installation, "metrics-2", resumed)) as stream:
        assert await anext(stream) == (resumed, "")
        await reprice(team, placements[0], 888_800)
        later, figures = await anext(stream)
        assert int(later) > int(resumed)
        assert '"measure":"cla"' not in figures  # seen already: only what changed is sent
    await start_again(installation, "metrics-1")


# Take-over


async def test_the_other_process_relays_and_consumes_within_seconds_of_a_kill(
    installation: Distributed, team: Team, placements: list[str]
) -> None:
    """Whichever of the two was at work: each is killed once, while the other lives."""

    async def counted() -> bool:
        cost = await team["commissioner"].get("/metrics/measures/weekly_cost")
        return bool(cost.is_success and cost.json()["numerator"] == sum(prices.values()))

    prices = dict.fromkeys(placements, 0)
    for number in (1, 2):
        killed = [f"{service}-{number}" for service in ("placements", "metrics")]
        for process in killed:
            await asyncio.to_thread(installation.kill, process)
        for at, path in enumerate(placements):
            prices[path] = 100_000 * number + at
            await reprice(team, path, prices[path])
        await until(counted, seconds=SOON)
        await start_again(installation, *killed)


# A rolling restart


async def test_a_rolling_restart_of_every_process_under_load_loses_nothing(
    installation: Distributed, team: Team, placements: list[str]
) -> None:
    async def trouble(load: Load) -> None:
        for number in (1, 2):  # one process of each service, then the other
            turn = [f"{service}-{number}" for service in SERVICES]
            await asyncio.gather(*(asyncio.to_thread(installation.stop_process, process) for process in turn))
            await start_again(installation, *turn)
        for process in ("issuer", "proxy"):
            await asyncio.to_thread(installation.stop_process, process)
            installation.start_process(process)
            await until(partial(load.passed, load.count + 5))
            await until(partial(asyncio.to_thread, gives_tokens, installation))

    load = await under_load(team, placements, trouble)
    await until(installation.healthy)
    await figures_agree(team, load, at=installation.url_of("metrics-1"))


# Backup and restore


def make(installation: Distributed, *words: str) -> str:
    """What the command behind a make target prints, told of the databases by the file the installation leaves."""
    name, _, address = (installation.folder / "environment").read_text().strip().partition("=")
    command, told = [sys.executable, "-m", *words], {name: address.strip("'"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_a_service_restored_from_a_backup_under_load_is_followed_and_what_is_gone_is_named(
    installation: Distributed, team: Team, placements: list[str]
) -> None:
    backups = installation.folder / "backups"
    mine = [process for process in installation.service_processes if process.startswith("placements")]

    async def trouble(load: Load) -> None:
        await asyncio.to_thread(make, installation, "deploy.backup", "--to", str(backups))
        await until(partial(load.passed, load.count + 40))
        await asyncio.gather(*(asyncio.to_thread(installation.stop_process, process) for process in mine))

    await under_load_until_stopped(team, placements, trouble)
    assert {file.name.partition("-")[0] for file in backups.iterdir()} == set(SERVICES)
    (backup,) = backups.glob("placements-*.dump")
    said = await asyncio.to_thread(make, installation, "deploy.restore", "placements", str(backup))
    (gone,) = [line for line in said.splitlines() if "metrics had heard placements.prices.00" in line]
    await start_again(installation, *mine)
    load = Load(team, placements)
    await settle(team, load)
    (named,) = await until(partial(restorations, team, "metrics"))
    first, last = named["lost"]["placements.prices.00"]
    assert f"placements.prices.00 {first} to {last}: no longer there" in gone
    # What waited in the outbox when it was backed up, of each placement one at most, is told again as it was.
    assert named["facts"]["prices"] >= last + 1 - first - len(placements)
    await figures_agree(team, load, at=installation.url_of("metrics-1"))


async def under_load_until_stopped(team: Team, placements: list[str], trouble: Any) -> None:
    load = Load(team, placements)
    running = asyncio.create_task(load.run())
    await until(partial(load.passed, 20))
    await trouble(load)
    load.stop()
    await running


async def restorations(team: Team, service: str) -> list[dict[str, Any]]:
    """Those a service has noticed and dealt with."""
    told = (await team["administrator"].get(f"/{service}/ready")).json()
    return [one for one in told["restorations"] if one["settled_at"] is not None]


# The audit


async def test_an_administrator_has_the_audit_checked_and_a_change_to_it_is_named(
    installation: Distributed, team: Team, placements: list[str]
) -> None:
    assert placements
    path = "/placements/audit/verify"
    whole = await team.does("administrator", "GET", path)
    assert whole["holds"]
    assert whole["links"] > 2
    connection = await asyncpg.connect(installation.database_url("placements"))
    rename = (
        "UPDATE spine.audit SET person = $1 WHERE link = 2 RETURNING (SELECT person FROM spine.audit WHERE link = 2)"
    )
    was = await connection.fetchval(rename, "somebody else")
    assert await team.does("administrator", "GET", path) == {"holds": False, "links": 1, "first_broken": 2}
    await connection.execute(rename, was)
    await connection.close()
    assert (await team.does("administrator", "GET", path))["holds"]
    await team.does("commissioner", "GET", path, status=403)
