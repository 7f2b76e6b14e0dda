"""What is told in each window of simulated time, and in which order, so that each thing is heard before it is built on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import attrgetter
from random import Random

from deploy.county.authority import Authority
from deploy.county.command import Command
from deploy.county.finding import arriving, asking, booking, searches
from deploy.county.homes import keeping
from deploy.county.lives import Life
from deploy.county.market import Area, Found, Home, Windows
from deploy.county.postcodes import Postcodes
from deploy.county.telling import living, registering


@dataclass
class Turn:
    """One window: homes and children first, then who asks whom, then who answers, then bookings, then first nights."""

    homes: list[Home] = field(default_factory=list)
    kept: list[Command] = field(default_factory=list)
    children: list[Command] = field(default_factory=list)
    asked: list[Command] = field(default_factory=list)
    before: list[Command] = field(default_factory=list)
    answers: list[Command] = field(default_factory=list)
    booked: list[Command] = field(default_factory=list)
    after: list[Command] = field(default_factory=list)

    def __len__(self) -> int:
        """Commands; a home is opened and offers its places."""
        rest = (self.kept, self.children, self.asked, self.before, self.answers, self.booked, self.after)
        return 2 * len(self.homes) + sum(map(len, rest))


def turns(authority: Authority, told: list[Life], seed: int, postcodes: Postcodes, windows: Windows) -> dict[int, Turn]:
    """Everything, by window."""
    made: dict[int, Turn] = defaultdict(Turn)
    dice = Random(f"homes {seed}")  # noqa: S311 - the same for the same seed, nothing secret
    area = Area(authority, windows, dice)
    found = area.found(told)
    _homes(made, authority, area.homes, found, windows)
    for command in registering(authority, told, seed, postcodes):
        made[windows.of(command.on)].children.append(command)
    commands = living(authority, told, seed, postcodes, windows.last)
    placing = {one.key: one for one in commands if one.key}
    for search in searches(authority, found, area.homes, dice):
        window = windows.of(search.starts)
        made[window].asked += asking(search, authority)
        said = list(booking(search, placing, authority, dice))
        made[window].answers += [one for one in said if one.by]
        made[window].before += [one for one in said if not one.by]
    _lives(made, commands, {one.key: one for one in found}, windows)
    return dict(sorted(made.items()))


def _homes(
    made: Mapping[int, Turn], authority: Authority, homes: Iterable[Home], found: Iterable[Found], windows: Windows
) -> None:
    of: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        of[one.home.key].append(one)
    for home in homes:
        first = windows.of(home.taken)
        made[first].homes.append(home)
        for command in keeping(authority, home, of[home.key], windows):
            made[max(first, windows.of(command.on))].kept.append(command)


def _lives(made: Mapping[int, Turn], commands: Iterable[Command], found: Mapping[str, Found], windows: Windows) -> None:
    """Of each child in each window: what comes before a booking, and what after the first night under it."""
    for command in commands:
        one = found.get(command.key or "") if command.kind == "place_directly" else None
        made[windows.of(command.on)].before.append(arriving(one, command) if one else command)
    for turn in made.values():
        of_child = sorted(turn.before, key=lambda one: (one.child, one.at))
        turn.before = []
        for _, some in groupby(of_child, key=attrgetter("child")):
            _in_order(turn, some)


def _in_order(turn: Turn, commands: Iterable[Command]) -> None:
    now = turn.before
    for command in commands:
        if command.kind == "start":
            now = turn.after
        elif command.kind == "accept" and now is turn.before:
            now = turn.booked
        now.append(command)


def told_by(windows: Windows, made: Mapping[int, Turn], today: date) -> Iterator[int]:
    """The windows that are over, in order."""
    yield from (window for window in made if windows.last_day(window) < today)
