"""Measures of where children live: in the area or out of it, and how far from home."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from services.metrics.columns import Numbers
from services.metrics.measures.asked import Asked, once_a_day
from services.metrics.measures.care import Spans, children_in_care
from services.metrics.measures.figure import Counted, Group, Measure
from services.metrics.measures.groups import OF_A_LOOKED_AFTER_CHILD, by_looked_after_child, listed
from services.metrics.measures.population import BASIS, POPULATION, ones
from services.metrics.measures.stays import FACTS, covered_from, placement_now

TWENTY = 200
"""Miles, in tenths."""
FAR = ((51, "up to 5"), (101, "over 5 to 10"), (201, "over 10 to 20"), (501, "over 20 to 50"), (10**6, "over 50"))
"""Tenths of a mile below each."""
BREAKDOWNS = (*OF_A_LOOKED_AFTER_CHILD, "contract", "location")


@dataclass(frozen=True, eq=False)
class Living:
    """The children looked after as at the day, with where each lives."""

    children: Spans
    location: Numbers
    miles: Numbers
    """In tenths; -1 where it is not known (always of unaccompanied children)."""

    def __getitem__(self, kept: Numbers) -> "Living":
        return Living(self.children[kept], self.location[kept], self.miles[kept])


@once_a_day
def living(asked: Asked, basis: str) -> Living:
    """Children live where their placement is, not where they stay for a while."""
    children = children_in_care(asked, basis)
    rows = placement_now(asked)[children.child]
    placements = asked.columns["placements"]
    told = np.append(placements["location"], 0), np.append(placements["miles_tenths"], -1)
    return Living(children, told[0][rows], told[1][rows])


def _located(asked: Asked, where: str) -> Counted:
    now = living(asked, asked.parameters["basis"])
    there = now.location == asked.word(where)
    parts = {"not_known": int((now.location == 0).sum())}
    return Counted(there.astype(np.int64), ones(there), by_looked_after_child(asked, now.children), parts)


def near_home(asked: Asked) -> Counted:
    """Children at a known distance, and those of them within twenty miles."""
    every = living(asked, asked.parameters["basis"])
    now = every[np.flatnonzero(every.miles >= 0)]
    near = now.miles <= TWENTY
    parts = {"not_known": len(every.miles) - len(near)}
    return Counted(near.astype(np.int64), ones(near), by_looked_after_child(asked, now.children), parts)


def far_and_outside(asked: Asked) -> Counted:
    """Children looked after, and those of them both far from home and outside the area."""
    now = living(asked, asked.parameters["basis"])
    far = (now.miles > TWENTY) & asked.is_one_of(now.location, "bordering", "at_distance")
    parts = {"distance_not_known": int((now.miles < 0).sum())}
    return Counted(far.astype(np.int64), ones(far), by_looked_after_child(asked, now.children), parts)


def miles_from_home(asked: Asked) -> Counted:
    """The distances that are known."""
    every = living(asked, asked.parameters["basis"])
    now = every[np.flatnonzero(every.miles >= 0)]

    def bands() -> Group:
        return listed(np.searchsorted([far for far, _ in FAR], now.miles, side="right"), [name for _, name in FAR])

    groups = {**by_looked_after_child(asked, now.children), "miles": bands}
    parts = {"not_known": len(every.miles) - len(now.miles)}
    return Counted(now.miles, None, groups, parts, within=now.miles <= TWENTY)


def _share(
    id: str, title: str, numerator: str, count: Callable[[Asked], Counted], polarity: str, source: str
) -> Measure:
    return Measure(
        id=id,
        title=title,
        question=f"How many children live {title.lower()}?",
        numerator=numerator,
        denominator="children looked after at the end of the date",
        unit="%",
        population=POPULATION,
        window="snapshot",
        polarity=polarity,
        source=source,
        decimals=1,
        scale=100,
        suppression="children",
        breakdowns=BREAKDOWNS,
        parameters=BASIS,
        count=count,
        covered_from=covered_from,
        rests_on=FACTS,
    )


IN_AREA = _share(
    "in_area",
    "In the area",
    "of these, those whose placement stands in the authority's own area",
    partial(_located, where="in_area"),
    "high good",
    "H",
)
BORDERING = _share(
    "bordering",
    "In a bordering area",
    "of these, those whose placement stands in the area of an authority that borders on it",
    partial(_located, where="bordering"),
    "none",
    "H",
)
AT_DISTANCE = _share(
    "at_distance",
    "At a distance",
    "of these, those whose placement stands in neither",
    partial(_located, where="at_distance"),
    "low good",
    "H",
)
OVER_20_AND_OUTSIDE = _share(
    "over_20_and_outside",
    "More than 20 miles from home and outside the area",
    "of these, those placed more than 20 miles from home and outside the authority's area",
    far_and_outside,
    "low good",
    "DfE",
)
WITHIN_20_MILES = Measure(
    id="within_20_miles",
    title="Within 20 miles of home",
    question="How many children live near where they come from?",
    numerator="of these, those no more than 20 miles away",
    denominator="children looked after at the end of the date whose distance from home is known",
    unit="%",
    population=f"{POPULATION}; no distance is recorded of unaccompanied children",
    window="snapshot",
    polarity="high good",
    source="He",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=BREAKDOWNS,
    parameters=BASIS,
    count=near_home,
    covered_from=covered_from,
    rests_on=FACTS,
)
DISTANCE = Measure(
    id="distance",
    title="Distance from home",
    question="How far from where they come from do children live?",
    numerator="straight-line miles from the home the child came from to the placement",
    denominator="children looked after at the end of the date whose distance from home is known",
    unit="miles",
    population=f"{POPULATION}; no distance is recorded of unaccompanied children; `within` is 20 miles",
    window="snapshot",
    polarity="low good",
    source="unpublished nationally; ours has it",
    decimals=1,
    scale=1,
    suppression="children",
    breakdowns=(*BREAKDOWNS, "miles"),
    parameters={"statistic": ("median", "mean", "ninetieth", "within"), **BASIS},
    count=miles_from_home,
    covered_from=covered_from,
    rests_on=FACTS,
    divide_by=10,
)
