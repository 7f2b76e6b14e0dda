"""Bookings: ask for a place, take what providers' constraint decides, try the next alike, give up."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from services.placements.actions.offers import pass_over_other_offers, reopen_offer, told
from services.placements.domain import must_fit, must_follow
from services.placements.forms import Book, Cancel
from services.placements.matching import Offered, judge_all, lowest_free
from services.placements.queries import WANTED, places_offered, stays_of, the_offer, the_placement, wanted_in
from shared.contracts.placements import PlacementBooked, PlacementCancelled, PlacementConfirmed, PriceLine
from shared.contracts.vocabulary import OfferStatus, PlacementStatus, PriceElement
from shared.errors import NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

STATE = (
    *("placement", "authority", "version", "status", "child", "referral", "provider", "home", "place", "type"),
    *("sector", "purpose", "starts", "ends"),
)
BOOK = """INSERT INTO placements (placement, authority, child, version, status, purpose, moves_from, referral, offer,
        provider, home, place, tried, type, sector, starts, ends, prices)
    VALUES ($1, $2, $3, 1, 'booked', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING *"""
UNTRIED = """SELECT o.*, v.places <> '{}' AND NOT v.places <@ $2::uuid[] AS untried
    FROM offers o JOIN vacancies v USING (vacancy) WHERE o.offer = $1"""
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
    place = await _free_place(session, offer, form.starts, form.ends, ())
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
    session.publish(PlacementBooked(**told(row, STATE)))
    session.audit(by.id, "book placement", row.placement)
    return row.placement  # type: ignore[no-any-return]


async def _free_place(
    session: WriteSession, offer: Row, starts: Any, ends: Any, tried: Iterable[UUID]
) -> Offered | None:
    asked = await session.one(WANTED, offer.referral, offer.child)
    if asked is None:
        return None
    places = await places_offered(session, offer.authority, offer.vacancy)
    possible, _ = judge_all(places, wanted_in(asked, starts, ends), session.clock.now())
    return lowest_free(possible, offer.vacancy, tried)


def prices_as_json(prices: Iterable[PriceLine]) -> str:
    """Prices as a placement's row keeps them."""
    return to_json([line.model_dump(mode="json") for line in prices]).decode()


async def change_placement(session: WriteSession, placement: UUID, **changes: Any) -> Row:
    """Set columns of a placement, count its version on, and wake whoever waits for it."""
    settings = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, 2))
    row = await session.one(
        f"UPDATE placements SET version = version + 1, {settings} WHERE placement = $1 RETURNING *",
        placement,
        *changes.values(),
    )
    assert row is not None
    session.signal(placement)
    return row


async def confirm_placement(session: WriteSession, before: Row) -> None:
    """The place is ours: the booking stands, and the other providers asked are told."""
    row = await change_placement(session, before.placement, status=PlacementStatus.CONFIRMED)
    session.publish(PlacementConfirmed(**told(row, STATE)))
    await pass_over_other_offers(session, row.offer)


async def try_next_place(session: WriteSession, before: Row) -> None:
    """The place was taken: ask for the next alike one of the same vacancy, or give up and reopen the offer."""
    offer = await session.one(UNTRIED, before.offer, before.tried)
    # Where fifty want one place there is nothing to search for: forty-nine are told sooner.
    place = offer and offer.untried and await _free_place(session, offer, before.starts, before.ends, before.tried)
    if not place:
        await give_up(session, before, "taken")
        return
    row = await change_placement(session, before.placement, place=place.place, tried=[*before.tried, place.place])
    session.publish(PlacementBooked(**told(row, STATE)))


async def give_up(session: WriteSession, before: Row, reason: str) -> Row:
    """The placement will not start; its offer stands open again."""
    row = await change_placement(session, before.placement, status=PlacementStatus.CANCELLED, reason=reason)
    session.publish(PlacementCancelled(**told(row, STATE), reason=reason))
    await reopen_offer(session, row.offer)
    return row


async def cancel_placement(session: WriteSession, placement: UUID, form: Cancel, *, by: Person) -> Row:
    """A person says that the placement will not start."""
    before = await the_placement(session, placement, by, lock=True)
    if not by.belongs_to(before.authority):
        raise NotFound("We cannot find that placement.", field="placement")
    must_be_current(before.version, form.version)
    must_follow(PlacementStatus(before.status), PlacementStatus.CANCELLED)
    session.audit(by.id, "cancel placement", placement)
    return await give_up(session, before, form.reason)
