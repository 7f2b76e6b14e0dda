"""How each place of a home stands on each night: occupied, held, void, out of service or vacant."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from services.providers.domain import Bed, Block, void_places
from services.providers.queries.market import CALENDAR
from shared.contracts.vocabulary import OccupationKind
from shared.store.session import ReadSession, Row


class Night(StrEnum):
    """How a place stands on a night; every approved place stands in exactly one of these ways."""

    OCCUPIED = "occupied"
    HELD = "held"
    VOID = "void"
    OUT_OF_SERVICE = "out_of_service"
    VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class Standing:
    """One place on one night."""

    day: date
    home: UUID
    place: UUID
    number: int
    night: Night


@dataclass(frozen=True, slots=True)
class Fullness:
    """A home on one night: what is approved is all the others together."""

    day: date
    approved: int
    occupied: int
    held: int
    void: int
    out_of_service: int
    vacant: int


# Of all the provider's homes, since a block lies on any of them; a hold that has expired gives way to whoever wants it.
BEDS = """SELECT $2::date + n AS day, p.place, p.home, p.number, h.provider, h.type, h.also, o.kind, o.authority
FROM generate_series(0, $3::date - $2::date - 1) AS n
JOIN place p ON daterange(p.opens, p.closes) @> $2::date + n
JOIN home h USING (home)
LEFT JOIN occupation o ON o.place = p.place AND o.released_at IS NULL AND o.during @> $2::date + n
    AND (o.expires_at > $4 OR o.expires_at IS NULL)
WHERE h.provider = ANY($1) AND ($5::uuid[] IS NULL OR h.home = ANY($5))
ORDER BY n, h.provider, h.opened, h.home, p.number"""
BLOCKS = """SELECT provider, authority, types, starts, ends, block_places FROM contract
    WHERE provider = ANY($1) AND kind = 'block' AND daterange(starts, ends) && daterange($2, $3)
    ORDER BY starts, contract"""
BLOCKED = """SELECT h.provider FROM home h JOIN contract c USING (provider)
    WHERE h.home = $1 AND c.kind = 'block' AND daterange(c.starts, c.ends) && daterange($2, $3) LIMIT 1"""
STANDS: Mapping[str, Night] = {
    OccupationKind.OCCUPIED: Night.OCCUPIED,
    OccupationKind.HELD: Night.HELD,
    OccupationKind.BOOKED: Night.HELD,
    OccupationKind.OUT_OF_SERVICE: Night.OUT_OF_SERVICE,
}


async def nights_of(
    session: ReadSession, providers: Sequence[UUID], homes: Sequence[UUID], starts: date, ends: date
) -> list[Standing]:
    """Every place of these homes of these providers on each night of `[starts, ends)`, by day and then by place."""
    blocks = await session.all(BLOCKS, list(providers), starts, ends)
    wanted = set(homes)
    narrowed = None if blocks else list(homes)
    beds = await session.all(BEDS, list(providers), starts, ends, session.clock.now(), narrowed)
    return [one for one in _standings(beds, blocks) if one.home in wanted]


async def calendar(session: ReadSession, home: UUID, starts: date, ends: date) -> list[Fullness]:
    """How many of a home's places stand how on each night of `[starts, ends)`."""
    rows = await session.all(CALENDAR, home, starts, ends, session.clock.now())
    provider = await session.value(BLOCKED, home, starts, ends)
    void: Counter[date] = Counter()
    if provider is not None:
        nights = await nights_of(session, [provider], [home], starts, ends)
        void.update(one.day for one in nights if one.night == Night.VOID)
    return [_fullness(row, void[row.day]) for row in rows]


def _fullness(row: Row, void: int) -> Fullness:
    return Fullness(row.day, row.approved, row.occupied, row.held, void, row.out_of_service, row.vacant - void)


def _standings(beds: Sequence[Row], blocks: Sequence[Row]) -> Iterator[Standing]:
    for (day, provider), some in groupby(beds, key=lambda bed: (bed.day, bed.provider)):
        tonight = list(some)
        holding = [block for block in blocks if block.provider == provider and _holds(block, day)]
        void = void_places([_bed(bed) for bed in tonight], [_block(block) for block in holding])
        for bed in tonight:
            stands = Night.VOID if bed.place in void else STANDS.get(bed.kind, Night.VACANT)
            yield Standing(day, bed.home, bed.place, bed.number, stands)


def _holds(block: Row, day: date) -> bool:
    return bool(block.starts <= day and (block.ends is None or day < block.ends))


def _bed(bed: Row) -> Bed:
    return Bed(bed.place, frozenset([bed.type, *bed.also]), bed.authority, bed.kind is None)


def _block(block: Row) -> Block:
    return Block(block.authority, frozenset(block.types), block.block_places)
