"""A return that we gave out is read back with the codes that were held, where its year had other ones."""

import json
from typing import Any

import pytest

from shared.ssda903.reading import Reading, read
from tests.returns import a_child, a_year, an_episode, told, uploads

FILES = a_year(2023, [a_child(), a_child("C2")], [an_episode(PLACE="H5"), an_episode("C2", PLACE="U6")])
WRITTEN = {"table": "Episodes", "child": "C1", "decom": "2022-05-05", "field": "PLACE", "held": "K3", "written": "H5"}


def with_manifest(**said: Any) -> Reading:
    manifest = {"collection_year": 2023, "written_as": [WRITTEN], **said}
    return read(uploads(FILES | {"2023/manifest.json": json.dumps(manifest).encode()}))


def places(reading: Reading) -> list[str]:
    return [ledger.episodes[0].place for ledger in reading.ledgers]


def test_the_code_that_was_held_is_read_from_the_manifest() -> None:
    reading = with_manifest(written_as=[WRITTEN, {**WRITTEN, "child": "C2"}])
    assert places(reading) == ["K3", "U6"]  # of C2 the file says something else than was written
    assert told(reading) == []


def test_so_is_the_number_of_ofsteds_that_the_written_code_went_without() -> None:
    without = a_year(2023, [a_child()], [an_episode(PLACE="H5", URN="")])
    manifest = {"collection_year": 2023, "written_as": [{**WRITTEN, "urn": "2700001"}]}
    reading = read(uploads(without | {"2023/manifest.json": json.dumps(manifest).encode()}))
    assert [(e.place, e.urn) for e in reading.ledgers[0].episodes] == [("K3", "2700001")]


@pytest.mark.parametrize(
    "said",
    [
        {"collection_year": 2022},
        {"written_as": [{**WRITTEN, "held": "Q9"}]},
        {"written_as": [{**WRITTEN, "field": "CIN"}]},
        {"written_as": "H5"},
        {"written_as": [{**WRITTEN, "decom": "2022-05-06"}]},
    ],
)
def test_a_manifest_of_another_year_or_of_nobodys_changes_nothing(said: dict[str, Any]) -> None:
    assert places(with_manifest(**said)) == ["H5", "U6"]


def test_a_manifest_that_is_no_manifest_is_passed_over() -> None:
    for content in (b"", b"[" * 100_000, b"\xff"):
        reading = read(uploads(FILES | {"2023/manifest.json": content}))
        assert (places(reading), told(reading)) == (["H5", "U6"], [])
