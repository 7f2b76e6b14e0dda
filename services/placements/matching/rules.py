"""The hard rules: for each, which rows of the market break it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from services.placements.matching.facts import Wanted
from services.placements.matching.market import (
    FEATURES,
    NOT_KNOWN,
    PURPOSES,
    SEXES,
    TYPES,
    Bits,
    Market,
    Mask,
    bits,
    ordinal,
)
from shared.clock import age_on
from shared.contracts.vocabulary import Urgency

NOBODY = -2
AVOID_MILES = 5
"""How far to stay away from a place where nobody has said."""


class Rule(StrEnum):
    """Why a place cannot take a child, in the order in which it is said."""

    REGISTRATION = "registration"
    RESERVED = "reserved"
    EMERGENCY = "emergency"
    AGE = "age"
    SEX = "sex"
    FREE_FROM = "free_from"
    FREE_UNTIL = "free_until"
    TAKEN = "taken"
    NEEDS = "needs"
    SOLO_HOME = "solo_home"
    SOLO = "solo"
    NOT_WITH = "not_with"
    AVOID = "avoid"
    DUE_DILIGENCE = "due_diligence"
    RATING = "rating"
    TOGETHER = "together"


BIT: Mapping[Rule, int] = {rule: 1 << number for number, rule in enumerate(Rule)}


def counted(refused: Bits) -> dict[Rule, int]:
    """How many of these are refused by each rule that refuses any."""
    numbers = {rule: int(np.count_nonzero(refused & bit)) for rule, bit in BIT.items()}
    return {rule: number for rule, number in numbers.items() if number}


@dataclass(frozen=True, slots=True)
class Asked:
    """One child's question to the market on one day; `nights` are ordinals, `lived_in` the runs on those nights."""

    market: Market
    wanted: Wanted
    today: date
    nights: tuple[int, int]
    me: int
    here: Mask
    others: Mask

    def where(self, runs: Mask) -> Mask:
        """Rows of homes in which these runs are."""
        return self.market.rows_of(self.market.lived_in, runs)

    @property
    def nowhere(self) -> Mask:
        return np.zeros(len(self.market), np.bool_)

    @property
    def everywhere(self) -> Mask:
        return np.ones(len(self.market), np.bool_)


def asked(market: Market, wanted: Wanted, today: date) -> Asked:
    """`here` are the runs of all who live in a home on some of those nights, `others` those who are not this child."""
    nights = (ordinal(wanted.starts), ordinal(wanted.ends))
    here = market.lived_in.overlap(*nights)
    me = NOBODY if wanted.child is None else market.children.get(wanted.child, NOBODY)
    return Asked(market, wanted, today, nights, me, here, here & (market.residents != me))


def ages(wanted: Wanted) -> tuple[int, int] | None:
    """The child's age on the first and on the last night, or on the first twice where no end is known."""
    if wanted.born is None:
        return None
    last = wanted.starts if wanted.ends is None else date.fromordinal(wanted.ends.toordinal() - 1)
    return age_on(wanted.born, wanted.starts), age_on(wanted.born, last)


def _registration(of: Asked) -> Mask:
    return (of.market["types"] & bits(of.wanted.types, TYPES)) == 0 if of.wanted.types else of.nowhere


def _reserved(of: Asked) -> Mask:
    kept_from = np.ones(len(PURPOSES) + 1, np.bool_)
    kept_from[[NOT_KNOWN, *(PURPOSES.index(purpose) for purpose in of.wanted.purposes)]] = False
    return kept_from[of.market["reserved"]]


def _emergency(of: Asked) -> Mask:
    return of.nowhere if of.wanted.urgency is Urgency.EMERGENCY else of.market["emergency"] != 0


def _age(of: Asked) -> Mask:
    known = ages(of.wanted)
    if known is None:
        return of.everywhere
    broken: Mask = (known[0] < of.market["youngest"]) | (known[1] > of.market["oldest"])
    return broken


def _sex(of: Asked) -> Mask:
    return of.everywhere if of.wanted.sex is None else (of.market["sexes"] & SEXES[of.wanted.sex]) == 0


def _free_from(of: Asked) -> Mask:
    return of.nights[0] < of.market["opens"]


def _free_until(of: Asked) -> Mask:
    return of.market["closes"] < of.nights[1]


def _taken(of: Asked) -> Mask:
    return of.market.rows_of(of.market.taken, of.market.taken.overlap(*of.nights))


def _needs(of: Asked) -> Mask:
    needs = bits(of.wanted.needs, FEATURES)
    broken: Mask = (of.market["features"] & needs) != needs
    return broken


def _solo_home(of: Asked) -> Mask:
    """Registered for one child at a time: nights that providers keep count, even for a stay of the child's own."""
    home: Mask = of.market["solo"] != 0
    return home if of.wanted.siblings else home & of.where(of.here & (of.market.held | of.others))


def _solo(of: Asked) -> Mask:
    """The child is to be the only one, or another who lives there is; a sibling is another, too."""
    if of.wanted.alone and of.wanted.siblings:
        return of.everywhere
    return of.where(of.others if of.wanted.alone else of.others & of.market.solo_residents)


def _not_with(of: Asked) -> Mask:
    """Somebody they must not live with, whichever of the two it was said of; who is not known passes no rule."""
    if not of.wanted.not_with.isdisjoint(of.wanted.siblings):
        return of.everywhere
    runs = of.market.among(of.wanted.not_with, unknown=bool(of.wanted.not_with))
    run, child = of.market.kept_apart
    runs[run[child == of.me]] = True
    return of.where(runs & of.others)


def _avoid(of: Asked) -> Mask:
    """Too near a place to stay away from; where the miles cannot be told, too."""
    broken = of.nowhere
    for spot in of.wanted.avoid:
        broken |= ~(of.market.miles(spot) > avoid_miles(spot.within_miles))
    return broken


def avoid_miles(within: int | None) -> int:
    """How far to stay away."""
    return AVOID_MILES if within is None else within


def _due_diligence(of: Asked) -> Mask:
    """The checks on record ran out. None on record is no refusal: it costs points."""
    return of.market["checked"] < of.today.toordinal()


def _rating(of: Asked) -> Mask:
    broken: Mask = of.market["inadequate"] != 0
    return broken


BREAKS: Mapping[Rule, Callable[[Asked], Mask]] = {
    Rule.REGISTRATION: _registration,
    Rule.RESERVED: _reserved,
    Rule.EMERGENCY: _emergency,
    Rule.AGE: _age,
    Rule.SEX: _sex,
    Rule.FREE_FROM: _free_from,
    Rule.FREE_UNTIL: _free_until,
    Rule.TAKEN: _taken,
    Rule.NEEDS: _needs,
    Rule.SOLO_HOME: _solo_home,
    Rule.SOLO: _solo,
    Rule.NOT_WITH: _not_with,
    Rule.AVOID: _avoid,
    Rule.DUE_DILIGENCE: _due_diligence,
    Rule.RATING: _rating,
}
"""Every rule of one child and one place; `together` is of several, in siblings.py."""
