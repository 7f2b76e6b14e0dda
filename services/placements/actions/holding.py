"""What becomes of a booking as providers answer: confirmed, tried elsewhere, or given up; siblings all or none."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from services.placements.actions.offers import pass_over_other_offers, reopen_offer
from services.placements.actions.telling import placement_state
from services.placements.actions.writing import change_placement
from services.placements.matching import Offered, judge_all
from services.placements.queries import WANTED, places_offered, wanted_in
from shared.contracts.placements import PlacementBooked, PlacementCancelled, PlacementConfirmed
from shared.contracts.vocabulary import PlacementStatus
from shared.geography import Geography
from shared.store.session import Row, WriteSession

UNTRIED = """SELECT o.*, v.places <> '{}' AND NOT v.places <@ $2::uuid[] AS untried
    FROM offers o JOIN vacancies v USING (vacancy) WHERE o.offer = $1"""
GROUP = """SELECT * FROM placements WHERE group_id = $1 AND placement <> $2 AND status = 'booked'
    ORDER BY placement FOR UPDATE"""
# The whole group at once and in one order, so that two who change it never wait for each other.
WITH_GROUP = """SELECT * FROM placements WHERE placement = $1
    OR group_id = (SELECT group_id FROM placements WHERE placement = $1) ORDER BY placement FOR UPDATE"""


async def locked(session: WriteSession, placement: UUID) -> Row | None:
    """A placement, locked together with those that were booked as one with it."""
    rows = await session.all(WITH_GROUP, placement)
    return next((row for row in rows if row.placement == placement), None)


async def possible_places(
    session: WriteSession, offer: Row, starts: date, ends: date | None, where: Geography | None = None
) -> list[Offered]:
    """The places of the offer's vacancy that pass every rule on these nights, the lowest number first.

    Without a map the home is one that was booked with it: how far it is from places to avoid is not asked again.
    """
    asked = await session.one(WANTED, offer.referral, offer.child)
    if asked is None:
        return []
    places = await places_offered(session, offer.authority, offer.vacancy, where)
    possible, _ = judge_all(places, wanted_in(asked, starts, ends, where), session.clock.now())
    return sorted((j.place for j in possible if j.place.vacancy == offer.vacancy), key=lambda place: place.number)


async def free_place(
    session: WriteSession,
    offer: Row,
    starts: date,
    ends: date | None,
    tried: Iterable[UUID],
    where: Geography | None = None,
) -> Offered | None:
    """The lowest place of the offer's vacancy that passes every rule on these nights and has not been tried."""
    before = set(tried)
    places = await possible_places(session, offer, starts, ends, where)
    return next((place for place in places if place.place not in before), None)


async def confirm_if_all_held(session: WriteSession, before: Row) -> None:
    """The place is kept; one that was booked with siblings waits until theirs are kept too."""
    if before.group_id is None:
        await confirm_placement(session, before)
        return
    await session.run("UPDATE placements SET held = true WHERE placement = $1", before.placement)
    group = await session.all(GROUP, before.group_id, before.placement)
    if all(row.held for row in group):
        for row in (before, *group):
            await confirm_placement(session, row)


async def keep_on_hold(session: WriteSession, before: Row, until: datetime | None) -> None:
    """The place is kept until then, and nobody is told that the home was chosen: it was not."""
    await session.run(
        "UPDATE placements SET held = true, held_until = $2 WHERE placement = $1", before.placement, until
    )
    session.signal(before.placement)


async def confirm_placement(session: WriteSession, before: Row) -> Row:
    """The place is ours, or none is needed: the booking stands, and the other providers asked are told."""
    row = await change_placement(session, before.placement, status=PlacementStatus.CONFIRMED)
    session.publish(PlacementConfirmed(**placement_state(row)))
    if row.referral is not None:
        await pass_over_other_offers(session, row.referral, row.child, but=row.offer)
    return row


async def try_next_place(session: WriteSession, before: Row) -> None:
    """The place was taken: ask for the next alike one of the same vacancy, or give up and reopen the offer."""
    siblings = await session.all(GROUP, before.group_id, before.placement) if before.group_id else []
    tried = [*before.tried, *(row.place for row in siblings)]
    offer = await session.one(UNTRIED, before.offer, tried)
    # Where fifty want one place there is nothing to search for: forty-nine are told sooner.
    place = offer and offer.untried and await free_place(session, offer, before.starts, before.ends, tried)
    if not place:
        await give_up(session, before, "taken")
        return
    tried = [*before.tried, place.place]
    row = await change_placement(session, before.placement, place=place.place, held=False, tried=tried)
    session.publish(PlacementBooked(**placement_state(row)))


async def give_up(session: WriteSession, before: Row, reason: str, *, with_group: bool = True) -> Row:
    """The placement will not start, nor those booked as one with it; their offers stand open again."""
    siblings = await session.all(GROUP, before.group_id, before.placement) if with_group and before.group_id else []
    for sibling in siblings:
        await _cancelled(session, sibling, reason)
    return await _cancelled(session, before, reason)


async def _cancelled(session: WriteSession, before: Row, reason: str) -> Row:
    row = await change_placement(session, before.placement, status=PlacementStatus.CANCELLED, held=False, reason=reason)
    session.publish(PlacementCancelled(**placement_state(row), reason=reason))
    await reopen_offer(session, row.offer)
    return row
