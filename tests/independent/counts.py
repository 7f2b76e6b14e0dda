"""Figures of children looked after, counted child by child (MEASURES.md, "Population", "Stability" and "Location")."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from shared.contracts.vocabulary import Location
from shared.geography import Geography
from tests.independent.care import InCare, Period, Placement, carer_since, counted, history_of
from tests.independent.episodes import children_of, years_of

ADOPTIVE = ("A3", "A4", "A5", "A6")
A_DAY = timedelta(days=1)
FAR = 20


class Share(NamedTuple):
    """So many of so many."""

    numerator: int
    denominator: int


class Living(NamedTuple):
    """A child looked after on a day, and where; a child between two stays lives nowhere we know."""

    child: InCare
    period: Period
    placement: int | None

    @property
    def where(self) -> Placement | None:
        return None if self.placement is None else self.period.placements[self.placement]


def holds(starts: date, ends: date | None, day: date) -> bool:
    """As at a day is its end: what starts on it counts, what ends on it does not."""
    return starts <= day and (ends is None or ends > day)


def lived_in(period: Period, day: date) -> int | None:
    return next((at for at, one in enumerate(period.placements) if holds(one.starts, one.ends, day)), None)


def months_before(day: date, months: int) -> date:
    """The same day so many months ago, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(frozen=True)
class Return:
    """All that one authority's files tell."""

    folder: Path
    authority: str
    map: Geography
    short_breaks: bool = False

    @cached_property
    def children(self) -> list[InCare]:
        return [history_of(child, short_breaks=self.short_breaks) for child in children_of(self.folder)]

    @cached_property
    def coverage_start(self) -> date:
        """The first day of the first year returned."""
        return date(years_of(self.folder)[0] - 1, 4, 1)

    @cached_property
    def miles_of(self) -> dict[tuple[str, str], float | None]:
        pairs = {(one.home, one.postcode) for _, one in self.placements()}
        return {pair: self.map.miles(*pair) for pair in pairs}

    @cached_property
    def location_of(self) -> dict[tuple[str, date], Location | None]:
        """Where each placement is, as the map was on the day it started."""
        pairs = {(one.postcode, one.starts) for _, one in self.placements()}
        return {(post, on): self.map.location(self.authority, post, on) for post, on in pairs}

    def placements(self) -> Iterator[tuple[InCare, Placement]]:
        return ((child, one) for child in self.children for period in child.periods for one in period.placements)

    def periods(self) -> Iterator[Period]:
        return (period for child in self.children for period in child.periods)

    def looked_after(self, day: date) -> list[Living]:
        """Everybody in care at the end of a day; kept, since every figure of a day begins with them."""
        if day not in self._living:
            self._living[day] = [
                Living(child, period, lived_in(period, day))
                for child in self.children
                for period in child.periods
                if holds(period.starts, period.ends, day)
            ]
        return self._living[day]

    @cached_property
    def _living(self) -> dict[date, list[Living]]:
        return {}

    def cla(self, day: date, *, count: Literal["periods", "children"] = "periods") -> int:
        found = self.looked_after(day)
        return len(found) if count == "periods" else len({one.child.reference for one in found})

    def cla_started(self, after: date, until: date) -> int:
        return sum(after < period.starts <= until for period in self.periods())

    def cla_ceased(self, after: date, until: date) -> int:
        return sum(period.ends is not None and after < period.ends <= until for period in self.periods())

    def three_plus(
        self, day: date, *, counts: Literal["placements", "moves"] = "placements", same_carer_counts: bool = True
    ) -> Share:
        """Three placements, or three moves (which are four), in the twelve months that end on the day."""
        first = months_before(day, 12) + A_DAY
        enough = 3 if counts == "placements" else 4
        now = {one.child.reference: one.child for one in self.looked_after(day)}
        lived = (
            [
                starts
                for period in child.periods
                for starts, ends in counted(period.placements, same_carer_counts=same_carer_counts)
                if starts <= day and (ends is None or ends >= first)
            ]
            for child in now.values()
        )
        return Share(sum(len(one) >= enough for one in lived), len(now))

    def long_term(self, day: date, *, under_16: bool = True) -> Share:
        """Two years with one carer, of those looked after for two and a half."""
        two_years, two_and_a_half = months_before(day, 24), months_before(day, 30)
        long = [
            one
            for one in self.looked_after(day)
            if one.period.starts <= two_and_a_half and not (under_16 and age(one.child.born, day) >= 16)
        ]
        return Share(sum(settled_since(one) <= two_years for one in long), len(long))

    def over_20_and_outside(self, day: date) -> Share:
        living = self.looked_after(day)
        far = [
            one for one in living if (self.miles(one) or 0) > FAR and self.location(one) not in (None, Location.IN_AREA)
        ]
        return Share(len(far), len(living))

    def within_20_miles(self, day: date) -> Share:
        known = [miles for miles in map(self.miles, self.looked_after(day)) if miles is not None]
        return Share(sum(miles <= FAR for miles in known), len(known))

    def locations(self, day: date) -> dict[Location | None, int]:
        """In the area, in one that borders it, further away, and not known."""
        return Counter(map(self.location, self.looked_after(day)))

    def placement_mix(self, day: date, *, by: Literal["type", "sector"]) -> dict[str, int]:
        return Counter(getattr(one.where, by, "") for one in self.looked_after(day))

    def bed_nights(self, after: date, until: date) -> dict[str, int]:
        """Nights of the days after one and until another by type; the day a stay ends is not a night of it."""
        nights: Counter[str] = Counter()
        for _, one in self.placements():
            last = until if one.ends is None else min(until, one.ends - A_DAY)
            nights[one.type] += max(0, (last - max(after + A_DAY, one.starts)).days + 1)
        return +nights

    def miles(self, one: Living) -> float | None:
        return self.miles_of[one.where.home, one.where.postcode] if one.where else None

    def location(self, one: Living) -> Location | None:
        return self.location_of[one.where.postcode, one.where.starts] if one.where else None


def settled_since(one: Living) -> date:
    """From when the child has been with its carer; with adopters, from when it came to the carer before them."""
    if one.placement is None:
        return date.max
    placements, at = one.period.placements, one.placement
    if placements[at].type not in ADOPTIVE:
        return carer_since(placements, at)
    while at and placements[at].same_carer and placements[at - 1].type in ADOPTIVE:
        at -= 1  # consent became an order: still the same adopters
    return carer_since(placements, max(at - 1, 0))
