"""Looking at a part of what was found: by kind of home, by miles, by vacancy, by the rules that refuse."""

from collections.abc import Iterable
from uuid import UUID

import numpy as np

from services.placements.matching.facts import Wanted
from services.placements.matching.market import TYPES, Bits, Ints, Market, Mask, bits
from services.placements.matching.ranking import from_where
from services.placements.matching.rules import BIT, Rule
from shared.contracts.vocabulary import PlacementType


def rows_seen(
    market: Market, wanted: Wanted, types: frozenset[PlacementType], within: int | None, vacancy: UUID | None
) -> Mask:
    """The rows of these kinds, within these miles of the child's home, of this vacancy; what is not said is all."""
    seen = np.ones(len(market), np.bool_)
    if types:
        seen &= (market["types"] & bits(types, TYPES)) != 0
    if within is not None:
        home = from_where(wanted)
        seen &= (market.miles(home) <= within) if home else False
    if vacancy is not None:
        seen &= np.array([place.vacancy == vacancy for place in market.places], np.bool_)
    return seen


def homes_seen(market: Market, rows: Mask) -> Mask:
    """The homes of which a row is seen."""
    seen = np.zeros(len(market.home_order), np.bool_)
    seen[market.homes[rows]] = True
    return seen


def refused_by_one_of(refused: Bits, rules: Iterable[Rule]) -> Mask:
    """Those that one of these rules refuses; all where none is named."""
    chosen = sum(BIT[rule] for rule in rules)
    return (refused & chosen) != 0 if chosen else np.ones(len(refused), np.bool_)


def page_of(ordered: Ints, seen: Mask, page: int, per_page: int) -> tuple[list[int], int]:
    """One page (from 1) of what is seen, in order, and how many there are in all."""
    rows = ordered[seen[ordered]]
    return rows[(page - 1) * per_page : page * per_page].tolist(), len(rows)
