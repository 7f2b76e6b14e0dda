"""Where children live when: placements as they follow each other, and runs of them with one carer."""

from dataclasses import dataclass

import numpy as np

from services.metrics.columns import Facts, Mask, Numbers
from services.metrics.measures.asked import Asked, first_days, once, once_a_day, pairs
from services.metrics.measures.care import Spans, as_declared, in_order, short_breaks

BEGUN = ("started", "ended")
"""A placement counts from arrival; one that was booked and never began does not, nor one recorded in error."""
WITH_PRESENT_CARER = ("A3", "A5")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")
FACTS = ("placements", "care_periods", "legal_statuses", "children", "coverages")
"""What a measure of where looked-after children live rests on."""


@once
def _begun(asked: Asked) -> Numbers:
    placements, rows = asked.rows("placements")
    return rows[asked.is_one_of(placements["status"][rows], *BEGUN)]


def begun(asked: Asked) -> tuple[Facts, Numbers]:
    """The fact table, and where the placements stand in which a child arrived."""
    return asked.columns["placements"], _begun(asked)


@once
def covered_from(asked: Asked) -> Numbers:
    """The first day an authority's record is whole: as declared, or else the first placement it tells of."""
    placements, rows = begun(asked)
    return as_declared(asked, first_days(asked, placements["authority"][rows], placements["starts"][rows]))


@once
def stays(asked: Asked) -> Spans:
    """Placements of at least a day in order of child and start, without temporary stays and without short breaks.

    A temporary stay is within a placement that goes on: it is none of its own.
    """
    placements, rows = begun(asked)
    lasting = placements["ends"][rows] > placements["starts"][rows]
    rows = rows[lasting & (placements["purpose"][rows] != asked.word("temporary"))]
    every = in_order(asked, spans_of(placements, rows), "placements")
    return every[~under_short_breaks(asked, every)]


def spans_of(placements: Facts, rows: Numbers) -> Spans:
    """Placements as spans of nights."""
    return Spans(
        rows,
        placements["child"][rows],
        placements["starts"][rows].astype(np.int64),
        placements["ends"][rows].astype(np.int64),
    )


def under_short_breaks(asked: Asked, nights: Spans) -> Mask:
    """Which of some stays are wholly within a child's short breaks."""
    breaks = short_breaks(asked)
    within = np.zeros(len(nights), np.bool_)
    if len(breaks):
        ours, theirs = pairs(nights.child, breaks.child)
        held = (nights.starts[ours] >= breaks.starts[theirs]) & (nights.ends[ours] <= breaks.ends[theirs])
        within[ours[held]] = True
    return within


@dataclass(frozen=True, eq=False)
class Runs:
    """Stays joined into runs with one carer, in order of child and start."""

    spans: Spans
    """`row` is that of the run's first placement."""
    since: Numbers
    """For each stay the day its run began."""


@once
def runs(asked: Asked, same_carer_counts: str) -> Runs:
    """A stay that follows on another joins it where the carer is the same: told so, or an adoption by that carer."""
    every = stays(asked)
    joins = follows(every) & asked.is_one_of(_types(asked, every), *WITH_PRESENT_CARER)
    if same_carer_counts == "no":
        joins |= follows(every) & (asked.columns["placements"]["same_carer"][every.row] == 1)
    if not len(every):
        return Runs(every, every.starts)
    at = np.flatnonzero(~joins)
    first = every[at]
    spans = Spans(first.row, first.child, first.starts, np.maximum.reduceat(every.ends, at))
    return Runs(spans, first.starts[np.cumsum(~joins) - 1])


def follows(every: Spans) -> Mask:
    """Which stays go on where the same child's stay before did not leave off."""
    linked = np.zeros(len(every), np.bool_)
    linked[1:] = (every.child[1:] == every.child[:-1]) & (every.starts[1:] <= every.ends[:-1])
    return linked


def _types(asked: Asked, every: Spans) -> Numbers:
    return asked.columns["placements"]["type"][every.row]


@once
def with_carer_since(asked: Asked, same_carer_counts: str) -> Numbers:
    """For each stay: since when the child is with this carer, an adoptive placement and the one before it together."""
    every, since = stays(asked), runs(asked, same_carer_counts).since
    adoptive = asked.is_one_of(_types(asked, every), *FOR_ADOPTION)
    later = np.flatnonzero(follows(every) & adoptive)
    together = since.copy()
    together[later] = since[later - 1]
    # Where consent becomes an order, the adopters stay the same: what came before them still counts.
    goes_on = later[adoptive[later - 1] & (since[later] == since[later - 1])]
    begins = np.arange(len(every))
    begins[goes_on] = 0
    return together[np.maximum.accumulate(begins)]


@once_a_day
def stay_now(asked: Asked) -> Numbers:
    """A table over every child: which of its stays it is in at the end of the day, or -1; the newest, if several."""
    every = stays(asked)
    now = np.flatnonzero((every.starts <= asked.day) & (every.ends > asked.day))
    table = np.full(len(asked.columns.ids["child"]), -1, np.int64)
    table[every.child[now]] = now
    return table


@once_a_day
def placement_now(asked: Asked) -> Numbers:
    """A table over every child: the row of the placement it is in, or -1."""
    at, every = stay_now(asked), stays(asked)
    table = np.full(len(at), -1, np.int64)
    table[at >= 0] = every.row[at[at >= 0]]
    return table
