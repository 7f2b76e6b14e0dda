"""How children and referrals are told to others."""

from typing import Any

from services.referrals.queries import lines_of, places_of
from shared.contracts.referrals import (
    ChildCorrected,
    ChildLine,
    ChildRegistered,
    ImportantPlace,
    ImportantPlacesNoted,
    StatutoryDetailsNoted,
)
from shared.store.session import Row, WriteSession

STATUTORY = ("child", "authority", "version", "upn", "home_postcode", "mother", "own_child_born")


def tell_of_child(session: WriteSession, row: Row, event: type[ChildRegistered | ChildCorrected]) -> None:
    """Publish a child as recorded; what only the return needs goes by the topic that placements alone binds."""
    session.publish(event(**row))
    statutory = {name: row[name] for name in STATUTORY}
    references = {"reference": row.local_reference, "former_references": tuple(row.former_references)}
    session.publish(StatutoryDetailsNoted(**statutory, **references))


async def tell_of_places(session: WriteSession, row: Row) -> None:
    """Publish every place that matters to a child."""
    places = tuple(ImportantPlace(**place) for place in await places_of(session, row.child))
    session.publish(
        ImportantPlacesNoted(child=row.child, authority=row.authority, version=row.places_version, places=places)
    )


async def state(session: WriteSession, row: Row) -> dict[str, Any]:
    """What every event about a referral says of it."""
    return {**row, "children": tuple(ChildLine(**line) for line in await lines_of(session, row.referral))}
