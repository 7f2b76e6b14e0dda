"""An installation that journeys of figures have to themselves."""

from collections.abc import AsyncIterator

import pytest

from tests.installations import Embedded, Team, a_folder, wait_for


@pytest.fixture(scope="session")
async def undisturbed() -> AsyncIterator[Team]:
    """Nobody else's children are among those counted: only what returns bring, each authority's by one journey."""
    with a_folder() as folder:
        house = Embedded(folder)
        try:
            wait_for(house)
            team = Team(house)
            yield team
            await team.close()
        finally:
            house.stop()
