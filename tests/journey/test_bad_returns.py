"""A return with something wrong, sent as people send it: said plainly with file, row and field, and nothing half loaded."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.load import load_returns
from deploy.shown import NotLoaded, in_words
from tests.installations import Team
from tests.returns import Row, a_child, a_year, an_episode, written, zipped

WHO = "southmere-commissioner"
COUNTS = {
    "referrals": "SELECT (SELECT count(*) FROM child), (SELECT count(*) FROM spine.log)",
    "placements": "SELECT (SELECT count(*) FROM episodes), (SELECT count(*) FROM placements),"
    " (SELECT count(*) FROM spine.log)",
}
SOUND = {"children": [a_child()], "episodes": [an_episode(DECOM="05/05/2023")]}
LATER = {"DECOM": "05/06/2023", "DEC": "05/07/2023", "REC": "E4A"}


def files(year: int = 2024, **said: list[Row]) -> dict[str, bytes]:
    return a_year(year, **(SOUND | said))


def latin() -> dict[str, bytes]:
    return files() | {"2024/Header.csv": written("Header", [a_child()]).replace(b"WBRI", b"WBR\xe9")}


def renamed() -> dict[str, bytes]:
    return files() | {"2024/Episodes.csv": written("Episodes", [an_episode()]).replace(b"DECOM", b"START")}


def bomb() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2024/Episodes.csv", b"0" * 60_000_000)
    return content.getvalue()


def of_2023(number: int) -> dict[str, bytes]:
    children = [a_child(f"C{n}") for n in range(number)]
    ended = {"DECOM": "05/05/2022", "DEC": "09/09/2022", "REC": "E4A"}
    return files(children=children, episodes=[an_episode(f"C{n}", **ended) for n in range(number)])


EPISODES, HEADER = "ours.zip/2024/Episodes.csv", "ours.zip/2024/Header.csv"
CASES: Mapping[str, tuple[bytes, tuple[str, int, str, str]]] = {
    "another year": (zipped(of_2023(5)), (EPISODES, 0, "", "wrong_year")),
    "renamed columns": (zipped(renamed()), (EPISODES, 1, "", "wrong_columns")),
    "Latin-1": (zipped(latin()), (HEADER, 2, "", "not_utf8")),
    "no such day": (zipped(files(episodes=[an_episode(DECOM="31/02/2024")])), (EPISODES, 2, "DECOM", "no_such_date")),
    "a child twice": (zipped(files(children=[a_child(), a_child(SEX="1")])), (HEADER, 3, "CHILD", "child_twice")),
    "before birth": (zipped(files(children=[a_child(DOB="06/05/2023")])), (EPISODES, 2, "DECOM", "before_birth")),
    "a formula": (zipped(files(episodes=[an_episode(URN="=1+1")])), (EPISODES, 2, "URN", "formula")),
    "a zip bomb": (bomb(), ("ours.zip", 0, "", "zip_too_dense")),
    "two at once": (
        zipped(files(episodes=[an_episode(DECOM="05/05/2023", DEC="06/06/2023", REC="X1"), an_episode(**LATER)])),
        (EPISODES, 3, "DECOM", "overlap"),
    ),
}


async def counted(team: Team) -> dict[str, Any]:
    """How much each service holds and has published."""
    found = {}
    for service, sql in COUNTS.items():
        connection = await asyncpg.connect(team.installation.database_url(service))
        found[service] = (await connection.fetch(sql))[0]
        await connection.close()
    return found


@asynccontextmanager
async def nothing_half_loaded(team: Team) -> AsyncIterator[None]:
    before = await counted(team)
    yield
    assert await counted(team) == before


@pytest.mark.parametrize("case", CASES)
async def test_what_is_wrong_is_said_by_file_row_and_field_and_nothing_is_loaded(
    undisturbed: Team, tmp_path: Path, case: str
) -> None:
    content, (file, row, field, code) = CASES[case]
    (tmp_path / "ours.zip").write_bytes(content)
    token = undisturbed.installation.token(WHO)
    async with nothing_half_loaded(undisturbed):
        with pytest.raises(NotLoaded) as failure:
            await load_returns(undisturbed[WHO], token, tmp_path / "ours.zip", lambda done, of: None)
    (problem,) = [one for one in failure.value.answer["problems"] if one["severity"] == "refused"]
    said = file.replace("ours.zip", "return.zip")
    assert (problem["file"], problem["row"], problem["field"], problem["code"]) == (said, row, field, code)
    words = "\n".join(in_words(failure.value))
    assert said in words
    assert f"row {row}" in words or not row
