"""What is wrong is said in one clear line with a non-zero exit, or where readiness is asked for."""

import subprocess
import sys
from collections.abc import Callable

import asyncpg
import httpx
import pytest

from deploy.processes import end, free_port, launch
from tests.compose.running import Composed
from tests.waiting import until


@pytest.fixture(scope="session")
def ends(running: Composed) -> Callable[..., str]:
    """Start placements as the compose file does, but for this, and give the one line it ends with."""

    def started(**changed: str) -> str:
        command = [*running.command(running.services["placements"]["command"], "placements")[:-1], str(free_port())]
        told = running.environment("placements") | {f"SUFFICIENCY_{name}": text for name, text in changed.items()}
        done = subprocess.run(
            command, env=told, cwd=running.image, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode not in (0, None), done.stdout
        line = done.stderr.strip()
        assert "\n" not in line, line
        assert "Traceback" not in line
        return line

    return started


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"CLIENT_SECRET": ""}, "Distributed mode needs SUFFICIENCY_CLIENT_SECRET."),
        ({"DEMONSTRATION_SIGN_IN": "true"}, "it does not exist in distributed mode"),
        ({"NOTIFY_MODE": "live"}, "SUFFICIENCY_NOTIFY_MODE=live needs SUFFICIENCY_NOTIFY_KEY"),
        ({"NOTIFY_MODE": "loud"}, "SUFFICIENCY_NOTIFY_MODE"),
    ],
)
def test_a_setting_that_cannot_be_is_one_line(ends: Callable[..., str], changed: dict[str, str], said: str) -> None:
    assert said in ends(**changed)


async def test_another_migration_head_is_one_line_that_says_what_to_do(
    running: Composed, ends: Callable[..., str]
) -> None:
    connection = await asyncpg.connect(running.postgres.url("placements"))
    head = await connection.fetchval("SELECT version_num FROM alembic_version")
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '0000_older'")
        assert f"at migration 0000_older and needs {head}: run `make migrate`" in ends()
        assert "is not one of this release or an earlier one" in _migrated(running)
    finally:
        await connection.execute("UPDATE alembic_version SET version_num = $1", head)
        await connection.close()


def _migrated(running: Composed) -> str:
    command = running.command(running.services["migrate-placements"]["command"], "migrate-placements")
    told = running.environment("migrate-placements")
    done = subprocess.run(command, env=told, cwd=running.image, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "\n" not in done.stderr.strip()
    return done.stderr


async def test_a_broker_out_of_reach_turns_readiness_red_and_the_rest_goes_on(running: Composed) -> None:
    port = free_port()
    command = [sys.executable, "-m", "deploy.serve", "referrals", "--port", str(port)]
    told = running.environment("referrals") | {"SUFFICIENCY_BROKER_URL": "amqp://referrals:x@127.0.0.1:1/%2F"}
    process = launch(command, running.log("brokerless"), env=told)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as http:

            async def red() -> str:
                try:
                    answer = await http.get("/referrals/ready")
                except httpx.TransportError:
                    return ""
                assert answer.status_code == 503
                return "; ".join(answer.json()["reasons"])

            assert "RabbitMQ is away" in await until(red)
            assert (await http.get("/referrals/health")).status_code == 200
            assert (await http.get("/sign-in")).status_code == 200
    finally:
        end(process)
