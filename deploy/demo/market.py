"""The demonstration's market: forty made-up organisations with their homes, the same every time."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from shared.identity.demonstration import NORTHSHIRE, SOUTHMERE

SEED = 903
NAMES: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("names.toml").read_text())
NEAR = ("W1T 3LY", "W1A 4YE", "NW1 5XL", "W1T 1HP", "SW1X 7XF", "W1V 9RA", "W1A 1EZ", "W1M 8DT")
ROUND_ABOUT = (
    "NW5 2GT",
    "NW3 5JS",
    "NW6 4RG",
    "N16 6AS",
    "N4 2ND",
    "E5 9SA",
    "SW2 9QP",
    "SW4 8LF",
    "SE17 3EN",
    "SE1 5QE",
)
FAR = ("SO16 5ZU", "SO16 6GU", "BN1 1HW", "BN3 2PA", "SL4 2DF", "SL5 8WL", "EN1 2EJ")
CAN = ("own_bedroom", "step_free", "autism_experience", "therapeutic", "two_carers", "no_pets", "medical_care")

Form = Mapping[str, Any]
Range = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """What homes of a kind are like here: whom they take, how many, what a week costs (pence). All of it assumed."""

    word: str
    ages: tuple[Range, ...]
    places: Range
    weekly_pence: Range


KINDS = {
    "U6": Kind("household", ((0, 10), (0, 17), (5, 17), (8, 17)), (1, 2), (85_000, 120_000)),
    "K2": Kind("House", ((8, 17), (10, 17)), (2, 5), (420_000, 690_000)),
    "K3": Kind("House", ((16, 17),), (4, 8), (110_000, 190_000)),
    "S1": Kind("House", ((8, 17), (10, 17)), (6, 8), (380_000, 520_000)),
}
"""SSDA903 PLACE -> what to make."""


@dataclass(frozen=True)
class Home:
    """A home as its provider registers it, how many places it has, and what a week there costs (pence)."""

    form: Form
    weekly_pence: int


@dataclass(frozen=True)
class Organisation:
    """A provider, the person who acts for it, and its homes. `owner` is the authority whose own service it is."""

    person: str
    name: str
    sector: str
    owner: str | None
    homes: tuple[Home, ...]


def market() -> tuple[Organisation, ...]:
    """Everybody in it. The first two are those whose people a newcomer can sign in as."""
    dice = Random(SEED)  # noqa: S311 - the same homes every time, nothing secret
    names = iter(NAMES["trees"])
    kinds: list[tuple[str, str, str | None, str, int]]
    kinds = [("Northshire Fostering", "PR1", NORTHSHIRE, "U6", 9), ("Northshire Homes", "PR1", NORTHSHIRE, "K2", 3)]
    kinds += [("Southmere Fostering", "PR1", SOUTHMERE, "U6", 5)]
    kinds += [(name, dice.choice(["PR4", "PR4", "PR5"]), None, "U6", dice.randint(1, 2)) for name in NAMES["agencies"]]
    kinds += [(name, "PR4", None, "K2", dice.randint(1, 2)) for name in NAMES["homes"]]
    kinds += [(name, dice.choice(["PR4", "PR5"]), None, "K3", 1) for name in NAMES["supported"]]
    kinds += [("Beacon School Homes", "PR5", None, "S1", 1)]
    return tuple(_organisation(dice, names, *kind) for kind in kinds)


def person_of(name: str) -> str:
    """Who acts for an organisation; two of them are people to sign in as."""
    return {"Hearthside Fostering": "provider", "Larch House": "other-provider"}.get(
        name, name.lower().replace(" ", "-")
    )


def _organisation(
    dice: Random, names: Iterator[str], name: str, sector: str, owner: str | None, type_: str, homes: int
) -> Organisation:
    made = tuple(_home(dice, next(names), type_, owner) for _ in range(homes))
    return Organisation(person_of(name), name, sector, owner, made)


def _home(dice: Random, tree: str, type_: str, owner: str | None) -> Home:
    kind = KINDS[type_]
    youngest, oldest = dice.choice(kind.ages)
    near = NEAR if owner == NORTHSHIRE else ROUND_ABOUT if owner else dice.choice([NEAR, ROUND_ABOUT, ROUND_ABOUT, FAR])
    week = dice.randrange(*kind.weekly_pence, 500)
    form = {
        "name": f"{tree} {kind.word}",
        "type": type_,
        "postcode": dice.choice(near),
        "youngest": youngest,
        "oldest": oldest,
        "sexes": dice.choice([["F", "M"], ["F", "M"], ["F", "M"], ["F"], ["M"]]),
        "opened": f"20{dice.randint(12, 23)}-0{dice.randint(1, 9)}-01",
        "places": [{"features": _features(dice)} for _ in range(dice.randint(*kind.places))],
    }
    return Home(form, week // 2 if owner and type_ == "U6" else week)


def _features(dice: Random) -> list[str]:
    return sorted({"own_bedroom", *dice.sample(CAN, dice.randint(0, 3))})
