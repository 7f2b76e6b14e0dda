"""What a process checks before it begins, each fault in one line that names the setting and repeats no secret."""

import pytest

from deploy.installation import SERVICES
from deploy.postgres import Postgres
from deploy.starting import check_database, service_settings
from shared.identity.registry import Misconfigured
from shared.settings import Settings

SERVICE = SERVICES["referrals"]


def settings_of(monkeypatch: pytest.MonkeyPatch, **told: str) -> Settings:
    for name, text in told.items():
        monkeypatch.setenv(f"SUFFICIENCY_{name}", text)
    return service_settings()


def test_every_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured) as stopped:
        settings_of(monkeypatch, MODE="sideways", POOL_SIZE="1")
    said = str(stopped.value)
    assert "SUFFICIENCY_MODE: String should match" in said
    assert "SUFFICIENCY_POOL_SIZE: Input should be greater than or equal to 2" in said
    assert "\n" not in said


def test_what_distributed_mode_lacks_is_named_and_embedded_mode_lacks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_of(monkeypatch).mode == "embedded"
    with pytest.raises(Misconfigured, match=r"^Distributed mode needs SUFFICIENCY_TOKEN_URL, SUFFICIENCY_CLIENT_ID\.$"):
        settings_of(
            monkeypatch, MODE="distributed", BROKER_URL="amqp://x", CLIENT_SECRET="secret", ISSUERS="/issuers.toml"
        )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://a:s3cret@127.0.0.1:1/{service}", "PostgreSQL does not answer at SUFFICIENCY_DATABASE_URL"),
        ("nonsense", "PostgreSQL refuses what SUFFICIENCY_DATABASE_URL says"),
    ],
)
async def test_a_database_out_of_reach_is_one_line(address: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said) as stopped:
        await check_database(SERVICE, Settings(database_url=address))
    assert "s3cret" not in str(stopped.value)
    assert "\n" not in str(stopped.value)


async def test_a_wrong_password_and_a_database_there_is_not_are_one_line(postgres: Postgres) -> None:
    with pytest.raises(Misconfigured, match="password authentication failed") as stopped:
        await check_database(
            SERVICE, Settings(database_url=postgres.url("postgres").replace("sufficiency:", "sufficiency:wr0ng"))
        )
    assert "wr0ng" not in str(stopped.value)
    with pytest.raises(Misconfigured, match="does not exist"):
        await check_database(SERVICE, Settings(database_url=postgres.url("nowhere")))


async def test_an_empty_database_says_what_to_run(postgres: Postgres) -> None:
    with pytest.raises(Misconfigured, match=r"referrals: the database is at migration none .* run `make migrate`"):
        await check_database(SERVICE, Settings(database_url=postgres.url("postgres")))
