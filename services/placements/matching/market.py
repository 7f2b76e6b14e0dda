"""The market as columns: made once from what is offered, asked for every child."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.placements.matching.facts import Offered, Resident, Spot
from services.placements.matching.points import rating_points, terms_points
from shared.contracts.vocabulary import Feature, PlacementType, Rating, ReservedPurpose, Sector, Sex
from shared.geography.distance import tenths_each

Ints = NDArray[np.int64]
Bits = NDArray[np.int32]
Mask = NDArray[np.bool_]
Word = TypeVar("Word", Feature, PlacementType, Sex)
FAR = date.max.toordinal()
NOT_KNOWN = -1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000
EVERY = slice(None)
PURPOSES = tuple(ReservedPurpose)
FEATURES = {feature: 1 << number for number, feature in enumerate(Feature)}
TYPES = {kind: 1 << number for number, kind in enumerate(PlacementType)}
SEXES = {sex: 1 << number for number, sex in enumerate(Sex)}


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of nights `[starts, ends)`, each of one row of the market; days are ordinals."""

    rows: Ints
    starts: Ints
    ends: Ints

    def overlap(self, starts: int, ends: int) -> Mask:
        """Which of them share a night with `[starts, ends)`: `domain.overlap`, for all at once."""
        return (starts < self.ends) & (self.starts < ends)


@dataclass(frozen=True, slots=True)
class Market:
    """A row for every place under every vacancy; what a row has several of stands in runs beside the rows.

    `homes` and `beds` number each row's home and place; `home_order` are the homes as they first come in `order`.
    """

    places: Sequence[Offered]
    order: Ints
    numbers: Mapping[str, Ints]
    taken: Runs
    lived_in: Runs
    residents: Ints
    solo_residents: Mask
    held: Mask
    kept_apart: tuple[Ints, Ints]
    terms: Runs
    terms_points: Ints
    children: Mapping[UUID, int]
    homes: Ints
    home_order: Ints
    beds: Ints
    home_of_bed: Ints

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, column: str) -> Ints:
        return self.numbers[column]

    def rows_of(self, runs: Runs, which: Mask) -> Mask:
        """The rows to which these runs belong."""
        found = np.zeros(len(self), np.bool_)
        found[runs.rows[which]] = True
        return found

    def miles(self, spot: Spot, rows: Ints | slice = EVERY) -> NDArray[np.float64]:
        """From homes to a spot in a straight line, in tenths; not a number where either cannot be told."""
        easting, northing = self["easting"][rows], self["northing"][rows]
        if spot.grid is None:
            return np.full(len(easting), np.nan)
        known = (easting != NOT_KNOWN) & (self["irish"][rows] == spot.grid.irish)
        tenths = tenths_each(easting - spot.grid.easting, northing - spot.grid.northing)
        return np.where(known, tenths / 10, np.nan)

    def among(self, children: Iterable[UUID], *, unknown: bool = False) -> Mask:
        """Which of those who live in the homes are these children, or might be (`unknown`: nobody has told us who)."""
        chosen = np.zeros(len(self.children) + 1, np.bool_)
        chosen[[self.children[child] for child in children if child in self.children]] = True
        chosen[NOT_KNOWN] = unknown
        return chosen[self.residents]


def bits(words: Iterable[Word], of: Mapping[Word, int]) -> int:
    """A set of words as one number."""
    return sum(of[word] for word in words)


def _bits_each(sets: Iterable[frozenset[Word]], of: Mapping[Word, int]) -> list[int]:
    """The same for many, of which most are alike."""
    seen: dict[frozenset[Word], int] = {}
    return [seen[words] if words in seen else seen.setdefault(words, bits(words, of)) for words in sets]


def ordinal(day: date | None) -> int:
    """A day as a number; none is later than all."""
    return FAR if day is None else day.toordinal()


def moment(at: datetime) -> int:
    """Whole microseconds since 1970."""
    gone = at - EPOCH
    return gone.days * DAY + gone.seconds * 1_000_000 + gone.microseconds


def market_of(places: Sequence[Offered]) -> Market:
    """The columns of what is offered. Twenty thousand places take half a second; asking them, milliseconds."""
    homes, _ = _numbered([place.home for place in places])
    beds, bed_numbers = _numbered([place.place for place in places])
    home_of_bed = np.zeros(len(bed_numbers), np.int64)
    home_of_bed[beds] = homes
    order = _in_order(places)
    lived_in = [(row, run) for row, place in enumerate(places) for run in place.residents]
    terms = [(row, line) for row, place in enumerate(places) for line in place.terms if _covers(line.types, place)]
    children = {run.child: 0 for _, run in lived_in if run.child is not None}
    children = {child: number for number, child in enumerate(children)}
    apart = [(at, other) for at, (_, run) in enumerate(lived_in) for other in run.not_with]
    for _, other in apart:
        children.setdefault(other, len(children))
    return Market(
        places=places,
        order=order,
        numbers={name: _ints(column) for name, column in _columns(places).items()},
        taken=_runs([(row, *run) for row, place in enumerate(places) for run in place.taken]),
        lived_in=_runs([(row, run.starts, run.ends) for row, run in lived_in]),
        residents=_ints([_known(run, children) for _, run in lived_in]),
        solo_residents=np.array([run.solo for _, run in lived_in], np.bool_),
        held=np.array([run.held for _, run in lived_in], np.bool_),
        kept_apart=(_ints([at for at, _ in apart]), _ints([children[other] for _, other in apart])),
        terms=_runs([(row, line.starts, line.ends) for row, line in terms]),
        terms_points=_ints([terms_points(line) for _, line in terms]),
        children=children,
        homes=homes,
        home_order=_ints(list(dict.fromkeys(homes[order].tolist()))),
        beds=beds,
        home_of_bed=home_of_bed,
    )


def _columns(places: Sequence[Offered]) -> dict[str, list[int]]:
    return {
        "types": _bits_each([place.also | {place.type} for place in places], TYPES),
        "sexes": _bits_each([place.sexes for place in places], SEXES),
        "features": _bits_each([place.features for place in places], FEATURES),
        "youngest": [place.youngest for place in places],
        "oldest": [place.oldest for place in places],
        "opens": [ordinal(max(place.opens, place.available_from)) for place in places],
        "closes": [min(ordinal(place.closes), ordinal(place.available_until)) for place in places],
        "reserved": [PURPOSES.index(place.reserved_for) if place.reserved_for else NOT_KNOWN for place in places],
        "emergency": [place.emergency for place in places],
        "beyond": [place.beyond_approved for place in places],
        "solo": [place.solo for place in places],
        "checked": [ordinal(place.checked_until) for place in places],
        "unchecked": [place.checked_until is None and place.sector is not Sector.OWN for place in places],
        "inadequate": [place.rating is Rating.INADEQUATE for place in places],
        "rating": [rating_points(place) for place in places],
        "own": [place.sector is Sector.OWN for place in places],
        "pence": [place.weekly_pence for place in places],
        "confirmed": [moment(place.confirmed_at) for place in places],
        "easting": [place.grid.easting if place.grid else NOT_KNOWN for place in places],
        "northing": [place.grid.northing if place.grid else NOT_KNOWN for place in places],
        "irish": [place.grid is not None and place.grid.irish for place in places],
    }


def _in_order(places: Sequence[Offered]) -> Ints:
    """The rows as they stand where nothing else tells them apart: by number, then by identifier."""
    return _ints(sorted(range(len(places)), key=[_identity(place) for place in places].__getitem__))


def _identity(place: Offered) -> tuple[int, int, int]:
    return (place.number, place.place.int, place.vacancy.int)


def _numbered(keys: Sequence[UUID]) -> tuple[Ints, dict[UUID, int]]:
    numbers: dict[UUID, int] = {}
    return _ints([numbers.setdefault(key, len(numbers)) for key in keys]), numbers


def _ints(column: Sequence[int]) -> Ints:
    return np.array(column, np.int64)


def _runs(runs: Sequence[tuple[int, date, date | None]]) -> Runs:
    return Runs(
        _ints([row for row, _, _ in runs]),
        _ints([starts.toordinal() for _, starts, _ in runs]),
        _ints([ordinal(ends) for _, _, ends in runs]),
    )


def _known(run: Resident, children: Mapping[UUID, int]) -> int:
    return NOT_KNOWN if run.child is None else children[run.child]


def _covers(types: frozenset[PlacementType], place: Offered) -> bool:
    return not types or not types.isdisjoint(place.also | {place.type})
