"""What providers tells others: organisations, homes, places, vacancies and who stands in which place when."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.contracts.event import Event
from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    OccupationKind,
    PlacementType,
    Rating,
    ReservedPurpose,
    Sector,
    Sex,
)

Urn = Annotated[str, StringConstraints(pattern=r"^(SC[0-9]{6}|[0-9]{7})$")]
"""Ofsted's number of a provider or a home."""
Lot = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,&/()-]{0,79}$")]
"""The part of a framework or purchasing system that a contract is for."""


class _ProviderState(Event):
    provider: UUID
    version: int
    name: str
    sector: Sector
    owned_by: str | None
    urn: Urn | None = None
    checked_until: date | None = None
    """Due diligence holds until this day; None where none is on record."""


class ProviderRegistered(_ProviderState, topic="providers", subject="provider"):
    """An organisation that runs homes; `owned_by` is the authority whose own service it is."""


class ProviderUpdated(_ProviderState, topic="providers", subject="provider"):
    """What is known of a provider changed, or its due diligence was done again."""


class _ContractState(Event):
    contract: UUID
    provider: UUID
    authority: str
    version: int
    kind: ContractKind
    tier: int | None
    lot: Lot | None
    types: tuple[PlacementType, ...]
    starts: date
    ends: date | None
    weekly_pence: int | None
    block_places: int | None


class ContractAwarded(_ContractState, topic="providers", subject="contract"):
    """An authority may buy from a provider on these terms on nights `[starts, ends)`."""


class ContractEnded(_ContractState, topic="providers", subject="contract"):
    """The contract ends sooner than was agreed."""


class PersonInvited(Event, topic="providers.people", subject="invitation"):
    """A person whose issuer serves several organisations belongs to this one; only services bind this topic."""

    invitation: UUID
    version: int
    issuer: str
    person: str
    belongs_to_authority: str | None
    belongs_to_provider: UUID | None


class InvitationEnded(Event, topic="providers.people", subject="invitation"):
    """That person no longer belongs there."""

    invitation: UUID
    version: int
    issuer: str
    person: str


class _HomeState(Event):
    home: UUID
    provider: UUID
    version: int
    name: str
    type: PlacementType
    sector: Sector
    area: str
    outward: str
    youngest: int
    oldest: int
    sexes: tuple[Sex, ...]
    opened: date
    closed: date | None
    urn: Urn | None = None
    rating: Rating | None = None
    rated_on: date | None = None
    solo: bool = False
    """Registered for one child at a time."""
    also: tuple[PlacementType, ...] = ()
    """Other kinds of home it is registered as."""


class HomeOpened(_HomeState, topic="providers", subject="home"):
    """A children's home or a carer's household; `area` is the authority it stands in, `outward` half its postcode."""


class HomeUpdated(_HomeState, topic="providers", subject="home"):
    """What is known of a home changed."""


class HomeClosed(_HomeState, topic="providers", subject="home"):
    """A home closed; its last night is the one before `closed`."""


class RatingChanged(_HomeState, topic="providers", subject="home"):
    """Ofsted judged a home."""


class HomeLocated(Event, topic="providers.locations", subject="home"):
    """Exactly where a home is; only placements may bind this topic."""

    home: UUID
    version: int
    postcode: str


class PlaceLine(BaseModel):
    """One bed with what it offers; it exists on nights `[opens, closes)`."""

    place: UUID
    number: int
    features: tuple[Feature, ...]
    opens: date
    closes: date | None
    reserved_for: ReservedPurpose | None = None
    emergency: bool = False
    """Kept for a child who needs a bed today."""
    beyond_approved: bool = False
    """An exemption or staying put: shown as over capacity."""


class PlacesChanged(Event, topic="providers", subject="home"):
    """All the places a home has had, as they now stand."""

    home: UUID
    version: int
    places: tuple[PlaceLine, ...]


class _VacancyState(Event):
    vacancy: UUID
    provider: UUID
    home: UUID
    version: int
    places: tuple[UUID, ...]
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime
    youngest: int | None = None
    oldest: int | None = None
    sexes: tuple[Sex, ...] = ()
    """Narrower than the home's own registration; empty where the home's holds."""


class VacancyPosted(_VacancyState, topic="providers", subject="vacancy"):
    """Named places are offered at a weekly price."""


class VacancyConfirmed(_VacancyState, topic="providers", subject="vacancy"):
    """The provider says it is still so."""


class VacancyCorrected(_VacancyState, topic="providers", subject="vacancy"):
    """The provider changed what is offered."""


class VacancyWithdrawn(_VacancyState, topic="providers", subject="vacancy"):
    """No longer offered."""


class _OccupationState(Event):
    occupation: UUID
    version: int
    place: UUID
    home: UUID
    kind: OccupationKind
    starts: date
    ends: date | None
    expires_at: datetime | None
    released_at: datetime | None


class _PlacementOccupation(_OccupationState):
    placement: UUID
    authority: str


class PlaceHeld(_PlacementOccupation, topic="providers", subject="occupation"):
    """The place is kept for a booking; the database lets nobody else have those nights."""


class HoldRefused(Event, topic="providers", subject="placement"):
    """A booking could not have its place; `reason` is a sentence."""

    placement: UUID
    authority: str
    place: UUID
    reason: str
    code: str


class PlaceBooked(_PlacementOccupation, topic="providers", subject="occupation"):
    """The hold no longer expires: the booking was confirmed."""


class PlaceOccupied(_PlacementOccupation, topic="providers", subject="occupation"):
    """A child lives there; later versions may set or change the end."""


class PlaceReleased(_PlacementOccupation, topic="providers", subject="occupation"):
    """The nights are free again: cancelled, expired or never used."""


class PlaceOutOfService(_OccupationState, topic="providers", subject="occupation"):
    """An approved place cannot be used on these nights (or, once released, could again)."""

    reason: str
