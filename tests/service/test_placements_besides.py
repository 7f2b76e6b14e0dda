"""Loading a return's other tables: once and twice, newer and older years, what a person recorded, and bad input."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from services.placements.service import SERVICE
from services.placements.statutory import KINDS
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, Alone, alone
from tests.returns import a_child, an_episode, written
from tests.service.placing import Fresh
from tests.service.returning import heard_of, load

BORN = "07/06/2012"
ROWS: dict[str, dict[str, str]] = {
    "Reviews": {"REVIEW": "01/02/2023", "REVIEW_CODE": "PN1"},
    "OC2": {"SDQ_SCORE": "14", "CONVICTED": "0", "IMMUNISATIONS": "1", "TEETH_CHECK": "1", "SUBSTANCE_MISUSE": "0"},
    "OC3": {"IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "U1"},
    "AD1": {"DATE_INT": "01/07/2022", "FOSTER_CARE": "0", "NB_ADOPTR": "2", "SEX_ADOPTR": "MF", "LS_ADOPTR": "L11"},
    "PlacedAdoption": {"DATE_PLACED": "01/07/2022"},
    "PrevPerm": {"PREV_PERM": "P2", "LA_PERM": "301", "DATE_PERM": "ZZ/05/2019"},
    "Missing": {"MISSING": "M", "MIS_START": "09/09/2022", "MIS_END": "10/09/2022"},
    "SWEpisodes": {"SW_ID": "SW12345", "SW_DECOM": "05/05/2022", "SW_REASON": "FCONTA"},
    "DoLo": {"DOLO_START": "01/10/2022", "DOLO_END": "01/12/2022"},
}


@pytest.fixture
async def placements(fresh_database: Fresh) -> AsyncIterator[Alone]:
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        await heard_of(service)
        yield service


def sent(year: int = 2023, episode: Mapping[str, str] | None = None, **tables: Any) -> dict[str, bytes]:
    """A year of one child, with rows of other tables: fields that differ from the sound row, one row each."""
    files = {"Header": [a_child()], "Episodes": [an_episode(**(episode or {}))]}
    for table, changes in tables.items():
        files[table] = [{"CHILD": "C1", "DOB": BORN, **ROWS[table], **change} for change in changes]
    return {f"{year}/{table}.csv": written(table, rows) for table, rows in files.items()}


EVERY: dict[str, Any] = {table: [{}] for table in ROWS}


async def kept(placements: Alone, table: str, what: str = "*") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await placements.rows(f"SELECT {what} FROM {table} WHERE NOT annulled ORDER BY 1")]


async def everything(placements: Alone) -> dict[str, list[tuple[Any, ...]]]:
    return {kind.table: await kept(placements, kind.table) for kind in KINDS.values()}


async def test_every_table_loads_and_twice_is_the_same_as_once(placements: Alone) -> None:
    told = await load(placements, sent(**EVERY))
    assert (told["state"], told["counts"]["facts_written"]) == ("done", len(ROWS)), told
    found = await everything(placements)
    assert {table: len(rows) for table, rows in found.items()} == dict.fromkeys(found, 1)
    for kind in KINDS.values():
        (event,) = await placements.published(kind.event)
        assert event.model_dump()["version"] == 1
    again = await load(placements, sent(**EVERY))
    assert (again["state"], again["counts"]["facts_written"]) == ("done", 0)
    assert await everything(placements) == found


async def test_a_newer_year_ends_what_was_open_and_an_older_one_changes_nothing(placements: Alone) -> None:
    await load(placements, sent(SWEpisodes=[{}], Missing=[{"MIS_END": ""}]))
    newer = sent(2024, SWEpisodes=[{"SW_DEC": "01/06/2023"}], Missing=[{"MIS_END": "02/04/2023"}])
    assert (await load(placements, newer))["counts"]["facts_written"] == 2
    after = await everything(placements)
    assert await kept(placements, "missing_spells", "ends::text, told_in, version") == [("2023-04-02", 2024, 2)]
    again = await load(placements, sent(SWEpisodes=[{}], Missing=[{"MIS_END": ""}]))
    assert (again["state"], again["counts"]["facts_written"]) == ("done", 0)
    assert await everything(placements) == after


async def test_both_years_at_once_come_to_the_same(placements: Alone) -> None:
    older = sent(SWEpisodes=[{}], Missing=[{"MIS_END": ""}])
    newer = sent(2024, SWEpisodes=[{"SW_DEC": "01/06/2023"}], Missing=[{"MIS_END": "02/04/2023"}])
    assert (await load(placements, newer | older))["state"] == "done"
    assert await kept(placements, "missing_spells", "ends::text, told_in, version") == [("2023-04-02", 2024, 1)]
    assert await kept(placements, "social_worker_spells", "ends::text, told_in") == [("2023-06-01", 2024)]


async def test_what_its_own_year_no_longer_tells_is_taken_back(placements: Alone) -> None:
    await load(placements, sent(Reviews=[{}, {"REVIEW": "01/11/2022"}], Missing=[{}]))
    told = await load(placements, sent(Reviews=[{"REVIEW_CODE": "PN2"}]))
    assert (told["state"], told["counts"]["facts_written"]) == ("done", 2)
    assert await kept(placements, "reviews", "reviewed_on::text, participation") == [("2023-02-01", "PN2")]
    assert len(await kept(placements, "missing_spells")) == 1, "Missing was not sent, so nothing is said of it"


async def test_what_a_person_put_right_is_not_written_over(placements: Alone) -> None:
    await load(placements, sent(Reviews=[{}], Missing=[{"MIS_END": ""}]))
    ((review,),) = await kept(placements, "reviews", "review")
    ((missing,),) = await kept(placements, "missing_spells", "missing")
    worker = placements.of(NORTHSHIRE, Role.SOCIAL_WORKER)
    later = {"kind": "M", "starts": "2022-09-09", "ends": "2023-05-05", "version": 1}
    assert (await worker.post(f"/placements/statutory/missing/{missing}/correct", json=later)).is_success
    agreed = await load(placements, sent(Reviews=[{}], Missing=[{"MIS_END": ""}]))
    assert (agreed["state"], agreed["counts"]["facts_written"]) == ("done", 0), "an end that came later is no news"
    care = {"reviewed_on": "2023-02-01", "participation": "PN7", "version": 1}
    assert (await worker.post(f"/placements/statutory/reviews/{review}/correct", json=care)).is_success
    before = await everything(placements)
    told = await load(placements, sent(Reviews=[{}], Missing=[{}]))
    assert told["state"] == "refused"
    assert {(p["file"].rpartition("/")[2], p["row"], p["field"], p["code"]) for p in told["problems"]} == {
        ("Reviews.csv", 2, "REVIEW_CODE", "recorded_here"),
        ("Missing.csv", 2, "MIS_END", "recorded_here"),
    }
    assert await everything(placements) == before


async def test_a_time_that_runs_into_another_years_is_refused_in_words(placements: Alone) -> None:
    await load(placements, sent(SWEpisodes=[{}]))
    told = await load(placements, sent(2024, SWEpisodes=[{"SW_ID": "SW999", "SW_DECOM": "01/06/2023"}]))
    assert [(p["row"], p["field"], p["code"]) for p in told["problems"] if p["severity"] == "refused"] == [
        (2, "SW_DECOM", "recorded_here")
    ]
    assert len(await kept(placements, "social_worker_spells")) == 1


BAD: list[tuple[str, list[dict[str, str]], int, str, str]] = [
    ("Reviews", [{"REVIEW_CODE": "PN8"}], 2, "REVIEW_CODE", "unknown_code"),
    ("Reviews", [{"REVIEW": "31/02/2023"}], 2, "REVIEW", "no_such_date"),
    ("Reviews", [{"REVIEW": "2023-02-01"}], 2, "REVIEW", "not_a_date"),
    ("Reviews", [{"REVIEW": "01/04/2023"}], 2, "REVIEW", "after_year"),
    ("Reviews", [{"REVIEW": ""}], 2, "REVIEW", "blank"),
    ("Reviews", [{"REVIEW": "01/01/2012"}], 2, "REVIEW", "fact_before_birth"),
    ("Reviews", [{}, {"REVIEW_CODE": "PN2"}], 3, "REVIEW", "row_twice"),
    ("Reviews", [{"CHILD": "C9"}], 2, "CHILD", "no_header"),
    ("Reviews", [{"REVIEW_CODE": "=PN1"}], 2, "REVIEW_CODE", "formula"),
    ("OC2", [{"SDQ_SCORE": "41"}], 2, "SDQ_SCORE", "bad_form"),
    ("OC2", [{"CONVICTED": "2"}], 2, "CONVICTED", "unknown_code"),
    ("OC2", [{}, {"SDQ_SCORE": "3"}], 3, "CHILD", "row_twice"),
    ("OC3", [{"ACCOM": "U3"}], 2, "ACCOM", "unknown_code"),
    ("OC3", [{"IN_TOUCH": ""}], 2, "IN_TOUCH", "blank"),
    ("AD1", [{"LS_ADOPTR": "L9"}], 2, "LS_ADOPTR", "unknown_code"),
    ("PlacedAdoption", [{"DATE_PLACED_CEASED": "01/06/2022"}], 2, "DATE_PLACED_CEASED", "ends_early"),
    ("PrevPerm", [{"DATE_PERM": "May 2019"}], 2, "DATE_PERM", "bad_form"),
    ("PrevPerm", [{"LA_PERM": "E08000035"}], 2, "LA_PERM", "bad_form"),
    ("Missing", [{"MISSING": "X"}], 2, "MISSING", "unknown_code"),
    ("Missing", [{}, {"MIS_START": "09/09/2022"}], 3, "MIS_START", "row_twice"),
    (
        "Missing",
        [{"MIS_END": "12/09/2022"}, {"MIS_START": "11/09/2022", "MIS_END": ""}],
        3,
        "MIS_START",
        "spells_overlap",
    ),
    ("SWEpisodes", [{"SW_ID": "JO SMITH"}], 2, "SW_ID", "bad_form"),
    ("SWEpisodes", [{"SW_REASON": "BORED"}], 2, "SW_REASON", "unknown_code"),
    ("SWEpisodes", [{}, {"SW_DECOM": "01/06/2022"}], 3, "SW_DECOM", "spells_overlap"),
    ("DoLo", [{"DOLO_END": "30/09/2022"}], 2, "DOLO_END", "ends_early"),
]


async def test_bad_input_is_named_by_file_row_and_field_and_nothing_is_loaded(placements: Alone) -> None:
    nothing = await everything(placements)
    for table, changes, row, field, code in BAD:
        told = await load(placements, sent(**{**EVERY, table: changes}))
        found = [(p["file"], p["row"], p["field"], p["code"]) for p in told["problems"] if p["severity"] == "refused"]
        assert found == [(f"return.zip/2023/{table}.csv", row, field, code)], (table, changes)
        assert told["state"] == "refused"
        assert changes[0].get(field, "-") not in [p["message"] for p in told["problems"]]
    assert await everything(placements) == nothing
    assert await placements.rows("SELECT 1 FROM episodes") == []


async def test_a_year_with_other_tables_alone_is_half_a_return(placements: Alone) -> None:
    alone_ = {"2024/Reviews.csv": written("Reviews", [{"CHILD": "C1", "DOB": BORN, **ROWS["Reviews"]}])}
    told = await load(placements, sent() | alone_)
    assert {p["code"] for p in told["problems"] if p["severity"] == "refused"} == {"table_missing"}


async def test_a_code_of_no_year_and_an_early_table_are_told_apart(placements: Alone) -> None:
    """Social workers were not asked for in 2023: loaded all the same, and said."""
    told = await load(placements, sent(SWEpisodes=[{}], Reviews=[{"DOB": "08/06/2012"}]))
    warned = {(p["file"].rpartition("/")[2], p["field"], p["code"]) for p in told["problems"]}
    assert told["state"] == "done"
    assert warned >= {("SWEpisodes.csv", "", "table_not_due"), ("Reviews.csv", "DOB", "not_born_then")}
