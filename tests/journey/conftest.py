"""Who goes on journeys, and an installation that journeys of figures have to themselves."""

from collections.abc import AsyncIterator

import pytest

from deploy.distributed import Distributed
from tests.installations import Embedded, Installation, Team, a_folder, wait_for
from tests.journey.repricing import children_in_a_home


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


@pytest.fixture
async def team(installation: Installation) -> AsyncIterator[Team]:
    """Everybody a journey needs, in the installation that its file names."""
    gathered = Team(installation)
    yield gathered
    await gathered.close()


@pytest.fixture(scope="module")
async def placements(installation: Distributed) -> list[str]:
    """Children who live in a home before something goes wrong in an installation of a file's own."""
    team = Team(installation)
    started = await children_in_a_home(team)
    await team.close()
    return started
