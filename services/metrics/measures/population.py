"""Measures of how many children are looked after, and of those who start and cease to be."""

import numpy as np

from services.metrics.columns import Mask, Numbers
from services.metrics.measures.asked import Asked
from services.metrics.measures.care import FACTS, Spans, covered_from, in_care, on_basis, spells
from services.metrics.measures.figure import Counted, Measure
from services.metrics.measures.groups import OF_A_CHILD, OF_A_LOOKED_AFTER_CHILD, by_child, by_looked_after_child, words

BASIS = {"basis": ("uasc_included", "uasc_excluded", "uasc_only")}
WINDOW = {"window": ("year", "quarter", "month", "week", "day", "financial_year", "given")}
POPULATION = "children looked after, other than under agreements for short breaks (V3, V4)"


def ones(rows: Spans | Numbers | Mask) -> Numbers:
    """One for each row."""
    return np.ones(len(rows), np.int64)


def each_once(asked: Asked, spans: Spans) -> Spans:
    """Each span, or each child's first, as `count` says."""
    if asked.parameters["count"] == "children":
        return spans[np.unique(spans.child, return_index=True)[1]]
    return spans


def looked_after(asked: Asked) -> Counted:
    """Periods of care in force, short breaks aside; or the children in them."""
    now = each_once(asked, on_basis(asked, in_care(asked), asked.parameters["basis"]))
    return Counted(ones(now), None, by_looked_after_child(asked, now))


def _flow(asked: Asked, within: Mask) -> Counted:
    moved = each_once(asked, on_basis(asked, spells(asked)[within], asked.parameters["basis"]))
    periods = asked.columns["care_periods"]
    last = periods["ended"][moved.row] == moved.ends
    groups = {
        "authority": lambda: words(asked, periods["authority"][moved.row]),
        **by_child(asked, moved.child),
        "reason": lambda: words(asked, np.where(last, periods["reason"][moved.row], 0)),
    }
    return Counted(ones(moved), None, groups, reaches_back_to=asked.first)


def started(asked: Asked) -> Counted:
    """Spells of care that began within the window."""
    starts = spells(asked).starts
    return _flow(asked, (starts >= asked.first) & (starts <= asked.day))


def ceased(asked: Asked) -> Counted:
    """Spells of care that ended within the window."""
    ends = spells(asked).ends
    return _flow(asked, (ends >= asked.first) & (ends <= asked.day))


CLA = Measure(
    id="cla",
    title="Children looked after",
    question="How many children does the authority look after?",
    numerator="periods of care that began on or before the date and had not ended by its end",
    denominator="",
    unit="children",
    population=POPULATION,
    window="snapshot",
    polarity="none",
    source="H; DfE counts a child once",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=OF_A_LOOKED_AFTER_CHILD,
    parameters={"count": ("periods", "children"), **BASIS},
    count=looked_after,
    covered_from=covered_from,
    rests_on=FACTS,
)
CLA_STARTED = Measure(
    id="cla_started",
    title="Children who started to be looked after",
    question="How many children came into care?",
    numerator="periods of care that began within the window",
    denominator="",
    unit="children",
    population=f"{POPULATION}; a series of short breaks that becomes care starts then",
    window="(from, to]; the year to the date",
    polarity="none",
    source="H; DfE counts a child once",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=OF_A_CHILD,
    parameters={**WINDOW, "count": ("periods", "children"), **BASIS},
    count=started,
    covered_from=covered_from,
    rests_on=FACTS,
)
CLA_CEASED = Measure(
    id="cla_ceased",
    title="Children who ceased to be looked after",
    question="How many children left care, and how?",
    numerator="periods of care that ended within the window",
    denominator="",
    unit="children",
    population=f"{POPULATION}; care that becomes a series of short breaks ceases then",
    window="(from, to]; the year to the date",
    polarity="none",
    source="H; C: stock at the start + started − ceased = stock at the end",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_CHILD, "reason"),
    parameters={**WINDOW, "count": ("periods", "children"), **BASIS},
    count=ceased,
    covered_from=covered_from,
    rests_on=FACTS,
)
