"""The placements service on one page."""

from pathlib import Path

from services.placements.actions import lapse_offer
from services.placements.actions.offers import LAPSE
from services.placements.api import ROUTERS
from services.placements.live import check_the_returns
from services.placements.notices import NOTICES
from services.placements.pages import ROUTERS as PAGES
from services.placements.pages.waiting import waits
from services.placements.reactions import COPIES, REACTIONS, TOGETHER
from shared.geography.kept import the_map
from shared.service.running import Running
from shared.service.service import Service


async def open_the_map(running: Running) -> None:
    """So that whoever books first need not wait until it is built."""
    await the_map(running.settings.map_folder)


SERVICE = Service(
    name="placements",
    migrations=Path(__file__).parent / "migrations",
    routers=(*ROUTERS, *PAGES),
    reactions=REACTIONS,
    copies=COPIES,
    together=TOGETHER,
    due={LAPSE: lapse_offer},
    waits=waits,
    notices=NOTICES,
    background=(open_the_map, check_the_returns),
)
