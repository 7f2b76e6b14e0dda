"""Writing a return: CSV and XML, in a zip that is the same bytes for the same rows."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shared.ssda903.shape import COLUMNS, Return, TableRow, tables_in

WITHIN_HEADER = {
    "Reviews": "AREVIEW",
    "Missing": "AMISSING",
    "OC2": "OC2",
    "PrevPerm": "PERMANENCE",
    "PlacedAdoption": "AD_PLACED",
}
"""Tables whose rows stand in a child's HEADER element, and what each is called there."""
NOT_IN_XML = ("SWEpisodes", "DoLo")
"""Tables that the XML which readers take has no place for."""
_XML_NAMES = {"CHILD": "CHILDID", "PLACE": "PL"}
_NEVER_CHANGES = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip can say: a file of it has none of its own."""
_MIGHT_BE_A_FORMULA = ("=", "+", "-", "@")


def cell(value: str | int | date | None) -> str:
    """A cell as the return writes it: dates dd/mm/yyyy, blank where nothing is known, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if value.year >= 1000 else ""
    text = str(value)
    return f"'{text}" if text.startswith(_MIGHT_BE_A_FORMULA) else text


def as_csv(table: str, rows: Sequence[TableRow]) -> bytes:
    """A table's file, UTF-8, names of columns first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS[table])
    pick = attrgetter(*(column.lower() for column in COLUMNS[table]))
    writer.writerows([cell(value) for value in pick(row)] for row in rows)
    return text.getvalue().encode()


def as_csvs(given: Return) -> dict[str, bytes]:
    """Each table that the year asks for, by the name of its file; one without rows has its columns all the same."""
    return {f"{table}.csv": as_csv(table, given.rows(table)) for table in tables_in(given.year)}


def as_xml(given: Return) -> bytes:
    """The whole return in one document, as far as XML goes; every column stands there, blank ones as empty elements."""
    root = Element("CLA_RETURN", {"YEAR": str(given.year), "LEA": given.authority})
    within = {table: _by_child(given.rows(table)) for table in ("UASC", "OC3", "AD1", *WITHIN_HEADER)}
    episodes = _by_child(given.rows("Episodes"))
    for header in given.header:
        child = SubElement(root, "CHILD")
        top = SubElement(child, "HEADER")
        _columns(top, "Header", header)
        for table, name in WITHIN_HEADER.items():
            for row in within[table].get(header.child, ()):
                _columns(SubElement(top, name), table, row)
        _once(top, header.child, within)
        for row in episodes.get(header.child, ()):
            _columns(SubElement(child, "EPISODE"), "Episodes", row)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _once(top: Element, child: str, within: Mapping[str, Mapping[str, Sequence[TableRow]]]) -> None:
    """What a child has at most one of: readers tell by the element that stands first in each whether there is any."""
    for row in within["UASC"].get(child, ()):
        SubElement(top, "UASC").text = "1"
        _columns(top, "UASC", row, passing=("CHILD", "SEX", "DOB"))
    for table in ("OC3", "AD1"):
        for row in within[table].get(child, ()):
            _columns(SubElement(top, table), table, row)


def _columns(into: Element, table: str, row: TableRow, passing: Sequence[str] = ()) -> None:
    for column in COLUMNS[table]:
        if column not in passing:
            SubElement(into, _XML_NAMES.get(column, column)).text = cell(getattr(row, column.lower())) or None


def _by_child(rows: Sequence[TableRow]) -> dict[str, list[TableRow]]:
    found: dict[str, list[TableRow]] = {}
    for row in rows:
        found.setdefault(row.child, []).append(row)
    return found


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these, in this order: the same bytes for the same files, wherever and whenever it is made."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, file in files.items():
            member = zipfile.ZipInfo(name, _NEVER_CHANGES)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, file, zipfile.ZIP_DEFLATED, 6)
    return content.getvalue()
