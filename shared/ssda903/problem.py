"""What is wrong with a file, as facts that can be shown: where it stands and words that never repeat a child's values."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Refused: nothing is loaded until it is mended. Warned: loaded, as the words say."""

    REFUSED = "refused"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `row` counts as a spreadsheet does (column names are row 1), 0 for the whole file."""

    file: str
    row: int
    field: str
    code: str
    message: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Rest:
    """How many more problems of one kind a file has than are listed."""

    file: str
    field: str
    code: str
    severity: Severity
    count: int


REFUSED_FILES: dict[str, str] = {
    "nothing_to_read": "There is no table of the return here.",
    "too_many_files": "There are more than {most} files here.",
    "too_big": "{file} is larger than {most} MB.",
    "together_too_big": "Together the files are larger than {most} MB.",
    "too_many_rows": "{file} has more than {most} rows.",
    "line_too_long": "Line {line} of {file} is too long to be a row of the return.",
    "empty": "{file} is empty.",
    "not_utf8": "{file} is not UTF-8 text: line {line} is the first that is not. Save it as CSV UTF-8 and send it again.",
    "not_csv": "{file} cannot be read as CSV from row {row}: look for a quotation mark that is not closed.",
    "not_a_table": "The first row of {file} does not hold the column names of a table of the return.",
    "wrong_columns": "{file} looks like {table}, but {wrong}.",
    "column_twice": "{file} has two columns of the same name: {columns}.",
    "not_a_zip": "{file} is not a zip file that can be read.",
    "zip_locked": "{file} is locked with a password.",
    "zip_method": "{file} is compressed in a way we do not open. Make the zip file again in the usual way.",
    "zip_too_big": "{file} unpacks to more than {most} MB.",
    "zip_too_dense": "{file} unpacks to more than {most} times its size, which a return never does.",
    "zip_too_many": "{file} holds more than {most} files.",
    "year_unknown": "Which year {file} is of cannot be told. Say which, or put the year in its name or its folder's name.",
    "wrong_year": (
        "{file} was taken for the return of {year}, {because}, but most of its episodes end in the year to 31 March"
        " {other}. Say which year it is of."
    ),
    "table_twice": "{other} is a {table} file of {year} too. Send one for each year.",
    "table_missing": "There is no {table} file for {year}.",
    "year_missing": "There is no Episodes file for {year}, so the years do not follow each other.",
}
REFUSED_ROWS: dict[str, str] = {
    "formula": "{field} begins with = + - or @, as a formula does.",
    "wrong_cells": "The row has {cells} cells where there are {columns} columns.",
    "blank": "{field} is blank.",
    "not_a_date": "{field} is not a date written dd/mm/yyyy.",
    "no_such_date": "{field} is a date that does not exist or cannot be meant.",
    "unknown_code": "{field} is not a code of any year.",
    "bad_reference": "{field} is not a reference: up to 20 letters and digits.",
    "after_year": "{field} is after the end of the collection year, 31 March {year}.",
    "ends_before_start": "DEC is before DECOM.",
    "under_24_hours": "The episode ends the day it begins: one of less than 24 hours is not reported.",
    "end_without_reason": "The episode has DEC but no REC.",
    "reason_without_end": "The episode has REC but no DEC.",
    "child_twice": "The child stands in Header twice: row {other} is the first.",
    "episode_twice": "The child has another episode with this DECOM in row {other}.",
    "no_header": "The child stands in no Header.",
    "before_birth": "The episode begins before the child was born.",
    "overlap": "The episode begins before the one in row {other} of {other_file} ends.",
    "left_open": "The episode has no DEC, but another begins in row {other} of {other_file}.",
    "gap": "REC says that another episode begins on the day this one ends, but none does.",
    "bad_form": "{field} is not written as the return has it.",
    "row_twice": "The child has the same in row {other}: send one of the two.",
    "ends_early": "{field} is before {other}.",
    "fact_before_birth": "{field} is before the child was born.",
    "spells_overlap": "{field} is before the one in row {other} of {other_file} has ended.",
    "end_contradicted": "{other_file} says in row {other} that this episode ended otherwise.",
    "not_carried_on": "The episode was open on 31 March {year}, but the next year's Episodes does not have it.",
}
REFUSED = REFUSED_FILES | REFUSED_ROWS
WARNED: dict[str, str] = {
    "code_of_another_year": "{field} is a code of other years, not of {year}.",
    "bad_postcode": "{field} is not a postcode, so it is left out.",
    "bad_urn": "{field} is not an Ofsted number, so it is left out.",
    "bad_upn": "{field} is not a pupil number or a reason for having none, so it is left out.",
    "no_sector": "{field} is blank for a placement that has a provider.",
    "before_year": "{field} is before the collection year began, 1 April {year}.",
    "no_header_this_year": "The child stands in another year's Header, not in that of {year}.",
    "changed_in_header": "{field} is not what it was in {other_file}; this newest one is kept.",
    "changed_in_episode": "{field} is not what it was in row {other} of {other_file}; this newest one is kept.",
    "not_born_then": "{field} is not what Header says; Header's is kept.",
    "table_not_due": "{table} was not asked for in {year}; it is loaded all the same.",
    "not_known_before": "The episode began before 1 April {year}, but the Episodes before does not have it.",
    "start_expected": "RNE is not S, but the episode before ended the child's care.",
    "start_not_expected": "RNE is S, but the episode before did not end the child's care.",
}
MEGABYTE = 1_000_000


class Problems:
    """Every problem found, the first few of each kind listed and the rest counted."""

    def __init__(self, most_of_a_kind: int) -> None:
        self._most = most_of_a_kind
        self._listed: list[Problem] = []
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def note(self, code: str, file: str, row: int = 0, field: str = "", **words: object) -> Severity:
        """Write one down; `words` fill the sentence and are never a child's values."""
        severity = _severity(code)
        kind = (file, field, code)
        self._seen[kind] += 1
        if self._seen[kind] <= self._most:
            message = (REFUSED | WARNED)[code].format(**{"file": file, "row": row, "field": field, **words})
            self._listed.append(Problem(file, row, field, code, message, severity))
        return severity

    def count(self, severity: Severity) -> int:
        """How many there are, listed or not."""
        return sum(count for (_, _, code), count in self._seen.items() if _severity(code) is severity)

    @property
    def a_file_is_refused(self) -> bool:
        """Whether a whole file or the set of them was refused, so that nothing can be said about its children."""
        return any(code in REFUSED_FILES for _, _, code in self._seen)

    @property
    def listed(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._listed, key=lambda p: (p.file, p.row, p.field, p.code)))

    @property
    def rest(self) -> tuple[Rest, ...]:
        more = ((kind, count - self._most) for kind, count in sorted(self._seen.items()) if count > self._most)
        return tuple(Rest(*kind, _severity(kind[2]), count) for kind, count in more)


def _severity(code: str) -> Severity:
    return Severity.REFUSED if code in REFUSED else Severity.WARNED
