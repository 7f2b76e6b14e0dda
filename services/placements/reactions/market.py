"""What placements keeps of providers, their contracts, homes, places and vacancies."""

from shared.contracts import Event, providers
from shared.store.copies import keep_copies, keep_copy
from shared.store.session import WriteSession

HOME = (
    *("home", "provider", "version", "name", "type", "sector", "area", "outward", "youngest", "oldest", "sexes"),
    *("opened", "closed", "urn", "rating", "rated_on", "solo", "also"),
)
CONTRACT = (
    *("contract", "provider", "authority", "version", "kind", "tier", "lot", "types", "starts", "ends"),
    *("weekly_pence", "block_places"),
)
VACANCY = (
    *("vacancy", "provider", "home", "version", "places", "available_from", "available_until", "weekly_pence"),
    *("confirmed_at", "youngest", "oldest", "sexes"),
)
PLACE = ("place", "number", "features", "opens", "closes", "reserved_for", "emergency", "beyond_approved")


async def _keep(session: WriteSession, table: str, event: Event, *names: str, **more: object) -> None:
    """The first of `names` is the key."""
    await keep_copy(session, table, names[0], {name: getattr(event, name) for name in names} | more)


async def note_provider(session: WriteSession, event: providers.ProviderRegistered) -> None:
    """Keep who a provider is, and whose own service it is."""
    await _keep(
        session, "providers", event, "provider", "version", "name", "sector", "owned_by", "urn", "checked_until"
    )


async def note_contract(session: WriteSession, event: providers.ContractAwarded) -> None:
    """Keep on what terms an authority buys from a provider."""
    await _keep(session, "contracts", event, *CONTRACT)


async def note_home(session: WriteSession, event: providers.HomeOpened) -> None:
    """Keep a copy of a home."""
    await _keep(session, "homes", event, *HOME)


async def note_location(session: WriteSession, event: providers.HomeLocated) -> None:
    """Keep exactly where a home is: miles are counted to there."""
    await _keep(session, "home_locations", event, "home", "version", "postcode")


async def note_places(session: WriteSession, event: providers.PlacesChanged) -> None:
    """Keep copies of a home's places."""
    home = {"home": event.home, "version": event.version}
    facts = [{name: getattr(line, name) for name in PLACE} | home for line in event.places]
    await keep_copies(session, "places", "place", facts)


async def note_vacancy(session: WriteSession, event: providers.VacancyPosted) -> None:
    """Keep what is offered; a withdrawn vacancy is kept too, so that an older word cannot bring it back."""
    withdrawn = isinstance(event, providers.VacancyWithdrawn)
    await _keep(session, "vacancies", event, *VACANCY, withdrawn=withdrawn)
