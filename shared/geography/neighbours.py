"""Which authorities border which, read from a small registry that `derive` made and a person may mend."""

import json
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path

from shared.geography.authorities import FIRST_DAY, SUCCESSIONS, on_day

REGISTRY = Path(__file__).with_name("neighbours.json")
Pairs = frozenset[frozenset[str]]


def bordering(area: str, other: str, *, over_water: bool = True) -> bool:
    """Whether two authorities that stood at the same time share a boundary.

    `over_water` counts a tidal river too, where postcodes face each other within two kilometres.
    """
    pair = frozenset((area, other))
    return pair in _through_time("over_land") or (over_water and pair in _through_time("over_water"))


@cache
def _through_time(kind: str) -> Pairs:
    """Today's pairs, and what each was before every reorganisation."""
    days = {
        FIRST_DAY,
        *(s.since - timedelta(days=1) for s in SUCCESSIONS.values()),
        *(s.since for s in SUCCESSIONS.values()),
    }
    pairs = {
        frozenset((was, others))
        for (now, neighbour), day in product(registered(kind), days)
        if (was := on_day(now, day)) and (others := on_day(neighbour, day)) and was != others
    }
    return frozenset(pairs)


def registered(kind: str) -> list[tuple[str, str]]:
    """Today's pairs, `over_land` or `over_water`, each once, under the lower code."""
    listed: dict[str, list[str]] = json.loads(REGISTRY.read_text())[kind]
    return [(area, other) for area, others in listed.items() for other in others]
