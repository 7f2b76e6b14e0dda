"""Putting secrets and addresses from the environment into the committed files, in the way each file writes a text."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from deploy.provision.names import FILES
from shared.identity.registry import Misconfigured

PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")
WHERE = {"rabbitmq/definitions.json": "broker", "issuers.toml": "services", "keycloak/*.json": "keycloak"}
"""The files that hold placeholders, and the folder (a volume of its own) that each filled one goes to."""


def fill(into: Path, environment: Mapping[str, str]) -> list[Path]:
    """Write each file whole, or none. Raises Misconfigured naming every secret that is missing."""
    templates = [(path, into / where / path.name) for pattern, where in WHERE.items() for path in _found(pattern)]
    wanted = {name for path, _ in templates for name in PLACEHOLDER.findall(path.read_text())}
    if missing := sorted(name for name in wanted if not environment.get(name)):
        raise Misconfigured(f"These must be set and not empty: {', '.join(missing)}.")
    for template, target in templates:
        _write(target, PLACEHOLDER.sub(lambda found: _quoted(environment[found[1]]), template.read_text()))
    return [target for _, target in templates]


def _found(pattern: str) -> list[Path]:
    return sorted(FILES.glob(pattern))


def _quoted(told: str) -> str:
    """As it stands between the quotes of JSON, which are TOML's too."""
    return json.dumps(told)[1:-1]


def _write(target: Path, text: str) -> None:
    """In one step, readable by whoever the volume is given to: its own container, under another user."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".being-written")
    aside.write_text(text)
    aside.chmod(0o644)
    aside.replace(target)
