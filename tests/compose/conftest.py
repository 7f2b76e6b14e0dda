"""What the tests of the files for Docker share: one `.env`, one resolved compose file, one installation run from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collector import Collector
from tests.compose.files import Json, resolved, secrets
from tests.compose.running import Composed
from tests.installations import a_folder


@pytest.fixture(scope="session")
def environment_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operator's `.env`."""
    path = tmp_path_factory.mktemp("operator") / ".env"
    path.write_text(secrets())
    return path


@pytest.fixture(scope="session")
def composed(environment_file: Path) -> Json:
    """The services of the compose file, everything in them resolved."""
    services: Json = resolved(environment_file)["services"]
    return services


@pytest.fixture(scope="session")
def running(collector: Collector) -> Iterator[Composed]:
    """The compose file's own commands at work."""
    with a_folder() as folder:
        installation = Composed(folder, collector.url)
        try:
            installation.start()
            yield installation
        finally:
            installation.stop()
