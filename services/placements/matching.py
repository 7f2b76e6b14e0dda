"""Which places could take a child: every hard rule together, the rule behind each refusal, and a ranking in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.placements.domain import overlap
from shared.clock import age_on
from shared.contracts.vocabulary import Feature, PlacementType, Sector, Sex

FRESH_DAYS = 28
FAR_FUTURE = date.max


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for one child on nights `[starts, ends)`. What we have not heard yet is None and passes no rule."""

    born: date | None
    sex: Sex | None
    starts: date
    ends: date | None
    types: frozenset[PlacementType]
    needs: frozenset[Feature]


@dataclass(frozen=True, slots=True)
class Offered:
    """One place under one vacancy, with its home and the nights it is taken."""

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


@dataclass(frozen=True, slots=True)
class Judgement:
    """A place judged for a child: possible when no rule refuses it."""

    place: Offered
    refusals: tuple[str, ...]
    reasons_for: tuple[str, ...] = field(default=())
    reasons_against: tuple[str, ...] = field(default=())
    rank: tuple[int, ...] = field(default=())

    @property
    def possible(self) -> bool:
        return not self.refusals


def refusals(place: Offered, wanted: Wanted) -> tuple[str, ...]:
    """Every rule that forbids this place, in words; empty when all are kept."""
    return tuple(
        word
        for words in (
            _refused_by_home(place, wanted),
            _refused_by_dates(place, wanted),
            _refused_by_needs(place, wanted),
        )
        for word in words
    )


def _refused_by_home(place: Offered, wanted: Wanted) -> Iterable[str]:
    if wanted.types and place.type not in wanted.types:
        yield "Registration: it is not a kind of home that is asked for"
    if wanted.born is None or wanted.sex is None:
        yield "Age and sex: we have not heard this child's yet"
        return
    youngest, oldest = age_on(wanted.born, wanted.starts), age_on(wanted.born, wanted.ends or wanted.starts)
    if youngest < place.youngest or oldest > place.oldest:
        yield f"Age: it takes {place.youngest} to {place.oldest}"
    if wanted.sex not in place.sexes:
        yield "Sex: it does not take a child of this sex"


def _refused_by_dates(place: Offered, wanted: Wanted) -> Iterable[str]:
    if wanted.starts < max(place.opens, place.available_from):
        yield f"Dates: it is free only from {max(place.opens, place.available_from):%-d %B %Y}"
    until = min(place.closes or FAR_FUTURE, place.available_until or FAR_FUTURE)
    if until < (wanted.ends or FAR_FUTURE):
        yield f"Dates: it is free only until {until:%-d %B %Y}"
    if any(overlap(wanted.starts, wanted.ends, start, end) for start, end in place.taken):
        yield "Dates: it is taken on some of these nights"


def _refused_by_needs(place: Offered, wanted: Wanted) -> Iterable[str]:
    missing = wanted.needs - place.features
    if missing:
        yield f"Needs: this place does not have {', '.join(sorted(need.replace('_', ' ') for need in missing))}"


def judge(place: Offered, wanted: Wanted, now: datetime) -> Judgement:
    """One place for one child, with reasons both ways; missing information never raises its rank."""
    if refused := refusals(place, wanted):
        return Judgement(place, refused)
    stale = (now - place.confirmed_at).days
    spare = len(place.features - wanted.needs)
    reasons_for = [f"Has {', '.join(sorted(n.replace('_', ' ') for n in wanted.needs))}"] if wanted.needs else []
    reasons_for.append(f"Takes {place.youngest} to {place.oldest}")
    if place.sector is Sector.OWN:
        reasons_for.append("The council's own")
    reasons_against = [f"Last confirmed {stale} days ago"] if stale > FRESH_DAYS else []
    if spare:
        reasons_against.append("Offers more than is needed, which another child may need")
    if place.sector is not Sector.OWN:
        reasons_against.append("Bought from another provider")
    rank = (stale > FRESH_DAYS, place.sector is not Sector.OWN, spare, place.weekly_pence, place.number)
    return Judgement(place, (), tuple(reasons_for), tuple(reasons_against), tuple(int(part) for part in rank))


def judge_all(places: Iterable[Offered], wanted: Wanted, now: datetime) -> tuple[list[Judgement], list[Judgement]]:
    """Those possible, best first, and those refused."""
    judged = [judge(place, wanted, now) for place in places]
    possible = sorted((j for j in judged if j.possible), key=lambda j: (j.rank, str(j.place.place)))
    return possible, [j for j in judged if not j.possible]


def lowest_free(judged: Sequence[Judgement], vacancy: UUID, tried: Iterable[UUID]) -> Offered | None:
    """Among alike places of a vacancy the lowest number that is free and has not been tried."""
    alike = [j.place for j in judged if j.possible and j.place.vacancy == vacancy and j.place.place not in set(tried)]
    return min(alike, key=lambda place: place.number, default=None)
