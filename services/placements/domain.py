"""The rules of offers, placements, prices and periods of care, without input or output."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.placements import LegalLine, PriceLine
from shared.contracts.vocabulary import LegalStatus, PlacementStatus, PlacementType, Purpose
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


TEMPORARY = frozenset(type_ for type_ in PlacementType if type_.startswith("T"))
MOST_NIGHTS = {
    PlacementType.TEMPORARY_HOSPITAL: 42,
    PlacementType.TEMPORARY_CARER_AWAY: 21,
    PlacementType.TEMPORARY_OTHER: 7,
}
"""SSDA903: how long a child may be away before it is a placement of its own."""
BY_PRESENT_CARER = frozenset({PlacementType.ADOPTION_CONSENT_CARER, PlacementType.ADOPTION_ORDER_CARER})
"""Adoption by the carer the child already lives with."""
FAMILY_OR_LAW = frozenset(
    {
        *(PlacementType.WITH_PARENTS, PlacementType.RELATIVE_LONG_TERM, PlacementType.RELATIVE_ADOPTER),
        *(PlacementType.RELATIVE, PlacementType.ADOPTION_CONSENT_CARER, PlacementType.ADOPTION_CONSENT),
        *(PlacementType.ADOPTION_ORDER_CARER, PlacementType.ADOPTION_ORDER, PlacementType.NHS_ESTABLISHMENT),
        *(PlacementType.YOUNG_OFFENDER_INSTITUTION, *TEMPORARY),
    }
)
"""Where distance is not a choice among homes: it is given a reason, and needs nobody's approval."""


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
    on_hold: bool = False


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
    _must_be_free([s for s in main if overlap(starts, ends, s.starts, s.ends)])


def _must_be_free(beside: Sequence[Stay]) -> None:
    """Refuse nights that the child is to sleep elsewhere, or for which a place elsewhere is held."""
    if any(s.on_hold for s in beside):
        words = "A place is held for the child on some of these nights. Book that home, or let the place go first."
        raise Refused(words, field="purpose", code="held_elsewhere")
    if beside:
        raise Refused(
            "The child already has a placement on some of these nights. Book a move from it, or a temporary stay.",
            field="purpose",
            code="already_placed",
        )


def each_their_own(possible: Sequence[Sequence[UUID]]) -> tuple[UUID, ...] | None:
    """A different place for each child, from what is possible for each, or None; the first of each where it can be."""
    if not possible:
        return ()
    for place in possible[0]:
        rest = each_their_own([[other for other in places if other != place] for places in possible[1:]])
        if rest is not None:
            return (place, *rest)
    return None


def too_long(type_: PlacementType, starts: date, ends: date | None, today: date) -> str | None:
    """What to warn of where a temporary stay is longer than the return allows it to be."""
    most = MOST_NIGHTS.get(type_)
    nights = ((ends or max(today, starts)) - starts).days
    if most is None or nights <= most:
        return None
    return f"{type_} may last {most} nights; this one has {nights}. Record it as a placement of its own."


def legal_lines(lines: Sequence[LegalLine], started: date, starts: date, status: LegalStatus | None) -> list[LegalLine]:
    """Legal statuses after one comes into force on a day, or (None) after that day's was recorded in error."""
    if status is None and starts == started:
        raise Invalid("The legal status that care began with can be changed, not taken away.", field="status")
    if status is None and all(line.starts != starts for line in lines):
        raise Invalid("No legal status is recorded from that day.", field="starts")
    new = [] if status is None else [LegalLine(status=status, starts=starts)]
    kept: list[LegalLine] = []
    for line in sorted([*(line for line in lines if line.starts != starts), *new], key=lambda line: line.starts):
        if not kept or kept[-1].status is not line.status:
            kept.append(line)
    return kept


def statuses_from(lines: Sequence[LegalLine], started: date) -> list[LegalLine]:
    """Legal statuses of a period that began on another day: the one in force then is the first."""
    first = max((number for number, line in enumerate(lines) if line.starts <= started), default=0)
    return [LegalLine(status=lines[first].status, starts=started), *lines[first + 1 :]]


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


def prices_within(lines: Sequence[PriceLine], before: date, starts: date) -> list[PriceLine]:
    """Prices of a placement whose first night was put right: what held from its first night still does."""
    moved = [
        line.model_copy(update={"starts": starts if line.starts <= before else max(line.starts, starts)})
        for line in lines
    ]
    return [line for line in moved if line.ends is None or line.starts < line.ends]
