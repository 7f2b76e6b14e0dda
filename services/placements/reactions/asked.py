"""What placements keeps of children and of what is asked for them, and what falls with a referral that goes."""

from collections.abc import Sequence

from pydantic_core import to_json

from services.placements.actions.withdrawal import withdraw_what_was_asked
from shared.contracts import Event, referrals
from shared.contracts.vocabulary import ReferralStatus
from shared.store.copies import keep_copies, keep_copy
from shared.store.session import WriteSession

WANTED = frozenset(
    [
        *(ReferralStatus.SUBMITTED, ReferralStatus.INFORMATION_ASKED, ReferralStatus.APPROVED),
        *(ReferralStatus.SEARCHING, ReferralStatus.MATCHED),
    ]
)
"""A home is still wanted."""
REFERRAL = (
    *("referral", "authority", "version", "status", "urgency", "submitted_at", "due_at", "wanted_from"),
    *("wanted_until", "types", "together", "most_weekly_pence", "approved_until"),
)
LINES = """INSERT INTO referral_children (referral, child, needs, solo, not_with) SELECT $1, *
    FROM jsonb_to_recordset($2::jsonb) AS line (child uuid, needs text[], solo boolean, not_with uuid[])"""

ReferralEvent = (
    referrals.ReferralSubmitted
    | referrals.ReferralAmended
    | referrals.InformationAsked
    | referrals.PanelDecided
    | referrals.SearchOpened
    | referrals.ReferralWithdrawn
    | referrals.ReferralClosed
)


async def _keep(session: WriteSession, table: str, event: Event, *names: str) -> bool:
    """The first of `names` is the key."""
    return await keep_copy(session, table, names[0], {name: getattr(event, name) for name in names})


async def note_child(session: WriteSession, event: referrals.ChildRegistered) -> None:
    """Keep what matching and the return need of a child."""
    await note_children(session, [event])


async def note_children(session: WriteSession, events: Sequence[referrals.ChildRegistered]) -> None:
    """The same of many, as they come when a return is loaded."""
    names = ("child", "authority", "version", "born", "sex", "ethnicity", "uasc", "uasc_ceased")
    await keep_copies(session, "children", "child", [{name: getattr(e, name) for name in names} for e in events])


async def note_statutory_details(session: WriteSession, event: referrals.StatutoryDetailsNoted) -> None:
    """Keep what the return needs of a child; from the home postcode miles are counted."""
    await note_statutory_details_of_many(session, [event])


async def note_statutory_details_of_many(
    session: WriteSession, events: Sequence[referrals.StatutoryDetailsNoted]
) -> None:
    """The same of many, as they come when a return is loaded."""
    names = ("child", "authority", "version", "reference", "upn", "home_postcode", "mother", "own_child_born")
    facts = [
        {name: getattr(e, name) for name in names} | {"former_references": list(e.former_references)} for e in events
    ]
    await keep_copies(session, "statutory_details", "child", facts)


async def note_important_places(session: WriteSession, event: referrals.ImportantPlacesNoted) -> None:
    """Keep where it matters to a child to be near, or not to be."""
    places = to_json([place.model_dump(mode="json") for place in event.places]).decode()
    facts = {"child": event.child, "authority": event.authority, "version": event.version, "places": places}
    await keep_copy(session, "important_places", "child", facts)


async def note_assessment(session: WriteSession, event: referrals.NeedsAssessed) -> None:
    """Keep what a child needs, and with whom the child must not live."""
    names = ("child", "authority", "version", "assessed_on", "needs", "solo", "not_with")
    await _keep(session, "assessments", event, *names)


async def note_referral(session: WriteSession, event: ReferralEvent) -> None:
    """Keep how a referral stands; with one that goes, what was asked and booked for it goes too."""
    gone = isinstance(event, referrals.ReferralWithdrawn | referrals.ReferralClosed)
    open_ = event.status in WANTED and not gone
    facts = {name: getattr(event, name) for name in REFERRAL} | {"open": open_}
    if await keep_copy(session, "referrals", "referral", facts):
        await session.run("DELETE FROM referral_children WHERE referral = $1", event.referral)
        await session.run(LINES, event.referral, to_json(event.children).decode())
        if not open_:
            found = event.status == ReferralStatus.PLACED
            await withdraw_what_was_asked(session, event.referral, all_placed=found)
    session.signal(event.referral)
