"""The compose file as Docker Compose itself resolves it, with secrets made as an operator makes them."""

import json
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
PROVISIONED = ROOT / "deploy/compose"
SERVICES = ("referrals", "placements", "providers", "metrics")

Json = dict[str, Any]


def compose(*words: str, environment_file: Path) -> subprocess.CompletedProcess[str]:
    """Run Docker Compose, of which nothing is asked that needs an engine."""
    package = find_spec("compose")
    assert package is not None
    assert package.submodule_search_locations
    program = Path(package.submodule_search_locations[0]) / "docker-compose"
    command = [str(program), "--env-file", str(environment_file), "--file", str(COMPOSE_FILE), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": "/nonexistent"})


def secrets() -> str:
    """A new `.env`."""
    return subprocess.check_output(["sh", PROVISIONED / "secrets.sh"], text=True)


@cache
def resolved(environment_file: Path) -> Json:
    """The whole file with every variable, anchor and default resolved."""
    done = compose("config", "--format", "json", environment_file=environment_file)
    assert done.returncode == 0, done.stderr
    told: Json = json.loads(done.stdout)
    return told
