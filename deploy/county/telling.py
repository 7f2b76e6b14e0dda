"""Lives as commands: what the people of an authority would have told the platform, day by day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from random import Random
from typing import Any

from deploy.county.authority import Authority, Kind
from deploy.county.command import Command, Ref
from deploy.county.facts import prices_of
from deploy.county.lives import Life, Stay
from deploy.county.postcodes import Postcodes
from deploy.county.returned import returned, school_number
from shared.contracts.vocabulary import DistanceReason, Location, PlaceChange, PlacementType, Purpose
from shared.geography.authorities import FIRST_DAY

SUPPORTED_SINCE = date(2023, 10, 28)
"""From then on semi-independent living of under-18s is supported accommodation, K3 in place of H5."""
NUMBERED = frozenset(
    {
        *(PlacementType.FOSTER, PlacementType.CHILDRENS_HOME, PlacementType.SECURE_HOME),
        *(PlacementType.SUPPORTED_ACCOMMODATION, PlacementType.FAMILY_CENTRE, PlacementType.RESIDENTIAL_SCHOOL),
    }
)
"""Where Ofsted has a number for it."""
FIRST_AGENCY, FIRST_HOME, FIRST_STAY = 100_000, 200_000, 300_000
"""From which on made-up numbers of Ofsted's begin: of agencies, of homes in the area, of homes elsewhere."""
NOTHING_NEARER = {"distance_reason": DistanceReason.NOTHING_NEARER}


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
            "upn": school_number(number, life.born),
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
    commands += _away(life, postcodes)
    commands += returned(life, authority.needs, last)
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
        "type": PlacementType.ADOPTION_ORDER if stay.adopting else type_on(kind, stay.ends or date.max),
        "sector": kind.sector,
        "postcode": postcode,
        "starts": str(stay.starts),
        "arrived_on": str(stay.starts),
        **({} if stay.adopting else {"weekly_pence": first[1]}),
        **urn_of(kind, stay, key),
        **(NOTHING_NEARER if stay.location != Location.IN_AREA else _reason_on(stay.starts)),
        **(_moving(life, number) if number else {"legal_status": life.statuses[0][0]}),
    }
    yield Command(stay.starts, "placements", "place_directly", form, key=key, child=life.key, hour=18)
    for starts, pence in [] if stay.adopting else later:
        price = {"starts": str(starts), "weekly_pence": pence}
        yield Command(starts, "placements", "price", price, Ref(key), child=life.key)


def _moving(life: Life, number: int) -> dict[str, Any]:
    left = life.stays[number - 1]
    reason = left.reason or PlaceChange.CARE_PLAN
    moves_from = Ref(f"{life.key}-{number - 1}")
    return {"purpose": "move", "moves_from": moves_from, "move_reason": reason, "move_planned": left.planned}


def _away(life: Life, postcodes: Postcodes) -> Iterator[Command]:
    """Nights elsewhere while the home is kept."""
    for number, away in enumerate(life.away):
        key, starts = f"{life.key}-away-{number}", str(away.starts)
        form = {"child": Ref(life.key), "type": away.type, "purpose": Purpose.TEMPORARY}
        form["postcode"] = postcodes.one(Location.IN_AREA)
        form |= {"starts": starts, "arrived_on": starts, **_reason_on(away.starts)}
        of: dict[str, Any] = {"service": "placements", "child": life.key}
        yield Command(**of, on=away.starts, kind="place_directly", form=form, key=key, hour=21)
        if away.ends is not None:
            back = {"on": str(away.ends), "reason": PlaceChange.CARE_PLAN, "planned": True}
            yield Command(**of, on=away.ends, kind="end", form=back, about=Ref(key), hour=8)


def _reason_on(day: date) -> Mapping[str, DistanceReason]:
    """In the area nobody asks for one, on days of which it is known where the area was."""
    return NOTHING_NEARER if day < FIRST_DAY else {}


def _leaving(life: Life) -> Command:
    assert life.ended is not None
    form = {"on": str(life.ended), "reason": PlaceChange.CARE_PLAN, "planned": True, "care_ended": life.why}
    last = Ref(f"{life.key}-{len(life.stays) - 1}")
    return Command(life.ended, "placements", "end", form, last, child=life.key, hour=20)


def urn_of(kind: Kind, stay: Stay, key: str) -> dict[str, str]:
    """Ofsted's number of where the child lives, where it has one; made up, one to a home and one to an agency."""
    type_ = type_on(kind, stay.ends or date.max)
    if stay.adopting:
        return {"urn": made_up_urn(PlacementType.ADOPTION_ORDER, FIRST_AGENCY)}
    if type_ not in NUMBERED:
        return {}
    if type_ is PlacementType.FOSTER:
        return {"urn": agency_urn(kind.sector)}
    child, _, number = key[1:].partition("-")
    return {"urn": made_up_urn(type_, FIRST_STAY + 20 * int(child) + int(number) % 20)}


def agency_urn(sector: str) -> str:
    """Foster carers have that of their agency, or of the authority's own service; adopters that of theirs."""
    return made_up_urn(PlacementType.FOSTER, FIRST_AGENCY + int(sector[2:]))


def made_up_urn(type_: PlacementType, number: int) -> str:
    """One for each number."""
    return f"2{number:06d}" if type_ is PlacementType.SUPPORTED_ACCOMMODATION else f"SC{number:06d}"


def type_on(kind: Kind, day: date) -> PlacementType:
    """A kind's code as of a day. A stay has that of its end: of the years before, the return tells the code of then."""
    if kind.type is PlacementType.SEMI_INDEPENDENT and day >= SUPPORTED_SINCE:
        return PlacementType.SUPPORTED_ACCOMMODATION
    return kind.type
