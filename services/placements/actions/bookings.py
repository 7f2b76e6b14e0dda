"""Bookings: ask for a place under an accepted offer, and take it back."""

from uuid import UUID

from services.placements.actions.holding import free_place, give_up
from services.placements.actions.telling import placement_state, prices_as_json
from services.placements.domain import must_fit, must_follow
from services.placements.forms import Book, Cancel
from services.placements.queries import stays_of, the_offer, the_placement
from shared.contracts.placements import PlacementBooked, PriceLine
from shared.contracts.vocabulary import OfferStatus, PlacementStatus, PriceElement
from shared.errors import NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

BOOK = """INSERT INTO placements (placement, authority, child, version, status, purpose, moves_from, referral, offer,
        provider, home, place, tried, type, sector, starts, ends, prices)
    VALUES ($1, $2, $3, 1, 'booked', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING *"""
TAKEN = "That home was taken a moment ago."


async def book_placement(session: WriteSession, form: Book, *, by: Person) -> UUID:
    """Ask for a place under an accepted offer; the answer comes by events. Raises Refused with code `taken`."""
    offer = await the_offer(session, form.offer, by, lock=True)
    if not by.belongs_to(offer.authority):
        raise NotFound("We cannot find that offer.", field="offer")
    if offer.status != OfferStatus.ACCEPTED:
        raise Refused("Accept the offer before you book it.", field="offer", code="not_in_that_order")
    # Two bookings for one child wait for each other here, so that the second sees the first.
    await session.run("SELECT 1 FROM children WHERE child = $1 FOR UPDATE", offer.child)
    must_fit(form.purpose, form.moves_from, form.starts, form.ends, await stays_of(session, offer.child))
    place = await free_place(session, offer, form.starts, form.ends, ())
    if place is None:
        raise Refused(TAKEN, field="offer", code="taken")
    price = PriceLine(element=PriceElement.SOCIAL_CARE, starts=form.starts, ends=None, weekly_pence=offer.weekly_pence)
    row = await session.one(
        BOOK,
        new_id(),
        offer.authority,
        offer.child,
        form.purpose,
        form.moves_from,
        offer.referral,
        offer.offer,
        offer.provider,
        offer.home,
        place.place,
        [place.place],
        place.type,
        place.sector,
        form.starts,
        form.ends,
        prices_as_json([price]),
    )
    assert row is not None
    session.publish(PlacementBooked(**placement_state(row)))
    session.audit(by.id, "book placement", row.placement)
    return row.placement  # type: ignore[no-any-return]


async def cancel_placement(session: WriteSession, placement: UUID, form: Cancel, *, by: Person) -> Row:
    """A person says that the placement will not start."""
    before = await the_placement(session, placement, by, lock=True)
    if not by.belongs_to(before.authority):
        raise NotFound("We cannot find that placement.", field="placement")
    must_be_current(before.version, form.version)
    must_follow(PlacementStatus(before.status), PlacementStatus.CANCELLED)
    session.audit(by.id, "cancel placement", placement)
    return await give_up(session, before, form.reason)
