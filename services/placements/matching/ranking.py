"""The points of rows of the market for a child: the table in points.py over columns."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from services.placements.matching import points
from services.placements.matching.facts import Spot, Wanted
from services.placements.matching.market import DAY, FEATURES, Ints, Market, bits, moment
from services.placements.matching.points import Ground
from services.placements.matching.rules import ages


def points_against(market: Market, rows: Ints, wanted: Wanted, now: datetime) -> Mapping[Ground, Ints]:
    """For each of these rows how many points speak against it on each ground."""
    return {
        Ground.DISTANCE: _distance(market, rows, from_where(wanted)),
        Ground.REACH: _reach(market, rows, wanted),
        Ground.FIT: _fit(market, rows, wanted),
        Ground.SECTOR: _sector(market, rows, wanted),
        Ground.RATING: market["rating"][rows],
        Ground.CHECKS: market["unchecked"][rows] * points.NO_CHECKS,
        Ground.PRICE: _price(market["pence"][rows], wanted.most_weekly_pence),
        Ground.FRESHNESS: _freshness(market["confirmed"][rows], now),
        Ground.OVER_CAPACITY: market["beyond"][rows] * points.OVER_CAPACITY,
    }


def from_where(wanted: Wanted) -> Spot | None:
    """Where miles are counted from: the child's home."""
    return next((spot for spot in wanted.near if spot.kind is None), None)


def reach_miles(spot: Spot) -> int:
    """How near it is to be."""
    return points.REACH_MILES if spot.within_miles is None else spot.within_miles


def _distance(market: Market, rows: Ints, home: Spot | None) -> Ints:
    if home is None:
        return np.full(len(rows), points.MOST_FOR_DISTANCE, np.int64)
    return np.fmin(market.miles(home, rows), points.MOST_FOR_DISTANCE).astype(np.int64)


def _reach(market: Market, rows: Ints, wanted: Wanted) -> Ints:
    far = np.zeros(len(rows), np.int64)
    for spot in wanted.near:
        if spot.kind is not None:
            far += ~(market.miles(spot, rows) <= reach_miles(spot))
    return far * points.OUT_OF_REACH


def _fit(market: Market, rows: Ints, wanted: Wanted) -> Ints:
    spare: Ints = np.bitwise_count(market["features"][rows] & ~bits(wanted.needs, FEATURES)).astype(np.int64)
    spare *= points.SPARE_FEATURE
    known = ages(wanted)
    if known is None:
        return spare + points.MOST_FOR_AGE
    off: Ints = np.abs(2 * known[0] - market["youngest"][rows] - market["oldest"][rows]) // 2
    return spare + np.minimum(off, points.MOST_FOR_AGE)


def _sector(market: Market, rows: Ints, wanted: Wanted) -> Ints:
    """The best contract in force on the first night."""
    found = np.full(len(market), points.NO_CONTRACT, np.int64)
    first = wanted.starts.toordinal()
    alive = market.terms.overlap(first, first + 1)
    np.minimum.at(found, market.terms.rows[alive], market.terms_points[alive])
    return np.where(market["own"][rows] != 0, 0, found[rows])


def _price(pence: Ints, most: int | None) -> Ints:
    found = np.minimum(pence // points.PENCE_A_POINT, points.MOST_FOR_PRICE)
    return found if most is None else found + (pence > most) * points.ABOVE_LIMIT


def _freshness(confirmed: Ints, now: datetime) -> Ints:
    days = np.maximum(moment(now) - confirmed, 0) // DAY
    return np.where(days > points.FRESH_DAYS, points.STALE, days // points.DAYS_A_POINT)
