"""`python -m deploy.provision` writes the committed files anew; `… fill --into FOLDER` fills them for one installation."""

import argparse
import json
import os
from pathlib import Path

from deploy.provision.broker import broker_definitions
from deploy.provision.dashboards import dashboards
from deploy.provision.filling import fill
from deploy.provision.names import FILES, GUIDE
from deploy.provision.realms import realms
from deploy.provision.registry import registry_toml
from deploy.provision.settings_table import BEGIN, with_table


def written() -> dict[Path, str]:
    """Every committed file that is written from code, with what it holds."""
    as_json = {
        FILES / "rabbitmq/definitions.json": broker_definitions(),
        **{FILES / f"keycloak/{name}.json": realm for name, realm in realms().items()},
        **{FILES / f"grafana/dashboards/{name}.json": dashboard for name, dashboard in dashboards().items()},
    }
    texts = {path: json.dumps(told, indent=2, ensure_ascii=False) + "\n" for path, told in as_json.items()}
    return texts | {FILES / "issuers.toml": registry_toml()} | _guide()


def _guide() -> dict[Path, str]:
    told = GUIDE.read_text() if GUIDE.exists() else ""
    return {GUIDE: with_table(told)} if BEGIN in told else {}


def main() -> None:
    """Write, or fill."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("what", nargs="?", choices=["fill"])
    words.add_argument(
        "--into", type=Path, help="a folder for the filled files, one within it for each that reads them"
    )
    told = words.parse_args()
    if told.what is None:
        for path, text in written().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return
    if told.into is None:
        words.error("fill needs --into FOLDER")
    for path in fill(told.into, os.environ):
        print(f"{path}: written", flush=True)


if __name__ == "__main__":
    main()
