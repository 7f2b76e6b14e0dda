"""The lives of the children of an authority, day by day in simulated time: pure, and the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import heappop, heappush
from random import Random
from typing import TypeVar

from deploy.county.authority import BANDS, Authority, Kind, Moving
from shared.contracts.vocabulary import CareEnd, Feature, LegalStatus, PlaceChange, PlacementType

K = TypeVar("K")
YEAR = 365.25
MONTH = YEAR / 12
AGE_BAND = [next(band for band, (first, last) in BANDS.items() if first <= age <= last) for age in range(18)]
ORDER_TO_ADOPTION = 3
"""Days at least from the last order to adoption: a placement order, a match and the adoption follow one another."""
MOST_HOLIDAYS = 2
"""Of a child's carers within a year and a day: a return allows no more (rule 377)."""
SOON_DAYS = 60
"""From within so many days the model takes children of other ages to be brothers and sisters of one day."""
OLDEST = "16_and_over"
"""Nobody younger lives in semi-independent accommodation."""
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
    adopting: bool = False
    """With those who are to adopt the child, whatever kind of home the child came from."""


@dataclass(frozen=True, slots=True)
class Temporary:
    """Nights `[starts, ends)` elsewhere, while the home is kept."""

    type: PlacementType
    starts: date
    ends: date | None


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
    needs: tuple[Feature, ...] = ()
    """As assessed on coming in."""
    away: tuple[Temporary, ...] = ()


def first_day(authority: Authority) -> date:
    """From which day on everybody in care is told of."""
    anchor = authority.anchor
    return anchor.replace(year=anchor.year - authority.years, day=28 if anchor.month == 2 else anchor.day)


def lives(authority: Authority, seed: int, ahead: int = 0) -> list[Life]:
    """All who were in care at some time in the authority's years up to the anchor, and so many years (365 days) after
    it; by the day they came in."""
    dice = Random(seed)  # noqa: S311 - the same for the same seed, nothing secret
    first, last = first_day(authority), authority.anchor + timedelta(days=365 * ahead)
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
    """Each child with their age on coming in; brothers and sisters on one day."""
    begin = first - timedelta(days=round(18 * YEAR))
    coming = sorted(_coming(authority, dice, begin, last))
    families = _families(authority, dice, coming)
    for number, (_, age, uasc) in enumerate(coming):
        with_whom = families.get(number, number)
        key, family = f"C{number + 1:05d}", f"F{with_whom + 1:05d}"
        yield _life(authority, dice, key, family, age, begin + timedelta(days=coming[with_whom][0]), uasc=uasc)


def _coming(authority: Authority, dice: Random, begin: date, last: date) -> Iterator[tuple[int, int, bool]]:
    """Day, age and whether alone: one after another of each age, evenly through time, each at a chance day of its share."""
    entries, days = authority.entries, (last - begin).days
    since = (last - authority.anchor).days
    coming = [*((age, False, rate) for age, rate in enumerate(entries.by_age))]
    coming += [(age, True, entries.uasc * share) for age, share in entries.uasc_ages.items()]
    for age, uasc, rate in coming:
        growth = entries.uasc_growth if uasc else entries.growth
        at = dice.random() * _gap(rate, growth, days - since)
        while at < days:
            gap = _gap(rate, growth, days - since - at)
            yield int(at + (dice.random() - 0.5) * gap), age, uasc
            at += gap


def _gap(rate: float, growth: float, days_before: float) -> float:
    """Days from one child who comes in to the next, so many days before the anchor."""
    then = rate / (1 + growth) ** (days_before / YEAR)
    return YEAR / then if then else 1e9


def _families(authority: Authority, dice: Random, coming: Sequence[tuple[int, int, bool]]) -> dict[int, int]:
    """For each child who comes with brothers or sisters, with whom: the eldest of them in the list, themselves included."""
    share, together, of = authority.entries.with_siblings, authority.entries.family, dict[int, int]()
    begins = share / (together - share * (together - 1))
    for number, (day, _, uasc) in enumerate(coming):
        if uasc or number in of or dice.random() >= begins:
            continue
        wanted, ages = 2 + (dice.random() < together - 2), {coming[number][1]}
        for other in range(number + 1, len(coming)):
            near = coming[other][0] - day <= SOON_DAYS
            if not near or len(ages) == wanted:
                break
            if other not in of and not coming[other][2] and coming[other][1] not in ages:
                ages.add(coming[other][1])
                of[other] = number
        if len(ages) > 1:
            of[number] = number
    return of


def _life(authority: Authority, dice: Random, key: str, family: str, age: int, started: date, *, uasc: bool) -> Life:
    born = started - timedelta(days=int((age + dice.random()) * YEAR))
    entries = authority.entries
    ended, why = _leaving(authority, dice, born, started, uasc=uasc)
    stays = tuple(_stays(authority, dice, born, started, ended, uasc=uasc))
    sex = "F" if dice.random() < (entries.uasc_girls if uasc else entries.girls) else "M"
    ethnicity, need = _one_of(dice, entries.ethnicity), "N8" if uasc else _one_of(dice, entries.need)
    statuses = tuple(_statuses(authority, dice, started, ended, uasc=uasc))
    needs = tuple(_needs(authority, dice, _band(born, started)))
    away = tuple(_away(authority, dice, stays))
    away = tuple(one for one in away if not any(one.starts <= day <= (one.ends or day) for _, day in statuses))
    if why is CareEnd.ADOPTED and (ended - statuses[-1][1]).days < ORDER_TO_ADOPTION:
        why = CareEnd.GUARDIAN_RELATIVE
    if why is CareEnd.ADOPTED:
        statuses, stays = _adopted(authority, statuses, stays, ended)
        leaves = stays[-2].starts  # away from the stay that is cut short, or from the adopters', is told of nobody
        away = tuple(one for one in away if one.ends and one.ends < leaves)
    if why in (CareEnd.GUARDIAN_FORMER_CARER, CareEnd.GUARDIAN_FORMER_CARER_RELATIVE) and not _fostered(
        authority, stays[-1]
    ):
        why = CareEnd.GUARDIAN_RELATIVE
    return Life(key, born, sex, ethnicity, uasc, need, family, started, ended, why, statuses, stays, needs, away)


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
    authority: Authority, dice: Random, started: date, ended: date, *, uasc: bool
) -> Iterator[tuple[LegalStatus, date]]:
    agreed = uasc or dice.random() < authority.law.agreed
    yield (LegalStatus.SECTION_20 if agreed else LegalStatus.INTERIM_CARE_ORDER), started
    if agreed:
        return
    ordered = started + timedelta(days=dice.randint(*authority.law.ordered_after_days))
    if ordered < ended:
        yield LegalStatus.CARE_ORDER, ordered


def _adopted(
    authority: Authority, statuses: tuple[tuple[LegalStatus, date], ...], stays: tuple[Stay, ...], ended: date
) -> tuple[tuple[tuple[LegalStatus, date], ...], tuple[Stay, ...]]:
    """With a placement order, and a move to those who adopt a third of the remaining time after it."""
    since = statuses[-1][1]
    ordered = since + max(timedelta(days=1), (ended - since) / 3)
    day = min(ordered + max(timedelta(days=1), (ended - ordered) / 3), ended - timedelta(days=1))
    before = [stay for stay in stays if stay.starts < day]
    left = replace(before[-1], ends=day, reason=PlaceChange.CARE_PLAN, planned=True)
    first = next(iter(authority.kinds))
    there = Stay(first, day, ended, left.location, reason=PlaceChange.CARE_PLAN, adopting=True)
    return (*statuses, (LegalStatus.PLACEMENT_ORDER, ordered)), (*before[:-1], left, there)


def _fostered(authority: Authority, stay: Stay) -> bool:
    return authority.kinds[stay.kind].type is PlacementType.FOSTER


def _stays(authority: Authority, dice: Random, born: date, started: date, ended: date, *, uasc: bool) -> Iterator[Stay]:
    day = started
    while day < ended:
        kind = _kind(authority, dice, _band(born, day), uasc=uasc)
        out = _moves(authority.moving, authority.kinds[kind], dice, born, day)
        location = LOCATIONS[_index(dice, authority.kinds[kind].location)]
        leaves = min(out, ended)
        planned = dice.random() >= authority.moving.unplanned or leaves == ended
        reason = PlaceChange.CARE_PLAN if planned else PlaceChange.CARER_BEHAVIOUR
        yield Stay(kind, day, leaves, location, reason=reason, planned=planned)
        day = leaves


def _needs(authority: Authority, dice: Random, band: str) -> Iterator[Feature]:
    shares = authority.needs.shares
    return (feature for feature, by_band in shares.items() if dice.random() < by_band.get(band, 0))


def _away(authority: Authority, dice: Random, stays: Sequence[Stay]) -> Iterator[Temporary]:
    """Now and then some nights elsewhere, begun and over within one stay."""
    away, holidays = authority.away, list[date]()
    often = sum(away.a_year.values())
    for stay in stays if often else ():
        assert stay.ends is not None
        day = stay.starts + timedelta(days=1 + int(dice.expovariate(often) * YEAR))
        while day < stay.ends:
            type_ = _one_of(dice, away.a_year)
            back = day + timedelta(days=dice.randint(*away.nights[type_]))
            holiday = type_ is PlacementType.TEMPORARY_CARER_AWAY
            too_soon = holiday and len(holidays) >= MOST_HOLIDAYS and (day - holidays[-MOST_HOLIDAYS]).days <= YEAR + 1
            if back < stay.ends and not too_soon:
                holidays += [back] if holiday else []
                yield Temporary(type_, day, back)
            day = back + timedelta(days=1 + int(dice.expovariate(often) * YEAR))


def _kind(authority: Authority, dice: Random, band: str, *, uasc: bool) -> str:
    """Which kind of home comes next; what is left of the shares goes to the first kind."""
    at = dice.random()
    for name, kind in list(authority.kinds.items())[1:]:
        at -= kind.uasc if uasc else kind.share.get(band, 0)
        if at < 0:
            too_young = kind.type is PlacementType.SEMI_INDEPENDENT and band != OLDEST
            return next(iter(authority.kinds)) if too_young else name
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
    away = tuple(
        one if one.ends is not None and one.ends <= last else replace(one, ends=None)
        for one in life.away
        if one.starts <= last
    )
    over = life.ended is not None and life.ended <= last
    ended, why = (life.ended, life.why) if over else (None, None)
    return replace(life, stays=stays, statuses=statuses, away=away, ended=ended, why=why)


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
