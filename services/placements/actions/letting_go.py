"""Letting go of places that are held under offers which nobody can choose any more."""

from collections.abc import Collection
from uuid import UUID

from services.placements.actions.telling import placement_state
from services.placements.actions.writing import change_placement
from shared.contracts.placements import PlacementCancelled
from shared.contracts.vocabulary import PlacementStatus
from shared.store.session import WriteSession

HELD = """SELECT placement FROM placements WHERE offer = ANY($1) AND status = 'booked' AND on_hold
    ORDER BY placement FOR UPDATE"""


async def let_go_of_holds(session: WriteSession, offers: Collection[UUID], reason: str) -> None:
    """The places are free for others at once."""
    for held in await session.all(HELD, list(offers)) if offers else ():
        row = await change_placement(
            session, held.placement, status=PlacementStatus.CANCELLED, held=False, reason=reason
        )
        session.publish(PlacementCancelled(**placement_state(row), reason=reason))
