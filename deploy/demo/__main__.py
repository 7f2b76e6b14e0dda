"""`python -m deploy.demo`: the demonstration in an installation that is running already, where somebody asks for it."""

import argparse
import asyncio
import os

from deploy.demo.show import show
from deploy.people import DEMONSTRATION_SECRET

SECRET = "SUFFICIENCY_DEMONSTRATION_SECRET"  # noqa: S105 - the variable's name


def main() -> None:
    """Until it is ended, or once with `--no-simulate`."""
    parser = argparse.ArgumentParser(description=f"Make the demonstration; its people's secret is in {SECRET}.")
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where Sufficiency is")
    parser.add_argument("--no-simulate", action="store_true", help="leave the demonstration's people idle")
    asked = parser.parse_args()
    secret = os.environ.get(SECRET, DEMONSTRATION_SECRET)
    asyncio.run(show(asked.at, f"{asked.at}/issuer", secret, simulate=not asked.no_simulate))


if __name__ == "__main__":
    main()
