"""How a row of the occupation table is told to others."""

from shared.contracts.placements import (
    PlacementBooked,
    PlacementConfirmed,
    PlacementCorrected,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.providers import (
    HoldRefused,
    PlaceBooked,
    PlaceHeld,
    PlaceOccupied,
    PlaceOutOfService,
    PlaceReleased,
)
from shared.contracts.vocabulary import OccupationKind
from shared.errors import Refused
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

Stay = PlacementBooked | PlacementConfirmed | PlacementStarted | PlacementEnded | PlacementCorrected
"""What placements tells of a placement that has, or wants, nights in a place."""

STANDING = {
    OccupationKind.HELD: PlaceHeld,
    OccupationKind.BOOKED: PlaceBooked,
    OccupationKind.OCCUPIED: PlaceOccupied,
    OccupationKind.OUT_OF_SERVICE: PlaceOutOfService,
}


def tell(session: WriteSession, row: Row, *, by: Person) -> None:
    """Publish how a row now stands, and record whose doing that is."""
    released = row.released_at is not None and row.kind != OccupationKind.OUT_OF_SERVICE
    event = PlaceReleased if released else STANDING[row.kind]
    session.publish(event(**row))
    session.audit(by.id, "release place" if row.released_at else f"place {row.kind}", row.occupation)


def tell_refused(session: WriteSession, stay: Stay, refused: Refused) -> None:
    """Publish that a placement cannot have the nights it asked for, and which rule says so."""
    assert stay.place is not None
    of = {"placement": stay.placement, "authority": stay.authority, "place": stay.place}
    session.publish(HoldRefused(**of, reason=refused.message, code=refused.code))
