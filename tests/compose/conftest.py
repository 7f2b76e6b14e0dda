"""What the tests of the files for Docker share: one `.env`, one resolved compose file, one installation run from it."""

from pathlib import Path

import pytest

from tests.compose.files import Json, resolved, secrets


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
