"""Bookings: hold a place, ask for one under an accepted offer, for one child or siblings as one, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.placements.actions.circumstances import Whereabouts, surrounding
from services.placements.actions.holding import confirm_placement, free_place, give_up, locked, possible_places
from services.placements.actions.telling import placement_state, prices_as_json
from services.placements.actions.writing import change_placement, our_placement, write_placement
from services.placements.domain import each_their_own, must_fit, must_follow
from services.placements.forms import Book, BookTogether, Cancel, Hold
from services.placements.matching import Offered
from services.placements.queries import home_of, siblings_apart, stays_of, the_offer
from services.placements.queries.deciding import TAKEN
from shared.contracts.placements import PlacementBooked, PriceLine
from shared.contracts.vocabulary import (
    DistanceReason,
    OfferStatus,
    PlacementStatus,
    PlacementType,
    PriceElement,
    Purpose,
)
from shared.errors import Invalid, NotFound, Refused
from shared.geography import Geography
from shared.identity.person import Person, Role
from shared.ids import new_id
from shared.store.session import Row, WriteSession

LOCK = "SELECT 1 FROM offers WHERE offer = ANY($1) ORDER BY offer FOR UPDATE"
APPROVED_UNTIL = "SELECT approved_until FROM referrals WHERE referral = $1"
HELD = "SELECT * FROM placements WHERE offer = $1 AND status = 'booked' AND on_hold FOR UPDATE"
NOT_TOGETHER = "The home has no longer a place for each of them on these nights."


@dataclass(frozen=True, slots=True)
class Asking:
    """What a booking asks of an accepted offer: nights `[starts, ends)`, what they end, and why they may be far away."""

    offer: Row
    starts: date
    ends: date | None
    purpose: Purpose
    moves_from: UUID | None
    distance_reason: DistanceReason | None
    group: UUID | None = None
    on_hold: bool = False


async def book_placement(session: WriteSession, form: Book, geography: Geography, *, by: Person) -> UUID:
    """Ask for a place under an accepted offer, or take the one that is held; the answer comes by events.

    Raises Refused with code `taken`.
    """
    offer = await _accepted(session, form.offer, by, "offer")
    asking = Asking(offer, form.starts, form.ends, form.purpose, form.moves_from, form.distance_reason)
    if held := await session.one(HELD, form.offer):
        return await _book_held(session, held, asking, geography, by)
    return await _ask_for_any(session, asking, geography, by)


async def hold_place(session: WriteSession, form: Hold, geography: Geography, *, by: Person) -> UUID:
    """Have a place kept for a while, before the home is chosen: nobody learns who the child is, and others stay asked.

    The answer comes by events, and how long with it. Raises Refused with code `taken`.
    """
    offer = await _ours(session, form.offer, by, "offer")
    if held := await session.one(HELD, form.offer):
        return held.placement  # type: ignore[no-any-return]
    if offer.status != OfferStatus.OFFERED:
        words = f"Only a home that was offered and not chosen can be held: this one is {offer.status}."
        raise Refused(words, field="offer", code="not_in_that_order")
    asking = Asking(offer, form.starts, form.ends, form.purpose, form.moves_from, None, on_hold=True)
    return await _ask_for_any(session, asking, geography, by)


async def _ask_for_any(session: WriteSession, asking: Asking, geography: Geography, by: Person) -> UUID:
    await _must_fit(session, asking)
    place = await free_place(session, asking.offer, asking.starts, asking.ends, (), geography)
    if place is None:
        raise Refused(TAKEN, field="offer", code="taken")
    row = await _ask_for(session, asking, place, geography, by)
    return row.placement  # type: ignore[no-any-return]


async def _book_held(session: WriteSession, held: Row, asking: Asking, geography: Geography, by: Person) -> UUID:
    """The home is chosen: its place is kept as it is held, or once it is."""
    if (asking.starts, asking.ends, asking.moves_from) != (held.starts, held.ends, held.moves_from):
        words = f"The place is held from {held.starts.day} {held.starts:%B %Y}. For other nights, let it go first."
        raise Refused(words, field="starts", code="held_otherwise")
    around = await surrounding(session, geography, asking.offer, PlacementType(held.type), held.starts)
    reason, approved_by = _distance_decided(asking, around.where, by)
    changes = {"on_hold": False, "held_until": None, "distance_reason": reason, "distance_approved_by": approved_by}
    row = await change_placement(session, held.placement, **changes, prices=prices_as_json([_price(asking)]))
    session.audit(by.id, "book placement", row.placement)
    if held.held:
        await confirm_placement(session, row)
    return row.placement  # type: ignore[no-any-return]


async def book_together(session: WriteSession, form: BookTogether, geography: Geography, *, by: Person) -> list[UUID]:
    """Ask for a place for each of several siblings in one home: all of them or none."""
    await session.run(LOCK, sorted(form.offers))  # in one order, whatever order they were named in
    offers = [await _accepted(session, offer, by, f"offers.{number}") for number, offer in enumerate(form.offers)]
    await _must_go_together(session, offers)
    group, moves_from = new_id(), {}
    for placement in form.moves_from:
        left = await our_placement(session, placement, None, by)
        moves_from[left.child] = placement
    asking = [
        Asking(
            offer,
            form.starts,
            form.ends,
            Purpose.MOVE if offer.child in moves_from else Purpose.FIRST,
            moves_from.get(offer.child),
            form.distance_reason,
            group,
        )
        for offer in offers
    ]
    for one in sorted(asking, key=lambda a: str(a.offer.child)):
        await _must_fit(session, one)
    possible = [await possible_places(session, offer, form.starts, form.ends, geography) for offer in offers]
    chosen = each_their_own([[place.place for place in places] for places in possible])
    if chosen is None:
        raise Refused(NOT_TOGETHER, field="offers", code="taken")
    places = {place.place: place for each in possible for place in each}
    rows = [await _ask_for(session, one, places[id_], geography, by) for one, id_ in zip(asking, chosen, strict=True)]
    return [row.placement for row in rows]


async def _accepted(session: WriteSession, offer: UUID, by: Person, field: str) -> Row:
    row = await _ours(session, offer, by, field)
    if row.status != OfferStatus.ACCEPTED:
        raise Refused("Accept the offer before you book it.", field=field, code="not_in_that_order")
    return row


async def _ours(session: WriteSession, offer: UUID, by: Person, field: str) -> Row:
    """An offer to the person's authority, locked, under a referral whose approval has not ended."""
    try:
        row = await the_offer(session, offer, by, lock=True)
    except NotFound as missing:
        raise NotFound(missing.message, field=field) from None
    if not by.belongs_to(row.authority):
        raise NotFound("We cannot find that offer.", field=field)
    until = await session.value(APPROVED_UNTIL, row.referral)
    if until is not None and session.clock.today() > until:
        words = f"The panel's approval ended on {until.day} {until:%B %Y}. Ask the panel again."
        raise Refused(words, field=field, code="approval_ended")
    return row


async def _must_go_together(session: WriteSession, offers: Sequence[Row]) -> None:
    if len({offer.child for offer in offers}) < len(offers):
        raise Invalid("Each offer is for another child.", field="offers")
    if len({(offer.referral, offer.home) for offer in offers}) > 1:
        raise Refused("Siblings go together to one home, under one referral.", field="offers", code="not_one_home")
    home = await home_of(session, offers[0].home)
    if home is not None and home.solo:
        raise Refused("That home is registered for one child at a time.", field="offers", code="solo_home")
    if await siblings_apart(session, offers[0].referral, [offer.child for offer in offers]):
        raise Refused("What was asked for says that these children do not live together.", field="offers")


async def _must_fit(session: WriteSession, asking: Asking) -> None:
    # Two bookings for one child wait for each other here, so that the second sees the first.
    await session.run("SELECT 1 FROM children WHERE child = $1 FOR UPDATE", asking.offer.child)
    stays = await stays_of(session, asking.offer.child)
    must_fit(asking.purpose, asking.moves_from, asking.starts, asking.ends, stays)


async def _ask_for(session: WriteSession, asking: Asking, place: Offered, geography: Geography, by: Person) -> Row:
    offer = asking.offer
    around = await surrounding(session, geography, offer, place.type, asking.starts)
    reason, approved_by = (None, None) if asking.on_hold else _distance_decided(asking, around.where, by)
    left = asking.moves_from and await session.value(
        "SELECT home FROM placements WHERE placement = $1", asking.moves_from
    )
    columns = {
        **{name: offer[name] for name in ("authority", "child", "referral", "offer", "provider", "home")},
        **{name: getattr(asking, name) for name in ("purpose", "moves_from", "starts", "ends")},
        **around.where.columns(),
        "placement": new_id(),
        "status": PlacementStatus.BOOKED,
        "place": place.place,
        "tried": [place.place],
        "group_id": asking.group,
        "type": place.type,
        "sector": place.sector,
        "urn": around.urn,
        "contract": around.contract,
        "same_carer": left == offer.home,
        "distance_reason": reason,
        "distance_approved_by": approved_by,
        "prices": prices_as_json([_price(asking)]),
        "on_hold": asking.on_hold,
    }
    row = await write_placement(session, columns)
    session.publish(PlacementBooked(**placement_state(row)))
    session.audit(by.id, "hold place" if asking.on_hold else "book placement", row.placement)
    return row


def _price(asking: Asking) -> PriceLine:
    pence = asking.offer.weekly_pence
    return PriceLine(element=PriceElement.SOCIAL_CARE, starts=asking.starts, ends=None, weekly_pence=pence)


def _distance_decided(asking: Asking, where: Whereabouts, by: Person) -> tuple[str | None, str | None]:
    """Why the child may live so far away, and who said so: an approver, who did not ask for it."""
    if not where.far:
        return None, None
    offer = asking.offer
    approved_by = offer.distance_approved_by
    if approved_by is None and Role.APPROVER in by.roles and by.id != offer.invited_by:
        approved_by = by.id
    if approved_by is None:
        raise Refused(
            "The home is far away and out of the area: an approver, who did not ask for it, must decide that first.",
            field="distance_reason",
            code="needs_approval",
        )
    reason = asking.distance_reason or offer.distance_reason
    if reason is None:
        raise Invalid("Say why the child is to live so far away.", field="distance_reason")
    return reason, approved_by


async def cancel_placement(session: WriteSession, placement: UUID, form: Cancel, *, by: Person) -> Row:
    """A person says that the placement will not start."""
    await locked(session, placement)
    before = await our_placement(session, placement, form.version, by)
    must_follow(PlacementStatus(before.status), PlacementStatus.CANCELLED)
    session.audit(by.id, "cancel placement", placement)
    return await give_up(session, before, form.reason)
