"""Lives as commands: what the people of an authority would have told the platform, day by day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from deploy.county.authority import Authority, Kind
from deploy.county.facts import prices_of
from deploy.county.lives import Life
from deploy.county.postcodes import Postcodes
from shared.contracts.vocabulary import DistanceReason, Location, PlaceChange, PlacementType, Purpose
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
    form: Mapping[str, Any] = field(default_factory=dict)
    about: Ref | None = None
    key: str | None = None
    child: str = field(default="", compare=False)
    """The key of whom it is about: commands about different children do not wait for each other."""
    hour: int = 9
    by: str = ""
    """The sector whose homes' people say it; nobody is an authority's own."""

    @property
    def at(self) -> datetime:
        """The moment (UTC)."""
        return datetime.combine(self.on, time(self.hour), UTC)


def registering(authority: Authority, told: Iterable[Life], seed: int, postcodes: Postcodes) -> Iterator[Command]:
    """Every child as referrals is told of them, and what they need; brothers and sisters come from one home."""
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
        of: dict[str, Any] = {"on": life.started, "service": "referrals", "child": life.key, "hour": 8}
        yield Command(**of, kind="register_child", form=form, key=life.key)
        needs = {"assessed_on": str(life.started), "needs": list(life.needs)}
        yield Command(**of, kind="assess_needs", form=needs, about=Ref(life.key))


def living(authority: Authority, told: Iterable[Life], seed: int, postcodes: Postcodes, last: date) -> list[Command]:
    """Everything placements is told up to a day, in order of time; of one moment, in the order it was told of a child."""
    dice = Random(f"prices {seed}")  # noqa: S311 - the same for the same seed, nothing secret
    commands = [one for life in told for one in _life(authority, life, dice, postcodes, last)]
    return sorted(commands, key=lambda one: one.at)


def _life(authority: Authority, life: Life, dice: Random, postcodes: Postcodes, last: date) -> list[Command]:
    commands: list[Command] = []
    for number, stay in enumerate(life.stays):
        prices = prices_of(authority, stay, dice, last)
        commands += _stay(authority, life, number, prices, postcodes.one(stay.location))
    commands += _away(life)
    of: dict[str, Any] = {"service": "placements", "about": Ref(life.key), "child": life.key, "hour": 19}
    need = {"version": 1, "category_of_need": life.need}
    commands.append(Command(**of, on=life.started, kind="correct_care", form=need))
    for version, (status, day) in enumerate(life.statuses[1:], 2):
        form = {"version": version, "status": status, "starts": str(day)}
        commands.append(Command(**of, on=day, kind="change_legal_status", form=form))
    if life.ended is not None:
        commands.append(_leaving(life))
    return commands


def _stay(
    authority: Authority, life: Life, number: int, prices: list[tuple[date, int]], postcode: str
) -> Iterator[Command]:
    stay, (first, *later) = life.stays[number], prices
    kind, key = authority.kinds[stay.kind], f"{life.key}-{number}"
    form: dict[str, Any] = {
        "child": Ref(life.key),
        "type": type_on(kind, stay.starts),
        "sector": kind.sector,
        "postcode": postcode,
        "starts": str(stay.starts),
        "arrived_on": str(stay.starts),
        "weekly_pence": first[1],
        **(NOTHING_NEARER if stay.location != Location.IN_AREA or stay.starts < FIRST_DAY else {}),
        **(_moving(life, number) if number else {"legal_status": life.statuses[0][0]}),
    }
    yield Command(stay.starts, "placements", "place_directly", form, key=key, child=life.key, hour=18)
    for starts, pence in later:
        price = {"starts": str(starts), "weekly_pence": pence}
        yield Command(starts, "placements", "price", price, Ref(key), child=life.key)


def _moving(life: Life, number: int) -> dict[str, Any]:
    left = life.stays[number - 1]
    reason = left.reason or PlaceChange.CARE_PLAN
    moves_from = Ref(f"{life.key}-{number - 1}")
    return {"purpose": "move", "moves_from": moves_from, "move_reason": reason, "move_planned": left.planned}


def _away(life: Life) -> Iterator[Command]:
    """Nights elsewhere while the home is kept."""
    for number, away in enumerate(life.away):
        key, starts = f"{life.key}-away-{number}", str(away.starts)
        form = {"child": Ref(life.key), "type": away.type, "purpose": Purpose.TEMPORARY}
        form |= {"starts": starts, "arrived_on": starts}
        of: dict[str, Any] = {"service": "placements", "child": life.key}
        yield Command(**of, on=away.starts, kind="place_directly", form=form, key=key, hour=21)
        if away.ends is not None:
            back = {"on": str(away.ends), "reason": PlaceChange.CARE_PLAN, "planned": True}
            yield Command(**of, on=away.ends, kind="end", form=back, about=Ref(key), hour=8)


def _leaving(life: Life) -> Command:
    assert life.ended is not None
    form = {"on": str(life.ended), "reason": PlaceChange.CARE_PLAN, "planned": True, "care_ended": life.why}
    last = Ref(f"{life.key}-{len(life.stays) - 1}")
    return Command(life.ended, "placements", "end", form, last, child=life.key, hour=20)


def type_on(kind: Kind, day: date) -> PlacementType:
    """A kind's code as of the year of the episode."""
    if kind.type is PlacementType.SEMI_INDEPENDENT and day >= SUPPORTED_SINCE:
        return PlacementType.SUPPORTED_ACCOMMODATION
    return kind.type
