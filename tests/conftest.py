"""What every test may ask for, and which tests share a process."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

pytest_plugins = [
    "tests.servers",
    "tests.collector",
    "tests.installations",
    "tests.world",
    "tests.access.scenes",
    "tests.browsing",
    "tests.access.looking",
    "tests.journey.desks",
]

FIRST = ("tests/journey", "tests/access", "tests/compose", "tests/judge", "tests/service/test_providers_histories.py")
"""What takes longest begins first; what shares a running installation or scene stays in one process."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """Gives each file, and each folder whose tests share an installation, to one of the processes as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name in FIRST if nodeid.startswith(name)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """How tests are dealt out, where they are."""
    return Together(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda test: _turn(test.nodeid))


def _turn(name: str) -> int:
    return next((turn for turn, first in enumerate(FIRST) if name.startswith(first)), len(FIRST))
