"""What placements does when it hears of children, referrals, homes, vacancies and held places."""

from collections.abc import Mapping
from typing import Any

from services.placements.actions import confirm_placement, try_next_place
from services.placements.actions.bookings import give_up
from shared.contracts import Event, providers, referrals
from shared.contracts.vocabulary import PlacementStatus
from shared.service.service import Reaction
from shared.store.copies import keep_copy
from shared.store.session import Row, WriteSession


def _facts(event: Event, *names: str) -> dict[str, Any]:
    return {name: getattr(event, name) for name in names}


async def note_child(session: WriteSession, event: referrals.ChildRegistered) -> None:
    """Keep what matching needs of a child."""
    await keep_copy(session, "children", "child", _facts(event, "child", "authority", "version", "born", "sex"))


async def note_referral(session: WriteSession, event: referrals.ReferralSubmitted) -> None:
    """A home is asked for."""
    names = ("referral", "authority", "version", "urgency", "submitted_at", "wanted_from", "wanted_until", "types")
    if await keep_copy(session, "referrals", "referral", _facts(event, *names) | {"open": True}):
        await session.run("DELETE FROM referral_children WHERE referral = $1", event.referral)
        for line in event.children:
            await session.run(
                "INSERT INTO referral_children (referral, child, needs) VALUES ($1, $2, $3)",
                event.referral,
                line.child,
                line.needs,
            )
    session.signal(event.referral)


async def close_referral(session: WriteSession, event: referrals.ReferralWithdrawn | referrals.ReferralClosed) -> None:
    """No home is asked for any more."""
    await session.run(
        "UPDATE referrals SET open = false, version = $2 WHERE referral = $1 AND version < $2",
        event.referral,
        event.version,
    )


async def note_provider(session: WriteSession, event: providers.ProviderRegistered) -> None:
    """Keep whose own service a provider is."""
    await keep_copy(session, "providers", "provider", _facts(event, "provider", "version", "owned_by"))


async def note_home(session: WriteSession, event: providers.HomeOpened) -> None:
    """Keep a copy of a home."""
    names = ("home", "provider", "version", "name", "type", "sector", "area", "outward", "youngest", "oldest", "sexes")
    await keep_copy(session, "homes", "home", _facts(event, *names, "opened", "closed"))


async def note_places(session: WriteSession, event: providers.PlacesChanged) -> None:
    """Keep copies of a home's places."""
    for line in event.places:
        facts = {"place": line.place, "home": event.home, "version": event.version, "number": line.number}
        facts |= {"features": line.features, "opens": line.opens, "closes": line.closes}
        await keep_copy(session, "places", "place", facts)


async def note_vacancy(session: WriteSession, event: providers.VacancyPosted) -> None:
    """Keep what is offered; a withdrawn vacancy is kept too, so that an older word cannot bring it back."""
    names = ("vacancy", "provider", "home", "version", "places", "available_from", "available_until", "weekly_pence")
    facts = _facts(event, *names, "confirmed_at")
    withdrawn = isinstance(event, providers.VacancyWithdrawn)
    await keep_copy(session, "vacancies", "vacancy", facts | {"withdrawn": withdrawn})


async def note_occupation(session: WriteSession, event: providers.PlaceOccupied) -> None:
    """Keep which nights of a place are taken."""
    facts = _facts(event, "occupation", "place", "version", "starts", "ends")
    await keep_copy(session, "occupations", "occupation", facts | {"released": event.released_at is not None})


async def confirm_if_held(session: WriteSession, event: providers.PlaceHeld) -> None:
    """The place is kept for our booking."""
    await note_occupation(session, event)  # type: ignore[arg-type]
    row = await _booking(session, event)
    if row is not None and row.status == PlacementStatus.BOOKED and row.place == event.place:
        await confirm_placement(session, row)


async def try_another_place(session: WriteSession, event: providers.HoldRefused) -> None:
    """Somebody else has the place."""
    row = await _booking(session, event)
    if row is None or row.place != event.place:
        return
    if row.status == PlacementStatus.BOOKED:
        await try_next_place(session, row)
    elif row.status == PlacementStatus.CONFIRMED:
        await give_up(session, row, "taken")  # its hold had lapsed, and somebody else has the place by now


async def give_up_if_released(session: WriteSession, event: providers.PlaceReleased) -> None:
    """A hold that lapsed takes its booking with it."""
    await note_occupation(session, event)  # type: ignore[arg-type]
    row = await _booking(session, event)
    if row is not None and row.place == event.place and row.status in ("booked", "confirmed"):
        await give_up(session, row, "hold_lapsed")


async def _booking(
    session: WriteSession, event: providers.PlaceHeld | providers.HoldRefused | providers.PlaceReleased
) -> Row | None:
    return await session.one("SELECT * FROM placements WHERE placement = $1 FOR UPDATE", event.placement)


REACTIONS: Mapping[type[Event], Reaction] = {
    referrals.ChildRegistered: note_child,
    referrals.ChildCorrected: note_child,
    referrals.ReferralSubmitted: note_referral,
    referrals.ReferralWithdrawn: close_referral,
    referrals.ReferralClosed: close_referral,
    providers.ProviderRegistered: note_provider,
    providers.HomeOpened: note_home,
    providers.HomeUpdated: note_home,
    providers.HomeClosed: note_home,
    providers.PlacesChanged: note_places,
    providers.VacancyPosted: note_vacancy,
    providers.VacancyConfirmed: note_vacancy,
    providers.VacancyCorrected: note_vacancy,
    providers.VacancyWithdrawn: note_vacancy,
    providers.PlaceHeld: confirm_if_held,
    providers.HoldRefused: try_another_place,
    providers.PlaceBooked: note_occupation,
    providers.PlaceOccupied: note_occupation,
    providers.PlaceReleased: give_up_if_released,
    providers.PlaceOutOfService: note_occupation,
}
