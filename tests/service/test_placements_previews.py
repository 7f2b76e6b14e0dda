"""A return into a ledger that lives is shown before it is written: what differs, what has to be repaired, and no more."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.placements.service import SERVICE
from shared.contracts.placements import CareAnnulled, CareCorrected, PlacementAnnulled, PlacementCorrected
from shared.contracts.referrals import StatutoryDetailsNoted
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused
from tests.loading import loaded
from tests.returns import a_child, a_year, an_episode, zipped
from tests.service.returning import heard_of, load

MOVED_ON = an_episode(DECOM="05/05/2022", DEC="01/06/2023", REC="X1", REASON_PLACE_CHANGE="CREQB")
SINCE = an_episode(DECOM="01/06/2023", RNE="P", PL_POST="LS2 7EW", PLACE="K2", URN="SC654321")
BEFORE = a_year(2023, [a_child(), a_child("C2")], [an_episode(), an_episode("C2")])
AFTER = a_year(2024, [a_child(), a_child("C3")], [MOVED_ON, SINCE, an_episode("C3", DECOM="09/09/2023")])
LEFT = an_episode("C2", DEC="01/07/2023", REC="E4A")
WHOLE = zipped(a_year(2024, [a_child(), a_child("C2")], [MOVED_ON, SINCE, LEFT]))


@pytest.fixture
async def placements(fresh_database) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


def importer(placements: Alone) -> httpx.AsyncClient:
    return placements.of(NORTHSHIRE, Role.ANALYST)


async def preview(placements: Alone, body: bytes, **asked: Any) -> dict[str, Any]:
    """What it would change."""
    return await loaded(importer(placements), "placements", body, agreed=False, preview=True, **asked)


async def differences(placements: Alone, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    answer = await importer(placements).get(f"/placements/returns/{told['load']}/differences")
    return list(answer.json()["differences"])


async def repairs(placements: Alone, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    answer = await importer(placements).get(f"/placements/returns/{told['load']}/repairs")
    return [tuple(r[name] for name in ("row", "field", "says", "becomes", "made")) for r in answer.json()["repairs"]]


def counted(told: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["record"], one["change"]): one["count"] for one in told["differing"]}


async def kept(placements: Alone) -> list[Any]:
    """Everything a return writes."""
    tables = ("episodes", "placements", "care_periods", "legal_statuses", "loaded_records", "loaded_years", "coverage")
    return [await placements.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


async def known(placements: Alone, *references: str) -> dict[str, Any]:
    return {reference: await heard_of(placements, reference) for reference in references}


async def test_what_differs_is_shown_with_before_and_after_and_nothing_is_written(placements: Alone) -> None:
    children = await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    as_it_was, published = await kept(placements), await placements.count_published()
    told = await preview(placements, WHOLE)
    assert (told["state"], told["refused"]) == ("previewed", 0)
    assert counted(told) == {
        ("episode", "new"): 1,
        ("episode", "changed"): 2,
        ("period", "changed"): 1,
        ("placement", "new"): 1,
        ("placement", "changed"): 2,
    }
    found = await differences(placements, told)
    (period,) = [one for one in found if one["record"] == "period"]
    assert (period["child"], period["starts"]) == (str(children["C2"]), "2022-05-05")
    assert (period["file"], period["row"]) == ("return.zip/2024/Episodes.csv", 4)
    assert (period["before"], period["after"]) == (
        {"ended": "", "reason": ""},
        {"ended": "2023-07-01", "reason": "E4A"},
    )
    ended = [one["after"] for one in found if (one["record"], one["row"]) == ("episode", 2)]
    assert ended == [{"DEC": "2023-06-01", "REC": "X1", "REASON_PLACE_CHANGE": "CREQB"}]
    assert (await kept(placements), await placements.count_published()) == (as_it_was, published)


async def test_a_child_nobody_has_heard_of_is_shown_as_new_and_one_the_return_forgets_as_missing(
    placements: Alone,
) -> None:
    children = await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    told = await preview(placements, zipped(AFTER))
    assert (told["state"], [p["code"] for p in told["problems"]]) == ("refused", ["child_missing"])
    found = {one["change"]: one for one in await differences(placements, told) if one["record"] == "child"}
    assert (found["missing"]["child"], found["missing"]["starts"]) == (str(children["C2"]), "2022-05-05")
    assert (found["new"]["file"], found["new"]["row"]) == ("return.zip/2024/Header.csv", 3)


async def test_a_return_into_an_empty_ledger_is_written_at_once_and_one_into_a_living_one_only_when_agreed(
    placements: Alone,
) -> None:
    await known(placements, "C1", "C2")
    send = importer(placements), "placements"
    assert (await loaded(*send, zipped(BEFORE), agreed=False))["state"] == "done"
    assert (await loaded(*send, zipped(BEFORE), agreed=False))["state"] == "done"  # nothing differs
    told = await loaded(*send, WHOLE, agreed=False)
    assert (told["state"], len(await placements.rows("SELECT 1 FROM episodes"))) == ("previewed", 2)
    done = await loaded(*send, WHOLE, go_ahead=told["load"])
    assert (done["state"], counted(done)) == ("done", counted(told))
    assert len(await placements.rows("SELECT 1 FROM episodes")) == 3


async def test_what_was_agreed_to_is_not_written_into_another_ledger(placements: Alone) -> None:
    children = await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    told = await preview(placements, WHOLE)
    (row,) = await placements.rows("SELECT placement FROM placements WHERE child = $1", children["C2"])
    form = {"version": 1, "type": "U4"}
    officer = placements.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    assert (await officer.post(f"/placements/{row.placement}/correct", json=form)).is_success
    as_it_was, published = await kept(placements), await placements.count_published()
    moved = await loaded(importer(placements), "placements", WHOLE, go_ahead=told["load"])
    assert moved["state"] == "refused"
    assert (await kept(placements), await placements.count_published()) == (as_it_was, published)


async def test_a_ledger_that_moved_where_the_return_agrees_is_another_ledger_too(placements: Alone) -> None:
    children = await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    told = await preview(placements, WHOLE)
    (row,) = await placements.rows("SELECT placement FROM placements WHERE child = $1", children["C2"])
    left = {"on": "2023-07-01", "reason": "OTHER", "planned": True, "care_ended": "E4A"}
    worker = placements.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    answer = await worker.post(f"/placements/{row.placement}/end", json=left)
    assert answer.is_success, answer.text
    moved = await loaded(importer(placements), "placements", WHOLE, go_ahead=told["load"])
    assert (moved["state"], moved["words"][:45]) == ("refused", "What is kept of these children is no longer w")


async def test_what_was_agreed_to_is_for_the_same_files_and_the_same_repairs(placements: Alone) -> None:
    await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    for body, repair in ((zipped(AFTER), []), (WHOLE, ["year_end"])):
        told = await preview(placements, WHOLE)
        found = await loaded(importer(placements), "placements", body, go_ahead=told["load"], repair=repair)
        assert (found["state"], found["words"][:28]) == ("refused", "These are not the files, the")
    assert len(await placements.rows("SELECT 1 FROM episodes")) == 2


async def test_only_the_last_preview_of_ones_own_authority_can_be_gone_ahead_with(placements: Alone) -> None:
    await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    first = await preview(placements, WHOLE)
    second = await preview(placements, WHOLE)
    headers = {"content-type": "application/zip"}

    async def go_ahead(load: Any, authority: str = NORTHSHIRE) -> httpx.Response:
        asking = placements.of(authority, Role.ANALYST)
        params = {"go_ahead": str(load)}
        return await asking.post("/placements/returns", content=WHOLE, headers=headers, params=params)

    for load_, authority in ((first["load"], NORTHSHIRE), (second["load"], SOUTHMERE), (uuid4(), NORTHSHIRE)):
        refused(await go_ahead(load_, authority), 409, "go_ahead")
    assert await differences(placements, first) == []
    assert (await go_ahead(second["load"])).status_code == 202


async def test_who_previewed_and_who_looked_is_audited_and_no_other_authority_can(placements: Alone) -> None:
    await known(placements, "C1", "C2")
    await load(placements, BEFORE)
    told = await preview(placements, WHOLE)
    for what in ("differences", "repairs"):
        there = placements.of(SOUTHMERE, Role.ANALYST)
        refused(await there.get(f"/placements/returns/{told['load']}/{what}"), 404)
    assert await differences(placements, told)
    assert (await placements.audited())[-2:] == ["preview return", "read differences"]
    assert "C1" not in str(await differences(placements, told))


async def test_a_repair_is_offered_and_made_only_when_asked_for(placements: Alone) -> None:
    await known(placements, "C1")
    left_open = a_year(2024, [a_child()], [an_episode(), SINCE])
    told = await load(placements, left_open)
    offered = [(2, "DEC", "", "01/06/2023", False), (2, "REC", "", "X1", False)]
    assert (told["state"], [p["code"] for p in told["problems"]]) == ("refused", ["left_open"])
    assert told["repairs"] == [{"kind": "unclosed_episodes", "count": 2, "made": False}]
    assert await repairs(placements, told) == offered
    done = await loaded(importer(placements), "placements", zipped(left_open), repair="unclosed_episodes")
    assert done["state"] == "done"
    assert await repairs(placements, done) == [(*one[:-1], True) for one in offered]
    first, _ = await placements.rows("SELECT dec, rec FROM episodes ORDER BY decom")
    assert (str(first.dec), first.rec) == ("2023-06-01", "X1")


async def test_a_year_is_repaired_beside_what_an_earlier_load_left_open(placements: Alone) -> None:
    await known(placements, "C1")
    await load(placements, a_year(2023, [a_child()], [an_episode()]))
    cut = a_year(2024, [a_child()], [an_episode(DECOM="01/04/2023", RNE="P")])
    told = await load(placements, cut)
    assert (told["state"], [p["code"] for p in told["problems"]]) == ("refused", ["not_carried_on"])
    assert await repairs(placements, told) == [
        (2, "DECOM", "01/04/2023", "05/05/2022", False),
        (2, "RNE", "P", "S", False),
    ]
    done = await loaded(importer(placements), "placements", zipped(cut), repair="year_end")
    assert (done["state"], done["counts"]["placements_written"]) == ("done", 0)
    (episode,) = await placements.rows("SELECT decom, year FROM episodes")
    assert (str(episode.decom), episode.year) == ("2022-05-05", 2024)


async def test_an_earlier_year_moves_the_start_of_the_period_and_the_placement_that_are_kept(placements: Alone) -> None:
    await known(placements, "C1")
    await load(placements, a_year(2024, [a_child()], [an_episode(DECOM="01/03/2023", RNE="L", LS="C2")]))
    (period,) = await placements.rows("SELECT period, start_known FROM care_periods")
    (placement,) = await placements.rows("SELECT placement FROM placements")
    earlier = [an_episode(LS="C1", DEC="01/03/2023", REC="X1"), an_episode(DECOM="01/03/2023", RNE="L", LS="C2")]
    told = await load(placements, a_year(2023, [a_child()], earlier))
    assert counted(told) == {("episode", "new"): 1, ("period", "changed"): 1, ("placement", "changed"): 1}
    (care,) = await placements.rows("SELECT period, started, start_known, version, annulled FROM care_periods")
    assert (care.period, str(care.started), care.start_known) == (period.period, "2022-05-05", True)
    (lived,) = await placements.rows("SELECT placement, starts FROM placements")
    assert (lived.placement, str(lived.starts)) == (placement.placement, "2022-05-05")
    for kind, number in ((CareCorrected, 1), (PlacementCorrected, 1), (CareAnnulled, 0), (PlacementAnnulled, 0)):
        assert len(await placements.published(kind)) == number


async def test_a_child_whose_reference_was_changed_since_goes_on_by_either(placements: Alone) -> None:
    child = await heard_of(placements)
    await load(placements, a_year(2023, [a_child()], [an_episode()]))
    who = {"child": child, "authority": NORTHSHIRE, "version": 2, "upn": None, "home_postcode": None}
    await placements.hear(StatutoryDetailsNoted(**who, reference="N1", former_references=("C1",)))
    moved = an_episode(DEC="01/06/2023", REC="E4A")
    for reference, year in (("C1", a_year(2024, [a_child()], [moved])), ("N1", None)):
        again = year or a_year(2024, [a_child("N1")], [{**moved, "CHILD": "N1"}])
        told = await load(placements, again)
        assert told["state"] == "done", (reference, told)
        assert told["counts"]["placements_written"] == (1 if year else 0)
    assert [row.child for row in await placements.rows("SELECT child FROM placements")] == [child]
