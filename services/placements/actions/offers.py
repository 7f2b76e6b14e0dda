"""Offers: ask a provider, take its answer, choose, let lapse."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.placements.forms import Choose, Decline, Invite, MakeOffer
from services.placements.queries import the_offer, wanted_for
from shared.contracts.placements import (
    OfferAccepted,
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferNotChosen,
)
from shared.contracts.vocabulary import OfferStatus
from shared.errors import NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

LAPSE = "lapse_offer"
REOPEN = """UPDATE offers SET status = 'offered', open = true, version = version + 1
    WHERE offer = $1 AND status = 'accepted' RETURNING *"""
VACANCY = """SELECT v.* FROM vacancies v JOIN providers o ON o.provider = v.provider
    WHERE v.vacancy = $1 AND NOT v.withdrawn AND coalesce(o.owned_by, $2) = $2"""
STATE = ("offer", "authority", "version", "referral", "child", "provider", "home", "vacancy")


def told(row: Row, names: tuple[str, ...] = STATE) -> dict[str, Any]:
    """What every event about a row says of it."""
    return {name: row[name] for name in names}


async def invite_offer(session: WriteSession, form: Invite, *, by: Person) -> UUID:
    """Ask a provider whether it can offer a vacancy for a child."""
    referral, _ = await wanted_for(session, form.referral, form.child, by)
    if not referral.open:
        raise Refused("That referral is closed.", field="referral")
    vacancy = await session.one(VACANCY, form.vacancy, referral.authority)
    if vacancy is None:
        raise NotFound("We cannot find that vacancy, or it is no longer offered.", field="vacancy")
    row = await session.one(
        """INSERT INTO offers (offer, authority, provider, referral, child, home, vacancy, version, status, open, answer_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'invited', true, $8) RETURNING *""",
        new_id(),
        referral.authority,
        vacancy.provider,
        form.referral,
        form.child,
        vacancy.home,
        form.vacancy,
        session.clock.now() + timedelta(hours=form.answer_within_hours),
    )
    assert row is not None
    await session.after(row.answer_by, LAPSE, row.offer)
    session.publish(OfferInvited(**told(row), answer_by=row.answer_by))
    session.audit(by.id, "invite offer", row.offer)
    return row.offer  # type: ignore[no-any-return]


async def make_offer(session: WriteSession, offer: UUID, form: MakeOffer, *, by: Person) -> Row:
    """The provider offers the home at a price from a date."""
    before = await _open(session, offer, form.version, by, OfferStatus.INVITED, OfferStatus.OFFERED)
    row = await _change(
        session,
        before,
        OfferStatus.OFFERED,
        open=True,
        weekly_pence=form.weekly_pence,
        available_from=form.available_from,
    )
    await session.no_longer_due(LAPSE, offer)
    session.publish(OfferMade(**told(row), weekly_pence=row.weekly_pence, available_from=row.available_from))
    session.audit(by.id, "make offer", offer)
    return row


async def decline_offer(session: WriteSession, offer: UUID, form: Decline, *, by: Person) -> Row:
    """The provider says no, with a reason."""
    before = await _open(session, offer, form.version, by, OfferStatus.INVITED, OfferStatus.OFFERED)
    row = await _change(session, before, OfferStatus.DECLINED, open=False, decline_reason=form.reason)
    await session.no_longer_due(LAPSE, offer)
    session.publish(OfferDeclined(**told(row), reason=form.reason))
    session.audit(by.id, "decline offer", offer)
    return row


async def accept_offer(session: WriteSession, offer: UUID, form: Choose, *, by: Person) -> Row:
    """The authority chooses an offer; the provider may now know whose it is."""
    before = await _open(session, offer, form.version, by, OfferStatus.OFFERED)
    row = await _change(session, before, OfferStatus.ACCEPTED, open=True)
    session.publish(OfferAccepted(**told(row)))
    session.audit(by.id, "accept offer", offer)
    return row


async def reopen_offer(session: WriteSession, offer: UUID | None) -> None:
    """An accepted offer whose booking came to nothing stands as offered again."""
    row = offer and await session.one(REOPEN, offer)
    if row:
        session.publish(OfferMade(**told(row), weekly_pence=row.weekly_pence, available_from=row.available_from))


async def pass_over_other_offers(session: WriteSession, chosen: UUID | None) -> None:
    """Tell the others that were asked about the same child that they were not chosen."""
    others = await session.all(
        """UPDATE offers o SET status = 'not_chosen', open = false, version = o.version + 1 FROM offers c
           WHERE c.offer = $1 AND o.referral = c.referral AND o.child = c.child AND o.open AND o.offer <> c.offer
           RETURNING o.*""",
        chosen,
    )
    for row in others:
        await session.no_longer_due(LAPSE, row.offer)
        session.publish(OfferNotChosen(**told(row)))


async def lapse_offer(session: WriteSession, offer: str) -> None:
    """The time to answer is over."""
    row = await session.one("SELECT * FROM offers WHERE offer = $1 FOR UPDATE", UUID(offer))
    if row is not None and row.status == OfferStatus.INVITED:
        session.publish(OfferLapsed(**told(await _change(session, row, OfferStatus.LAPSED, open=False))))


async def _open(session: WriteSession, offer: UUID, seen: int | None, by: Person, *statuses: OfferStatus) -> Row:
    row = await the_offer(session, offer, by, lock=True)
    must_be_current(row.version, seen)
    if row.status not in statuses:
        raise Refused(f"That offer is {row.status.replace('_', ' ')}.", field="offer", code="not_in_that_order")
    return row


async def _change(session: WriteSession, before: Row, status: OfferStatus, **changes: Any) -> Row:
    changes = {"status": status, **changes}
    settings = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, 2))
    row = await session.one(
        f"UPDATE offers SET version = version + 1, {settings} WHERE offer = $1 RETURNING *",
        before.offer,
        *changes.values(),
    )
    assert row is not None
    return row
