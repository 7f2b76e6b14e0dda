"""Placements loads the episodes of a return: all or nothing, once however often, beside what people recorded."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.placements.service import SERVICE
from shared.contracts.placements import (
    CareAnnulled,
    CareCorrected,
    CareEnded,
    CareStarted,
    CoverageDeclared,
    LegalStatusChanged,
    PlacementAnnulled,
    PlacementCorrected,
    PlacementEnded,
    PlacementStarted,
)
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone, refused
from tests.loading import loaded, send
from tests.returns import Row, a_child, a_year, an_episode, written, zipped
from tests.service.returning import heard_of, load
from tests.waiting import until

ONE_YEAR = a_year(2023, [a_child()], [an_episode()])
MOVED = a_year(
    2023,
    [a_child()],
    [
        an_episode(DEC="01/09/2022", REC="X1", REASON_PLACE_CHANGE="CARPL"),
        an_episode(DECOM="01/09/2022", RNE="P", PLACE="K2", URN="SC654321", PL_POST="LS2 7EW"),
    ],
)
EVENTS = (PlacementStarted, PlacementEnded, PlacementCorrected, PlacementAnnulled)
CARE = (CareStarted, CareEnded, CareCorrected, CareAnnulled)


@pytest.fixture
async def placements(fresh_database) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as one:
        yield one


async def kinds(placements: Alone, *of: Any) -> list[tuple[str, int]]:
    """Which of these events were published, and how many of each."""
    return [(kind.__name__, len(told)) for kind in of if (told := await placements.published(kind))]


async def test_a_return_becomes_placements_and_care(placements: Alone) -> None:
    child = await heard_of(placements)
    told = await load(placements, MOVED)
    assert (told["state"], told["words"], told["problems"]) == ("done", "", [])
    assert told["counts"]["placements_written"] == 2
    (ended,) = await placements.published(PlacementEnded)
    (started,) = await placements.published(PlacementStarted)
    assert (ended.child, ended.starts, ended.ends, ended.reason) == (child, date(2022, 5, 5), date(2022, 9, 1), "CARPL")
    assert (started.type, started.sector, started.purpose, started.ends) == ("K2", "PR4", "move", None)
    assert (started.outward, started.location, started.provider) == ("LS2", "at_distance", None)
    assert started.miles_tenths is not None
    (care,) = await placements.published(CareStarted)
    assert (care.child, care.started, care.start_known, care.legal_status) == (child, date(2022, 5, 5), True, "C2")
    (lines,) = await placements.published(LegalStatusChanged)
    assert (lines.period, [line.status for line in lines.statuses]) == (care.period, ["C2"])
    (covered,) = await placements.published(CoverageDeclared)
    assert covered.starts == date(2022, 4, 1)


async def test_the_ledger_keeps_every_episode_with_its_codes(placements: Alone) -> None:
    child = await heard_of(placements)
    await load(placements, MOVED)
    first, second = await placements.rows("SELECT * FROM episodes ORDER BY decom")
    assert (first.child, first.rne, first.rec, first.dec) == (child, "S", "X1", date(2022, 9, 1))
    assert (second.place, second.urn, second.home_post, second.cin) == ("K2", "SC654321", "LS1 4AP", "N1")


async def test_loaded_twice_nothing_doubles_and_nothing_is_told(placements: Alone) -> None:
    await heard_of(placements)
    await load(placements, MOVED)
    before = await placements.count_published()
    again = await load(placements, MOVED)
    assert again["state"] == "done"
    assert again["counts"]["placements_written"] == 0
    assert await placements.count_published() == before
    assert [row.n for row in await placements.rows("SELECT count(*) AS n FROM placements")] == [2]


async def test_a_later_year_ends_what_was_open_and_adds_what_is_new(placements: Alone) -> None:
    await heard_of(placements)
    await load(placements, ONE_YEAR)
    later = a_year(
        2024,
        [a_child()],
        [
            an_episode(DEC="01/06/2023", REC="X1", REASON_PLACE_CHANGE="CREQB"),
            an_episode(DECOM="01/06/2023", RNE="P", PL_POST="LS2 7EW", DEC="01/07/2023", REC="E4A"),
        ],
    )
    assert (await load(placements, later))["state"] == "done"
    first, second = await placements.published(PlacementEnded)
    (started,) = await placements.published(PlacementStarted)
    assert (first.placement, first.version, first.ends) == (started.placement, 2, date(2023, 6, 1))
    assert (second.version, second.ends, second.reason) == (1, date(2023, 7, 1), None)
    (care,) = await placements.published(CareEnded)
    assert (care.version, care.ended, care.reason) == (2, date(2023, 7, 1), "E4A")
    assert await kinds(placements, *EVENTS, *CARE) == [
        ("PlacementStarted", 1),
        ("PlacementEnded", 2),
        ("CareStarted", 1),
        ("CareEnded", 1),
    ]


async def test_an_earlier_year_moves_the_coverage_and_changes_nothing_that_is_known_better(placements: Alone) -> None:
    await heard_of(placements)
    ended = a_year(2024, [a_child()], [an_episode(DEC="01/06/2023", REC="E4A")])
    await load(placements, ended)
    assert (await load(placements, ONE_YEAR))["state"] == "done"
    assert [told.starts.year for told in await placements.published(CoverageDeclared)] == [2023, 2022]
    assert await kinds(placements, *EVENTS) == [("PlacementEnded", 1)]


async def test_a_return_put_right_corrects_and_annuls(placements: Alone) -> None:
    await heard_of(placements)
    await load(placements, MOVED)
    right = a_year(2023, [a_child()], [an_episode(PLACE="U4", LS="C1")])
    assert (await load(placements, right))["state"] == "done"
    (corrected,) = await placements.published(PlacementCorrected)
    (annulled,) = await placements.published(PlacementAnnulled)
    assert (corrected.type, corrected.status, corrected.ends, corrected.version) == ("U4", "started", None, 2)
    assert (annulled.starts, annulled.status, annulled.version) == (date(2022, 9, 1), "annulled", 2)
    (care,) = await placements.published(CareCorrected)
    assert (care.legal_status, care.version) == ("C1", 2)
    assert [row.decom for row in await placements.rows("SELECT decom FROM episodes")] == [date(2022, 5, 5)]


async def test_a_child_taken_out_of_a_return_was_never_in_care(placements: Alone) -> None:
    await heard_of(placements)
    await heard_of(placements, "C2")
    await load(placements, a_year(2023, [a_child(), a_child("C2")], [an_episode(), an_episode("C2")]))
    assert (await load(placements, ONE_YEAR))["state"] == "done"
    assert await kinds(placements, PlacementAnnulled, CareAnnulled) == [("PlacementAnnulled", 1), ("CareAnnulled", 1)]


async def test_a_stay_that_came_back_is_put_right_by_the_next_year(placements: Alone) -> None:
    await heard_of(placements)
    stay = {"PLACE": "T4", "PLACE_PROVIDER": "", "URN": "", "PL_POST": "LS9 7TF", "RNE": "P"}
    before = an_episode(DEC="28/03/2023", REC="X1")
    away = an_episode(DECOM="28/03/2023", **stay)
    await load(placements, a_year(2023, [a_child()], [before, away]))
    back = an_episode(DECOM="02/04/2023", RNE="P")
    away = an_episode(DECOM="28/03/2023", DEC="02/04/2023", REC="X1", **stay)
    assert (await load(placements, a_year(2024, [a_child()], [away, back])))["state"] == "done"
    kept, stayed = await placements.rows("SELECT purpose, starts, ends, status FROM placements ORDER BY starts")
    assert tuple(kept) == ("first", date(2022, 5, 5), None, "started")
    assert tuple(stayed) == ("temporary", date(2023, 3, 28), date(2023, 4, 2), "ended")


async def test_a_child_who_came_alone_is_no_distance_from_home(placements: Alone) -> None:
    await heard_of(placements, uasc=True)
    await load(placements, ONE_YEAR)
    (told,) = await placements.published(PlacementStarted)
    assert (told.miles_tenths, told.outward) == (None, "BD1")


async def test_it_waits_for_children_it_has_not_heard_of_and_shows_nothing_meanwhile(placements: Alone) -> None:
    asking = placements.of(NORTHSHIRE, Role.COMMISSIONER)
    where = await send(asking, "placements", zipped(ONE_YEAR))

    async def waiting() -> bool:
        return (await asking.get(where)).json()["state"] == "waiting_for_children"

    await until(waiting)
    assert await placements.count_published() == 0
    assert await placements.rows("SELECT 1 FROM episodes") == []
    await heard_of(placements)
    told = await loaded(asking, "placements", None, where=where)
    assert (told["state"], told["counts"]["placements_written"]) == ("done", 1)


@pytest.mark.parametrize(
    ("episodes", "row", "field", "code"),
    [
        ([an_episode(DECOM="31/02/2023")], 2, "DECOM", "no_such_date"),
        ([an_episode(DECOM="01/06/2012")], 2, "DECOM", "before_birth"),
        ([an_episode(), an_episode()], 3, "DECOM", "episode_twice"),
        ([an_episode(DEC="01/09/2022", REC="X1"), an_episode(DECOM="01/08/2022", RNE="P")], 3, "DECOM", "overlap"),
        ([an_episode(URN="=1+1")], 2, "URN", "formula"),
        ([an_episode(PLACE="Q9")], 2, "PLACE", "unknown_code"),
    ],
)
async def test_what_is_wrong_is_said_with_file_row_and_field(
    placements: Alone, episodes: list[Row], row: int, field: str, code: str
) -> None:
    await heard_of(placements)
    told = await load(placements, a_year(2023, [a_child()], episodes))
    (problem,) = [p for p in told["problems"] if p["severity"] == "refused"]
    assert (told["state"], told["refused"]) == ("refused", 1)
    assert (problem["file"], problem["row"]) == ("return.zip/2023/Episodes.csv", row)
    assert (problem["field"], problem["code"]) == (field, code)
    assert await placements.count_published() == 0


async def test_one_bad_row_in_eight_thousand_refuses_them_all(placements: Alone) -> None:
    children = [a_child(f"C{n}") for n in range(8_000)]
    episodes = [an_episode(f"C{n}") for n in range(8_000)]
    episodes[6_543] = an_episode("C6543", DEC="31/02/2023", REC="E4A")
    told = await load(placements, a_year(2023, children, episodes))
    (problem,) = told["problems"]
    assert (told["state"], problem["row"], problem["field"]) == ("refused", 6_545, "DEC")
    assert await placements.count_published() == 0
    assert await placements.rows("SELECT 1 FROM episodes LIMIT 1") == []


def _bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2023/Episodes.csv", b"0" * 60_000_000)
    return content.getvalue()


LATIN = written("Header", [a_child()]).replace(b"WBRI", b"WBR\xe9")
FILES = [
    (zipped({"2023/Header.csv": LATIN, "2023/Episodes.csv": written("Episodes", [an_episode()])}), "not_utf8"),
    (zipped({"2023/Episodes.csv": written("Episodes", [], ["CHILD", "DECOM", "RNE"])}), "wrong_columns"),
    (zipped({"2023/Episodes.csv": written("Episodes", [an_episode()])}), "table_missing"),
    (zipped({"notes.txt": b"nothing"}), "nothing_to_read"),
    (zipped(a_year(2023, [a_child(), a_child()], [an_episode()])), "child_twice"),
    (_bomb(), "zip_too_dense"),
    (b"PK\x03\x04 not a zip", "not_a_zip"),
]


@pytest.mark.parametrize(("body", "code"), FILES, ids=[code for _, code in FILES])
async def test_a_file_that_is_no_return_is_refused_plainly(placements: Alone, body: bytes, code: str) -> None:
    told = await loaded(placements.of(NORTHSHIRE, Role.ANALYST), "placements", body)
    assert (told["state"], {problem["code"] for problem in told["problems"]}) == ("refused", {code})
    assert await placements.count_published() == 0


async def test_what_is_no_file_of_ours_is_refused_at_once(placements: Alone) -> None:
    asking = placements.of(NORTHSHIRE, Role.ANALYST)
    json = await asking.post("/placements/returns", json={"children": []})
    refused(json, 415)
    nothing = await asking.post("/placements/returns", content=b"", headers={"content-type": "text/csv"})
    refused(nothing, 422)
    large = b"0" * 50_000_001
    headers = {"content-type": "application/zip"}
    refused(await asking.post("/placements/returns", content=large, headers=headers), 413)

    async def unsized() -> AsyncIterator[bytes]:
        for _ in range(51):
            yield b"0" * 1_000_000

    refused(await asking.post("/placements/returns", content=unsized(), headers=headers), 413)
    assert (await asking.get("/placements/returns")).json() == []


async def test_one_csv_alone_may_be_sent_and_is_told_what_is_missing(placements: Alone) -> None:
    asking = placements.of(NORTHSHIRE, Role.ANALYST)
    told = await loaded(asking, "placements", written("Episodes", [an_episode()]), kind="text/csv")
    assert [(p["file"], p["code"]) for p in told["problems"]] == [("", "table_missing")]


async def test_one_return_at_a_time(placements: Alone) -> None:
    asking = placements.of(NORTHSHIRE, Role.ANALYST)
    await send(asking, "placements", zipped(ONE_YEAR))
    again = await asking.post(
        "/placements/returns", content=zipped(ONE_YEAR), headers={"content-type": "application/zip"}
    )
    refused(again, 409)
    elsewhere = await send(placements.of(SOUTHMERE, Role.ANALYST), "placements", zipped(ONE_YEAR))
    assert elsewhere


async def test_anothers_load_is_not_there(placements: Alone) -> None:
    where = await send(placements.of(NORTHSHIRE, Role.ANALYST), "placements", zipped({"notes.txt": b""}))
    other = placements.of(SOUTHMERE, Role.ANALYST)
    refused(await other.get(where), 404)
    assert (await other.get("/placements/returns")).json() == []
    mine = (await placements.of(NORTHSHIRE, Role.ANALYST).get("/placements/returns")).json()
    assert [f"/placements/returns/{load['load']}" for load in mine] == [where]


async def test_problems_come_a_page_at_a_time(placements: Alone) -> None:
    episodes = [an_episode(DECOM="31/02/2023") for _ in range(30)]
    asking = placements.of(NORTHSHIRE, Role.ANALYST)
    where = await send(asking, "placements", zipped(a_year(2023, [a_child()], episodes)))
    await loaded(asking, "placements", None, where=where)
    first = (await asking.get(where, params={"limit": 20})).json()
    assert (len(first["problems"]), first["next"], first["refused"]) == (20, 20, 30)
    rest = (await asking.get(where, params={"limit": 20, "from": first["next"]})).json()
    assert (len(rest["problems"]), rest["next"]) == (10, None)


async def test_what_has_to_be_put_right_comes_before_what_is_worth_a_warning(placements: Alone) -> None:
    children = [a_child(SEX="M"), a_child("C2", DOB="31/02/2012")]
    told = await load(placements, a_year(2023, children, [an_episode()]))
    assert [(p["row"], p["severity"]) for p in told["problems"]] == [(3, "refused"), (2, "warned")]


async def test_a_reference_is_in_no_event_and_no_answer(placements: Alone) -> None:
    reference = "NSCHILD903"
    await heard_of(placements, reference)
    bad = a_year(2023, [a_child(reference)], [an_episode(reference, DECOM="31/02/2023")])
    assert reference not in str(await load(placements, bad))
    good = a_year(2023, [a_child(reference)], [an_episode(reference)])
    assert reference not in str(await load(placements, good))
    bodies = await placements.rows("SELECT body FROM spine.outbox")
    assert bodies
    assert not any(reference in row.body or "BD1 1HY" in row.body for row in bodies)


async def test_a_load_that_is_cut_off_leaves_nothing_and_can_be_sent_again(placements: Alone) -> None:
    await send(placements.of(NORTHSHIRE, Role.ANALYST), "placements", zipped(ONE_YEAR))
    for task in [task for task in asyncio.all_tasks() if task.get_name() == "placements load"]:
        task.cancel()
        await asyncio.wait([task])
    (told,) = (await placements.of(NORTHSHIRE, Role.ANALYST).get("/placements/returns")).json()
    assert told["state"] == "failed"
    await heard_of(placements)
    assert (await load(placements, ONE_YEAR))["state"] == "done"


async def test_a_load_that_died_with_its_process_stands_in_nobodys_way(placements: Alone) -> None:
    await heard_of(placements)
    async with placements.database.writing() as session:
        now = session.clock.now()
        await session.run(
            "INSERT INTO spine.loads (load, authority, made_by, made_at, beat_at, state)"
            " VALUES ($1, $2, 'sam', $3, $3, 'writing')",
            uuid4(),
            NORTHSHIRE,
            now - timedelta(hours=1),
        )
    asking = placements.of(NORTHSHIRE, Role.ANALYST)
    (told,) = (await asking.get("/placements/returns")).json()
    assert told["state"] == "failed"
    assert (await load(placements, ONE_YEAR))["state"] == "done"
