"""Measures of what is asked for, and of how it is answered: referrals, offers, and the days they take."""

from dataclasses import dataclass

import numpy as np

from services.metrics.columns import Mask, Numbers
from services.metrics.measures.asked import Asked, once
from services.metrics.measures.figure import Counted, Group, Groups, Measure
from services.metrics.measures.groups import OF_A_CHILD, by_authority, by_child, listed, words
from services.metrics.measures.moments import days_of, first_days_of_moments
from services.metrics.measures.population import WINDOW
from services.metrics.measures.stays import begun

OPEN = ("submitted", "information_asked", "approved", "searching", "matched")
"""Until every child has arrived, or nobody looks any more."""
OFFERED = ("offered", "accepted", "not_chosen", "withdrawn", "lapsed")
"""What an offer may become once a provider has said yes; it has then a moment at which it was answered."""
DAYS_OPEN = ((7, "under 7 days"), (14, "7 to 13 days"), (28, "14 to 27 days"), (10**9, "28 days and more"))


@once
def referrals_covered_from(asked: Asked) -> Numbers:
    """The day of an authority's first referral."""
    referrals, rows = asked.rows("referrals")
    return first_days_of_moments(asked, referrals["authority"][rows], referrals["submitted_at"][rows])


@once
def offers_covered_from(asked: Asked) -> Numbers:
    """The day an authority first asked a provider."""
    offers, rows = asked.rows("offers")
    return first_days_of_moments(asked, offers["authority"][rows], offers["invited_at"][rows])


def unanswered(asked: Asked) -> Counted:
    """Referrals as they stood at the end of the day; or each of their children."""
    referrals, lines = asked.as_stood("referrals")
    lines = lines[asked.is_one_of(referrals["status"][lines], *OPEN)]
    lines = lines[days_of(referrals["submitted_at"][lines]) <= asked.day]
    if asked.parameters["count"] == "referrals":
        lines = lines[np.unique(referrals["referral"][lines], return_index=True)[1]]
    days_open = asked.day - days_of(referrals["submitted_at"][lines])
    due = referrals["due_at"][lines]
    late = np.where(due < 0, 2, np.where(days_of(due) < asked.day, 0, 1))

    def open_for() -> Group:
        return listed(
            np.searchsorted([days for days, _ in DAYS_OPEN], days_open, side="right"), [name for _, name in DAYS_OPEN]
        )

    groups = {
        **_of_referrals(asked, lines),
        "days_open": open_for,
        "overdue": lambda: listed(late, ("overdue", "in time", "no deadline")),
    }
    parts = {"overdue": int((late == 0).sum()), "in_time": int((late == 1).sum())}
    return Counted(np.ones(len(lines), np.int64), None, groups, parts)


def _of_referrals(asked: Asked, lines: Numbers) -> Groups:
    referrals = asked.columns["referrals"]
    return {
        **by_authority(asked, referrals, lines),
        **by_child(asked, referrals["child"][lines]),
        "urgency": lambda: words(asked, referrals["urgency"][lines]),
        "type": lambda: words(asked, referrals["type"][lines]),
        "status": lambda: words(asked, referrals["status"][lines]),
    }


def _asked_for(asked: Asked, referrals: Numbers, children: Numbers) -> Numbers:
    """One number for a child of a referral."""
    return referrals.astype(np.int64) * len(asked.columns.ids["child"]) + children


def _first_offers(asked: Asked) -> tuple[Numbers, Numbers]:
    """Lines of referrals that had an offer, and the moment of the first."""
    offers, rows = asked.rows("offers")
    rows = rows[asked.is_one_of(offers["status"][rows], *OFFERED) & (offers["answered_at"][rows] >= 0)]
    rows = rows[np.argsort(offers["answered_at"][rows], kind="stable")]
    return _beside_lines(asked, offers["referral"][rows], offers["child"][rows], offers["answered_at"][rows])


def _arrivals(asked: Asked) -> tuple[Numbers, Numbers]:
    """Lines of referrals whose child arrived, and the first day."""
    placements, rows = begun(asked)
    rows = rows[placements["referral"][rows] != 0]
    rows = rows[np.argsort(placements["starts"][rows], kind="stable")]
    return _beside_lines(asked, placements["referral"][rows], placements["child"][rows], placements["starts"][rows])


def _beside_lines(asked: Asked, referrals: Numbers, children: Numbers, told: Numbers) -> tuple[Numbers, Numbers]:
    """Lines of referrals of which something is told, and what is told of each first."""
    keys, first = np.unique(_asked_for(asked, referrals, children), return_index=True)
    facts, lines = asked.rows("referrals")
    lines = lines[facts["child"][lines] != 0]
    wanted = _asked_for(asked, facts["referral"][lines], facts["child"][lines])
    if not len(keys):
        return lines[:0], told[:0]
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = keys[at] == wanted
    return lines[found], told[first[at[found]]]


def days_to_an_offer(asked: Asked) -> Counted:
    """Of children whose first offer came within the window: the days since they were referred."""
    return _days_taken(asked, _waited_for_offers(asked))


def days_to_arrival(asked: Asked) -> Counted:
    """Of children who arrived within the window: the days since they were referred."""
    return _days_taken(asked, _waited_for_arrivals(asked))


@dataclass(frozen=True, eq=False)
class Waits:
    """Children of referrals who wait no more: the lines, until which day and how many days, and whether it was in time."""

    line: Numbers
    until: Numbers
    days: Numbers
    in_time: Mask


def _waits(asked: Asked, lines: Numbers, until: Numbers, in_time: Mask) -> Waits:
    submitted = days_of(asked.columns["referrals"]["submitted_at"][lines])
    return Waits(lines, until, np.maximum(until - submitted, 0), in_time)


@once
def _waited_for_offers(asked: Asked) -> Waits:
    lines, moments = _first_offers(asked)
    due = asked.columns["referrals"]["due_at"][lines]
    return _waits(asked, lines, days_of(moments), (due < 0) | (moments <= due))


@once
def _waited_for_arrivals(asked: Asked) -> Waits:
    lines, arrived = _arrivals(asked)
    days = arrived.astype(np.int64)
    return _waits(asked, lines, days, days <= days_of(asked.columns["referrals"]["due_at"][lines]))


def _days_taken(asked: Asked, waits: Waits) -> Counted:
    inside = np.flatnonzero((waits.until >= asked.first) & (waits.until <= asked.day))
    lines = waits.line[inside]
    parts = {"without_a_deadline": int((asked.columns["referrals"]["due_at"][lines] < 0).sum())}
    groups, in_time = _of_referrals(asked, lines), waits.in_time[inside]
    return Counted(waits.days[inside], None, groups, parts, within=in_time, reaches_back_to=asked.first)


@once
def _answered(asked: Asked) -> tuple[Numbers, Numbers]:
    """Where the offers stand that a provider answered, and the days they did."""
    offers, rows = asked.rows("offers")
    rows = rows[offers["answered_at"][rows] >= 0]
    return rows, days_of(offers["answered_at"][rows])


def declined(asked: Asked) -> Counted:
    """Offers that providers answered within the window, and those of them they declined."""
    offers = asked.columns["offers"]
    rows, answered = _answered(asked)
    rows = rows[(answered >= asked.first) & (answered <= asked.day)]
    said_no = offers["status"][rows] == asked.word("declined")
    groups = {
        **by_authority(asked, offers, rows),
        **by_child(asked, offers["child"][rows]),
        "reason": lambda: _reasons(asked, np.where(said_no, offers["reason"][rows], 0)),
    }
    return Counted(said_no.astype(np.int64), np.ones(len(rows), np.int64), groups, reaches_back_to=asked.first)


def _reasons(asked: Asked, codes: Numbers) -> Group:
    _, name = words(asked, codes)
    return codes, lambda code: name(code) if code else "not declined"


OPEN_REFERRALS = Measure(
    id="open_referrals",
    title="Open referrals",
    question="For how many children is a home being looked for?",
    numerator="referrals submitted by the end of the date and not yet placed, withdrawn, refused or closed",
    denominator="",
    unit="referrals",
    population="referrals as they stood at the end of the date; a sibling group is one, or its children where counted so",
    window="snapshot",
    polarity="none",
    source="H",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_CHILD, "urgency", "type", "status", "days_open", "overdue"),
    parameters={"count": ("referrals", "children")},
    count=unanswered,
    covered_from=referrals_covered_from,
    rests_on=("referrals", "children"),
)
_TIMES = {**WINDOW, "statistic": ("median", "mean", "ninetieth", "within")}
TIME_TO_FIRST_OFFER = Measure(
    id="time_to_first_offer",
    title="Days to the first offer",
    question="How long do children wait until somebody offers a home?",
    numerator="calendar days from the referral to the first offer",
    denominator="children of referrals whose first offer came within the window",
    unit="days",
    population="each child of a referral; `within` is the deadline, counted in working time; none set is met",
    window="(from, to]; the year to the date",
    polarity="low good",
    source="H",
    decimals=1,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_CHILD, "urgency", "type"),
    parameters=_TIMES,
    count=days_to_an_offer,
    covered_from=referrals_covered_from,
    rests_on=("referrals", "offers", "children"),
)
TIME_TO_PLACE = Measure(
    id="time_to_place",
    title="Days to a placement",
    question="How long do children wait until they live in their new home?",
    numerator="calendar days from the referral to the day the child arrived",
    denominator="children of referrals who arrived within the window",
    unit="days",
    population="each child of a referral; `within` is by the day of the deadline, counted in working time; none set is met",
    window="(from, to]; the year to the date",
    polarity="low good",
    source="H",
    decimals=1,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_CHILD, "urgency", "type"),
    parameters=_TIMES,
    count=days_to_arrival,
    covered_from=referrals_covered_from,
    rests_on=("referrals", "placements", "children"),
)
DECLINE_REASONS = Measure(
    id="decline_reasons",
    title="Offers declined, and why",
    question="Who declines what, and why?",
    numerator="of these, those declined, by the provider's reason",
    denominator="invitations that providers answered within the window",
    unit="%",
    population="invitations to offer a home for a child; one that lapsed without an answer is none",
    window="(from, to]; the year to the date",
    polarity="low good",
    source="H",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=(*OF_A_CHILD, "reason"),
    parameters=WINDOW,
    count=declined,
    covered_from=offers_covered_from,
    rests_on=("offers", "children"),
    shares=True,
    usual_breakdown="reason",
)
