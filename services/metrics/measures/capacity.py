"""Measures of how full homes are, and of what they offer."""

from collections.abc import Callable

import numpy as np

from services.metrics.columns import Facts, Mask, Numbers, in_force
from services.metrics.measures.asked import Asked, first_days, once, once_a_day
from services.metrics.measures.figure import Counted, Group, Measure
from services.metrics.measures.groups import words
from services.metrics.measures.moments import days_of, first_days_of_moments

MOST_DAYS = 28
"""A vacancy that nobody confirmed for longer may not be there any more (He: four-weekly)."""
STOOD_IN = ("occupied", "booked", "held", "out_of_service")


@once
def _homes_here(asked: Asked) -> Numbers:
    homes, rows = asked.rows_of_all("homes")
    ours = np.zeros(len(asked.columns.words) + 1, np.bool_)
    ours[list(asked.on_day.whose.authorities)] = True
    ours[[0, -1]] = False
    here: Numbers = rows[ours[homes["area"][rows]]]
    return here


def homes_here(asked: Asked) -> tuple[Facts, Numbers]:
    """The fact table, and where the homes stand that stand in the authorities' areas."""
    return asked.columns["homes"], _homes_here(asked)


@once
def _beside_home(asked: Asked, column: str) -> Numbers:
    """A table over every home: a word of those here, 0 for others."""
    asked.look_at("home", own=False)
    homes, rows = homes_here(asked)
    return asked.columns.beside("home", homes["home"][rows], homes[column][rows])


def by_home(asked: Asked, homes: Numbers) -> dict[str, Callable[[], Group]]:
    """What is recorded of each row's home; the authority is the one it stands in."""
    named = {"authority": "area", "type": "type", "sector": "sector"}
    return {name: _beside(asked, column, homes) for name, column in named.items()}


def _beside(asked: Asked, column: str, homes: Numbers) -> Callable[[], Group]:
    return lambda: words(asked, _beside_home(asked, column)[homes])


@once
def _places_here(asked: Asked) -> Numbers:
    homes, here = homes_here(asked)
    places, lines = asked.rows_of_all("places")
    there = asked.columns.among("home", homes["home"][here])
    told: Numbers = lines[there[places["home"][lines]] & (places["place"][lines] != 0)]
    return told


@once
def occupancy_covered_from(asked: Asked) -> Numbers:
    """The first night of anything told of an area's places, or the day these were first recorded: of the nights before,
    nobody knows who slept there, however long the homes had been open."""
    asked.look_at("places", own=False)
    occupations, rows = asked.columns["occupations"], _standing(asked)
    area = _beside_home(asked, "area")
    stood = first_days(asked, area[occupations["home"][rows]], occupations["starts"][rows])
    return np.minimum(stood, _first_recorded(asked, "places", area))


def _first_recorded(asked: Asked, kind: str, area: Numbers) -> Numbers:
    """The day on which a row of this kind was first recorded of an area's homes, whatever became of it."""
    facts = asked.columns[kind]
    areas, told, known_at = area[facts["home"]], facts["recorded_at"], asked.on_day.whose.known_at
    known = np.flatnonzero((areas > 0) & ((told <= known_at) if known_at is not None else True))
    return first_days_of_moments(asked, areas[known], told[known])


def occupied_places(asked: Asked) -> Counted:
    """The night of the day: places in which a child sleeps, of the approved ones that can be used."""
    homes, here = homes_here(asked)
    places, lines = asked.columns["places"], _places_here(asked)
    open_homes = asked.columns.among("home", homes["home"][in_force(homes, here, "opened", "closed", asked.day)])
    lines = lines[open_homes[places["home"][lines]]]
    lines = in_force(places, lines, "opens", "closes", asked.day)
    approved = places["place"][lines]
    stands = _what_stands(asked)
    occupied, out = stands["occupied"][approved], stands["out_of_service"][approved]
    parts = {kind: int(table[approved].sum()) for kind, table in stands.items()}
    parts = {"approved": len(approved), **parts, "vacant": len(approved) - sum(parts.values())}
    groups = by_home(asked, places["home"][lines])
    return Counted(occupied.astype(np.int64), (~out).astype(np.int64), groups, parts)


@once
def _standing(asked: Asked) -> Numbers:
    facts, rows = asked.rows_of_all("occupations")
    return rows[facts["released_at"][rows] < 0]


@once_a_day
def _what_stands(asked: Asked) -> dict[str, Mask]:
    """For each kind of occupation, which places it stands in that night: a table over every place."""
    facts = asked.columns["occupations"]
    rows = in_force(facts, _standing(asked), "starts", "ends", asked.day)
    tables: dict[str, Mask] = {}
    for kind in STOOD_IN:
        of_kind = rows[facts["kind"][rows] == asked.word(kind)]
        tables[kind] = asked.columns.among("place", facts["place"][of_kind])
    return tables


@once
def vacancies_covered_from(asked: Asked) -> Numbers:
    """The day on which a vacancy of an area's homes was first recorded, whatever became of it."""
    asked.look_at("vacancies", own=False)
    return _first_recorded(asked, "vacancies", _beside_home(asked, "area"))


@once_a_day
def _offered(asked: Asked) -> Numbers:
    """Where the places stand that are offered as at the day and free on the first night they are offered for."""
    vacancies, lines = asked.all_as_stood("vacancies")
    lines = lines[(_beside_home(asked, "area")[vacancies["home"][lines]] > 0) & (vacancies["place"][lines] != 0)]
    lines = lines[
        (vacancies["status"][lines] == asked.word("posted")) & (vacancies["available_until"][lines] > asked.day)
    ]
    # A place that two vacancies offer is offered once: by the one confirmed last.
    lines = lines[np.lexsort((vacancies["available_from"][lines], -vacancies["confirmed_at"][lines]))]
    lines = lines[np.unique(vacancies["place"][lines], return_index=True)[1]]
    night = np.maximum(vacancies["available_from"][lines], asked.day)
    first = np.zeros(len(asked.columns.ids["place"]), np.int64)
    first[vacancies["place"][lines]] = night
    facts, rows = asked.columns["occupations"], _standing(asked)
    on = first[facts["place"][rows]]
    taken = asked.columns.among(
        "place", facts["place"][rows[(facts["starts"][rows] <= on) & (facts["ends"][rows] > on)]]
    )
    free: Numbers = lines[~taken[vacancies["place"][lines]]]
    return free


def places_offered(asked: Asked) -> Counted:
    """Places offered from today, or from today or later."""
    vacancies, lines = asked.columns["vacancies"], _offered(asked)
    if asked.parameters["available"] == "now":
        lines = lines[vacancies["available_from"][lines] <= asked.day]
    return Counted(np.ones(len(lines), np.int64), None, by_home(asked, vacancies["home"][lines]))


def days_since_confirmed(asked: Asked) -> Counted:
    """For each place offered the days since its provider last said so."""
    vacancies, lines = asked.columns["vacancies"], _offered(asked)
    ages = asked.day - days_of(vacancies["confirmed_at"][lines])
    return Counted(ages, None, by_home(asked, vacancies["home"][lines]), within=ages <= MOST_DAYS)


HOMES = {"homes": ("area",)}
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
    breakdowns=("authority", "type", "sector"),
    parameters=HOMES,
    count=occupied_places,
    covered_from=occupancy_covered_from,
    rests_on=("homes", "places", "occupations"),
)
VACANCIES = Measure(
    id="vacancies",
    title="Vacancies",
    question="How many places are on offer?",
    numerator="places that a vacancy offers and that nobody has for the first night it is offered",
    denominator="",
    unit="places",
    population="homes that stand in the area; vacancies as they stood at the end of the date",
    window="snapshot",
    polarity="high good",
    source="He",
    decimals=0,
    scale=1,
    suppression="places",
    breakdowns=("authority", "type", "sector"),
    parameters={"available": ("any", "now"), **HOMES},
    count=places_offered,
    covered_from=vacancies_covered_from,
    rests_on=("homes", "vacancies", "occupations"),
)
VACANCY_AGE = Measure(
    id="vacancy_age",
    title="Days since a vacancy was confirmed",
    question="How fresh is what providers say they have?",
    numerator="days since the provider last confirmed it",
    denominator="places on offer",
    unit="days",
    population=f"as for vacancies; `within` is {MOST_DAYS} days",
    window="snapshot",
    polarity="low good",
    source="He",
    decimals=1,
    scale=1,
    suppression="places",
    breakdowns=("authority", "type", "sector"),
    parameters={"statistic": ("median", "mean", "ninetieth", "within"), **HOMES},
    count=days_since_confirmed,
    covered_from=vacancies_covered_from,
    rests_on=("homes", "vacancies", "occupations"),
)
