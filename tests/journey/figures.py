"""What the platform says of an authority's children, and what a count of our own says, in one shape to compare."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from deploy.load import load_returns
from shared.contracts.vocabulary import Location
from tests.independent.counts import Return, Share
from tests.installations import Team
from tests.waiting import until

LANES = {"placements": "placements.00", "referrals": "referrals.children.00"}
"""Whose facts of children metrics hears, and on which lanes."""
Question = tuple[str, Mapping[str, str]]
"""A measure, and what else is said with it."""
KEPT: Sequence[Question] = [
    ("cla", {}),
    ("three_plus", {}),
    ("long_term", {}),
    ("over_20_and_outside", {}),
    ("placement_mix", {"by": "type"}),
]
"""The measures that are held to the independent count on any day."""
ALL: Sequence[Question] = [
    *KEPT,
    ("placement_mix", {"by": "sector"}),
    ("cla", {"count": "children"}),
    ("three_plus", {"counts": "moves"}),
    ("three_plus", {"same_carer_counts": "no"}),
    ("long_term", {"under_16": "no"}),
    ("within_20_miles", {}),
    ("in_area", {}),
    ("bordering", {}),
    ("at_distance", {}),
]
Found = dict[tuple[str, str, date], Any]
"""Measure, what else was said, day -> numerator and denominator, or the numerators of its cells."""


async def load(team: Team, person: str, folder: Path) -> dict[str, dict[str, int]]:
    """Send a folder of returns as `make run` does; metrics has heard all of it afterwards. Answers what was counted."""
    counts = await load_returns(team[person], team.installation.token(person), folder, lambda done, of: None)
    await heard(team, person)
    return counts


async def rebuild(team: Team, person: str) -> None:
    """All facts anew from the kept logs; they are alike to those there were, and answers rest on them now."""
    before = (await ask(team, person, "cla"))["change_id"]
    await team.does("administrator", "POST", "/metrics/rebuild")

    async def done() -> dict[str, Any]:
        found = await team.does("administrator", "GET", "/metrics/rebuild")
        assert found["state"] != "failed", found
        return found["result"] if found["state"] == "done" else {}

    found = await until(done, seconds=120)
    assert found["same"], found
    assert found["rows"]["placements"] > 0

    async def in_place() -> bool:
        return (await ask(team, person, "cla"))["change_id"] > before

    await until(in_place)


async def ask(team: Team, person: str, measure: str, **said: Any) -> dict[str, Any]:
    """The whole answer to one question."""
    answer = await team[person].get(
        f"/metrics/measures/{measure}", params={name: str(one) for name, one in said.items()}
    )
    assert answer.is_success, f"{measure} {said}: {answer.status_code} {answer.text}"
    return dict(answer.json())


async def heard(team: Team, person: str) -> None:
    """Return once metrics has heard all that was published so far."""
    told = {lane: await published(team, person, service, lane) for service, lane in LANES.items()}

    async def all_of_it() -> bool:
        reached = (await ask(team, person, "cla"))["reached"]
        return all(reached.get(lane, 0) >= sequence for lane, sequence in told.items())

    await until(all_of_it)


async def published(team: Team, person: str, service: str, lane: str) -> int:
    """The last sequence of a lane, once nothing waits for one."""

    async def settled() -> dict[str, int]:
        lanes = (await team.does(person, "GET", f"/{service}/ready"))["publishes"]
        return lanes[lane] if lane in lanes and lanes[lane]["waiting"] == 0 else {}

    return int((await until(settled))["last"])


async def told(
    team: Team, person: str, days: Iterable[date], questions: Iterable[Question] = KEPT, **also: Any
) -> Found:
    """What the platform answers to every question as at each day, asked one by one."""
    return {
        key(measure, said, day): shape(await ask(team, person, measure, as_at=day, **said, **also), said)
        for day in days
        for measure, said in questions
    }


async def told_in_series(team: Team, person: str, first: date, last: date, questions: Iterable[Question]) -> Found:
    """What it answers to every question for every day from the first to the last, asked a year at a time."""
    found: Found = {}
    for measure, said in questions:
        for begins, ends in years(first, last):
            answer = await ask(team, person, measure, **{"from": begins}, to=ends, every="day", **said)
            for point in answer["series"]:
                found[key(measure, said, date.fromisoformat(point["as_at"]))] = shape(point, said)
    return found


def years(first: date, last: date) -> list[tuple[date, date]]:
    """Financial years from the first day, a 1 April, to the last, a 31 March."""
    return [(date(year, 4, 1), date(year + 1, 3, 31)) for year in range(first.year, last.year)]


def shape(answer: Mapping[str, Any], said: Mapping[str, str]) -> Any:
    """Cells of a breakdown, else numerator and denominator; a plain count has none."""
    if "by" in said:
        return {name: cell["numerator"] for name, cell in answer["cells"].items()}
    return answer["numerator"], answer["denominator"]


def key(measure: str, said: Mapping[str, str], day: date) -> tuple[str, str, date]:
    return measure, " ".join(said.values()), day


def counted(of: Return, days: Iterable[date], questions: Iterable[Question] = KEPT) -> Found:
    """What the count from the files alone says to the same questions."""
    return {key(measure, said, day): our_count(of, measure, said, day) for day in days for measure, said in questions}


def our_count(of: Return, measure: str, said: Mapping[str, str], day: date) -> Any:
    match measure:
        case "cla":
            return of.cla(day, count="children" if said else "periods"), None
        case "three_plus":
            counts: Any = said.get("counts", "placements")
            return of.three_plus(day, counts=counts, same_carer_counts=said.get("same_carer_counts") != "no")
        case "long_term":
            return of.long_term(day, under_16=said.get("under_16") != "no")
        case "over_20_and_outside":
            return of.over_20_and_outside(day)
        case "within_20_miles":
            return of.within_20_miles(day)
        case "placement_mix":
            by: Any = said["by"]
            return {name or "unknown": count for name, count in of.placement_mix(day, by=by).items()}
    return Share(of.locations(day).get(Location(measure), 0), of.cla(day))


def differences(ours: Found, theirs: Found) -> list[str]:
    """Every question to which there are two answers, in words."""
    return [
        f"{measure} {said} as at {day}: {mine} in the files, {theirs[measure, said, day]} told"
        for (measure, said, day), mine in ours.items()
        if mine != theirs[measure, said, day]
    ]
