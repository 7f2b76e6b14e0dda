"""Measures of what placements cost."""

from dataclasses import dataclass

import numpy as np

from services.metrics.columns import Mask, Numbers
from services.metrics.domain import NO_END, day_number, financial_year_of
from services.metrics.measures.asked import Asked, once, once_a_day, pairs
from services.metrics.measures.care import Spans, on_short_breaks, told_of_children
from services.metrics.measures.figure import Counted, Groups, Measure
from services.metrics.measures.groups import (
    OF_A_CHILD,
    OF_A_PLACEMENT,
    by_authority,
    by_child,
    by_placement,
)
from services.metrics.measures.stays import FACTS, begun, covered_from, spans_of, under_short_breaks

ELEMENT = {"element": ("all", "social_care", "education", "health")}
BREAKDOWNS = (*OF_A_PLACEMENT, "contract", *OF_A_CHILD)


@dataclass(frozen=True, eq=False)
class Bought:
    """Placements in which a child arrived, with nights, and every line of their prices."""

    nights: Spans
    costs: Mask
    """Which of them cost something: temporary stays too, what is wholly within short breaks not."""
    of: Numbers
    """For each line of prices the placement it is of; with the nights it is in force while the placement lasts."""
    starts: Numbers
    ends: Numbers
    element: Numbers
    pence: Numbers


@once
def _bought(asked: Asked) -> Bought:
    nights = spans_of(*begun(asked))
    prices, lines = asked.rows("prices")
    lines = lines[np.argsort(prices["placement"][lines], kind="stable")]
    of, at = pairs(asked.columns["placements"]["placement"][nights.row], prices["placement"][lines])
    lines = lines[at]
    starts = np.maximum(prices["starts"][lines], nights.starts[of])
    ends = np.minimum(prices["ends"][lines], nights.ends[of])
    costs = ~under_short_breaks(asked, nights)
    return Bought(nights, costs, of, starts, ends, prices["element"][lines], prices["weekly_pence"][lines])


def weekly_prices(asked: Asked) -> Counted:
    """The night of the day: the weekly price in force for each child's placement that has one."""
    nights = _bought(asked).nights
    now = np.flatnonzero((nights.starts <= asked.day) & (nights.ends > asked.day))
    now = now[~on_short_breaks(asked)[nights.child[now]]]
    pence, priced = _prices_now(asked, asked.parameters["element"])
    rows, pence, priced = _with_what_is_kept(asked, nights.row[now], pence[now], priced[now])
    parts = {"nights": len(rows), "nights_with_a_price": int(priced.sum())}
    rows, pence = rows[priced], pence[priced]
    return Counted(pence, np.ones(len(rows), np.int64), _groups(asked, rows), parts)


def _with_what_is_kept(asked: Asked, rows: Numbers, pence: Numbers, priced: Mask) -> tuple[Numbers, Numbers, Mask]:
    """A temporary stay beside a placement that goes on is no night of its own: its price is added to that one's."""
    placements = asked.columns["placements"]
    children = placements["child"][rows]
    temporary = placements["purpose"][rows] == asked.word("temporary")
    if not temporary.any():
        return rows, pence, priced
    kept = np.full(len(asked.columns.ids["child"]), -1, np.int64)
    # Of several that go on, one with a price if there is one: what is written last stays.
    for mains in (np.flatnonzero(~temporary & ~priced), np.flatnonzero(~temporary & priced)):
        kept[children[mains]] = mains
    beside = np.flatnonzero(temporary & (kept[children] >= 0))
    pence, priced = pence.copy(), priced.copy()
    np.add.at(pence, kept[children[beside]], pence[beside])
    priced[kept[children[beside[priced[beside]]]]] = True
    alone = np.ones(len(rows), np.bool_)
    alone[beside] = False
    return rows[alone], pence[alone], priced[alone]


@once_a_day
def _prices_now(asked: Asked, element: str) -> tuple[Numbers, Mask]:
    """For each placement that was bought the pence a week in force of an element (or all), and whether any is in force."""
    bought = _bought(asked)
    lines = np.flatnonzero((bought.starts <= asked.day) & (bought.ends > asked.day))
    priced = np.zeros(len(bought.nights), np.bool_)
    priced[bought.of[lines]] = True
    if element != "all":
        lines = lines[bought.element[lines] == asked.word(element)]
    return _added_up(bought.of[lines], bought.pence[lines], len(bought.nights)), priced


def _added_up(of: Numbers, pence: Numbers, count: int) -> Numbers:
    # Weights travel as doubles: exact, because no sum of ours comes near 2^53.
    return np.bincount(of, weights=pence, minlength=count).round().astype(np.int64)


def spent_and_committed(asked: Asked) -> Counted:
    """Seven times the pence of the financial year: nights so far as they were priced, nights to come at today's price."""
    bought, first = _bought(asked), day_number(financial_year_of(asked.as_at))
    lines = np.flatnonzero((bought.starts <= asked.day) & (bought.ends > first))
    if (element := asked.parameters["element"]) != "all":
        lines = lines[bought.element[lines] == asked.word(element)]
    counted = np.minimum(bought.ends[lines], asked.day + 1) - np.maximum(bought.starts[lines], first)
    spent = _added_up(bought.of[lines], np.maximum(counted, 0) * bought.pence[lines], len(bought.nights))
    nights = bought.nights
    this_year = np.flatnonzero(bought.costs & (nights.starts <= asked.day) & (nights.ends > first))
    nights, spent = nights[this_year], spent[this_year]
    to_come = _prices_now(asked, element)[0][this_year] * _nights_to_come(asked, nights)
    parts = {"spent_pence": int(spent.sum()) // 7, "to_come_pence": int(to_come.sum()) // 7}
    return Counted(spent + to_come, None, _groups(asked, nights.row), parts)


def _nights_to_come(asked: Asked, nights: Spans) -> Numbers:
    """Nights after the day until the placement's end, the child's eighteenth birthday or 31 March, whichever is first."""
    next_year = day_number(financial_year_of(asked.as_at).replace(year=financial_year_of(asked.as_at).year + 1))
    until = np.minimum(np.minimum(nights.ends, _eighteenth(asked)[nights.child]), next_year)
    to_come: Numbers = np.maximum(until - (asked.day + 1), 0)
    return to_come


@once
def _eighteenth(asked: Asked) -> Numbers:
    """A table over every child: the day of the eighteenth birthday, 29 February being kept on 1 March."""
    born, known = told_of_children(asked, "born")
    births = born.astype("datetime64[D]")
    months = births.astype("datetime64[M]")
    then = (months + 12 * 18).astype("datetime64[D]") + (births - months.astype("datetime64[D]"))
    return np.where(known, then.astype(np.int64), NO_END)


def _groups(asked: Asked, rows: Numbers) -> Groups:
    placements = asked.columns["placements"]
    return {
        **by_authority(asked, placements, rows),
        **by_child(asked, placements["child"][rows]),
        **by_placement(asked, lambda: rows),
    }


WEEKLY_COST = Measure(
    id="weekly_cost",
    title="Average weekly cost",
    question="What does a week of a placement cost on average?",
    numerator="pence a week in force, over placements on the night of the date",
    denominator="placement nights with a recorded price",
    unit="pence a week",
    population="placements in which a child had arrived, other than under agreements for short breaks (V3, V4); a"
    " temporary stay's price is added to that of the placement kept meanwhile",
    window="snapshot",
    polarity="none",
    source="H",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=BREAKDOWNS,
    parameters=ELEMENT,
    count=weekly_prices,
    covered_from=covered_from,
    rests_on=(*FACTS, "prices"),
)
COMMITTED_SPEND = Measure(
    id="committed_spend",
    title="Committed spend",
    question="What will this financial year's placements have cost, as things stand?",
    numerator="weekly pence over the nights from 1 April to the date as they were priced, and over open placements'"
    " nights after it at that day's price, to the earliest of the end that is set, the eighteenth birthday and 31 March",
    denominator="seven, the nights of a week",
    unit="pence",
    population="placements in which a child had arrived, other than under agreements for short breaks (V3, V4); nights"
    " without a recorded price cost nothing",
    window="the financial year of the date",
    polarity="none",
    source="H",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=BREAKDOWNS,
    parameters=ELEMENT,
    count=spent_and_committed,
    covered_from=covered_from,
    rests_on=(*FACTS, "prices"),
    divide_by=7,
)
