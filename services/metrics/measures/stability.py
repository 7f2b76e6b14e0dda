"""Measures of how settled children are: how often they move, and how long they stay."""

import numpy as np

from services.metrics.columns import Mask, Numbers
from services.metrics.domain import NO_END, day_number, months_back
from services.metrics.measures.asked import Asked, once_a_day, pairs
from services.metrics.measures.care import Spans, children_in_care, on_basis, spells, told_of_children
from services.metrics.measures.figure import Counted, Measure
from services.metrics.measures.groups import (
    OF_A_CHILD,
    OF_A_LOOKED_AFTER_CHILD,
    OF_A_PLACEMENT,
    born_by,
    by_authority,
    by_child,
    by_looked_after_child,
    by_placement,
)
from services.metrics.measures.population import BASIS, POPULATION, ones
from services.metrics.measures.stays import FACTS, covered_from, runs, stay_now, with_carer_since

THREE = 3


def three_or_more(asked: Asked) -> Counted:
    """Children looked after, and those of them with three or more placements in the twelve months."""
    children = children_in_care(asked, asked.parameters["basis"])
    first = day_number(months_back(asked.as_at, 12)) + 1
    counts = _placements_since(asked, asked.parameters["same_carer_counts"])[children.child]
    least = THREE if asked.parameters["counts"] == "placements" else THREE + 1
    groups = by_looked_after_child(asked, children)
    reached = (counts >= least).astype(np.int64)
    return Counted(reached, ones(children), groups, reaches_back_to=first)


@once_a_day
def _placements_since(asked: Asked, same_carer_counts: str) -> Numbers:
    """A table over every child: placements that touched the twelve months, one that ended on their first day too."""
    spans = runs(asked, same_carer_counts).spans
    first = day_number(months_back(asked.as_at, 12)) + 1
    touched = (spans.starts <= asked.day) & (spans.ends >= first)
    return np.bincount(spans.child[touched], minlength=len(asked.columns.ids["child"]))


def _thirds(asked: Asked) -> Spans:
    """Of the runs that began within the window, in care, those with which a child's count of placements rose to three.

    The count is that of the twelve months to the run's first day: it was less without those that began then.
    """
    spans = runs(asked, asked.parameters["same_carer_counts"]).spans
    begun = spans[(spans.starts >= asked.first) & (spans.starts <= asked.day)]
    begun = begun[_in_care_at_start(asked, begun)]
    ours, theirs = pairs(begun.child, spans.child)
    on, back = begun.starts[ours], _year_to(begun.starts)[ours]
    touches = (spans.starts[theirs] <= on) & (spans.ends[theirs] >= back)
    count = np.bincount(ours[touches], minlength=len(begun))
    before = np.bincount(ours[touches & (spans.starts[theirs] < on)], minlength=len(begun))
    return begun[(count >= THREE) & (before < THREE)]


def _in_care_at_start(asked: Asked, spans: Spans) -> Mask:
    care = spells(asked)
    ours, theirs = pairs(spans.child, care.child)
    held = (care.starts[theirs] <= spans.starts[ours]) & (care.ends[theirs] > spans.starts[ours])
    inside = np.zeros(len(spans), np.bool_)
    inside[ours[held]] = True
    return inside


def _year_to(days: Numbers) -> Numbers:
    """For each day the first of the twelve months that end with it: months back keep the day, or the month's last."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    then = months - 12
    last = ((then + 1).astype("datetime64[D]") - then.astype("datetime64[D]")).astype(np.int64)
    kept = np.minimum((dates - months.astype("datetime64[D]")).astype(np.int64) + 1, last)
    firsts: Numbers = then.astype("datetime64[D]").astype(np.int64) + kept
    return firsts


def third_reached(asked: Asked) -> Counted:
    """Children whose third placement in twelve months began within the window, each once."""
    within = on_basis(asked, _thirds(asked), asked.parameters["basis"])
    within = within[np.unique(within.child, return_index=True)[1]]
    placements = asked.columns["placements"]
    groups = {
        **by_authority(asked, placements, within.row),
        **by_child(asked, within.child),
        **by_placement(asked, lambda: within.row),
    }
    back = int(_year_to(np.array([asked.first]))[0])
    return Counted(ones(within), None, groups, reaches_back_to=back)


def long_settled(asked: Asked) -> Counted:
    """Children long in care, and those of them who have long been with one carer."""
    children = children_in_care(asked, asked.parameters["basis"])
    if asked.parameters["under_16"] == "yes":
        born, known = told_of_children(asked, "born")
        children = children[known[children.child] & (born[children.child] > born_by(asked.as_at, 16))]
    since = day_number(months_back(asked.as_at, 30))
    known_start = asked.columns["care_periods"]["start_known"][children.row] != 0
    unsure = int((~known_start & (children.starts > since)).sum())
    children = children[children.starts <= since]
    at = stay_now(asked)[children.child]
    carer = np.append(with_carer_since(asked, asked.parameters["same_carer_counts"]), NO_END)[at]
    settled = carer <= day_number(months_back(asked.as_at, 24))
    words = f"{unsure} children were in care before the first day that is known of them." if unsure else ""
    groups = by_looked_after_child(asked, children)
    return Counted(settled.astype(np.int64), ones(children), groups, reaches_back_to=since, unsure=words)


THREE_PLUS = Measure(
    id="three_plus",
    title="Three or more placements in the year",
    question="How many children moved too often?",
    numerator="of these, those with three or more placements of a day or more at any time in the twelve months",
    denominator="children looked after at the end of the date",
    unit="%",
    population=f"{POPULATION}; temporary stays and adoption by the present carer are no placements of their own",
    window="the twelve months to the date",
    polarity="low good",
    source="DfE (ex NI 62); H. K and C count moves: three moves are four placements",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=OF_A_LOOKED_AFTER_CHILD,
    parameters={"counts": ("placements", "moves"), "same_carer_counts": ("yes", "no"), **BASIS},
    count=three_or_more,
    covered_from=covered_from,
    rests_on=FACTS,
)
THIRD_PLACEMENT_REACHED = Measure(
    id="third_placement_reached",
    title="Children who reached a third placement",
    question="Who is about to count as having moved too often?",
    numerator="children in care whose third placement in the twelve months to its first day began within the window",
    denominator="",
    unit="children",
    population=f"{POPULATION}; temporary stays and adoption by the present carer are no placements of their own",
    window="(from, to]; the month to the date",
    polarity="low good",
    source="H",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_CHILD, *OF_A_PLACEMENT),
    parameters={
        "window": ("month", "quarter", "year", "week", "day", "financial_year", "given"),
        "same_carer_counts": ("yes", "no"),
        **BASIS,
    },
    count=third_reached,
    covered_from=covered_from,
    rests_on=FACTS,
)
LONG_TERM = Measure(
    id="long_term",
    title="Long-term stability",
    question="Of the children long in care, how many have long been with the same carer?",
    numerator="of these, those with the same carer for 24 months, an adoptive placement and the one before it together",
    denominator="children looked after at the end of the date without a break for 30 months",
    unit="%",
    population=f"{POPULATION}; under 16 unless said otherwise",
    window="snapshot; looks back 30 months",
    polarity="high good",
    source="DfE (ex NI 63) under 16; H of all ages",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=OF_A_LOOKED_AFTER_CHILD,
    parameters={"under_16": ("yes", "no"), "same_carer_counts": ("no", "yes"), **BASIS},
    count=long_settled,
    covered_from=covered_from,
    rests_on=FACTS,
)
