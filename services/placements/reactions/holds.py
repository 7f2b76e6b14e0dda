"""What placements does when providers say which nights of a place are kept, taken, refused or free again."""

from services.placements.actions.holding import confirm_if_all_held, give_up, keep_on_hold, locked, try_next_place
from shared.contracts import providers
from shared.contracts.vocabulary import PlacementStatus
from shared.store.copies import keep_copy
from shared.store.session import WriteSession

OCCUPATION = ("occupation", "place", "home", "version", "kind", "starts", "ends", "expires_at")

OccupationEvent = (
    providers.PlaceHeld
    | providers.PlaceBooked
    | providers.PlaceOccupied
    | providers.PlaceReleased
    | providers.PlaceOutOfService
)


async def note_occupation(session: WriteSession, event: OccupationEvent) -> None:
    """Keep which nights of a place are taken."""
    facts = {name: getattr(event, name) for name in OCCUPATION}
    more = {"placement": getattr(event, "placement", None), "released": event.released_at is not None}
    await keep_copy(session, "occupations", "occupation", facts | more)


async def confirm_if_held(session: WriteSession, event: providers.PlaceHeld) -> None:
    """The place is kept for our booking, or on hold until somebody chooses the home."""
    await note_occupation(session, event)
    row = await locked(session, event.placement)
    if row is not None and row.status == PlacementStatus.BOOKED and row.place == event.place:
        await (keep_on_hold(session, row, event.expires_at) if row.on_hold else confirm_if_all_held(session, row))


async def try_another_place(session: WriteSession, event: providers.HoldRefused) -> None:
    """Somebody else has the place."""
    row = await locked(session, event.placement)
    if row is None or row.place != event.place:
        return
    if row.status == PlacementStatus.BOOKED:
        await try_next_place(session, row)
    elif row.status == PlacementStatus.CONFIRMED:
        await give_up(session, row, "taken")  # its hold had lapsed, and somebody else has the place by now


async def give_up_if_released(session: WriteSession, event: providers.PlaceReleased) -> None:
    """A hold that lapsed takes its booking with it."""
    await note_occupation(session, event)
    row = await locked(session, event.placement)
    if row is not None and row.place == event.place and row.status in ("booked", "confirmed"):
        await give_up(session, row, "hold_lapsed")
