"""What referrals does when placements speak: note how far each child has got, and what is out for them."""

from collections.abc import Mapping

from services.referrals.actions.following import follow_placements
from shared.contracts import Event
from shared.contracts.placements import (
    OfferAccepted,
    OfferConsidered,
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferNotChosen,
    OfferWithdrawn,
    PlacementAnnulled,
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.vocabulary import OfferStatus
from shared.service.service import Reaction
from shared.store.copies import Copy, keep_copy
from shared.store.session import WriteSession

PlacementEvent = (
    PlacementBooked | PlacementConfirmed | PlacementStarted | PlacementEnded | PlacementCancelled | PlacementAnnulled
)
OfferEvent = OfferInvited | OfferMade | OfferDeclined | OfferAccepted | OfferNotChosen | OfferWithdrawn | OfferLapsed
STANDS: Mapping[type[Event], OfferStatus] = {
    OfferInvited: OfferStatus.INVITED,
    OfferMade: OfferStatus.OFFERED,
    OfferDeclined: OfferStatus.DECLINED,
    OfferAccepted: OfferStatus.ACCEPTED,
    OfferNotChosen: OfferStatus.NOT_CHOSEN,
    OfferWithdrawn: OfferStatus.WITHDRAWN,
    OfferLapsed: OfferStatus.LAPSED,
}
PLACING = ("placement", "version", "referral", "child", "status", "starts")
OFFER = ("offer", "version", "referral", "child", "home", "provider", "invited_at", "answered_at")


async def note_placement(session: WriteSession, event: PlacementEvent) -> None:
    """Note where a placement that answers a referral stands, and what follows for the referral.

    Kept per placement and newest only, so that it does not matter in which order they are heard of, or how often.
    """
    if event.referral is None or event.on_hold:  # a home whose place is only held was not chosen yet
        return
    if await keep_copy(session, "home_found", "placement", {name: getattr(event, name) for name in PLACING}):
        await follow_placements(session, event.referral)


async def note_offer(session: WriteSession, event: OfferEvent) -> None:
    """Note what is out for a child, so that a withdrawal can say what falls with it."""
    facts = {name: getattr(event, name) for name in OFFER} | {"status": STANDS[type(event)]}
    await keep_copy(session, "offer_out", "offer", facts)


async def note_opinion(session: WriteSession, event: OfferConsidered) -> None:
    """Note what the social worker said of an offer, so that nobody is asked for it again."""
    facts = {name: getattr(event, name) for name in (*OFFER, "agrees")} | {
        "status": event.status or OfferStatus.OFFERED
    }
    await keep_copy(session, "offer_out", "offer", facts)


REACTIONS: Mapping[type[Event], Reaction] = {
    PlacementBooked: note_placement,
    PlacementConfirmed: note_placement,
    PlacementStarted: note_placement,
    PlacementEnded: note_placement,
    PlacementCancelled: note_placement,
    PlacementAnnulled: note_placement,
    **dict.fromkeys(STANDS, note_offer),
    OfferConsidered: note_opinion,
}
COPIES = (
    Copy("home_found", "placement", [event for event in REACTIONS if event not in (*STANDS, OfferConsidered)]),
    Copy("offer_out", "offer", [*STANDS, OfferConsidered]),
)
