"""Lives as commands: what the people of an authority would have told the platform, day by day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from deploy.county.authority import Authority, Kind
from deploy.county.facts import prices_of
from deploy.county.lives import Life, Stay
from deploy.county.postcodes import Postcodes
from shared.contracts.vocabulary import DistanceReason, Location, PlaceChange, PlacementType
from shared.geography.authorities import FIRST_DAY

SUPPORTED_SINCE = date(2023, 10, 28)
"""From then on semi-independent living of under-18s is supported accommodation, K3 in place of H5."""
NOTHING_NEARER = {"distance_reason": DistanceReason.NOTHING_NEARER}


@dataclass(frozen=True, slots=True)
class Ref:
    """What an earlier command made, by that command's key."""

    key: str


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that somebody told on a day."""

    on: date
    service: str
    kind: str
    form: Mapping[str, Any]
    about: Ref | None = None
    key: str | None = None
    child: str = field(default="", compare=False)
    """The key of whom it is about: commands about different children do not wait for each other."""


def registering(authority: Authority, told: Iterable[Life], seed: int, postcodes: Postcodes) -> Iterator[Command]:
    """Every child as referrals is told of them; brothers and sisters come from one home."""
    homes: dict[str, str] = {}
    for number, life in enumerate(told, 1):
        home = None if life.uasc else homes.setdefault(life.family, postcodes.one(Location.IN_AREA))
        form = {
            "name": f"Made-up child {number}",
            "born": str(life.born),
            "sex": life.sex,
            "ethnicity": life.ethnicity,
            "uasc": life.uasc,
            "local_reference": f"{authority.code[-3:]}-{seed}-{life.key}",
        }
        if home:
            form["home_postcode"] = home
        yield Command(life.started, "referrals", "register_child", form, key=life.key, child=life.key)


def living(authority: Authority, told: Iterable[Life], seed: int, postcodes: Postcodes) -> list[Command]:
    """Everything placements is told, in order of time; of one day, in the order it was told of a child."""
    dice = Random(f"prices {seed}")  # noqa: S311 - the same for the same seed, nothing secret
    commands = [one for life in told for one in _life(authority, life, dice, postcodes)]
    return sorted(commands, key=lambda one: one.on)


def _life(authority: Authority, life: Life, dice: Random, postcodes: Postcodes) -> list[Command]:
    commands: list[Command] = []
    for number, stay in enumerate(life.stays):
        commands += _stay(authority, life, number, stay, dice, postcodes)
    child = Ref(life.key)
    need = {"version": 1, "category_of_need": life.need}
    commands.append(Command(life.started, "placements", "correct_care", need, child, child=life.key))
    for version, (status, day) in enumerate(life.statuses[1:], 2):
        form = {"version": version, "status": status, "starts": str(day)}
        commands.append(Command(day, "placements", "change_legal_status", form, child, child=life.key))
    if life.ended is not None:
        commands.append(_leaving(life))
    return sorted(commands, key=lambda one: (one.on, one.kind == "end"))


def _stay(
    authority: Authority, life: Life, number: int, stay: Stay, dice: Random, postcodes: Postcodes
) -> Iterator[Command]:
    kind, key = authority.kinds[stay.kind], f"{life.key}-{number}"
    first, *later = prices_of(authority, stay, dice)
    form: dict[str, Any] = {
        "child": Ref(life.key),
        "type": type_on(kind, stay.starts),
        "sector": kind.sector,
        "postcode": postcodes.one(stay.location),
        "starts": str(stay.starts),
        "arrived_on": str(stay.starts),
        "weekly_pence": first[1],
        **(NOTHING_NEARER if stay.location != Location.IN_AREA or stay.starts < FIRST_DAY else {}),
        **(_moving(life, number) if number else {"legal_status": life.statuses[0][0]}),
    }
    yield Command(stay.starts, "placements", "place_directly", form, key=key, child=life.key)
    for starts, pence in later:
        price = {"starts": str(starts), "weekly_pence": pence}
        yield Command(starts, "placements", "price", price, Ref(key), child=life.key)


def _moving(life: Life, number: int) -> dict[str, Any]:
    left = life.stays[number - 1]
    reason = left.reason or PlaceChange.CARE_PLAN
    moves_from = Ref(f"{life.key}-{number - 1}")
    return {"purpose": "move", "moves_from": moves_from, "move_reason": reason, "move_planned": left.planned}


def _leaving(life: Life) -> Command:
    assert life.ended is not None
    form = {"on": str(life.ended), "reason": PlaceChange.CARE_PLAN, "planned": True, "care_ended": life.why}
    last = Ref(f"{life.key}-{len(life.stays) - 1}")
    return Command(life.ended, "placements", "end", form, last, child=life.key)


def type_on(kind: Kind, day: date) -> PlacementType:
    """A kind's code as of the year of the episode."""
    if kind.type is PlacementType.SEMI_INDEPENDENT and day >= SUPPORTED_SINCE:
        return PlacementType.SUPPORTED_ACCOMMODATION
    return kind.type
