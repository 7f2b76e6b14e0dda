"""Measures of what placements cost."""

import numpy as np

from services.metrics.columns import Mask, Numbers, in_force
from services.metrics.measures.figure import Asked, Counted, Measure
from services.metrics.measures.population import first_day, under_short_breaks

BEGUN = ("started", "ended")
"""A placement costs from arrival; one that was booked and never began does not."""


def weekly_prices(asked: Asked) -> Counted:
    """The night of the day: the weekly price in force for each placement that has one."""
    placements, rows = asked.rows("placements")
    begun = np.isin(placements["status"][rows], [asked.columns.words.find(status) for status in BEGUN])
    since = first_day(placements["starts"][rows[begun]])
    rows = in_force(placements, rows[begun], "starts", "ends", asked.day)
    rows = rows[~_on_short_breaks(asked)[placements["child"][rows]]]
    pence, priced = _pence(asked)
    nights = len(rows)
    rows = rows[priced[placements["placement"][rows]]]
    groups = {column: lambda column=column: asked.words(placements[column][rows]) for column in ("type", "sector")}
    parts = {"nights": nights, "nights_with_a_price": len(rows)}
    numerator = pence[placements["placement"][rows]]
    return Counted(since, numerator, np.ones(len(rows), np.int64), groups, parts)


def _pence(asked: Asked) -> tuple[Numbers, Mask]:
    """Over every placement: the pence a week in force of the elements asked for, and whether any element is in force."""
    prices, lines = asked.rows("prices")
    lines = in_force(prices, lines, "starts", "ends", asked.day)
    priced = asked.columns.among("placement", prices["placement"][lines])
    if (element := asked.parameters["element"]) != "all":
        lines = lines[prices["element"][lines] == asked.columns.words.find(element)]
    pence = np.zeros(len(asked.columns.ids["placement"]), np.int64)
    np.add.at(pence, prices["placement"][lines], prices["weekly_pence"][lines])
    return pence, priced


def _on_short_breaks(asked: Asked) -> Mask:
    """Over every child: those whose only care that night is an agreement for short breaks."""
    periods, rows = asked.rows("care_periods")
    rows = in_force(periods, rows, "started", "ended", asked.day)
    short = under_short_breaks(asked, periods["legal_status"][rows])
    among = asked.columns.among
    return among("child", periods["child"][rows[short]]) & ~among("child", periods["child"][rows[~short]])


WEEKLY_COST = Measure(
    id="weekly_cost",
    title="Average weekly cost",
    question="What does a week of a placement cost on average?",
    numerator="pence a week in force, over placements on the night of the date",
    denominator="placement nights with a recorded price",
    unit="pence a week",
    population="placements in which a child had arrived, other than under agreements for short breaks (V3, V4)",
    window="snapshot",
    polarity="none",
    source="H",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=("type", "sector"),
    parameters={"element": ("all", "social_care", "education", "health")},
    count=weekly_prices,
)
