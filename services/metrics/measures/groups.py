"""How figures are broken down: by whose child, of what age and sex, under which order, living where."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from services.metrics.columns import Facts, Mask, Numbers
from services.metrics.domain import FIRST_DAY
from services.metrics.measures.asked import Asked
from services.metrics.measures.care import Spans, legal_status_now, told_of_children
from services.metrics.measures.figure import UNKNOWN, Group, Groups
from services.metrics.measures.stays import placement_now

BANDS = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (13, "10 to 12"), (16, "13 to 15"), (200, "16 and over"))
"""Ages below each, in whole years."""
DFE_BANDS = ((1, "under 1"), (5, "1 to 4"), (10, "5 to 9"), (16, "10 to 15"), (200, "16 and over"))
KINDS = {
    "fostering": ("U4", "U5", "U6"),
    "relatives and friends": ("U1", "U2", "U3"),
    "children's homes": ("K1", "K2", "R3", "S1"),
    "supported accommodation": ("K3", "H5", "P2", "P3"),
    "placed for adoption": ("A3", "A4", "A5", "A6"),
    "with parents": ("P1",),
}
"""Placement types in the groups people speak of; all else is `other`."""
OF_A_CHILD = ("authority", "sex", "age_band", "dfe_age_band", "uasc", "ethnicity")
OF_A_PLACEMENT = ("type", "kind", "sector")
OF_A_LOOKED_AFTER_CHILD = (*OF_A_CHILD, "legal_status", *OF_A_PLACEMENT)


def words(asked: Asked, codes: Numbers) -> Group:
    """Cells by a word that columns hold."""
    meaning = asked.columns.words.meaning
    return codes, lambda code: str(meaning(code) or UNKNOWN)


def listed(codes: Numbers, names: Sequence[str]) -> Group:
    """Cells by the number of a name in a list."""
    return codes, lambda code: names[code]


def by_child(asked: Asked, children: Numbers) -> dict[str, Callable[[], Group]]:
    """What is recorded of each row's child; ages as at the day."""

    def told(column: str) -> Group:
        return words(asked, told_of_children(asked, column)[0][children])

    return {
        "sex": lambda: told("sex"),
        "ethnicity": lambda: told("ethnicity"),
        "uasc": lambda: listed(told_of_children(asked, "uasc")[0][children], ("not_uasc", "uasc")),
        "age_band": lambda: _banded(asked, children, BANDS),
        "dfe_age_band": lambda: _banded(asked, children, DFE_BANDS),
    }


def by_placement(asked: Asked, found: Callable[[], Numbers]) -> dict[str, Callable[[], Group]]:
    """What is recorded of each row's placement, found where it is asked for; -1 is none."""

    def told(column: str) -> Numbers:
        rows = found()
        return np.append(asked.columns["placements"][column], 0)[rows]

    return {
        "type": lambda: words(asked, told("type")),
        "kind": lambda: _kinds(asked, told("type")),
        "sector": lambda: words(asked, told("sector")),
        "contract": lambda: words(asked, told("contract")),
        "location": lambda: words(asked, told("location")),
    }


def by_looked_after_child(asked: Asked, spans: Spans) -> Groups:
    """All that may be asked of children looked after as at the day."""
    periods = asked.columns["care_periods"]
    return {
        "authority": lambda: words(asked, periods["authority"][spans.row]),
        **by_child(asked, spans.child),
        "legal_status": lambda: words(asked, legal_status_now(asked)[spans.row]),
        **by_placement(asked, lambda: placement_now(asked)[spans.child]),
    }


def by_authority(asked: Asked, facts: Facts, rows: Numbers) -> dict[str, Callable[[], Group]]:
    """Whose row it is."""
    return {"authority": lambda: words(asked, facts["authority"][rows])}


def _kinds(asked: Asked, types: Numbers) -> Group:
    names = [*KINDS, "other", UNKNOWN]
    table = np.full(len(asked.columns.words) + 1, len(KINDS), np.int64)
    for number, codes in enumerate(KINDS.values()):
        table[[asked.word(code) for code in codes]] = number
    table[0] = len(KINDS) + 1
    return listed(table[types], names)


def _banded(asked: Asked, children: Numbers, bands: Sequence[tuple[int, str]]) -> Group:
    born, known = told_of_children(asked, "born")
    return ages_banded(born[children], known[children], asked.as_at, bands)


def ages_banded(born: Numbers, known: Mask, day: date, bands: Sequence[tuple[int, str]]) -> Group:
    """Ages on a day in bands, by the days on which somebody who reaches the next band then was born."""
    # Nobody's age is worked out: a band ends with those who were born on one certain day, 29 February counting as 1 March.
    latest = [-born_by(day, limit) for limit, _ in bands]
    codes = np.searchsorted(latest, -born, side="right")
    return listed(np.where(known, codes, len(bands)), [*(name for _, name in bands), UNKNOWN])


def born_by(day: date, years: int) -> int:
    """The last day on which somebody so many years old on this day was born: 29 February comes round on 1 March."""
    year = max(day.year - years, 1)
    leap = day.month == 2 and day.day == 29
    return (date(year, 3, 1).toordinal() - 1 if leap else date(year, day.month, day.day).toordinal()) - FIRST_DAY
