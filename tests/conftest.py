"""What every test may ask for, and which tests share a process."""

import pytest

pytest_plugins = ["tests.servers", "tests.collector", "tests.installations", "tests.world", "tests.access.scenes"]

FIRST = ("tests/journey", "tests/access", "tests/compose", "tests/service/test_providers_histories.py")
"""What takes longest begins first; what shares a running installation or scene stays in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each file, and each folder whose tests share an installation, to one of the processes as a whole."""
    for test in items:
        test.add_marker(pytest.mark.xdist_group(_together(test)))
    items.sort(key=lambda test: _turn(test.nodeid))


def _together(test: pytest.Item) -> str:
    return next((name for name in FIRST if test.nodeid.startswith(name)), test.nodeid.partition("::")[0])


def _turn(name: str) -> int:
    return next((turn for turn, first in enumerate(FIRST) if name.startswith(first)), len(FIRST))
