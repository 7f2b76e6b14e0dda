"""The work list of the return: kept as facts change, of the touched child alone, and shown to those it concerns."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic_core import from_json

from services.placements.actions.checking import EDITION, check_some, touch_the_stale
from services.placements.live import checker_of
from services.placements.service import SERVICE
from shared.contracts.referrals import ChildCorrected, StatutoryDetailsNoted
from shared.geography.kept import the_map
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused
from tests.returns import a_child, a_year, an_episode
from tests.service.returning import heard_of, load
from tests.waiting import until

REFERENCES = ("C1", "C2")
IN_CARE = a_year(2025, [a_child(c) for c in REFERENCES], [an_episode(c, DECOM="05/05/2024") for c in REFERENCES])
UPN = "A123456789012"


@pytest.fixture
async def placements(fresh_database) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


@pytest.fixture
async def children(placements: Alone) -> list[UUID]:
    """Two children in care since 2024, as a return told, and checked."""
    found = [await heard_of(placements, reference, sex="F") for reference in REFERENCES]
    told = await load(placements, IN_CARE)
    assert told["state"] == "done", told
    await checked(placements)
    return found


async def checked(placements: Alone) -> set[str]:
    """Everybody who was touched is checked; whose standing moved."""
    geography = await the_map(placements.running.settings.map_folder)
    moved: set[str] = set()
    while (some := await check_some(placements.database, geography)) is not None:
        moved |= some
    return moved


async def touched(placements: Alone) -> list[UUID]:
    """The children of whom a fact changed since they were checked."""
    return [row.child for row in await placements.rows("SELECT DISTINCT child FROM touched_children")]


async def asked(placements: Alone, path: str = "", role: Role = Role.SOCIAL_WORKER, **query: Any) -> Any:
    answer = await placements.of(NORTHSHIRE, role).get(f"/placements/checks{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def failed(placements: Alone, reference: str) -> set[str]:
    """The rules that a child's return of the running year fails."""
    told = await asked(placements, limit=500)
    return {fault["rule"] for fault in told["faults"] if fault["reference"] == reference}


async def details(placements: Alone, child: UUID, version: int, reference: str = "C1", upn: str | None = UPN) -> None:
    known = {"home_postcode": "LS1 4AP", "mother": False, "own_child_born": None}
    noted = {"child": child, "authority": NORTHSHIRE, "version": version, "reference": reference, "upn": upn}
    await placements.hear(StatutoryDetailsNoted.model_validate(noted | known))


async def test_what_is_wrong_is_told_with_whose_it_is_who_mends_it_and_how(
    placements: Alone, children: list[UUID]
) -> None:
    told = await asked(placements, rule="442")
    assert told["year"] == 2026
    assert [fault["reference"] for fault in told["faults"]] == ["C1", "C2"]
    first = told["faults"][0]
    assert (first["child"], first["table"], first["fields"]) == (str(children[0]), "Header", ["UPN"])
    assert first["wrong"]
    assert first["mend"]
    assert first["mender"] == "social_worker"


async def test_a_fact_that_changes_is_checked_at_once_and_of_its_child_alone(
    placements: Alone, children: list[UUID]
) -> None:
    before = {row.child: row.change for row in await placements.rows(CHANGES)}
    assert "442" in await failed(placements, "C1")
    await details(placements, children[0], 2)
    assert await touched(placements) == [children[0]]
    assert await checked(placements) == {NORTHSHIRE}
    assert "442" not in await failed(placements, "C1")
    assert "442" in await failed(placements, "C2")
    after = {row.child: row.change for row in await placements.rows(CHANGES)}
    assert after[children[0]] > before[children[0]]
    assert after[children[1]] == before[children[1]]


CHANGES = "SELECT child, max(change) AS change FROM return_standings GROUP BY child"


async def test_what_says_the_same_as_before_marks_nobody(placements: Alone, children: list[UUID]) -> None:
    await placements.rows("UPDATE children SET version = version WHERE child = $1", children[0])
    assert await checked(placements) == set()


async def test_a_upn_of_two_children_is_named_at_both_and_gone_from_both(
    placements: Alone, children: list[UUID]
) -> None:
    await details(placements, children[0], 2)
    await details(placements, children[1], 2, "C2")
    await checked(placements)
    assert "444" in await failed(placements, "C1") & await failed(placements, "C2")
    await details(placements, children[1], 3, "C2", "B123456789012")
    await checked(placements)
    assert "444" not in await failed(placements, "C1") | await failed(placements, "C2")


async def test_readiness_is_children_without_a_fault_among_those_in_the_return(
    placements: Alone, children: list[UUID]
) -> None:
    told = await asked(placements, "/readiness")
    assert (told["authority"], told["year"]) == (NORTHSHIRE, 2026)
    assert (told["children"], told["ready"], told["percentage"], told["waiting"]) == (2, 0, 0.0, 0)
    counts = {rule["rule"]: rule["children"] for rule in told["rules"]}
    assert counts["442"] == 2
    await mend(placements, children[0])
    told = await asked(placements, "/readiness")
    assert (told["ready"], told["percentage"]) == (1, 50.0), await failed(placements, "C1")


async def mend(placements: Alone, child: UUID) -> None:
    """All that C1's return of 2026 lacks."""
    await details(placements, child, 2)
    worker = placements.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    for kind, form in LACKING.items():
        answer = await worker.post(f"/placements/statutory/children/{child}/{kind}", json=form)
        assert answer.status_code == 201, (kind, answer.text)
    await checked(placements)


LACKING: dict[str, dict[str, Any]] = {
    "reviews": {"reviewed_on": "2025-10-01", "participation": "PN1"},
    "social-workers": {"worker": "SW1234", "starts": "2024-05-05", "reason": "FCONTA"},
    "health": {"year": 2026, "sdq_score": 10, "convicted": False, "immunisations": True, "teeth_check": True,
               "health_assessment": True, "substance_misuse": False},
}  # fmt: skip


async def test_the_list_narrows_by_rule_by_who_mends_and_by_child_and_goes_on(
    placements: Alone, children: list[UUID]
) -> None:
    everything = (await asked(placements, limit=500))["faults"]
    mine = (await asked(placements, child=str(children[1]), limit=500))["faults"]
    assert mine == [fault for fault in everything if fault["reference"] == "C2"]
    officers = (await asked(placements, mender="placements_officer", limit=500))["faults"]
    assert officers == [fault for fault in everything if fault["mender"] == "placements_officer"]
    first = await asked(placements, limit=1)
    rest = await asked(placements, after=first["next"], limit=500)
    assert first["faults"] + rest["faults"] == everything
    assert rest["next"] is None


async def test_an_analyst_sees_what_is_wrong_but_not_with_whom(placements: Alone, children: list[UUID]) -> None:
    told = await asked(placements, role=Role.ANALYST, rule="442")
    assert len(told["faults"]) == 2
    assert {(f["child"], f["reference"], f["record"]) for f in told["faults"]} == {(None, None, None)}
    answer = await placements.of(NORTHSHIRE, Role.ANALYST).get("/placements/checks", params={"child": str(children[0])})
    refused(answer, 403)


@pytest.mark.usefixtures("children")
async def test_another_authority_sees_nothing_of_it(placements: Alone) -> None:
    southmere = placements.of(SOUTHMERE, Role.PLACEMENTS_OFFICER)
    assert (await southmere.get("/placements/checks")).json()["faults"] == []
    told = (await southmere.get("/placements/checks/readiness")).json()
    assert (told["children"], told["percentage"]) == (0, None)


@pytest.mark.usefixtures("children")
async def test_every_rule_is_in_the_catalogue_in_words(placements: Alone) -> None:
    rules = await asked(placements, "/rules", year=2027)
    assert {"433", "OWN1", "706"} <= {rule["rule"] for rule in rules}
    assert all(rule["wrong"] and rule["mend"] and rule["mender"] for rule in rules)


async def test_readiness_streams_as_it_moves(placements: Alone, children: list[UUID]) -> None:
    checker = checker_of(placements.running)
    async with aclosing(checker.watch(NORTHSHIRE, None)) as told:
        assert (await anext(told)).startswith(b"retry")
        first = _readiness(await anext(told))
        assert [(one["year"], one["ready"]) for one in first] == [(2025, 0), (2026, 0)]
        moving = asyncio.ensure_future(anext(told))
        work = asyncio.ensure_future(checker.run())
        await mend_quietly(placements, children[0])
        await until(moving.done)
        second = _readiness(moving.result())
        work.cancel()
        assert second != first


async def mend_quietly(placements: Alone, child: UUID) -> None:
    await details(placements, child, 2)


def _readiness(message: bytes) -> list[dict[str, Any]]:
    lines = dict(line.split(": ", 1) for line in message.decode().strip().splitlines())
    assert lines["event"] == "readiness"
    assert int(lines["id"]) > 0
    told: list[dict[str, Any]] = from_json(lines["data"])
    return told


async def test_other_rules_have_everybody_checked_anew(placements: Alone, children: list[UUID]) -> None:
    await placements.rows("UPDATE return_standings SET rules = 'of old' WHERE child = $1", children[0])
    async with placements.database.writing() as session:
        await touch_the_stale(session)
    assert await touched(placements) == [children[0]]
    await checked(placements)
    assert {row.rules for row in await placements.rows("SELECT rules FROM return_standings")} == {EDITION}


async def test_what_a_day_makes_wrong_is_found_that_day(placements: Alone, children: list[UUID]) -> None:
    """Care that still goes on after the 18th birthday: 7 June 2012 is far off, so the child becomes older at once."""
    grown = {"born": date(2008, 3, 2), "sex": "F", "ethnicity": "WBRI", "uasc": False}
    who = {"child": children[0], "authority": NORTHSHIRE, "version": 2}
    await placements.hear(ChildCorrected.model_validate(who | grown))
    await checked(placements)
    assert "359" not in await failed(placements, "C1")
    placements.clock.move(timedelta(days=1))
    async with placements.database.writing() as session:
        await touch_the_stale(session)
    await checked(placements)
    assert "359" in await failed(placements, "C1")


async def test_a_child_who_is_no_longer_in_the_return_has_nothing_on_the_list(
    placements: Alone, children: list[UUID]
) -> None:
    born = {"born": date(2012, 6, 7), "sex": "M", "ethnicity": "WBRI", "uasc": False}
    who = {"child": children[0], "authority": NORTHSHIRE, "version": 2}
    await placements.hear(ChildCorrected.model_validate(who | born))
    await placements.rows("DELETE FROM episodes WHERE child = $1", children[0])
    await placements.rows("DELETE FROM placements WHERE child = $1", children[0])
    await placements.rows("DELETE FROM care_periods WHERE child = $1", children[0])
    await checked(placements)
    assert await failed(placements, "C1") == set()
    assert (await asked(placements, "/readiness"))["children"] == 1
