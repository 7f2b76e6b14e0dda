"""The lives of the children of an authority, day by day in simulated time: pure, and the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random
from typing import TypeVar

from deploy.county.authority import BANDS, Authority, Kind, Moving
from shared.contracts.vocabulary import CareEnd, LegalStatus, PlaceChange

K = TypeVar("K")
YEAR = 365.25
MONTH = YEAR / 12
AGE_BAND = [next(band for band, (first, last) in BANDS.items() if first <= age <= last) for age in range(18)]
LOCATIONS = ("in_area", "bordering", "at_distance")


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a child lives from the first night to the day of leaving."""

    kind: str
    starts: date
    ends: date | None
    location: str
    reason: PlaceChange | None = None
    planned: bool = True


@dataclass(frozen=True, slots=True)
class Life:
    """A child's one period of care."""

    key: str
    born: date
    sex: str
    ethnicity: str
    uasc: bool
    need: str
    family: str
    """Children who came in together have the same."""
    started: date
    ended: date | None
    why: CareEnd | None
    statuses: tuple[tuple[LegalStatus, date], ...]
    stays: tuple[Stay, ...]


def lives(authority: Authority, seed: int, until: date | None = None) -> list[Life]:
    """All who were in care at some time in the authority's years up to a day (the anchor), by the day they came in."""
    dice = Random(seed)  # noqa: S311 - the same for the same seed, nothing secret
    last = until or authority.anchor
    first = last.replace(year=last.year - authority.years, day=28 if last.month == 2 else last.day)
    entering = [life for life in _entering(authority, dice, first, last) if life.started <= last]
    told = [_until(life, last) for life in _settled(authority, entering)]
    return sorted(
        (one for one in told if one.ended is None or one.ended > first), key=lambda one: (one.started, one.key)
    )


def _settled(authority: Authority, entering: list[Life]) -> list[Life]:
    """Nobody lives where all beds are taken: who comes later lives in a home of the kind that takes them instead."""
    stays = {life.key: list(life.stays) for life in entering}
    for name, kind in authority.kinds.items():
        if kind.beds is None or kind.else_in is None:
            continue
        coming = sorted(
            (s.starts, key, at) for key, those in stays.items() for at, s in enumerate(those) if s.kind == name
        )
        free_from: list[date] = []
        for starts, key, at in coming:
            while free_from and free_from[0] <= starts:
                heappop(free_from)
            if len(free_from) < kind.beds:
                heappush(free_from, stays[key][at].ends or date.max)
            else:
                stays[key][at] = replace(stays[key][at], kind=kind.else_in)
    return [replace(life, stays=tuple(stays[life.key])) for life in entering]


def _entering(authority: Authority, dice: Random, first: date, last: date) -> Iterator[Life]:
    """One after another of each age, evenly through time and each at a chance day of their share of it."""
    begin = first - timedelta(days=round(18 * YEAR))
    days = (last - begin).days
    entering = [*((age, False, rate) for age, rate in enumerate(authority.entries.by_age))]
    entering += [(age, True, authority.entries.uasc * share) for age, share in authority.entries.uasc_ages.items()]
    number, family = 0, ""
    for age, uasc, rate in entering:
        growth = authority.entries.uasc_growth if uasc else authority.entries.growth
        at = dice.random() * _gap(rate, growth, days)
        while at < days:
            gap = _gap(rate, growth, days - at)
            number += 1
            together = not uasc and family and dice.random() < authority.entries.with_siblings / 2
            family = family if together else f"F{number:05d}"
            day = begin + timedelta(days=int(at + (dice.random() - 0.5) * gap))
            yield _life(authority, dice, f"C{number:05d}", family, age, day, uasc=uasc)
            at += gap


def _gap(rate: float, growth: float, days_before: float) -> float:
    """Days from one child who comes in to the next, so many days before the anchor."""
    then = rate / (1 + growth) ** (days_before / YEAR)
    return YEAR / then if then else 1e9


def _life(authority: Authority, dice: Random, key: str, family: str, age: int, started: date, *, uasc: bool) -> Life:
    born = started - timedelta(days=int((age + dice.random()) * YEAR))
    entries = authority.entries
    ended, why = _leaving(authority, dice, born, started, uasc=uasc)
    return Life(
        key, born, "F" if dice.random() < (entries.uasc_girls if uasc else entries.girls) else "M",
        _one_of(dice, entries.ethnicity), uasc, "N8" if uasc else _one_of(dice, entries.need), family, started, ended, why,
        tuple(_statuses(authority, dice, started, ended, why, uasc=uasc)),
        tuple(_stays(authority, dice, born, started, ended, uasc=uasc)),
    )  # fmt: skip


def _leaving(authority: Authority, dice: Random, born: date, started: date, *, uasc: bool) -> tuple[date, CareEnd]:
    """The day a child ceases to be looked after, at the latest when grown up, and why."""
    leaving, grown = authority.leaving, _grown(born)
    day = started
    for until, rate in _spans(leaving.rates):
        end = started + timedelta(days=round(until * MONTH)) if until else grown
        while day < min(end, grown):
            nxt = min(_birthday(born, day), end, grown)
            factor = leaving.uasc / rate if uasc and rate else leaving.by_band[_band(born, day)]
            wait = dice.expovariate(rate * factor) * YEAR if rate * factor else 1e9
            if wait < (nxt - day).days:
                out = max(started + timedelta(days=1), day + timedelta(days=int(wait)))
                return out, _route(authority, dice, born, started, out)
            day = nxt
    return grown, _one_of(dice, leaving.at_eighteen)


def _route(authority: Authority, dice: Random, born: date, started: date, out: date) -> CareEnd:
    young = (out - born).days < 5 * YEAR and (out - started).days > YEAR / 2
    if young and dice.random() < authority.leaving.adopted:
        return CareEnd.ADOPTED
    return _one_of(dice, authority.leaving.routes)


def _statuses(
    authority: Authority, dice: Random, started: date, ended: date, why: CareEnd, *, uasc: bool
) -> Iterator[tuple[LegalStatus, date]]:
    agreed = uasc or dice.random() < authority.law.agreed
    yield (LegalStatus.SECTION_20 if agreed else LegalStatus.INTERIM_CARE_ORDER), started
    if agreed:
        return
    ordered = started + timedelta(days=dice.randint(*authority.law.ordered_after_days))
    if ordered < ended:
        yield LegalStatus.CARE_ORDER, ordered
        if why is CareEnd.ADOPTED and (placed := ordered + (ended - ordered) / 3) > ordered:
            yield LegalStatus.PLACEMENT_ORDER, placed


def _stays(authority: Authority, dice: Random, born: date, started: date, ended: date, *, uasc: bool) -> Iterator[Stay]:
    day = started
    while day < ended:
        kind = _kind(authority, dice, _band(born, day), uasc=uasc)
        out = _moves(authority.moving, authority.kinds[kind], dice, born, day)
        location = LOCATIONS[_index(dice, authority.kinds[kind].location)]
        leaves = min(out, ended)
        planned = dice.random() >= authority.moving.unplanned
        reason = None if leaves == ended else PlaceChange.CARE_PLAN if planned else PlaceChange.CARER_BEHAVIOUR
        yield Stay(kind, day, leaves, location, reason=reason, planned=planned)
        day = leaves


def _kind(authority: Authority, dice: Random, band: str, *, uasc: bool) -> str:
    """Which kind of home comes next; what is left of the shares goes to the first kind."""
    at = dice.random()
    for name, kind in list(authority.kinds.items())[1:]:
        at -= kind.uasc if uasc else kind.share.get(band, 0)
        if at < 0:
            return name
    return next(iter(authority.kinds))


def _moves(moving: Moving, kind: Kind, dice: Random, born: date, day: date) -> date:
    """When a placement would end in a move: less and less likely the longer it lasts."""
    began = day
    for until, rate in _spans(moving.rates):
        often = rate * kind.moves * moving.by_band[_band(born, day)]
        span = (until * MONTH - (day - began).days) if until else 1e9
        wait = dice.expovariate(often) * YEAR if often else 1e9
        if wait < span:
            return day + timedelta(days=max(1, int(min(wait, 20 * YEAR))))
        day += timedelta(days=round(span))
    raise AssertionError("the last span has no end")


def _until(life: Life, last: date) -> Life:
    """What is known of it at the end of a day."""
    stays = tuple(
        stay if stay.ends is not None and stay.ends <= last else replace(stay, ends=None, reason=None)
        for stay in life.stays
        if stay.starts <= last
    )
    statuses = tuple((status, day) for status, day in life.statuses if day <= last)
    over = life.ended is not None and life.ended <= last
    return replace(
        life, stays=stays, statuses=statuses, ended=life.ended if over else None, why=life.why if over else None
    )


def _spans(rates: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The last one has no end."""
    return [*rates[:-1], (0, rates[-1][1])]


def _band(born: date, day: date) -> str:
    return AGE_BAND[min(17, max(0, int((day - born).days / YEAR)))]


def _birthday(born: date, day: date) -> date:
    """The next one after a day."""
    age = int((day - born).days / YEAR) + 1
    return max(day + timedelta(days=1), born + timedelta(days=round(age * YEAR)))


def _grown(born: date) -> date:
    year = born.year + 18
    return date(year, 2, 28) if (born.month, born.day) == (2, 29) and year % 4 else born.replace(year=year)


def _one_of(dice: Random, shares: Mapping[K, float]) -> K:
    return list(shares)[_index(dice, list(shares.values()))]


def _index(dice: Random, shares: Sequence[float]) -> int:
    at = dice.random() * sum(shares)
    for index, share in enumerate(shares):
        at -= share
        if at < 0:
            return index
    return len(shares) - 1
