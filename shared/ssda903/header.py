"""The rows of one year's Header as children."""

from collections.abc import Iterable, Sequence
from operator import itemgetter

from shared.ssda903.codes import TABLES
from shared.ssda903.ledger import Child
from shared.ssda903.repairs import offer_one_of_two
from shared.ssda903.sheet import Sheet

_COLUMNS = TABLES["Header"]
_SEX = {"1": "M", "2": "F"}  # to 2024; M, F and U after


def read_header(sheet: Sheet, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, Child]:
    """The year's children by reference; `sheet.unsound` has those whose row was refused."""
    pick = itemgetter(*(columns.index(column) for column in _COLUMNS))
    children: dict[str, Child] = {}
    first: dict[str, int] = {}
    for row, raw in enumerate(rows, 2):
        cells = sheet.cells(row, raw, pick, _COLUMNS)
        child = _child(sheet, cells) if cells else None
        if cells and cells[0] in first:
            child = _one_of_two(sheet, children.get(cells[0]), child, first[cells[0]])
        if child and sheet.sound:
            children[child.reference] = child
        if cells:
            first.setdefault(cells[0], row)
        if not sheet.sound:
            sheet.unsound.add(_who(raw, columns))
    return children


def _one_of_two(sheet: Sheet, before: Child | None, child: Child | None, first: int) -> Child | None:
    kept = offer_one_of_two(sheet.repairs, before, child) if before and child else None
    if kept is None:
        sheet.note("child_twice", "CHILD", other=first)
    return kept or child


def _who(raw: Sequence[str], columns: Sequence[str]) -> str:
    """Whose row it is, as far as a refused row can say."""
    at = columns.index("CHILD")
    return raw[at].strip().upper() if at < len(raw) else ""


def _child(sheet: Sheet, cells: Sequence[str]) -> Child | None:
    child, sex, dob, ethnic, upn, mother, mc_dob = cells
    born = sheet.day("DOB", dob)
    reference, sex = sheet.reference(child), sheet.code("SEX", sex)
    ethnicity, is_mother = sheet.code("ETHNIC", ethnic), sheet.code("MOTHER", mother, needed=False) == "1"
    own_child_born = sheet.day("MC_DOB", mc_dob, needed=False)
    if born is None or not sheet.sound:
        return None
    return Child(
        reference, _SEX.get(sex, sex), born, ethnicity, sheet.upn(upn), is_mother, own_child_born, sheet.file, sheet.row
    )
