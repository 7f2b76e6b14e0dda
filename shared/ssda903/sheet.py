"""One file of one year while its rows are read: what each cell may hold, and who is told when it does not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.ssda903.codes import codes_in
from shared.ssda903.problem import Problems, Severity
from shared.ssda903.repairs import Repairs
from shared.ssda903.years import first_day, last_day

_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_REFERENCE = re.compile(r"[A-Z0-9](?:[A-Z0-9 _./-]{0,18}[A-Z0-9])?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_URN = re.compile(r"SC[0-9]{6}|[0-9]{7}|X{7}")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]|UN[1-5]")
_FORMULA = ("=", "+", "-", "@")
_MAYBE_FORMULA = re.compile(r"^[=+@-]", re.MULTILINE)  # the whole row at once, as almost none has one
_OLDEST, _NEWEST = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(slots=True)
class Sheet:
    """`row` is the row in hand, `sound` whether nothing in it was refused; `unsound` are children with a refused row."""

    file: str
    year: int
    problems: Problems
    repairs: Repairs = field(default_factory=Repairs)
    row: int = 0
    sound: bool = True
    unsound: set[str] = field(default_factory=set)
    _codes: Mapping[str, Mapping[str, bool]] = field(init=False)
    _dates: dict[str, date | None] = field(default_factory=dict)
    _postcodes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._codes = codes_in(self.year)

    def note(self, code: str, field: str = "", **words: object) -> None:
        """Write a problem of the row in hand down."""
        if self.problems.note(code, self.file, self.row, field, **words) is Severity.REFUSED:
            self.sound = False

    def cells(
        self, row: int, raw: Sequence[str], pick: Callable[[Sequence[str]], tuple[str, ...]], columns: Sequence[str]
    ) -> tuple[str, ...]:
        """The row's cells in the table's order, trimmed and in capitals; none for a blank row or one that is refused."""
        self.row, self.sound = row, True
        cells = list(map(str.strip, map(str.upper, raw)))
        if not any(cells):
            return ()
        if len(cells) != len(columns):
            self.note("wrong_cells", cells=len(cells), columns=len(columns))
            return ()
        ours = pick(cells)
        if _MAYBE_FORMULA.search("\n".join(ours)):
            for column, cell in zip(columns, ours, strict=True):
                if cell.startswith(_FORMULA):
                    self.note("formula", column)
        return ours if self.sound else ()

    def reference(self, text: str) -> str:
        if not text:
            self.note("blank", "CHILD")
        elif not _REFERENCE.fullmatch(text):
            self.note("bad_reference", "CHILD")
        return text

    def code(self, field: str, text: str, *, needed: bool = True) -> str:
        """A code of this year; one of another year is kept and warned about."""
        if text:
            stands = self._codes[field].get(text)
            if stands is None:
                self.note("unknown_code", field)
            elif not stands:
                self.note("code_of_another_year", field, year=self.year)
        elif needed:
            self.note("blank", field)
        return text

    def day(self, field: str, text: str, *, needed: bool = True) -> date | None:
        """A date no later than the year's end, None where it is blank or refused."""
        if not text:
            if needed:
                self.note("blank", field)
            return None
        day = self._known_day(text)
        if day is None:
            self.note("no_such_date" if _DATE.fullmatch(text) else "not_a_date", field)
        elif day > last_day(self.year):
            self.note("after_year", field, year=self.year)
        return day

    def _known_day(self, text: str) -> date | None:
        if text not in self._dates:
            self._dates[text] = day_of(text)
        return self._dates[text]

    def postcode(self, field: str, text: str) -> str:
        """The postcode with one space before its last three, empty where it is blank or not one."""
        if text and text not in self._postcodes:
            found = _POSTCODE.fullmatch(text)
            self._postcodes[text] = f"{found[1]} {found[2]}" if found else ""
        postcode = self._postcodes.get(text, "")
        if text and not postcode:
            self.note("bad_postcode", field)
        return postcode

    def urn(self, text: str) -> str:
        return self._formed("URN", text, _URN, "bad_urn")

    def upn(self, text: str) -> str:
        return self._formed("UPN", text, _UPN, "bad_upn")

    def _formed(self, field: str, text: str, form: re.Pattern[str], code: str) -> str:
        if not text or form.fullmatch(text):
            return text
        self.note(code, field)
        return ""

    def begins(self) -> date:
        return first_day(self.year)


def day_of(text: str) -> date | None:
    """The day of dd/mm/yyyy, None where there is no such day."""
    found = _DATE.fullmatch(text)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
    return day if day and _OLDEST <= day <= _NEWEST else None
