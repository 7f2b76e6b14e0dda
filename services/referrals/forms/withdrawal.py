"""What would fall with a referral, child by child."""

from collections.abc import Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.referrals.domain import Act, must_allow, short_reference
from shared.contracts.vocabulary import OfferStatus, PlacementStatus
from shared.errors import Refused
from shared.store.session import Row

STARTED = (PlacementStatus.STARTED, PlacementStatus.ENDED)
UNSTARTED = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED)


class OfferThatFalls(BaseModel):
    """An offer that is out."""

    offer: UUID
    home: UUID
    status: OfferStatus


class BookingThatFalls(BaseModel):
    """A booking that has not started."""

    placement: UUID
    status: PlacementStatus
    starts: date


class FallsForChild(BaseModel):
    """What one child of the referral would lose, and what is not undone."""

    child: UUID
    reference: str
    offers: tuple[OfferThatFalls, ...]
    bookings: tuple[BookingThatFalls, ...]
    placed: tuple[UUID, ...] = Field(description="placements that have started: they stay as they are")


class WithdrawalAnswer(BaseModel):
    """Whether a referral can be withdrawn, why not, and what falls with it."""

    referral: UUID
    version: int
    may_be_withdrawn: bool
    blocked_by: str | None = Field(description="why it cannot be withdrawn, in words")
    children: tuple[FallsForChild, ...]

    @classmethod
    def of(cls, row: Row, lines: Sequence[Row], offers: Sequence[Row], homes: Sequence[Row]) -> Self:
        """What stands upon a referral, as far as placements has told."""
        blocked = _blocked(row)
        falls = () if blocked else offers
        bookings = () if blocked else [home for home in homes if home.status in UNSTARTED]
        told = [
            _for_child(
                line.child,
                *([one for one in several if one.child == line.child] for several in (falls, bookings, homes)),
            )
            for line in lines
        ]
        return cls(
            referral=row.referral,
            version=row.version,
            may_be_withdrawn=blocked is None,
            blocked_by=blocked,
            children=tuple(told),
        )


def _for_child(child: UUID, offers: Sequence[Row], bookings: Sequence[Row], homes: Sequence[Row]) -> FallsForChild:
    """An accepted offer under which the child lives stands, like the placement itself."""
    placed = tuple(home.placement for home in homes if home.status in STARTED)
    return FallsForChild(
        child=child,
        reference=short_reference(child),
        offers=tuple(OfferThatFalls(**o) for o in offers if not (placed and o.status == OfferStatus.ACCEPTED)),
        bookings=tuple(BookingThatFalls(**booking) for booking in bookings),
        placed=placed,
    )


def _blocked(row: Row) -> str | None:
    try:
        must_allow(Act.WITHDRAW, row.status)
    except Refused as refused:
        return refused.message
    return None
