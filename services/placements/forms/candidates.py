"""What is shown of the homes that could take a child or siblings, and of those that cannot."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.placements.matching import Ground, Rule
from shared.contracts.vocabulary import PlacementType, Rating, Sector
from shared.web.fields import Form


class Placing(BaseModel):
    """Which place one of the children would have."""

    child: UUID
    place: UUID
    number: int
    vacancy: UUID
    weekly_pence: int


class Unplaced(BaseModel):
    """One of the children whom a home cannot take, and the rules of the place that comes closest."""

    child: UUID
    place: UUID
    rules: tuple[Rule, ...]
    refusals: tuple[str, ...]


class Candidate(BaseModel):
    """A home that could take the child, or one that cannot and the rules that say so.

    `points` are those against it, fewest first, and `grounds` what they are for; `miles` are from the child's home.
    For siblings `placing` says who would have which place, `unplaced` who cannot have one; the price is all of theirs.
    """

    place: UUID
    vacancy: UUID
    home: UUID
    provider: UUID
    name: str
    type: PlacementType
    sector: Sector
    area: str
    outward: str
    rating: Rating | None
    miles: float | None
    weekly_pence: int
    confirmed_at: datetime
    points: int | None = Field(None, examples=[31])
    grounds: dict[Ground, int] = Field({}, examples=[{"distance": 16, "rating": 2, "price": 13}])
    reasons_for: tuple[str, ...] = Field((), examples=[["Has own bedroom", "16.0 miles from the child's home"]])
    reasons_against: tuple[str, ...] = Field((), examples=[["Last confirmed 40 days ago"]])
    rules: tuple[Rule, ...] = ()
    refusals: tuple[str, ...] = Field((), examples=[["Age: it takes 8 to 11"]])
    placing: list[Placing] = []
    unplaced: list[Unplaced] = []


class Candidates(BaseModel):
    """Homes for one child of a referral (`child`), or for siblings together (`child` is null), best first.

    `refused_by` counts over the whole market, whatever the filters, how many places (for siblings: homes) each rule
    refuses. `next` and `next_refused` are where the following page is.
    """

    referral: UUID
    child: UUID | None
    children: list[UUID]
    possible: list[Candidate]
    possible_in_all: int
    refused: list[Candidate]
    refused_in_all: int
    refused_by: dict[Rule, int] = Field(examples=[{"age": 12, "needs": 40}])
    next: str | None = None
    next_refused: str | None = None


class Narrow(Form):
    """Which homes do you want to see?"""

    child: UUID | None = Field(
        None, description="which child of the referral; siblings who are to live together are searched as one without"
    )
    vacancy: UUID | None = Field(None, description="only the places of this vacancy")
    type: frozenset[PlacementType] = Field(frozenset(), description="only homes registered as one of these")
    within: int | None = Field(None, ge=0, le=700, description="only homes within so many miles of the child's home")
    rule: frozenset[Rule] = Field(frozenset(), description="of those refused, only those that one of these refuses")
    page: int = Field(1, ge=1, le=10_000)
    refused_page: int = Field(1, ge=1, le=10_000)
    per_page: int = Field(100, ge=1, le=500)
