"""Small lists of Ofsted's for tests: workbooks with what a test cares about, the rest made sound."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from services.providers.ofsted.layout import LAYOUTS, PROVIDERS, SUPPORTED

TWO_SHEETS, ONE_SHEET = LAYOUTS
COLUMNS = {sheet.name: list(sheet.columns.values()) for sheet in TWO_SHEETS.sheets}
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

Row = dict[str, Any]


def a_home(**changes: Any) -> Row:
    """A row of the sheet Providers of 2025."""
    sound = {
        "Local authority": "Westminster", "URN": "SC400001", "Provider type": "Children's Home",
        "Provider name": "Beech House", "Registration date": "01/04/2015", "Registration status": "Active",
        "Placement code": "K2", "Provider postcode": "SW1P 3JR", "Owner ID": "RP1", "Owner name": "Hearthside Care Ltd",
        "Placement provider code": "PR4", "Date of last full inspection": "2025-06-01",
        "Overall effectiveness": "Good", "Number of registered places": 3,
    }  # fmt: skip
    return sound | {name.replace("_", " "): told for name, told in changes.items()}


def a_setting(**changes: Any) -> Row:
    """A row of the sheet SA Providers."""
    sound = {
        "Setting Local Authority": "Westminster", "URN": "2700001", "Provider type": "Supported Accommodation",
        "Provider name": "Next Steps", "Registration date": "01/10/2023", "Registration status": "Active",
        "Placement code": "K3", "Setting address postcode": "SW1P 3JR", "Owner ID": "RP2", "Owner name": "Next Steps Ltd",
        "Sector": "Private", "Setting status": "Open", "Setting status date": "01/10/2023", "Capacity": 2,
    }  # fmt: skip
    return sound | {name.replace("_", " "): told for name, told in changes.items()}


def the_list(homes: Sequence[Row], settings: Sequence[Row] = ()) -> bytes:
    """A workbook in the layout of 2025."""
    return workbook({PROVIDERS: _table(PROVIDERS, homes), SUPPORTED: _table(SUPPORTED, settings)})


def _table(sheet: str, rows: Sequence[Row]) -> list[list[Any]]:
    return [["Region", *COLUMNS[sheet]], *(["London", *(row.get(name) for name in COLUMNS[sheet])] for row in rows)]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], *, parts: Mapping[str, bytes] | None = None) -> bytes:
    """An .xlsx workbook of plain cells; `("=1+1",)` is a formula. `parts` replaces or adds files in it."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="{escape(n)}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    related = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kind}.worksheet+xml"/>' for i in numbers
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/'
        f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
    }
    files |= {f"xl/worksheets/sheet{i}.xml": _sheet(rows) for i, rows in enumerate(sheets.values(), 1)}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in ({name: (HEAD + xml).encode() for name, xml in files.items()} | dict(parts or {})).items():
            archive.writestr(name, part)
    return content.getvalue()


def _sheet(rows: Sequence[Sequence[Any]]) -> str:
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(column, number, told) for column, told in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>'


def _cell(column: int, row: int, told: Any) -> str:
    at = f'r="{_letters(column)}{row}"'
    if told is None:
        return ""
    if isinstance(told, tuple):
        return f"<c {at}><f>{escape(told[0].lstrip('='))}</f><v>2</v></c>"
    if isinstance(told, int | float):
        return f"<c {at}><v>{told}</v></c>"
    if isinstance(told, date):
        return f'<c {at} t="d"><v>{told.isoformat()}</v></c>'
    return f'<c {at} t="inlineStr"><is><t>{escape(told)}</t></is></c>'


def _letters(column: int) -> str:
    high, low = divmod(column, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)
