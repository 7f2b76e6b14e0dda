"""What referrals does when placements speak: note how far each child has got."""

from collections.abc import Mapping

from services.referrals.actions.following import follow_placements
from shared.contracts import Event
from shared.contracts.placements import PlacementCancelled, PlacementConfirmed, PlacementStarted
from shared.service.service import Reaction
from shared.store.session import WriteSession

# Kept per placement and newest only, so that it does not matter in which order placements are heard of, or how often.
NOTE = """INSERT INTO home_found AS p (placement, version, referral, child, status) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (placement) DO UPDATE SET version = excluded.version, status = excluded.status
    WHERE p.version < excluded.version RETURNING 1"""


async def note_placement(
    session: WriteSession, event: PlacementConfirmed | PlacementStarted | PlacementCancelled
) -> None:
    """Note where a placement that answers a referral stands, and what follows for the referral."""
    if event.referral is None:
        return
    noted = await session.value(NOTE, event.placement, event.version, event.referral, event.child, event.status)
    if noted:
        await follow_placements(session, event.referral)


REACTIONS: Mapping[type[Event], Reaction] = {
    PlacementConfirmed: note_placement,
    PlacementStarted: note_placement,
    PlacementCancelled: note_placement,
}
