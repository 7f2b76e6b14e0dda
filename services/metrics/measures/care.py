"""Who is looked after when: periods of care without their short breaks, and their legal statuses."""

from dataclasses import dataclass

import numpy as np

from services.metrics.columns import Facts, Mask, Numbers
from services.metrics.domain import NO_END
from services.metrics.measures.asked import Asked, first_days, once, once_a_day

SHORT_BREAKS = ("V3", "V4")
"""Series of short breaks (SSDA903 LS): outside every looked-after measure."""
FACTS = ("care_periods", "legal_statuses", "children", "coverages")
"""What a count of looked-after children rests on."""


@dataclass(frozen=True, eq=False)
class Spans:
    """Runs of nights `[starts, ends)` of children's care, each within the period of care whose row it names."""

    row: Numbers
    child: Numbers
    starts: Numbers
    ends: Numbers

    def __getitem__(self, kept: Numbers | Mask) -> "Spans":
        # A mask is gone through once, not for each of the four.
        at = np.flatnonzero(kept) if kept.dtype == np.bool_ else kept
        return Spans(self.row[at], self.child[at], self.starts[at], self.ends[at])

    def __len__(self) -> int:
        return len(self.row)


@once
def covered_from(asked: Asked) -> Numbers:
    """The first day an authority's record of children is whole: as declared, or else the first care it tells of."""
    periods, rows = periods_of_care(asked)
    return as_declared(asked, first_days(asked, periods["authority"][rows], periods["started"][rows]))


def as_declared(asked: Asked, firsts: Numbers) -> Numbers:
    """The same table with coverage as it was declared where it was."""
    coverages, rows = asked.rows("coverages")
    declared = firsts.copy()
    declared[coverages["authority"][rows]] = coverages["starts"][rows]
    return declared


@once
def _periods(asked: Asked) -> Numbers:
    periods, rows = asked.rows("care_periods")
    kept: Numbers = rows[periods["annulled"][rows] == 0]
    return kept


def periods_of_care(asked: Asked) -> tuple[Facts, Numbers]:
    """The fact table, and where the periods of care stand that were not recorded in error."""
    return asked.columns["care_periods"], _periods(asked)


@once
def legal_spans(asked: Asked) -> tuple[Spans, Numbers]:
    """Each legal status of each period, those of a period in order: the first from the period's first day on."""
    periods, rows = periods_of_care(asked)
    lines, at = asked.rows("legal_statuses")
    where = np.full(len(asked.columns.ids["period"]), -1, np.int64)
    where[periods["period"][rows]] = np.arange(len(rows))
    of = where[lines["period"][at]]
    at, of = at[(of >= 0) & (lines["status"][at] != 0)], of[(of >= 0) & (lines["status"][at] != 0)]
    untold = np.flatnonzero(np.bincount(of, minlength=len(rows)) == 0)
    of = np.concatenate([of, untold])
    starts = np.concatenate([lines["starts"][at], periods["started"][rows[untold]]])
    status = np.concatenate([lines["status"][at], periods["legal_status"][rows[untold]]])
    order = np.argsort((of << 32) + starts, kind="stable")
    of, starts, status = of[order], starts[order].astype(np.int64), status[order]
    first = np.ones(len(of), np.bool_)
    first[1:] = of[1:] != of[:-1]
    ends = np.where(np.append(first[1:], True), NO_END, np.append(starts[1:], NO_END))
    began, ended = periods["started"][rows[of]], periods["ended"][rows[of]]
    starts, ends = np.where(first, began, np.maximum(starts, began)), np.minimum(ends, ended)
    kept = starts < ends
    spans = Spans(rows[of], periods["child"][rows[of]], starts, ends)
    return spans[kept], status[kept]


@once
def spells(asked: Asked) -> Spans:
    """Runs of care outside short breaks, in order of child and start: a change of legal status ends none."""
    spans, status = legal_spans(asked)
    return _joined(asked, spans[~asked.is_one_of(status, *SHORT_BREAKS)])


@once
def short_breaks(asked: Asked) -> Spans:
    """Runs of short breaks, in order of child and start."""
    spans, status = legal_spans(asked)
    return _joined(asked, spans[asked.is_one_of(status, *SHORT_BREAKS)])


def _joined(asked: Asked, spans: Spans) -> Spans:
    """Spans of one period that follow on each other, as one."""
    if not len(spans):
        return spans
    first = np.ones(len(spans), np.bool_)
    first[1:] = (spans.row[1:] != spans.row[:-1]) | (spans.starts[1:] != spans.ends[:-1])
    ends = np.maximum.reduceat(spans.ends, np.flatnonzero(first))
    begun = spans[first]
    return in_order(asked, Spans(begun.row, begun.child, begun.starts, ends), "care_periods")


def in_order(asked: Asked, spans: Spans, kind: str) -> Spans:
    """The same by child, start and end; what is alike in all three by its identifier, so that no order of telling shows."""
    # One number is put in order five times as fast as three are: a day has 20 bits, a thousand years either way.
    starts, ends = spans.starts + (1 << 19), np.minimum(spans.ends + (1 << 19), (1 << 20) - 1)
    key = (spans.child.astype(np.int64) << 40) | (starts << 20) | ends
    order = np.argsort(key)
    if (key[order[1:]] == key[order[:-1]]).any():
        facts = asked.columns[kind]
        named = [asked.columns.ids[facts.subject].meaning(code) for code in facts[facts.subject][spans.row].tolist()]
        order = np.array(sorted(range(len(named)), key=lambda at: (key[at], named[at])))
    return spans[order]


@once_a_day
def in_care(asked: Asked) -> Spans:
    """The spells as at the end of the day."""
    every = spells(asked)
    return every[(every.starts <= asked.day) & (every.ends > asked.day)]


@once_a_day
def children_in_care(asked: Asked, basis: str = "uasc_included") -> Spans:
    """The same with each child once, by the spell that began first; unaccompanied children in, out or alone."""
    now = in_care(asked)
    first = np.ones(len(now), np.bool_)
    first[1:] = now.child[1:] != now.child[:-1]
    return on_basis(asked, now if first.all() else now[first], basis)


def on_basis(asked: Asked, spans: Spans, basis: str) -> Spans:
    """Those spans whose child the basis counts."""
    if basis == "uasc_included":
        return spans
    uasc, _ = told_of_children(asked, "uasc")
    return spans[(uasc[spans.child] == 1) == (basis == "uasc_only")]


@once_a_day
def on_short_breaks(asked: Asked) -> Mask:
    """A table over every child: those whose only care that night is an agreement for short breaks."""
    breaks = short_breaks(asked)
    now = (breaks.starts <= asked.day) & (breaks.ends > asked.day)
    among = asked.columns.among
    return among("child", breaks.child[now]) & ~among("child", in_care(asked).child)


@once
def told_of_children(asked: Asked, column: str) -> tuple[Numbers, Mask]:
    """Tables over every child: what is recorded of it, and whether anything is."""
    asked.look_at("child", own=False)
    facts, rows = asked.rows("children")
    known = asked.columns.among("child", facts["child"][rows])
    return asked.columns.beside("child", facts["child"][rows], facts[column][rows]), known


@once_a_day
def legal_status_now(asked: Asked) -> Numbers:
    """A table over the rows of periods of care: the legal status as at the end of the day, 0 where none is in force."""
    spans, status = legal_spans(asked)
    now = (spans.starts <= asked.day) & (spans.ends > asked.day)
    table = np.zeros(asked.columns["care_periods"].size, np.int64)
    table[spans.row[now]] = status[now]
    return table
