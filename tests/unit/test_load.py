"""The loader's command: what it packs up, and what it says of a return that was refused."""

import io
import zipfile
from pathlib import Path
from typing import Any

from deploy.load import packed_up
from deploy.shown import MOST_SHOWN, NotLoaded, differences_in_words, in_words
from tests.returns import a_child, a_year, an_episode, zipped


def names_in(packed: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(packed)).namelist()


def test_a_folder_is_packed_with_the_folders_that_tell_the_year(tmp_path: Path) -> None:
    for name, content in a_year(2023, [a_child()], [an_episode()]).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / "2023/notes.txt").write_text("not a table")
    assert names_in(packed_up(tmp_path / "2023")) == ["2023/Episodes.csv", "2023/Header.csv"]
    assert names_in(packed_up(tmp_path / "2023/Header.csv")) == ["Header.csv"]


def test_a_zip_is_sent_as_it_is(tmp_path: Path) -> None:
    packed = zipped({"2023/Header.csv": b"CHILD"})
    (tmp_path / "ours.zip").write_bytes(packed)
    assert packed_up(tmp_path / "ours.zip") == packed


def problem(row: int, **more: Any) -> dict[str, Any]:
    words = {"file": "return.zip/2023/Episodes.csv", "field": "DEC", "message": "DEC is not a date."}
    return {"row": row, "severity": "refused", **words, **more}


def test_what_was_wrong_is_said_with_file_row_and_field_and_no_warning() -> None:
    told = {"words": "Nothing was loaded.", "refused": 1, "problems": [problem(7), problem(8, severity="warned")]}
    assert list(in_words(NotLoaded("referrals", told))) == [
        "Referrals: Nothing was loaded.",
        "  return.zip/2023/Episodes.csv, row 7, DEC: DEC is not a date.",
    ]


def test_what_is_wrong_with_all_the_files_names_none() -> None:
    told = {"words": "No.", "refused": 1, "problems": [problem(0, file="", field="", message="There is no file.")]}
    assert list(in_words(NotLoaded("placements", told)))[1:] == ["  There is no file."]


def test_more_than_somebody_can_take_in_is_counted() -> None:
    told = {"words": "No.", "refused": 500, "problems": [problem(row) for row in range(2, 102)]}
    said = list(in_words(NotLoaded("placements", told)))
    assert (len(said), said[-1]) == (MOST_SHOWN + 2, "  and 480 more.")


def test_a_refusal_to_take_it_in_at_all_is_said_too() -> None:
    busy = {"detail": "Another return of your authority is being loaded.", "code": "one_load_at_a_time"}
    assert list(in_words(NotLoaded("placements", busy))) == [
        "Placements: Another return of your authority is being loaded."
    ]


REPAIR = {"file": "2023/Episodes.csv", "row": 7, "field": "DEC", "says": "", "becomes": "01/06/2023", "why": "So."}


def test_what_can_be_repaired_is_said_with_what_it_becomes_and_how_to_ask_for_it() -> None:
    offered = [{"kind": "unclosed_episodes", "count": 1, "made": False}]
    told = {"words": "No.", "refused": 0, "problems": [], "repairs": offered, "repairs_listed": [REPAIR]}
    assert list(in_words(NotLoaded("placements", told)))[1:] == [
        "  1 offered: unclosed episodes",
        "    2023/Episodes.csv, row 7, DEC: blank → 01/06/2023. So.",
        "  To have them made: --repair unclosed_episodes",
    ]


def test_what_differs_is_counted_and_shown_with_before_and_after() -> None:
    counted = [
        {"record": "placement", "change": "changed", "count": 1},
        {"record": "child", "change": "missing", "count": 1},
    ]
    changed: dict[str, Any] = {"record": "placement", "change": "changed", "child": "0" * 36, "starts": "2022-05-05"}
    changed |= {"file": "2024/Episodes.csv", "row": 2, "before": {"ends": ""}, "after": {"ends": "2023-06-01"}}
    missing: dict[str, Any] = {
        "record": "child",
        "change": "missing",
        "child": f"{'0' * 28}abcdef01",
        "starts": "2022-05-05",
    }
    missing |= {"file": "", "row": 0, "before": {}, "after": {}}
    told = {"load": "1", "differing": counted, "differences_listed": [changed, missing]}
    assert list(differences_in_words("placements", told)) == [
        "Placements would change:",
        "  1 placement: changed",
        "  1 child: missing from the files",
        "    2024/Episodes.csv, row 2: placement of 2022-05-05 changed ends blank → 2023-06-01",
        "    child abcdef01: child of 2022-05-05 missing from the files",
    ]
