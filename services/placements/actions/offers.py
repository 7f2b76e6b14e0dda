"""Offers: ask a provider, take its answer, choose, let lapse."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.placements.actions.letting_go import let_go_of_holds
from services.placements.actions.telling import offer_state
from services.placements.actions.writing import change_row
from services.placements.forms import ApproveDistance, Choose, Decline, Invite, MakeOffer, TakeBack
from services.placements.queries import the_offer, wanted_for
from shared.contracts.placements import (
    OfferAccepted,
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferNotChosen,
    OfferWithdrawn,
)
from shared.contracts.vocabulary import NotChosenReason, OfferStatus, ReferralStatus
from shared.errors import NotFound, Refused, must_be_current
from shared.identity.person import Person, Role
from shared.ids import new_id
from shared.store.session import Row, WriteSession

LAPSE = "lapse_offer"
OPEN = (OfferStatus.INVITED, OfferStatus.OFFERED, OfferStatus.ACCEPTED)
# Locked, so that a referral that is withdrawn just now waits, and then finds this offer to withdraw too.
ASKED_FOR = "SELECT status, open FROM referrals WHERE referral = $1 FOR SHARE"
INVITE = """INSERT INTO offers (offer, authority, provider, referral, child, home, vacancy, version, status, open,
        invited_at, invited_by, answer_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'invited', true, $8, $9, $10) RETURNING *"""
REOPEN = """UPDATE offers SET status = 'offered', open = true, version = version + 1
    WHERE offer = $1 AND status = 'accepted' RETURNING *"""
# Whoever had not answered yet is told that a home was found first.
OTHERS = """UPDATE offers SET status = 'not_chosen', open = false, version = version + 1,
        not_chosen_reason = CASE WHEN status = 'invited' THEN 'found_first' ELSE not_chosen_reason END
    WHERE referral = $1 AND child = $2 AND open AND offer IS DISTINCT FROM $3 RETURNING *"""
WHY_NOT = """UPDATE offers o SET not_chosen_reason = said.reason
    FROM unnest($2::uuid[], $3::text[]) AS said (home, reason)
    WHERE o.referral = $1 AND o.child = ANY($4) AND o.open AND o.home = said.home"""
APPROVED = "SELECT true FROM approvals WHERE offer = $1 AND approved AND weekly_pence >= $2"
BOOKED = "SELECT 1 FROM placements WHERE offer = $1 AND status NOT IN ('cancelled', 'annulled') AND NOT on_hold"
VACANCY = """SELECT v.* FROM vacancies v JOIN providers o ON o.provider = v.provider
    WHERE v.vacancy = $1 AND NOT v.withdrawn AND coalesce(o.owned_by, $2) = $2"""
MOST = "SELECT most_weekly_pence FROM referrals WHERE referral = $1"
# A sibling who is to live with the other at this home no longer asks there, unless the other still does or has a place.
SIBLINGS = """UPDATE offers o SET status = 'withdrawn', open = false, version = o.version + 1
    FROM referrals r WHERE r.referral = $1 AND r.together AND o.referral = r.referral AND o.home = $2 AND o.child <> $3
        AND o.status IN ('invited', 'offered', 'accepted')
        AND NOT EXISTS (SELECT FROM placements p WHERE p.offer = o.offer AND p.status NOT IN ('cancelled', 'annulled')
            AND NOT p.on_hold)
        AND NOT EXISTS (SELECT FROM offers s WHERE s.referral = $1 AND s.home = $2 AND s.child = $3 AND s.open)
    RETURNING o.*"""


async def invite_offer(session: WriteSession, form: Invite, *, by: Person) -> UUID:
    """Ask a provider whether it can offer a vacancy for a child."""
    referral, _ = await wanted_for(session, form.referral, form.child, by)
    asked_for = await session.one(ASKED_FOR, form.referral)
    if asked_for is None or not asked_for.open:
        raise Refused("That referral is closed.", field="referral")
    if asked_for.status == ReferralStatus.SUBMITTED:  # one that needs no panel is searching at once
        raise Refused("A panel has not decided about that referral yet.", field="referral", code="before_panel")
    if asked_for.status == ReferralStatus.INFORMATION_ASKED:
        raise Refused("That referral waits for more information.", field="referral", code="information_asked")
    vacancy = await session.one(VACANCY, form.vacancy, referral.authority)
    if vacancy is None:
        raise NotFound("We cannot find that vacancy, or it is no longer offered.", field="vacancy")
    now = session.clock.now()
    whose = (referral.authority, vacancy.provider, form.referral, form.child, vacancy.home, form.vacancy)
    answer_by = now + timedelta(hours=form.answer_within_hours)
    row = await session.one(INVITE, new_id(), *whose, now, by.id, answer_by)
    assert row is not None
    await session.after(row.answer_by, LAPSE, row.offer)
    session.publish(OfferInvited(**offer_state(row), answer_by=row.answer_by))
    session.audit(by.id, "invite offer", row.offer)
    return row.offer  # type: ignore[no-any-return]


async def make_offer(session: WriteSession, offer: UUID, form: MakeOffer, *, by: Person) -> Row:
    """The provider offers the home at a price from a date."""
    terms = {"weekly_pence": form.weekly_pence, "available_from": form.available_from}
    words = {**terms, "conditions": form.conditions}
    if said := await _said_before(session, offer, by, OfferStatus.OFFERED, words):
        return said
    before = await _open(session, offer, form.version, by, OfferStatus.INVITED, OfferStatus.OFFERED)
    answered_at = before.answered_at or session.clock.now()
    row = await _change(session, before, OfferStatus.OFFERED, open=True, answered_at=answered_at, **words)
    await session.no_longer_due(LAPSE, offer)
    session.publish(OfferMade(**offer_state(row), **terms))
    session.audit(by.id, "make offer", offer)
    return row


async def decline_offer(session: WriteSession, offer: UUID, form: Decline, *, by: Person) -> Row:
    """The provider says no, with a reason; siblings who were to come along are no longer asked about."""
    words = {"decline_reason": form.reason, "note": form.note}
    if said := await _said_before(session, offer, by, OfferStatus.DECLINED, words):
        return said
    before = await _open(session, offer, form.version, by, OfferStatus.INVITED, OfferStatus.OFFERED)
    answered_at = before.answered_at or session.clock.now()
    row = await _change(session, before, OfferStatus.DECLINED, open=False, answered_at=answered_at, **words)
    await session.no_longer_due(LAPSE, offer)
    session.publish(OfferDeclined(**offer_state(row), reason=form.reason))
    session.audit(by.id, "decline offer", offer)
    await let_go_of_holds(session, [offer], "offer_gone")
    await _release_siblings(session, row)
    return row


async def take_back_offer(session: WriteSession, offer: UUID, form: TakeBack, *, by: Person) -> Row:
    """The provider no longer offers the home; once it is booked, the authority alone can call that off."""
    words = {"decline_reason": form.reason, "note": form.note}
    if said := await _said_before(session, offer, by, OfferStatus.WITHDRAWN, words):
        return said
    before = await _open(session, offer, form.version, by, OfferStatus.OFFERED, OfferStatus.ACCEPTED)
    if await session.value(BOOKED, offer):
        raise Refused(
            "The home is booked for the child: ask the authority to call that off.", field="offer", code="booked"
        )
    row = await _change(session, before, OfferStatus.WITHDRAWN, open=False, **words)
    session.publish(OfferWithdrawn(**offer_state(row), reason=form.reason))
    session.audit(by.id, "take back offer", offer)
    await let_go_of_holds(session, [offer], "offer_gone")
    await _release_siblings(session, row)
    return row


async def accept_offer(session: WriteSession, offer: UUID, form: Choose, *, by: Person) -> Row:
    """The authority chooses an offer; the provider may now know whose it is."""
    before = await _open(session, offer, form.version, by, OfferStatus.OFFERED)
    await _must_be_affordable(session, before, by)
    row = await _change(session, before, OfferStatus.ACCEPTED, open=True)
    session.publish(OfferAccepted(**offer_state(row)))
    session.audit(by.id, "accept offer", offer)
    return row


async def _must_be_affordable(session: WriteSession, offer: Row, by: Person) -> None:
    """Above the panel's limit an approver decides, and nobody approves what they asked for."""
    most = await session.value(MOST, offer.referral)
    if most is None or offer.weekly_pence <= most:
        return
    if await session.value(APPROVED, offer.offer, offer.weekly_pence):
        return
    if Role.APPROVER not in by.roles or by.id == offer.invited_by:
        raise Refused(
            "The price is above what the panel allowed: somebody who may approve it, and did not ask, must accept it.",
            field="offer",
            code="needs_approval",
        )


async def approve_distance(session: WriteSession, offer: UUID, form: ApproveDistance, *, by: Person) -> Row:
    """An approver decides that the child may live at this home although it is far away; nobody decides what they asked."""
    before = await _open(session, offer, form.version, by, *OPEN)
    if by.id == before.invited_by:
        raise Refused("You asked for this home: somebody else must decide.", field="offer", code="needs_approval")
    decided = {"distance_reason": form.distance_reason, "distance_approved_by": by.id}
    row = await _change(session, before, OfferStatus(before.status), **decided)
    session.audit(by.id, "approve distance", offer)
    return row


async def reopen_offer(session: WriteSession, offer: UUID | None) -> None:
    """An accepted offer whose booking came to nothing stands as offered again."""
    row = offer and await session.one(REOPEN, offer)
    if row:
        session.publish(OfferMade(**offer_state(row), weekly_pence=row.weekly_pence, available_from=row.available_from))


async def say_why_not(
    session: WriteSession, referral: UUID, children: Sequence[UUID], reasons: Mapping[UUID, NotChosenReason]
) -> None:
    """Why other homes will not be chosen for these children, by home; they are told once the booking is confirmed."""
    if reasons:
        await session.run(WHY_NOT, referral, list(reasons), list(reasons.values()), list(children))


async def pass_over_other_offers(session: WriteSession, referral: UUID, child: UUID, *, but: UUID | None) -> None:
    """Tell the others that were asked about the same child that they were not chosen."""
    for row in await session.all(OTHERS, referral, child, but):
        await session.no_longer_due(LAPSE, row.offer)
        session.publish(OfferNotChosen(**offer_state(row), reason=row.not_chosen_reason))


async def lapse_offer(session: WriteSession, offer: str) -> None:
    """The time to answer is over; siblings who were to come along are no longer asked about."""
    row = await session.one("SELECT * FROM offers WHERE offer = $1 FOR UPDATE", UUID(offer))
    if row is not None and row.status == OfferStatus.INVITED:
        row = await _change(session, row, OfferStatus.LAPSED, open=False)
        session.publish(OfferLapsed(**offer_state(row)))
        await _release_siblings(session, row)


async def let_lapse(session: WriteSession, offer: UUID, form: Choose, *, by: Person) -> Row:
    """Say that nobody answered in time, as the ticker does by itself. Raises Refused while there is time to answer."""
    before = await _open(session, offer, form.version, by, OfferStatus.INVITED)
    if session.clock.now() < before.answer_by:
        raise Refused("There is still time to answer.", field="offer", code="not_due")
    await session.no_longer_due(LAPSE, offer)
    await lapse_offer(session, str(offer))
    session.audit(by.id, "let lapse", offer)
    return await the_offer(session, offer, by)


async def _release_siblings(session: WriteSession, gone: Row) -> None:
    await tell_withdrawn(session, await session.all(SIBLINGS, gone.referral, gone.home, gone.child))


async def tell_withdrawn(session: WriteSession, rows: list[Row]) -> None:
    """These offers were withdrawn: nobody waits for an answer any more."""
    for row in rows:
        await session.no_longer_due(LAPSE, row.offer)
        session.publish(OfferWithdrawn(**offer_state(row)))
    await let_go_of_holds(session, [row.offer for row in rows], "offer_gone")


async def _open(session: WriteSession, offer: UUID, seen: int | None, by: Person, *statuses: OfferStatus) -> Row:
    row = await the_offer(session, offer, by, lock=True)
    must_be_current(row.version, seen)
    if row.status not in statuses:
        raise Refused(f"That offer is {row.status.replace('_', ' ')}.", field="offer", code="not_in_that_order")
    return row


async def _said_before(
    session: WriteSession, offer: UUID, by: Person, status: OfferStatus, words: dict[str, Any]
) -> Row | None:
    """The offer as it is, where the same was said of it in the same words: sent twice it is done once."""
    row = await the_offer(session, offer, by, lock=True)
    return row if row.status == status and all(row[name] == said for name, said in words.items()) else None


async def _change(session: WriteSession, before: Row, status: OfferStatus, **changes: Any) -> Row:
    return await change_row(session, "offers", "offer", before.offer, {"status": status, **changes})
