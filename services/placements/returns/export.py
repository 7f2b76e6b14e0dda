"""The statutory return of a collection year out of what is kept: its rows, its files, and a manifest of what they hold."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from services.placements.returns.kept import Kept, OneChild
from services.placements.returns.tables import WrittenAs, Year, rows_of
from services.placements.returns.unknown import NO_REFERENCE, LeftOut, left_out
from shared.ssda903.shape import Return, TableRow, tables_in
from shared.ssda903.writing import NOT_IN_XML, as_csvs, as_xml, zipped
from shared.ssda903.years import last_day

MANIFEST = "manifest.json"
ORDER = {
    "Episodes": ("child", "decom"),
    "Reviews": ("child", "review"),
    "PlacedAdoption": ("child", "date_placed"),
    "Missing": ("child", "mis_start"),
    "SWEpisodes": ("child", "sw_decom"),
    "DoLo": ("child", "dolo_start"),
}
"""How a table's rows are ordered, where a child may have several."""


class Format(StrEnum):
    """How a return is written."""

    CSV = "csv"
    XML = "xml"


@dataclass(slots=True)
class Exported:
    """A return, whose rows are in it, and what is not."""

    given: Return
    as_at: date
    children: list[UUID] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    written_as: list[WrittenAs] = field(default_factory=list)


def the_return(kept: Kept, authority: str, year: int, today: date) -> Exported:
    """The return of a year, as at its end or, until then, today. The same ledger gives the same rows in the same order."""
    asked = Year(year, min(today, last_day(year)))
    tables: dict[str, list[TableRow]] = {table: [] for table in tables_in(year)}
    exported = Exported(Return(year, authority, tables), asked.as_at)
    for child in kept.each():
        _add(exported, tables, child, asked)
    for table, rows in tables.items():
        names = ORDER.get(table, ("child",))
        rows.sort(key=lambda row, names=names: tuple(getattr(row, name) for name in names))  # type: ignore[misc]
    exported.left_out.sort(key=lambda one: (one.child, one.table, one.on or date.min, one.field))
    return exported


def _add(exported: Exported, tables: Mapping[str, list[TableRow]], child: OneChild, year: Year) -> None:
    found = rows_of(child, year)
    if not found.rows and not found.holes:
        return
    if child.who.reference is None:
        exported.left_out.append(LeftOut("Header", child.reference, "CHILD", None, NO_REFERENCE))
        return
    exported.children.append(child.who.child)
    exported.written_as += found.written_as
    exported.left_out += left_out(child, year, found)
    for table, rows in found.rows.items():
        tables[table] += rows


def packed(exported: Exported, format_: Format) -> bytes:
    """The zip that is sent: the year's folder with its files, and the manifest."""
    year = exported.given.year
    files = as_csvs(exported.given) if format_ is Format.CSV else {"SSDA903.xml": as_xml(exported.given)}
    said = to_json(_manifest(exported, files), indent=1) + b"\n"
    return zipped({f"{year}/{name}": file for name, file in {**files, MANIFEST: said}.items()})


def _manifest(exported: Exported, files: Mapping[str, bytes]) -> dict[str, Any]:
    given = exported.given
    return {
        "return": "SSDA903",
        "authority": given.authority,
        "collection_year": given.year,
        "as_at": exported.as_at,
        "files": [
            {"file": name, "bytes": len(file), "sha256": sha256(file).hexdigest()} for name, file in files.items()
        ],
        "rows": {table: len(given.rows(table)) for table in tables_in(given.year)},
        "counts": _counts(exported),
        "tables_left_out": list(_tables_left_out(given, files)),
        "left_out": [asdict(one) for one in exported.left_out],
        "written_as": [asdict(one) for one in exported.written_as],
    }


def _counts(exported: Exported) -> dict[str, Any]:
    episodes = list(exported.given.episodes)
    return {
        "children": len(exported.children),
        "looked_after": len({episode.child for episode in episodes}),
        "started": sum(e.rne == "S" and e.decom is not None and e.decom >= _opens(exported) for e in episodes),
        "ceased": sum(e.rec not in (None, "X1") for e in episodes),
        "looked_after_at_the_end": len({episode.child for episode in episodes if episode.dec is None}),
        "left_out": dict(sorted(Counter(_kind(one) for one in exported.left_out).items())),
    }


def _opens(exported: Exported) -> date:
    return Year(exported.given.year, exported.as_at).opens


def _kind(one: LeftOut) -> str:
    return f"{one.table}.{one.field}" if one.field else one.table


def _tables_left_out(given: Return, files: Mapping[str, bytes]) -> Iterator[dict[str, str]]:
    every: Sequence[str] = tables_in(2_100)
    for table in every:
        if table not in tables_in(given.year):
            yield {"table": table, "why": f"It is not asked for in {given.year}."}
        elif table in NOT_IN_XML and f"{table}.csv" not in files:
            yield {"table": table, "why": "The XML that readers take has no place for it. It is in the CSV."}
