"""Referrals loads the children of a return: all or none, once however often, never over what somebody recorded."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.referrals.service import SERVICE
from shared.contracts.referrals import ChildCorrected, ChildRegistered, StatutoryDetailsNoted
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused
from tests.loading import loaded
from tests.returns import Row, a_child, a_year, an_episode, written, zipped

RECORDED = {"name": "Robin Ash", "born": "2012-06-07", "sex": "F", "ethnicity": "WBRI", "local_reference": "C1"}


@pytest.fixture
async def referrals(fresh_database) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


async def load(referrals: Alone, *children: Row, year: int = 2023, authority: str = NORTHSHIRE) -> dict[str, Any]:
    episodes = [an_episode(child["CHILD"], DECOM=f"05/05/{year - 1}") for child in children]
    body = zipped(a_year(year, children, episodes))
    return await loaded(referrals.of(authority, Role.ANALYST), "referrals", body)


async def record(referrals: Alone, **more: Any) -> Mapping[str, Any]:
    """A child whom a social worker registers."""
    asking = referrals.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    answer = await asking.post("/referrals/children", json={**RECORDED, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def children(referrals: Alone) -> list[Any]:
    return await referrals.rows("SELECT * FROM child ORDER BY local_reference")


async def test_children_of_a_return_are_registered(referrals: Alone) -> None:
    told = await load(referrals, a_child(), a_child("C2", SEX="1", UPN="UN3", MOTHER="1", MC_DOB="01/02/2023"))
    assert (told["state"], told["counts"]["new"]) == ("done", 2)
    first, second = await children(referrals)
    assert (first.name, first.born, first.sex, first.upn) == (None, date(2012, 6, 7), "F", "A123456789012")
    assert (second.sex, second.upn, second.mother, second.own_child_born) == ("M", "UN3", True, date(2023, 2, 1))
    assert first.home_postcode == "LS1 4AP"
    registered = await referrals.published(ChildRegistered)
    assert {event.child for event in registered} == {first.child, second.child}
    noted = {event.child: event for event in await referrals.published(StatutoryDetailsNoted)}
    assert noted[first.child].reference == "C1"
    assert noted[second.child].own_child_born == date(2023, 2, 1)
    assert (await referrals.audited()).count("load child") == 2


async def load_with_asylum(referrals: Alone, year: int, ceased: str, **child: str) -> dict[str, Any]:
    files = a_year(year, [a_child(**child)], [an_episode(DECOM=f"05/05/{year - 1}")])
    told = {"CHILD": "C1", "SEX": "2", "DOB": "07/06/2012", "DUC": ceased}
    files[f"{year}/UASC.csv"] = written("UASC", [told])
    return await loaded(referrals.of(NORTHSHIRE, Role.ANALYST), "referrals", zipped(files))


async def seeking(referrals: Alone) -> tuple[bool, str, int]:
    (row,) = await children(referrals)
    return row.uasc, str(row.uasc_ceased), row.version


async def test_who_seeks_asylum_is_told_by_a_table_of_its_own_and_never_forgotten(referrals: Alone) -> None:
    await load(referrals, a_child())
    assert await seeking(referrals) == (False, "None", 1)
    for _ in range(2):
        assert (await load_with_asylum(referrals, 2023, ""))["state"] == "done"
        assert await seeking(referrals) == (True, "None", 2)
    assert (await load_with_asylum(referrals, 2024, "07/06/2030"))["state"] == "done"
    assert await seeking(referrals) == (True, "2030-06-07", 3)
    await load(referrals, a_child(), year=2025)
    assert await seeking(referrals) == (True, "2030-06-07", 3), (
        "a return without the table does not say that she is not"
    )
    (*_, told) = await referrals.published(ChildCorrected)
    assert (told.uasc, told.uasc_ceased) == (True, date(2030, 6, 7))


async def test_when_somebody_recorded_that_it_ceased_a_return_may_not_say_otherwise(referrals: Alone) -> None:
    await record(referrals, uasc=True, uasc_ceased="2022-12-01", upn="A123456789012")
    told = await load_with_asylum(referrals, 2023, "01/01/2023")
    assert [(p["file"], p["row"], p["field"], p["code"]) for p in told["problems"] if p["severity"] == "refused"] == [
        ("return.zip/2023/UASC.csv", 2, "DUC", "recorded_here")
    ]
    assert await seeking(referrals) == (True, "2022-12-01", 1)
    assert (await load_with_asylum(referrals, 2023, "01/12/2022"))["state"] == "done"


@pytest.mark.parametrize(("ceased", "code"), [("31/02/2023", "no_such_date"), ("soon", "not_a_date")])
async def test_a_day_on_which_it_ceased_that_is_none_is_refused(referrals: Alone, ceased: str, code: str) -> None:
    told = await load_with_asylum(referrals, 2023, ceased)
    assert [(p["row"], p["field"], p["code"]) for p in told["problems"] if p["severity"] == "refused"] == [
        (2, "DUC", code)
    ]
    assert await children(referrals) == []


async def test_loaded_twice_nothing_doubles_and_nothing_is_told(referrals: Alone) -> None:
    await load(referrals, a_child())
    before = await referrals.count_published()
    told = await load(referrals, a_child())
    assert told["counts"] == {"children": 1, "new": 0, "changed": 0, "unchanged": 1}
    assert (len(await children(referrals)), await referrals.count_published()) == (1, before)


async def test_what_a_later_return_says_otherwise_is_put_right(referrals: Alone) -> None:
    await load(referrals, a_child(), a_child("C2"))
    told = await load(referrals, a_child(DOB="08/06/2012"), a_child("C2"), year=2024)
    assert told["counts"] == {"children": 2, "new": 0, "changed": 1, "unchanged": 1}
    (corrected,) = await referrals.published(ChildCorrected)
    assert (corrected.born, corrected.version) == (date(2012, 6, 8), 2)


async def test_another_authoritys_child_of_that_reference_is_another(referrals: Alone) -> None:
    await load(referrals, a_child())
    await load(referrals, a_child(DOB="08/06/2012"), authority=SOUTHMERE)
    mine, theirs = sorted(await children(referrals), key=lambda row: row.born)
    assert (mine.authority, theirs.authority) == (NORTHSHIRE, SOUTHMERE)
    assert mine.version == 1


async def test_a_child_somebody_recorded_is_found_and_only_blanks_are_filled(referrals: Alone) -> None:
    recorded = await record(referrals)
    told = await load(referrals, a_child())
    assert told["counts"]["changed"] == 1
    (child,) = await children(referrals)
    assert (str(child.child), child.name, child.upn) == (recorded["child"], "Robin Ash", "A123456789012")
    told = await load(referrals, a_child(DOB="08/06/2012"))
    assert (told["state"], [p["field"] for p in told["problems"]]) == ("refused", ["DOB"])


@pytest.mark.parametrize(("field", "change"), [("DOB", "08/06/2012"), ("SEX", "1"), ("ETHNIC", "WIRI")])
async def test_what_somebody_recorded_is_never_written_over(referrals: Alone, field: str, change: str) -> None:
    await record(referrals)
    told = await load(referrals, a_child("C0"), a_child(**{field: change}))
    (problem,) = told["problems"]
    assert (told["state"], problem["code"]) == ("refused", "recorded_here")
    assert (problem["file"], problem["row"], problem["field"]) == ("return.zip/2023/Header.csv", 3, field)
    assert [row.local_reference for row in await children(referrals)] == ["C1"]


async def test_a_child_loaded_and_then_put_right_by_somebody_is_theirs(referrals: Alone) -> None:
    await load(referrals, a_child())
    (child,) = await children(referrals)
    asking = referrals.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    right = RECORDED | {"born": "2012-06-09", "version": 1}
    assert (await asking.post(f"/referrals/children/{child.child}/correct", json=right)).is_success
    told = await load(referrals, a_child())
    assert (told["state"], [p["field"] for p in told["problems"]]) == ("refused", ["DOB"])
    assert (await load(referrals, a_child(DOB="09/06/2012")))["state"] == "done"
    assert [row.name for row in await children(referrals)] == ["Robin Ash"]


async def test_one_bad_row_refuses_every_child(referrals: Alone) -> None:
    told = await load(referrals, a_child(), a_child("C2", DOB="31/02/2012"))
    (problem,) = told["problems"]
    assert (problem["row"], problem["field"], problem["code"]) == (3, "DOB", "no_such_date")
    assert (await children(referrals), await referrals.count_published()) == ([], 0)


async def test_no_reference_is_in_what_a_load_says(referrals: Alone) -> None:
    await record(referrals, local_reference="NSCHILD903")
    told = await load(referrals, a_child("NSCHILD903", SEX="1"))
    assert told["refused"] == 1
    assert "NSCHILD903" not in str(told)


async def test_a_social_worker_loads_no_return(referrals: Alone) -> None:
    asking = referrals.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    refused(await asking.get("/referrals/returns"), 403)


async def test_what_differs_is_shown_and_nothing_is_written_until_it_is_agreed_to(referrals: Alone) -> None:
    await load(referrals, a_child(), a_child("C2"))
    published, asking = await referrals.count_published(), referrals.of(NORTHSHIRE, Role.ANALYST)
    changed = a_child(DOB="08/06/2012"), a_child("C2"), a_child("C3")
    body = zipped(a_year(2024, changed, [an_episode(child["CHILD"], DECOM="05/05/2023") for child in changed]))
    told = await loaded(asking, "referrals", body, agreed=False)
    assert told["state"] == "previewed"
    assert [(one["change"], one["count"]) for one in told["differing"]] == [("changed", 1), ("new", 1)]
    found = (await asking.get(f"/referrals/returns/{told['load']}/differences")).json()["differences"]
    assert [(one["change"], one["row"], one["before"], one["after"]) for one in found] == [
        ("changed", 2, {"born": "2012-06-07"}, {"born": "2012-06-08"}),
        ("new", 4, {}, {}),
    ]
    assert (len(await children(referrals)), await referrals.count_published()) == (2, published)
    done = await loaded(asking, "referrals", body, go_ahead=told["load"])
    assert (done["state"], done["counts"]["new"], done["counts"]["changed"]) == ("done", 1, 1)


async def test_what_was_agreed_to_is_not_written_once_somebody_has_recorded_more_of_the_child(
    referrals: Alone,
) -> None:
    await load(referrals, a_child())
    (child,) = await children(referrals)
    asking = referrals.of(NORTHSHIRE, Role.ANALYST)
    body = zipped(a_year(2024, [a_child(), a_child("C2")], [an_episode("C2", DECOM="05/05/2023")]))
    told = await loaded(asking, "referrals", body, preview=True, agreed=False)
    named = RECORDED | {"version": 1}
    worker = referrals.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    assert (await worker.post(f"/referrals/children/{child.child}/correct", json=named)).is_success
    before = await referrals.count_published()
    moved = await loaded(asking, "referrals", body, go_ahead=told["load"])
    assert (moved["state"], len(await children(referrals))) == ("refused", 1)
    assert await referrals.count_published() == before
    again = await loaded(asking, "referrals", body, preview=True, agreed=False)
    assert (await loaded(asking, "referrals", body, go_ahead=again["load"]))["state"] == "done"


async def renamed(referrals: Alone, reference: str, version: int = 1) -> None:
    """Somebody gives the only child another reference."""
    (child,) = await children(referrals)
    asking = referrals.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    form = RECORDED | {"local_reference": reference, "version": version}
    assert (await asking.post(f"/referrals/children/{child.child}/correct", json=form)).is_success


async def test_a_child_whose_reference_was_changed_here_is_no_new_one(referrals: Alone) -> None:
    await load(referrals, a_child())
    await renamed(referrals, "N1")
    told = await load(referrals, a_child(), year=2024)
    assert (told["state"], told["counts"]["new"]) == ("done", 0)
    assert [(p["row"], p["field"], p["code"]) for p in told["problems"] if p["severity"] == "warned"] == [
        (2, "CHILD", "former_reference")
    ]
    (child,) = await children(referrals)
    assert (child.local_reference, child.former_references) == ("N1", ["C1"])
    noted = await referrals.published(StatutoryDetailsNoted)
    assert (noted[-1].reference, noted[-1].former_references) == ("N1", ("C1",))


async def test_a_reference_given_to_somebody_else_since_is_theirs(referrals: Alone) -> None:
    await load(referrals, a_child())
    await renamed(referrals, "N1")
    await record(referrals, name="Sam Elm")
    told = await load(referrals, a_child(), year=2024)
    assert (told["counts"]["new"], {p["code"] for p in told["problems"]}) == (0, set())


async def test_two_rows_that_mean_the_same_child_are_refused(referrals: Alone) -> None:
    await load(referrals, a_child())
    await renamed(referrals, "N1")
    told = await load(referrals, a_child("N1"), a_child(), year=2024)
    assert (told["state"], [(p["row"], p["code"]) for p in told["problems"]]) == ("refused", [(3, "reference_unclear")])


async def test_a_reference_changed_back_is_no_former_one(referrals: Alone) -> None:
    await load(referrals, a_child())
    await renamed(referrals, "N1")
    await renamed(referrals, "C1", version=2)
    (child,) = await children(referrals)
    assert (child.local_reference, child.former_references) == ("C1", ["N1"])


async def test_what_is_handed_over_on_the_way_is_told_once_or_not_at_all(referrals: Alone) -> None:
    told = {"authority": NORTHSHIRE, "version": 1, "reference": "C1", "upn": None, "home_postcode": None}
    async with referrals.database.writing() as session:
        for child in (uuid4(), uuid4()):
            session.publish(StatutoryDetailsNoted(child=child, **told))
            session.audit("sam", "load child", child)
            assert await session.flush()
    assert await referrals.count_published() == 2
    assert (await referrals.audited()).count("load child") == 2

    async def fail_halfway() -> None:
        async with referrals.database.writing() as session:
            session.publish(StatutoryDetailsNoted(child=uuid4(), **told))
            await session.flush()
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fail_halfway()
    assert await referrals.count_published() == 2
