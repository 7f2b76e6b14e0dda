"""Measures of how nights in care are spent: in which kinds of homes, and whose."""

import numpy as np

from services.metrics.columns import Numbers
from services.metrics.measures.asked import Asked, once, once_a_day
from services.metrics.measures.care import children_in_care
from services.metrics.measures.figure import Counted, Measure
from services.metrics.measures.groups import (
    OF_A_CHILD,
    OF_A_PLACEMENT,
    by_authority,
    by_child,
    by_looked_after_child,
    by_placement,
)
from services.metrics.measures.population import BASIS, POPULATION, WINDOW, ones
from services.metrics.measures.stays import FACTS, covered_from, stays

FOSTERING = ("U4", "U5", "U6")
KINSHIP = ("U1", "U2", "U3")
AGENCY = ("PR4", "PR5")
IN_HOUSE = "PR1"
NIGHTS_OF = "nights of placements; a temporary stay's are those of the home that is kept, a child's are counted once"


def where_children_live(asked: Asked) -> Counted:
    """Children looked after; a cell of children without a placement says so."""
    children = children_in_care(asked, asked.parameters["basis"])
    return Counted(ones(children), ones(children), by_looked_after_child(asked, children))


@once
def _nights(asked: Asked) -> tuple[Numbers, Numbers, Numbers]:
    """Rows of placements with their nights `[starts, ends)`, where two overlap the later one's from the earlier's end."""
    every = stays(asked)
    if not len(every):
        return every.row, every.starts, every.ends
    # The latest end so far of the same child: children are set apart by a step larger than any day.
    step = np.cumsum(np.append(0, every.child[1:] != every.child[:-1])) << 33
    until = np.maximum.accumulate(every.ends + step) - step
    starts = every.starts.copy()
    same = every.child[1:] == every.child[:-1]
    starts[1:][same] = np.maximum(starts[1:], until[:-1])[same]
    return every.row, starts, every.ends


@once_a_day
def _nights_since(asked: Asked, first: int) -> tuple[Numbers, Numbers]:
    """Rows of placements that have any, and their nights from a day up to the night of the day."""
    rows, starts, ends = _nights(asked)
    nights = np.minimum(ends, asked.day + 1) - np.maximum(starts, first)
    some = nights > 0
    return rows[some], nights[some]


def nights_by_kind(asked: Asked) -> Counted:
    """Nights in the window."""
    rows, nights = _nights_since(asked, asked.first)
    placements = asked.columns["placements"]
    groups = {
        **by_authority(asked, placements, rows),
        **by_child(asked, placements["child"][rows]),
        **by_placement(asked, lambda: rows),
    }
    return Counted(nights, None, groups, reaches_back_to=asked.first)


def own_foster_nights(asked: Asked) -> Counted:
    """Foster nights in the window with the authority's own carers or an agency's, and those of them with its own."""
    rows, nights = _nights_since(asked, asked.first)
    placements = asked.columns["placements"]
    types = FOSTERING + KINSHIP if asked.parameters["kinship"] == "in" else FOSTERING
    foster = asked.is_one_of(placements["type"][rows], *types)
    foster &= asked.is_one_of(placements["sector"][rows], IN_HOUSE, *AGENCY)
    rows, nights = rows[foster], nights[foster]
    own = placements["sector"][rows] == asked.word(IN_HOUSE)
    groups = {
        **by_authority(asked, placements, rows),
        **by_child(asked, placements["child"][rows]),
        **by_placement(asked, lambda: rows),
    }
    return Counted(np.where(own, nights, 0), nights, groups, reaches_back_to=asked.first)


PLACEMENT_MIX = Measure(
    id="placement_mix",
    title="Placement mix",
    question="In what kinds of homes do children live?",
    numerator="of these, those in each kind",
    denominator="children looked after at the end of the date",
    unit="%",
    population=f"{POPULATION}; `unknown` has no placement on record",
    window="snapshot",
    polarity="none",
    source="H",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=(*OF_A_PLACEMENT, "contract", "location", *OF_A_CHILD, "legal_status"),
    parameters=BASIS,
    count=where_children_live,
    covered_from=covered_from,
    rests_on=FACTS,
    shares=True,
    usual_breakdown="type",
    tile=False,
)
BED_NIGHTS = Measure(
    id="bed_nights",
    title="Bed nights",
    question="How many nights did children spend in placements?",
    numerator=NIGHTS_OF,
    denominator="",
    unit="nights",
    population="placements that began, other than under agreements for short breaks (V3, V4)",
    window="(from, to]; the year to the date",
    polarity="none",
    source="He",
    decimals=0,
    scale=1,
    suppression="children",
    breakdowns=(*OF_A_PLACEMENT, "contract", *OF_A_CHILD),
    parameters=WINDOW,
    count=nights_by_kind,
    covered_from=covered_from,
    rests_on=FACTS,
)
IN_HOUSE_SHARE = Measure(
    id="in_house_share",
    title="In-house share of foster nights",
    question="How much fostering is with the authority's own carers?",
    numerator="of these, nights with the authority's own carers (PR1)",
    denominator="foster nights with the authority's own carers or an agency's (PR4, PR5)",
    unit="%",
    population=f"{NIGHTS_OF}; U4 to U6, and U1 to U3 where kinship is in",
    window="(from, to]; the year to the date",
    polarity="high good",
    source="He: 63 % in-house, target 90 %",
    decimals=1,
    scale=100,
    suppression="children",
    breakdowns=(*OF_A_PLACEMENT, "contract", *OF_A_CHILD),
    parameters={**WINDOW, "kinship": ("out", "in")},
    count=own_foster_nights,
    covered_from=covered_from,
    rests_on=FACTS,
)
