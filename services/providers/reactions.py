"""What providers does when placements speak: hold, book, occupy and free the place."""

from collections.abc import Mapping
from uuid import UUID

from services.providers.actions.letting_go import release_placement
from services.providers.actions.occupation import give_place
from services.providers.actions.welcomes import issue_welcome
from services.providers.domain import HOLD
from shared.contracts import Event
from shared.contracts.placements import (
    PlacementAnnulled,
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementCorrected,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.vocabulary import OccupationKind
from shared.service.service import Reaction
from shared.store.copies import Copy
from shared.store.session import Row, WriteSession

HEAR = """INSERT INTO placement_heard AS h (placement, version) VALUES ($1, $2)
    ON CONFLICT (placement) DO UPDATE SET version = excluded.version WHERE h.version < excluded.version
    RETURNING (SELECT occupation FROM occupation WHERE placement = $1 AND released_at IS NULL) AS occupation"""


async def _news(session: WriteSession, placement: UUID, place: UUID | None, version: int) -> Row | None:
    """What the placement has here now (perhaps nothing), or None where there is nothing to do or it was done."""
    return await session.one(HEAR, placement, version) if place is not None else None


async def hold_the_place(session: WriteSession, event: PlacementBooked) -> None:
    """Keep the place for a while, or refuse; asked again for another place, move the hold."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is not None:
        expires_at = session.from_now(HOLD)
        standing = news.occupation is not None
        await give_place(session, event, OccupationKind.HELD, standing=standing, expires_at=expires_at)


async def book_the_place(session: WriteSession, event: PlacementConfirmed) -> None:
    """The hold expires no longer (where it has expired, take the place again or refuse), and the child is given the welcome."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is not None:
        await give_place(session, event, OccupationKind.BOOKED, standing=news.occupation is not None)
        await issue_welcome(session, event)


async def occupy_the_place(session: WriteSession, event: PlacementStarted) -> None:
    """A child lives there, perhaps from another day than was booked."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is not None:
        await give_place(session, event, OccupationKind.OCCUPIED, standing=news.occupation is not None)


async def end_the_stay(session: WriteSession, event: PlacementEnded) -> None:
    """The nights from the end on are free; a stay without a night frees them all."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is None or news.occupation is None:
        return
    if event.ends is not None and event.ends <= event.starts:
        await release_placement(session, event.placement)
    else:
        await give_place(session, event, OccupationKind.OCCUPIED, standing=True)


async def change_the_nights(session: WriteSession, event: PlacementCorrected) -> None:
    """The child lived there on other nights than was recorded."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is None:
        return
    if event.ends is not None and event.ends <= event.starts:
        await release_placement(session, event.placement)
    else:
        await give_place(session, event, OccupationKind.OCCUPIED, standing=news.occupation is not None)


async def free_the_place(session: WriteSession, event: PlacementCancelled | PlacementAnnulled) -> None:
    """It will not start, or never was: the nights are free again."""
    news = await _news(session, event.placement, event.place, event.version)
    if news is not None:
        await release_placement(session, event.placement)


REACTIONS: Mapping[type[Event], Reaction] = {
    PlacementBooked: hold_the_place,
    PlacementConfirmed: book_the_place,
    PlacementStarted: occupy_the_place,
    PlacementEnded: end_the_stay,
    PlacementCancelled: free_the_place,
    PlacementCorrected: change_the_nights,
    PlacementAnnulled: free_the_place,
}
COPIES = (Copy("placement_heard", "placement", tuple(REACTIONS)),)
