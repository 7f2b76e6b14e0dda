"""What matching knows: what is asked for a child, what is offered, and who lives there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    ImportantPlaceKind,
    Location,
    PlacementType,
    Rating,
    ReservedPurpose,
    Sector,
    Sex,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Grid:
    """A point in metres; Northern Ireland's grid is another than Great Britain's."""

    easting: int
    northing: int
    irish: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Somewhere that matters to a child (its own home where `kind` is None); `grid` is None where nobody can tell."""

    kind: ImportantPlaceKind | None
    grid: Grid | None
    within_miles: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for one child on nights `[starts, ends)`. What we have not heard yet is None and passes no rule.

    `siblings` are the other children for whom the same home is asked.
    `avoid` holds the places to stay away from, `near` the child's home, school and family.
    """

    born: date | None
    sex: Sex | None
    starts: date
    ends: date | None
    types: frozenset[PlacementType]
    needs: frozenset[Feature]
    child: UUID | None = None
    solo: bool = False
    not_with: frozenset[UUID] = frozenset()
    siblings: frozenset[UUID] = frozenset()
    urgency: Urgency | None = None
    purposes: frozenset[ReservedPurpose] = frozenset()
    most_weekly_pence: int | None = None
    avoid: tuple[Spot, ...] = ()
    near: tuple[Spot, ...] = ()

    @property
    def alone(self) -> bool:
        """Whether the child is to be the only one in the home."""
        return self.solo or Feature.NO_OTHER_CHILDREN in self.needs


@dataclass(frozen=True, slots=True)
class Resident:
    """Nights on which a child lives, or is to live, in a home; `child` is None where nobody has told us which.

    `held`: providers keep the nights; otherwise they have only been asked for.
    """

    child: UUID | None
    starts: date
    ends: date | None
    solo: bool = False
    not_with: frozenset[UUID] = frozenset()
    held: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """A contract of the authority with the provider, in force on `[starts, ends)`; no types means all of them."""

    kind: ContractKind
    tier: int | None
    types: frozenset[PlacementType]
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Offered:
    """One place under one vacancy, with its home, the nights it is taken and all who live in the home."""

    place: UUID
    number: int
    vacancy: UUID
    home: UUID
    provider: UUID
    name: str
    type: PlacementType
    sector: Sector
    area: str
    outward: str
    youngest: int
    oldest: int
    sexes: frozenset[Sex]
    features: frozenset[Feature]
    opens: date
    closes: date | None
    available_from: date
    available_until: date | None
    weekly_pence: int
    confirmed_at: datetime
    taken: tuple[tuple[date, date | None], ...] = ()
    also: frozenset[PlacementType] = frozenset()
    solo: bool = False
    reserved_for: ReservedPurpose | None = None
    emergency: bool = False
    beyond_approved: bool = False
    rating: Rating | None = None
    checked_until: date | None = None
    grid: Grid | None = None
    location: Location | None = None
    residents: tuple[Resident, ...] = ()
    terms: tuple[Terms, ...] = ()
