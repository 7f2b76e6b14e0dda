"""Measures of what placements cost."""

import numpy as np

from services.metrics.columns import Facts, Mask, Numbers, in_force
from services.metrics.domain import NO_END, day_number, financial_year_of
from services.metrics.measures.asked import Asked, once, once_a_day
from services.metrics.measures.care import on_short_breaks, told_of_children
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


@once
def _bought(asked: Asked) -> tuple[Facts, Numbers]:
    """The fact table, and where the placements stand that cost something: temporary stays too, short breaks not."""
    placements, rows = begun(asked)
    return placements, rows[~under_short_breaks(asked, spans_of(placements, rows))]


def weekly_prices(asked: Asked) -> Counted:
    """The night of the day: the weekly price in force for each child's placement that has one."""
    placements, rows = begun(asked)
    rows = in_force(placements, rows, "starts", "ends", asked.day)
    rows = rows[~on_short_breaks(asked)[placements["child"][rows]]]
    pence, priced = _prices_now(asked, asked.parameters["element"])
    pence, priced = pence[placements["placement"][rows]], priced[placements["placement"][rows]]
    rows, pence, priced = _with_what_is_kept(asked, rows, pence, priced)
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
    mains = np.flatnonzero(~temporary)
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
    """Over every placement: the pence a week in force of the elements asked for, and whether any element is in force."""
    prices, lines = asked.rows("prices")
    lines = in_force(prices, lines, "starts", "ends", asked.day)
    priced = asked.columns.among("placement", prices["placement"][lines])
    if element != "all":
        lines = lines[prices["element"][lines] == asked.word(element)]
    pence = np.zeros(len(asked.columns.ids["placement"]), np.int64)
    np.add.at(pence, prices["placement"][lines], prices["weekly_pence"][lines])
    return pence, priced


def spent_and_committed(asked: Asked) -> Counted:
    """Seven times the pence of the financial year: nights so far as they were priced, nights to come at today's price."""
    placements, rows = _bought(asked)
    year = financial_year_of(asked.as_at)
    rows = rows[(placements["starts"][rows] <= asked.day) & (placements["ends"][rows] > day_number(year))]
    at = np.full(len(asked.columns.ids["placement"]), -1, np.int64)
    at[placements["placement"][rows]] = np.arange(len(rows))
    prices, lines = asked.rows("prices")
    if (element := asked.parameters["element"]) != "all":
        lines = lines[prices["element"][lines] == asked.word(element)]
    lines = lines[at[prices["placement"][lines]] >= 0]
    of = at[prices["placement"][lines]]
    starts = np.maximum(np.maximum(prices["starts"][lines], placements["starts"][rows][of]), day_number(year))
    ends = np.minimum(np.minimum(prices["ends"][lines], placements["ends"][rows][of]), asked.day + 1)
    nights = np.maximum(ends - starts, 0)
    spent = np.zeros(len(rows), np.int64)
    np.add.at(spent, of, nights * prices["weekly_pence"][lines])
    pence, _ = _prices_now(asked, element)
    to_come = pence[placements["placement"][rows]] * _nights_to_come(asked, rows)
    parts = {"spent_pence": int(spent.sum()) // 7, "to_come_pence": int(to_come.sum()) // 7}
    return Counted(spent + to_come, None, _groups(asked, rows), parts)


def _nights_to_come(asked: Asked, rows: Numbers) -> Numbers:
    """Nights after the day until the placement's end, the child's eighteenth birthday or 31 March, whichever is first."""
    placements = asked.columns["placements"]
    next_year = day_number(financial_year_of(asked.as_at).replace(year=financial_year_of(asked.as_at).year + 1))
    until = np.minimum(np.minimum(placements["ends"][rows], _eighteenth(asked)[placements["child"][rows]]), next_year)
    nights: Numbers = np.maximum(until - (asked.day + 1), 0)
    return nights


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
        **by_placement(asked, rows),
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
