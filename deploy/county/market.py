"""Homes of a made-up area: they open, take children while a place is free, are judged, take nobody any more and close."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from itertools import groupby
from random import Random

from deploy.county.authority import Authority
from deploy.county.lives import YEAR, Life, Stay
from shared.contracts.vocabulary import Feature, Location, PlacementType, Rating
from shared.geography.authorities import FIRST_DAY

JUDGED = frozenset(
    {PlacementType.CHILDRENS_HOME, PlacementType.SUPPORTED_ACCOMMODATION, PlacementType.SEMI_INDEPENDENT}
)
"""Kinds of home that Ofsted judges one by one; foster carers are judged with their agency."""
FOR_EVER = 1_000_000
MONTHLY, WEEKLY = 28, 7
"""Days of a window: what is told of one is heard by everybody before the next is begun."""


@dataclass
class Home:
    """A home and its places; `shut` is from when it takes nobody any more, `closed` its last day, if that has come."""

    key: str
    kind: str
    opened: date
    taken: date
    """Its first child's first night: before it, nobody tells of it."""
    places: int
    used: int
    """Of its places, how many children live in at most: the rest stay empty."""
    shut: date
    shuts: int
    """The window of that day."""
    stale: bool
    """Whether nobody says for weeks on end that its vacancies still stand."""
    ratings: tuple[tuple[Rating, date], ...] = ()
    closed: date | None = None
    features: set[Feature] = field(default_factory=set)
    """What every place of it has: what its children need."""
    leaving: list[date] = field(default_factory=list)
    """When each child who ever came left; date.max for those who live there."""
    there: list[int] = field(default_factory=list)
    """Of those who live there as the telling goes, up to which window: a heap, soonest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stay that was found by a referral, and the home it is in; `group` is the referral it shares with siblings."""

    life: Life
    number: int
    home: Home
    group: str

    @property
    def stay(self) -> Stay:
        return self.life.stays[self.number]

    @property
    def key(self) -> str:
        return f"{self.life.key}-{self.number}"


@dataclass(frozen=True, slots=True)
class Windows:
    """Simulated time in turns: everything up to a first day, then four weeks at a time, and week by week from the anchor."""

    first: date
    anchor: date
    last: date
    """How far lives are made up."""

    def of(self, day: date) -> int:
        """The window of a day: negative up to the anchor."""
        since = (max(day, self.first) - self.anchor).days - 1
        return since // (MONTHLY if since < 0 else WEEKLY)

    def last_day(self, window: int) -> date:
        """Of a window; what is of it can be told once that day is over."""
        return self.anchor + timedelta(days=(window + 1) * (MONTHLY if window < 0 else WEEKLY))


class Area:
    """The homes of an area as they come to be, child by child in order of time."""

    def __init__(self, authority: Authority, windows: Windows, dice: Random) -> None:
        self._authority, self._windows, self._dice = authority, windows, dice
        self._of: dict[str, list[Home]] = {name: [] for name in authority.kinds}
        self._seen: dict[str, int] = {}
        self._lived: dict[str, Home] = {}
        """Where each child was placed last: who moves, moves to another home."""

    @property
    def homes(self) -> list[Home]:
        """Every home there ever was, in the order in which they opened their doors to somebody."""
        return sorted((home for homes in self._of.values() for home in homes), key=lambda home: int(home.key[5:]))

    def found(self, told: Iterable[Life]) -> list[Found]:
        """The stays in the area, and the home of each; children who came in together live together where there is room."""
        first = self._windows.first
        stays = [
            (stay.starts, life.family if not number else life.key, stay.kind, life, number)
            for life in told
            for number, stay in enumerate(life.stays)
            if stay.location == Location.IN_AREA
            and not stay.adopting
            and (stay.ends is None or stay.ends > first)
            and stay.starts >= FIRST_DAY  # before it nobody can say which authority stood where
        ]
        stays.sort(key=lambda one: (*one[:3], one[3].key))
        answer: list[Found] = []
        for (_, _, kind), some in groupby(stays, key=lambda one: one[:3]):
            together = [(life, number) for *_, life, number in some if self._first_of_its_window(life, number)]
            answer += self._settle(kind, together)
        self._close(max((life.ended or stay[0] for stay in stays for life in (stay[3],)), default=first))
        return answer

    def _first_of_its_window(self, life: Life, number: int) -> bool:
        """A child moves through the platform once in a window; who moves twice is placed directly the second time."""
        window = self._windows.of(life.stays[number].starts)
        fresh = self._seen.get(life.key) != window
        self._seen[life.key] = window
        return fresh

    def _settle(self, kind: str, some: Sequence[tuple[Life, int]]) -> Iterator[Found]:
        if len(some) > 1 and (home := self._home(kind, some[0], len(some))):
            yield from (self._live(home, life, number, f"{life.family}-0") for life, number in some)
            return
        for life, number in some:
            if home := self._home(kind, (life, number), 1):
                yield self._live(home, life, number, f"{life.key}-{number}")

    def _live(self, home: Home, life: Life, number: int, group: str) -> Found:
        ends = life.stays[number].ends
        home.leaving.append(ends or date.max)
        heappush(home.there, self._windows.of(ends) if ends else FOR_EVER)
        home.features.update(life.needs)
        self._lived[life.key] = home
        return Found(life, number, home, group)

    def _home(self, kind: str, one: tuple[Life, int], children: int) -> Home | None:
        """One with room on that day, or a new one; none where an authority's own beds are all there are."""
        day = one[0].stays[one[1]].starts
        window = self._windows.of(day)
        left = self._lived.get(one[0].key)
        free = [home for home in self._of[kind] if home is not left and _room(home, window) >= children]
        if free:
            return self._dice.choice(free)
        beds = self._authority.kinds[kind].beds
        there = sum(home.places for home in self._of[kind])
        if (beds is not None and there >= beds) or children > self._sizes(kind)[1]:
            return None
        home = self._open(kind, day, children, beds and beds - there)
        self._of[kind].append(home)
        return home

    def _open(self, kind: str, day: date, children: int, most: int | None) -> Home:
        dice, assumed = self._dice, self._authority.homes
        number = sum(len(homes) for homes in self._of.values())
        used = max(children, min(dice.randint(*self._sizes(kind)), most or 1_000))
        empty = 0 if most else sum(dice.random() < assumed.empty for _ in range(used))
        opened = day - timedelta(days=dice.randint(30, 400))
        years = dice.expovariate(assumed.closures) if assumed.closures and not most else 0
        shut = day + timedelta(days=MONTHLY + int(min(years, 50) * YEAR)) if years else date.max
        ratings = tuple(self._judged(kind, day, opened))
        bad = next((on for rating, on in ratings if rating is Rating.INADEQUATE), date.max)
        stale = dice.random() < assumed.stale
        shut = min(shut, bad)
        shuts = self._windows.of(shut)
        return Home(f"home-{number}", kind, opened, day, used + empty, used, shut, shuts, stale, ratings)

    def _judged(self, kind: str, taken: date, opened: date) -> Iterator[tuple[Rating, date]]:
        """About every year and a half, the first time before anybody comes, and not again until the first child is there;
        a home that is judged inadequate is not judged again here."""
        if self._authority.kinds[kind].type not in JUDGED:
            return
        on = opened + timedelta(days=self._dice.randint(1, (taken - opened).days - 1))
        settled = self._windows.last_day(self._windows.of(taken))
        shares = self._authority.homes.ratings
        possible: list[Rating] = [rating for rating in shares if rating != Rating.INADEQUATE]
        while on < self._windows.last:
            rating = self._dice.choices(possible, [shares[one] for one in possible])[0]
            yield rating, on
            if rating == Rating.INADEQUATE:
                return
            possible = list(shares)
            on = max(on + timedelta(days=self._dice.randint(400, 700)), settled + timedelta(days=1))

    def _sizes(self, kind: str) -> tuple[int, int]:
        sizes: Mapping[str, tuple[int, int]] = self._authority.homes.sizes
        return sizes.get(self._authority.kinds[kind].type, sizes["other"])

    def _close(self, last: date) -> None:
        """A home that takes nobody any more closes once its last child has left."""
        for homes in self._of.values():
            for home in homes:
                left = max([home.shut, *home.leaving])
                if left < last:
                    home.closed = self._windows.last_day(self._windows.of(left) + 2)


def _room(home: Home, window: int) -> int:
    """Places of a home that are known to be free by a window; a home that shuts in it takes nobody."""
    if home.shuts <= window:
        return 0
    while home.there and home.there[0] < window:
        heappop(home.there)
    return home.used - len(home.there)
