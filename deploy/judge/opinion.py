"""The councils' own checker run over a return: started by path in `.judge`, where it alone can live; answers in JSON."""

import contextlib
import io
import json
import logging
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["QLACREF_PC_INSECURE"] = "True"  # its postcodes are signed with a key that does not come with them
SEES = (".csv", ".xml")


def judge(year: str, authority: str, this: Path, last: Path | None, ofsted: Path | None) -> dict[str, Any]:
    """Which rules ran, were skipped or crashed, and every row that a rule marked: rule -> table and the row's cells."""
    from lac_validator.lac_validator import LacValidator  # noqa: PLC0415 - after the setting above, and said nothing of
    from lac_validator.rules.ruleset_utils import get_year_ruleset  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    files = [*_uploads(this, "This year"), *(_uploads(last, "Prev year") if last else ())]
    if ofsted:
        files.append({"name": ofsted.name, "description": "CH lookup", "file_content": ofsted.read_bytes()})
    found = LacValidator({"collectionYear": year, "localAuthority": authority}, files, get_year_ruleset(year))
    return {
        "crashed": sorted(found.fails),
        "skipped": sorted(found.skips),
        "ran": sorted(found.dones),
        "marked": _with_last_years_sex(_marked(found.ds_results), found.dfs.get("Header_last")),
    }


def _uploads(source: Path, whose: str) -> Iterator[dict[str, Any]]:
    """The tables of a folder or a zip, as the checker's page would send them."""
    if source.is_dir():
        members = {path.name: path.read_bytes() for path in sorted(source.rglob("*")) if path.is_file()}
    else:
        with zipfile.ZipFile(source) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    for name, content in members.items():
        if name.lower().endswith(SEES):
            yield {"name": Path(name).name, "description": whose, "file_content": content}


def _marked(results: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The checker's own list of issues fails where there are none: what it wrote beside the rows is read instead."""
    marked: dict[str, list[dict[str, Any]]] = {}
    for table, frame in results.items():
        for column in getattr(frame, "columns", ()):
            if str(column).startswith("ERR_"):
                rows = json.loads(frame[frame[column].eq(True)].to_json(orient="records", date_format="iso"))
                cells = ({k: v for k, v in row.items() if not k.startswith("ERR_")} for row in rows)
                marked.setdefault(column.removeprefix("ERR_"), []).extend({"table": table, **row} for row in cells)
    return {rule: rows for rule, rows in sorted(marked.items()) if rows}


def _with_last_years_sex(marked: dict[str, list[dict[str, Any]]], headers: Any) -> dict[str, list[dict[str, Any]]]:
    """What 202 compares a child's sex with stands in another table than the row it marks."""
    before = {} if headers is None else dict(zip(headers["CHILD"], headers["SEX"], strict=True))
    for row in marked.get("202", ()):
        row["SEX_last"] = before.get(row["CHILD"])
    return marked


def main() -> None:
    """`opinion.py YEAR AUTHORITY THIS [LAST|-] [OFSTED|-]`; the rules print, so that only the last line is the answer."""
    year, authority, this, *more = sys.argv[1:]
    last, ofsted = [None if name == "-" else Path(name) for name in (*more, "-", "-")[:2]]
    with contextlib.redirect_stdout(io.StringIO()):
        answer = judge(year, authority, Path(this), last, ofsted)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
