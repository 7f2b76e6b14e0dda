"""Measures of how full homes are."""

import numpy as np

from services.metrics.columns import Mask, in_force
from services.metrics.measures.figure import Asked, Counted, Measure
from services.metrics.measures.population import first_day


def occupied_places(asked: Asked) -> Counted:
    """The night of the day: places in which a child sleeps, of the approved ones that can be used."""
    columns = asked.columns
    homes, of_all = asked.rows_of_all("homes")
    here = of_all[homes["area"][of_all] == asked.authority]
    places, lines = asked.rows_of_all("places")
    lines = lines[columns.among("home", homes["home"][here])[places["home"][lines]] & (places["place"][lines] != 0)]
    since = first_day(places["opens"][lines])
    open_homes = columns.among("home", homes["home"][in_force(homes, here, "opened", "closed", asked.day)])
    lines = lines[open_homes[places["home"][lines]]]
    lines = in_force(places, lines, "opens", "closes", asked.day)
    approved = places["place"][lines]
    stands = _what_stands(asked)
    occupied, out = stands["occupied"][approved], stands["out_of_service"][approved]
    groups = {
        column: lambda column=column: asked.words(
            columns.beside("home", homes["home"][here], homes[column][here])[places["home"][lines]]
        )
        for column in ("type", "sector")
    }
    parts = {kind: int(table[approved].sum()) for kind, table in stands.items()}
    parts = {"approved": len(approved), **parts, "vacant": len(approved) - sum(parts.values())}
    return Counted(since, occupied.astype(np.int64), (~out).astype(np.int64), groups, parts)


def _what_stands(asked: Asked) -> dict[str, Mask]:
    """For each kind of occupation, which places it stands in that night: a table over every place."""
    facts, rows = asked.rows_of_all("occupations")
    rows = in_force(facts, rows, "starts", "ends", asked.day)
    rows = rows[facts["released_at"][rows] < 0]
    tables: dict[str, Mask] = {}
    for kind in ("occupied", "booked", "held", "out_of_service"):
        of_kind = rows[facts["kind"][rows] == asked.columns.words.find(kind)]
        tables[kind] = asked.columns.among("place", facts["place"][of_kind])
    return tables


OCCUPANCY = Measure(
    id="occupancy",
    title="Occupancy",
    question="How full are the homes that stand in the authority's area?",
    numerator="places in which a child sleeps on the night of the date",
    denominator="approved places that are not out of service on that night",
    unit="%",
    population="places of homes in the area, open on the night; places beyond the approved number count as approved",
    window="snapshot",
    polarity="stable good",
    source="He",
    decimals=1,
    scale=100,
    suppression="places",
    breakdowns=("type", "sector"),
    parameters={"homes": ("area",)},
    count=occupied_places,
)
