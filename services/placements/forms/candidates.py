"""What is shown of the homes that could take a child, and of those that cannot."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.vocabulary import PlacementType, Sector


class Candidate(BaseModel):
    """A home that could take the child, or one that cannot and the rules that say so."""

    place: UUID
    vacancy: UUID
    home: UUID
    provider: UUID
    name: str
    type: PlacementType
    sector: Sector
    area: str
    weekly_pence: int
    confirmed_at: datetime
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    refusals: tuple[str, ...]


class Candidates(BaseModel):
    """Homes for one child of a referral, best first, and the others with the rules that refuse them."""

    referral: UUID
    child: UUID
    possible: list[Candidate]
    refused: list[Candidate]
