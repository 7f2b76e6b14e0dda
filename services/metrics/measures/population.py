"""Measures of how many children are looked after."""

import numpy as np

from services.metrics.columns import Mask, Numbers, in_force, years_old
from services.metrics.measures.figure import UNKNOWN, Asked, Counted, Labels, Measure

SHORT_BREAKS = ("V3", "V4")
"""Series of short breaks (SSDA903 LS): outside every looked-after measure."""
BANDS = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (13, "10 to 12"), (16, "13 to 15"), (200, "16 and over"))
"""Ages below each, in whole years."""


def first_day(days: Numbers) -> int | None:
    """The earliest of some days, if there are any."""
    return int(days.min()) if len(days) else None


def under_short_breaks(asked: Asked, legal_statuses: Numbers) -> Mask:
    """Which of some legal statuses are agreements for short breaks."""
    return np.isin(legal_statuses, [asked.columns.words.find(status) for status in SHORT_BREAKS])


def children_looked_after(asked: Asked) -> Counted:
    """Periods of care in force, short breaks aside; or the children in them."""
    periods, rows = asked.rows("care_periods")
    since = first_day(periods["started"][rows])
    rows = in_force(periods, rows, "started", "ended", asked.day)
    rows = rows[~under_short_breaks(asked, periods["legal_status"][rows])]
    children = periods["child"][rows]
    if asked.parameters["count"] == "children":
        children, first = np.unique(children, return_index=True)
        rows = rows[first]
    if asked.parameters["basis"] != "uasc_included":
        kept = _uasc(asked, children) == (asked.parameters["basis"] == "uasc_only")
        children, rows = children[kept], rows[kept]
    groups = {
        "sex": lambda: _sexes(asked, children),
        "age_band": lambda: _age_bands(asked, children),
        "uasc": lambda: np.where(_uasc(asked, children), "uasc", "not_uasc"),
        "legal_status": lambda: asked.words(periods["legal_status"][rows]),
    }
    return Counted(since, np.ones(len(rows), np.int64), None, groups)


def _told(asked: Asked, column: str, children: Numbers) -> tuple[Numbers, Mask]:
    """What is recorded of each child, and whether anything is."""
    facts, rows = asked.rows("children")
    known = asked.columns.among("child", facts["child"][rows])
    return asked.columns.beside("child", facts["child"][rows], facts[column][rows])[children], known[children]


def _uasc(asked: Asked, children: Numbers) -> Mask:
    told, _ = _told(asked, "uasc", children)
    return np.equal(told, 1)


def _sexes(asked: Asked, children: Numbers) -> Labels:
    told, _ = _told(asked, "sex", children)
    return asked.words(told)


def _age_bands(asked: Asked, children: Numbers) -> Labels:
    born, known = _told(asked, "born", children)
    ages = years_old(born, asked.as_at)
    names = np.array([name for _, name in BANDS])
    return np.where(known, names[np.searchsorted([limit for limit, _ in BANDS], ages, side="right")], UNKNOWN)


CLA = Measure(
    id="cla",
    title="Children looked after",
    question="How many children does the authority look after?",
    numerator="periods of care that began on or before the date and had not ended by its end",
    denominator="",
    unit="children",
    population="children looked after, other than under agreements for short breaks (V3, V4)",
    window="snapshot",
    polarity="none",
    source="H; DfE counts a child once",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=("sex", "age_band", "uasc", "legal_status"),
    parameters={"count": ("periods", "children"), "basis": ("uasc_included", "uasc_excluded", "uasc_only")},
    count=children_looked_after,
)
