"""`docker compose up` and `make run-distributed` are one system given other names: same commands, settings and ports."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from deploy.distributed import Distributed
from deploy.processes import free_port
from deploy.starting import NEEDED, PREFIX
from shared.settings import Settings
from tests.compose.files import PROVISIONED, ROOT, SERVICES, Json
from tests.compose.running import Composed
from tests.installations import a_folder

CHOSEN_BY_OPERATORS = {"PARTITIONS", "LOG_LEVEL", "TRACE_ENDPOINT", "TRACE_RATIO", "FIGURES_IN_TELEMETRY"}
CHOSEN_BY_OPERATORS |= {"NOTIFY_MODE", "NOTIFY_KEY", "NOTIFY_TEMPLATE", "NOTIFY_URL"}
"""Settings with a default that the compose file sets besides, because it has a collector and an operator's `.env`."""
PORT = "8000"


@pytest.fixture(scope="session")
def local(running: Composed) -> Iterator[Distributed]:
    """What `make run-distributed` would start beside the same servers."""
    with a_folder() as folder:
        installation = Distributed(folder, free_port())
        installation.postgres, installation.rabbitmq = running.postgres, running.rabbitmq
        for process in ("issuer", *installation.service_processes):
            installation.give_port(process)
        yield installation


def told(environment: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix(PREFIX): text for name, text in environment.items() if name.startswith(PREFIX)}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_by_the_same_command(composed: Json, local: Distributed, service: str) -> None:
    _, _, *words = composed[service]["command"]
    there = words[: words.index("--host")] + words[words.index("--host") + 2 :]
    here = local.command(f"{service}-1")
    assert there[:-1] == here[:-1]
    assert (there[-2:], here[-2]) == (["--port", PORT], "--port")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_the_same_settings(composed: Json, local: Distributed, service: str) -> None:
    there, here = told(composed[service]["environment"]), told(local.environment(service))
    assert set(here) <= set(there)
    assert set(there) - set(here) <= CHOSEN_BY_OPERATORS
    assert {name.lower() for name in there} <= set(Settings.model_fields)
    assert {name.upper() for name in NEEDED} <= set(there)
    assert (there["MODE"], there["CLIENT_ID"]) == (here["MODE"], here["CLIENT_ID"])
    for name in ("DATABASE_URL", "BROKER_URL"):
        ours, theirs = urlsplit(there[name]), urlsplit(here[name])
        assert (ours.scheme, ours.path) == (theirs.scheme, theirs.path), name
    assert urlsplit(there["BROKER_URL"]).username == urlsplit(here["BROKER_URL"]).username == service
    assert there["TOKEN_URL"].endswith("/token")
    assert here["TOKEN_URL"].endswith("/token")


def test_the_same_processes_stand_behind_one_origin(composed: Json, local: Distributed) -> None:
    assert {name.partition("-")[0] for name in local.service_processes} == set(SERVICES) <= set(composed)
    # Keycloak stands where our issuer does, Caddy where our proxy does.
    assert {"keycloak", "proxy", "postgres", "rabbitmq"} <= set(composed)
    upstreams = [word.partition("=")[0] for word in local.command("proxy") if "=" in word]
    assert sorted(upstreams) == sorted(["issuer", *SERVICES])
    front_door = re.search(r"\n\thandle \{\n\t\timport service (\w+) ", (PROVISIONED / "proxy/Caddyfile").read_text())
    assert front_door
    assert front_door[1] == "referrals"


def test_everybody_means_the_same_port(composed: Json) -> None:
    caddy = (PROVISIONED / "proxy/Caddyfile").read_text()
    prometheus = (PROVISIONED / "prometheus/prometheus.yml").read_text()
    assert f"EXPOSE {PORT}" in (ROOT / "Dockerfile").read_text()
    for name in SERVICES:
        assert composed[name]["command"][-1] == PORT
        assert composed[name]["healthcheck"]["test"][-1] == f"http://127.0.0.1:{PORT}/{name}/ready"
        assert told(composed[name]["environment"])["SERVICE_URLS"] == f"http://{{service}}:{PORT}"
        assert f"{{${name.upper()}:{name}:{PORT}}}" in caddy
        assert f"{{${name.upper()}_HOST:{name}}} {{${name.upper()}_PORT:{PORT}}}" in caddy
        assert f"{{names: [{name}], type: A, port: {PORT}}}" in prometheus
        assert f"metrics_path: /{name}/telemetry" in prometheus
    assert "http://collector:4318" in composed["metrics"]["environment"]["SUFFICIENCY_TRACE_ENDPOINT"]
    assert "0.0.0.0:4318" in (PROVISIONED / "collector/collector.yml").read_text()
    published = {port["published"]: port["target"] for port in composed["proxy"]["ports"]}
    public = composed["proxy"]["environment"]
    assert {urlsplit(public[f"SUFFICIENCY_{name}_URL"]).port for name in ("PUBLIC", "SIGN_IN")} == set(
        published.values()
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_migration_uses_the_services_own_database(composed: Json, service: str) -> None:
    name = f"{PREFIX}DATABASE_URL"
    assert composed[f"migrate-{service}"]["environment"] == {name: composed[service]["environment"][name]}
    assert composed[f"migrate-{service}"]["command"] == ["python", "-m", "deploy.migrate", service]
