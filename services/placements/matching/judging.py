"""The answer for one child: which places are possible, best first, which rules refuse the others, in words when asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np

from services.placements.matching.facts import Offered, Wanted
from services.placements.matching.market import Bits, Ints, Market, market_of
from services.placements.matching.points import Ground
from services.placements.matching.ranking import points_against
from services.placements.matching.rules import BIT, BREAKS, Rule, asked, counted
from services.placements.matching.words import SENTENCES, miles_from_home, reasons_against, reasons_for
from shared.clock import day_in_england


@dataclass(frozen=True, slots=True)
class Judgement:
    """A place judged for a child: possible when no rule refuses it. `points` are those against it, by ground."""

    place: Offered
    refusals: tuple[str, ...]
    miles: float | None = None
    reasons_for: tuple[str, ...] = ()
    reasons_against: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    points: Mapping[Ground, int] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        return not self.refusals


@dataclass(frozen=True)
class Found:
    """All of a market judged for one child.

    `refused` holds for each row the bits of the rules that it breaks; `possible` are the rows that break none, best
    first, with the points `against` each of them and, of these, those on each ground.
    """

    market: Market
    wanted: Wanted
    now: datetime
    refused: Bits
    possible: Ints
    against: Ints
    points: Mapping[Ground, Ints]

    @cached_property
    def ruled_out(self) -> Ints:
        """The rows refused, those by the fewest rules first."""
        rows = self.market.order[self.refused[self.market.order] != 0]
        fewest: Ints = rows[np.argsort(np.bitwise_count(self.refused[rows]), kind="stable")]
        return fewest

    @cached_property
    def standing(self) -> Mapping[int, int]:
        """Where each possible row stands, from 0."""
        return {row: position for position, row in enumerate(self.possible.tolist())}

    def counts(self) -> dict[Rule, int]:
        """How many places each rule refuses: the need that is not met, by reason."""
        return counted(self.refused)

    def rules(self, row: int) -> tuple[Rule, ...]:
        """The rules that refuse a row."""
        broken = int(self.refused[row])
        return tuple(rule for rule, bit in BIT.items() if broken & bit)

    def judgement(self, row: int) -> Judgement:
        """One row in words."""
        rules = self.rules(row)
        if rules:
            return refusal(self.market.places[row], self.wanted, rules)
        place, stands = self.market.places[row], self.standing[row]
        return Judgement(
            place=place,
            refusals=(),
            miles=miles_from_home(place, self.wanted),
            reasons_for=tuple(reasons_for(place, self.wanted)),
            reasons_against=tuple(reasons_against(place, self.wanted, self.now)),
            points={ground: int(column[stands]) for ground, column in self.points.items() if column[stands]},
        )


def refusal(place: Offered, wanted: Wanted, rules: tuple[Rule, ...]) -> Judgement:
    """These rules' refusal of a place in words."""
    said = tuple(SENTENCES[rule](place, wanted) for rule in rules)
    return Judgement(place, said, miles_from_home(place, wanted), rules=rules)


def search(market: Market, wanted: Wanted, now: datetime) -> Found:
    """Judge all of a market for one child."""
    return ranked(market, wanted, now, refused_by(market, wanted, day_in_england(now)))


def refused_by(market: Market, wanted: Wanted, today: date) -> Bits:
    """For every row the bits of the rules that it breaks."""
    question = asked(market, wanted, today)
    refused = np.zeros(len(market), np.int32)
    for rule, breaks in BREAKS.items():
        refused |= breaks(question) * np.int32(BIT[rule])
    return refused


def ranked(market: Market, wanted: Wanted, now: datetime, refused: Bits) -> Found:
    """Put in order what these bits do not refuse: fewest points first; alike ones by number and identifier."""
    rows = market.order[refused[market.order] == 0]
    grounds = points_against(market, rows, wanted, now)
    # Small numbers are sorted by counting, which keeps the order of those that are alike.
    against = np.sum(list(grounds.values()), axis=0)
    best = np.argsort(against.astype(np.int16), kind="stable")
    points = {ground: of[best] for ground, of in grounds.items()}
    return Found(market, wanted, now, refused, rows[best], against[best], points)


def judge(place: Offered, wanted: Wanted, now: datetime) -> Judgement:
    """One place for one child, with reasons both ways."""
    return search(market_of([place]), wanted, now).judgement(0)


def refusals(place: Offered, wanted: Wanted, now: datetime) -> tuple[str, ...]:
    """Every rule that forbids this place, in words; empty when all are kept."""
    return judge(place, wanted, now).refusals


def judge_all(places: Iterable[Offered], wanted: Wanted, now: datetime) -> tuple[list[Judgement], list[Judgement]]:
    """Those possible, best first, and those refused, all in words: for a handful, such as one vacancy's places."""
    judged = search(market_of(list(places)), wanted, now)
    possible = [judged.judgement(row) for row in judged.possible.tolist()]
    return possible, [judged.judgement(row) for row in judged.ruled_out.tolist()]
