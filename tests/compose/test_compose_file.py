"""The compose file: sound by its schema and by Docker Compose itself, every secret asked for, every container bounded."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.compose.files import COMPOSE_FILE, ROOT, SERVICES, Json, compose, resolved

BARE = {"collector": "has no shell", "traces": "has no shell"}
"""Images without a program that could ask; Prometheus asks the collector instead."""
ASKED = re.compile(r"\$\{([A-Z_]+)")
EXAMPLE = (ROOT / ".env.example").read_text()
OFFERED = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
SECRETS = [name for name, told in OFFERED.items() if not told]


def test_it_passes_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE_FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_environment_example_offers_exactly_what_is_asked_for() -> None:
    assert set(ASKED.findall(COMPOSE_FILE.read_text())) == set(OFFERED)
    assert len(SECRETS) > 20


def test_every_secret_is_filled_anew_each_time(environment_file: Path) -> None:
    filled = dict(re.findall(r"^([A-Z_]+)=(.*)$", environment_file.read_text(), re.MULTILINE))
    assert filled.keys() == OFFERED.keys()
    assert all(re.fullmatch(r"[0-9a-f]{48}", filled[name]) for name in SECRETS)
    assert len({filled[name] for name in SECRETS}) == len(SECRETS)
    assert {name: filled[name] for name in OFFERED if name not in SECRETS} == {
        name: told for name, told in OFFERED.items() if told
    }


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_has_no_default(secret: str) -> None:
    uses = re.findall(rf"\$\{{{secret}([^}}]*)\}}", COMPOSE_FILE.read_text())
    assert ":?is missing from .env" in uses
    assert set(uses) <= {":?is missing from .env", ""}


@pytest.mark.parametrize("secret", ["SESSION_SECRET", "METRICS_DATABASE_PASSWORD", "GRAFANA_ADMIN_PASSWORD"])
def test_a_missing_secret_is_one_line_and_nothing_starts(environment_file: Path, tmp_path: Path, secret: str) -> None:
    without = tmp_path / ".env"
    without.write_text(re.sub(rf"^{secret}=.*$", f"{secret}=", environment_file.read_text(), flags=re.MULTILINE))
    done = compose("config", "--quiet", environment_file=without)
    assert done.returncode != 0
    assert f"{secret} is missing a value: is missing from .env" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_mail_goes_as_the_operator_chose(environment_file: Path, tmp_path: Path, service: str) -> None:
    chosen = {"NOTIFY_MODE": "live", "NOTIFY_KEY": "ours-and-long", "NOTIFY_TEMPLATE": "one", "NOTIFY_URL": "https://n"}
    said, text = tmp_path / ".env", environment_file.read_text()
    for name, value in chosen.items():
        text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    said.write_text(text)
    told = resolved(said)["services"][service]["environment"]
    assert {name: told[f"SUFFICIENCY_{name}"] for name in chosen} == chosen
    assert resolved(environment_file)["services"][service]["environment"]["SUFFICIENCY_NOTIFY_MODE"] == "off"


def test_every_container_is_bounded_watched_and_without_privileges(composed: Json) -> None:
    once = {name for name, told in composed.items() if told["restart"] == "no"}
    assert once == {"provision", *(f"migrate-{name}" for name in SERVICES)}
    for name, told in composed.items():
        limits = told["deploy"]["resources"]["limits"]
        assert limits["cpus"], name
        assert int(limits["memory"]) > 0, name
        assert told["cap_drop"] == ["ALL"], name
        assert told["security_opt"] == ["no-new-privileges:true"], name
        assert told["logging"]["options"].keys() == {"max-size", "max-file"}, name
        assert ("healthcheck" in told) != (name in BARE or name in once), name
        assert told["restart"] in ("unless-stopped", "no"), name
        assert re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", told["image"]) or told["image"] == "sufficiency:local", name


def test_our_own_containers_cannot_write_to_their_root(composed: Json) -> None:
    ours = {name: told for name, told in composed.items() if "build" in told}
    assert len(ours) == 9
    assert all(told["read_only"] and told["tmpfs"] == ["/tmp"] for told in ours.values())
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert dockerfile.index("USER 10001:10001") < dockerfile.index("CMD")


def test_the_image_is_built_of_what_is_there_by_the_makefiles_own_commands() -> None:
    dockerfile, makefile = (ROOT / "Dockerfile").read_text(), (ROOT / "Makefile").read_text()
    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = [
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE) for name in line.split()
    ]
    assert sorted(copied) == sorted(let_in)
    assert all((ROOT / name).exists() for name in copied)
    for command in ("-m shared.web.looks node_modules/govuk-frontend", "ci --ignore-scripts", "--require-hashes"):
        assert command in makefile
    assert "-m shared.web.looks node_modules/govuk-frontend" in dockerfile
    assert re.search(r"npm-cli.js\" ci --omit=dev --ignore-scripts", dockerfile)


def test_what_is_mounted_is_there_and_what_is_kept_has_a_name(composed: Json, environment_file: Path) -> None:
    mounts = [(name, mount) for name, told in composed.items() for mount in told.get("volumes", ())]
    bound = [(name, mount) for name, mount in mounts if mount["type"] == "bind"]
    assert bound
    for name, mount in bound:
        assert Path(mount["source"]).exists(), (name, mount["source"])
        assert mount["read_only"], (name, mount["source"])
    named = {mount["source"] for _, mount in mounts if mount["type"] == "volume"}
    assert named == set(resolved(environment_file)["volumes"])


def test_only_the_proxy_is_reached_from_elsewhere(composed: Json) -> None:
    published = {(name, port.get("host_ip")) for name, told in composed.items() for port in told.get("ports", ())}
    assert published == {("proxy", None), ("prometheus", "127.0.0.1"), ("grafana", "127.0.0.1")}


def test_the_database_and_the_broker_are_in_a_network_that_leads_nowhere(
    composed: Json, environment_file: Path
) -> None:
    assert resolved(environment_file)["networks"]["store"]["internal"]
    assert list(composed["postgres"]["networks"]) == ["store"]
    assert all(set(told["networks"]) == {"store"} for name, told in composed.items() if name.startswith("migrate"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_its_own_migration_and_its_provisions(composed: Json, service: str) -> None:
    waits: Any = {name: on["condition"] for name, on in composed[service]["depends_on"].items()}
    assert waits == {
        "provision": "service_completed_successfully",
        f"migrate-{service}": "service_completed_successfully",
        "rabbitmq": "service_healthy",
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_its_own_secrets_only(composed: Json, service: str) -> None:
    others = [composed[name]["environment"] for name in SERVICES if name != service]
    own = "SUFFICIENCY_DATABASE_URL", "SUFFICIENCY_BROKER_URL", "SUFFICIENCY_CLIENT_SECRET"
    said = " ".join(composed[service]["environment"].values())
    for other in others:
        for name in own:
            password = re.sub(r".*://[^:]*:([^@]*)@.*", r"\1", other[name])
            assert password not in said
