"""Siblings in one home: which homes have a different place for each of them, and who would have which."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from services.placements.matching.facts import Wanted
from services.placements.matching.judging import Found, Judgement, ranked, refusal, refused_by
from services.placements.matching.market import Bits, Ints, Market, Mask
from services.placements.matching.rules import BIT, Rule, counted
from shared.clock import day_in_england

TOGETHER = np.int32(BIT[Rule.TOGETHER])
NO_ROW = -1


@dataclass(frozen=True)
class Together:
    """A market judged for children who are to live in one home; homes are numbers of the market.

    `each` is one child's answer, in which `together` refuses a place that would leave the others without one.
    `possible` are the homes that can take all, best first; `refused` for every home the bits of what refuses it;
    `closest` for every child and home the row which the fewest rules of that child's own refuse, `alone` those rules.
    """

    market: Market
    each: Sequence[Found]
    alone: Sequence[Bits]
    closest: Sequence[Ints]
    refused: Bits
    possible: Ints

    @cached_property
    def ruled_out(self) -> Ints:
        """The homes that cannot take all, those for the fewest rules first."""
        homes = self.market.home_order[self.refused[self.market.home_order] != 0]
        fewest: Ints = homes[np.argsort(np.bitwise_count(self.refused[homes]), kind="stable")]
        return fewest

    def counts(self) -> dict[Rule, int]:
        """How many homes each rule refuses."""
        return counted(self.refused)

    def placing(self, home: int) -> list[int]:
        """A row for every child, no place twice: the better places first, as far as all can be placed."""
        chosen = assigned([self._beds(found.possible, home) for found in self.each])
        assert chosen is not None
        return chosen

    def unplaced(self, home: int) -> Iterator[tuple[int, int, tuple[Rule, ...]]]:
        """The children whom a home cannot take, by position, each with its closest row and the rules that refuse it.

        Where every one of them alone could be taken, all of them with `together`: there are not places enough.
        """
        rows = [int(closest[home]) for closest in self.closest]
        broken = [int(alone[row]) for alone, row in zip(self.alone, rows, strict=True)]
        for position, (row, bits) in enumerate(zip(rows, broken, strict=True)):
            if bits or not any(broken):
                yield position, row, tuple(rule for rule, bit in BIT.items() if (bits or TOGETHER) & bit)

    def judgement(self, position: int, row: int, rules: tuple[Rule, ...]) -> Judgement:
        """What `unplaced` says of a child, in words."""
        return refusal(self.market.places[row], self.each[position].wanted, rules)

    def _beds(self, rows: Ints, home: int) -> dict[int, int]:
        """The beds of a home with the best row of each, in the order of the rows."""
        beds: dict[int, int] = {}
        for row in rows[self.market.homes[rows] == home].tolist():
            beds.setdefault(int(self.market.beds[row]), row)
        return beds


def assigned(options: Sequence[Mapping[int, int]]) -> list[int] | None:
    """For each the value of a key of its own, so that no key is had twice; None where that cannot be.

    Everyone takes the first key that is free or whose holder can take another (augmenting paths); keys stand in order
    of preference.
    """
    holder: dict[int, int] = {}

    def finds(who: int, passed: set[int]) -> bool:
        for key in options[who]:
            if key not in passed:
                passed.add(key)
                if key not in holder or finds(holder[key], passed):
                    holder[key] = who
                    return True
        return False

    if not all(finds(who, set()) for who in range(len(options))):
        return None
    keys = {who: key for key, who in holder.items()}
    return [options[who][keys[who]] for who in range(len(options))]


def search_together(market: Market, wanted: Sequence[Wanted], now: datetime) -> Together:
    """Judge all of a market for children who are to live in one home."""
    alone = [refused_by(market, one, day_in_england(now)) for one in wanted]
    without = _left_without(market, [refused == 0 for refused in alone])
    each = [
        ranked(market, one, now, refused | bad * TOGETHER)
        for one, refused, bad in zip(wanted, alone, without.rows, strict=True)
    ]
    closest = [_closest(market, refused) for refused in alone]
    theirs = np.bitwise_or.reduce([refused[rows] for refused, rows in zip(alone, closest, strict=True)])
    refused = np.where(without.homes & (theirs == 0), TOGETHER, theirs).astype(np.int32)
    return Together(market, each, alone, closest, refused, _best_homes(market, each, refused))


@dataclass(frozen=True)
class _LeftWithout:
    """The homes that have not a place for each, and for each child the rows that would leave another without."""

    homes: Mask
    rows: Sequence[Mask]


def _left_without(market: Market, suits: Sequence[Mask]) -> _LeftWithout:
    """Hall's condition, for all homes at once: every few of the children need as many places that suit any of them.

    Where they have exactly as many, no other child may have one of those.
    """
    short = np.zeros(len(market.home_order), np.bool_)
    kept_for_others = [np.zeros(len(market), np.bool_) for _ in suits]
    for few in range(1, 1 << len(suits)):
        members = [child for child in range(len(suits)) if few >> child & 1]
        rows = np.logical_or.reduce([suits[child] for child in members])
        beds = np.zeros(len(market.home_of_bed), np.bool_)
        beds[market.beds[rows]] = True
        places = np.bincount(market.home_of_bed[beds], minlength=len(short))
        short |= places < len(members)
        tight = beds[market.beds] & (places == len(members))[market.homes]
        for child in set(range(len(suits))) - set(members):
            kept_for_others[child] |= tight
    everywhere = short[market.homes]
    return _LeftWithout(short, [everywhere | kept for kept in kept_for_others])


def _closest(market: Market, refused: Bits) -> Ints:
    """For every home the row that the fewest rules refuse."""
    rows = market.order[np.argsort(np.bitwise_count(refused[market.order]), kind="stable")][::-1]
    found = np.full(len(market.home_order), NO_ROW, np.int64)
    found[market.homes[rows]] = rows  # what is written last stays
    return found


def _best_homes(market: Market, each: Sequence[Found], refused: Bits) -> Ints:
    """The homes that can take all, by the points against the best place of each child."""
    total = np.zeros(len(refused), np.int64)
    for found in each:
        best = np.full(len(refused), np.iinfo(np.int32).max, np.int64)
        np.minimum.at(best, market.homes[found.possible], found.against)
        total += best
    homes = market.home_order[refused[market.home_order] == 0]
    ordered: Ints = homes[np.argsort(total[homes], kind="stable")]
    return ordered
