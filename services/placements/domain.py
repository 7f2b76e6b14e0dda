"""The rules of offers, placements, prices and periods of care, without input or output."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.placements import PriceLine
from shared.contracts.vocabulary import PlacementStatus, Purpose
from shared.errors import Invalid, Refused

OPEN = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED, PlacementStatus.STARTED)
"""Placements that will be, or are, lived in."""
AFTER: dict[PlacementStatus, frozenset[PlacementStatus]] = {
    PlacementStatus.BOOKED: frozenset({PlacementStatus.CONFIRMED, PlacementStatus.CANCELLED}),
    PlacementStatus.CONFIRMED: frozenset({PlacementStatus.STARTED, PlacementStatus.CANCELLED}),
    PlacementStatus.STARTED: frozenset({PlacementStatus.ENDED, PlacementStatus.ANNULLED}),
    PlacementStatus.ENDED: frozenset({PlacementStatus.ANNULLED}),
    PlacementStatus.ANNULLED: frozenset(),
    PlacementStatus.CANCELLED: frozenset(),
}


def overlap(starts: date, ends: date | None, others_start: date, others_end: date | None) -> bool:
    """Whether two runs of nights `[start, end)` share one; PostgreSQL's `&&` on dateranges says the same."""
    return (others_end is None or starts < others_end) and (ends is None or others_start < ends)


def must_follow(now: PlacementStatus, then: PlacementStatus) -> None:
    """Raises Refused where a placement cannot go from one status to another."""
    if then not in AFTER[now]:
        raise Refused(f"The placement is {now.value}, so it cannot become {then.value}.", code="not_in_that_order")


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement of the child as far as booking another one cares."""

    placement: object
    status: PlacementStatus
    purpose: Purpose
    starts: date
    ends: date | None


def must_fit(
    purpose: Purpose, moves_from: object | None, starts: date, ends: date | None, stays: Sequence[Stay]
) -> None:
    """A child sleeps in one home: other nights are for a move (which names what it ends) or a temporary stay."""
    if ends is not None and ends <= starts:
        raise Invalid("The last night is before the first.", field="ends")
    main = [s for s in stays if s.purpose is not Purpose.TEMPORARY and s.status in OPEN]
    if purpose is Purpose.TEMPORARY:
        lived_in = any(s.status is PlacementStatus.STARTED for s in main)
        if not lived_in:
            raise Refused("A temporary stay is away from a placement that has started; there is none.", field="purpose")
        main = [s for s in stays if s.purpose is Purpose.TEMPORARY and s.status in OPEN]
    if purpose is Purpose.MOVE:
        left = [s for s in main if s.placement == moves_from and s.status is PlacementStatus.STARTED]
        if not left:
            raise Refused("A move names the started placement that it ends.", field="moves_from")
        if starts < left[0].starts:
            raise Invalid("The move is before the placement it ends began.", field="starts")
        main = [s for s in main if s.placement != moves_from]
    if any(overlap(starts, ends, s.starts, s.ends) for s in main):
        raise Refused(
            "The child already has a placement on some of these nights. Book a move from it, or a temporary stay.",
            field="purpose",
            code="already_placed",
        )


def priced(lines: Sequence[PriceLine], new: PriceLine) -> tuple[PriceLine, ...]:
    """Prices after a new one comes into force: it cuts short what it follows and replaces what it covers."""
    kept = []
    for line in lines:
        if line.element is not new.element or not overlap(line.starts, line.ends, new.starts, new.ends):
            kept.append(line)
            continue
        if line.starts < new.starts:
            kept.append(line.model_copy(update={"ends": new.starts}))
        if new.ends is not None and (line.ends is None or new.ends < line.ends):
            kept.append(line.model_copy(update={"starts": new.ends}))
    return tuple(sorted([*kept, new], key=lambda line: (line.element, line.starts)))
