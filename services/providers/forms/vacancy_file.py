"""A file of vacancies as a spreadsheet saves it (CSV), read row by row into the form that posts one."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.providers.forms.vacancies import PostVacancy
from shared.errors import Invalid
from shared.web.words import complaints

NEEDED = ("home", "available_from", "weekly_pounds")
COLUMNS = ("home", "places", "available_from", "available_until", "weekly_pounds", "youngest", "oldest", "sexes")
EXAMPLE = f"{','.join(COLUMNS)}\nSC123456,1 2,2026-04-01,,3810.00,8,12,F M\n"
MOST_BYTES, MOST_ROWS, MOST_SHOWN = 1_000_000, 5_000, 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: which home in words, the numbers of its places (none said is all), and the rest of the form."""

    number: int
    home: str
    places: tuple[int, ...]
    told: Mapping[str, Any]


@dataclass
class Problems:
    """What is wrong with which row and field, all of it, before anything is refused."""

    found: list[dict[str, Any]] = field(default_factory=list)

    def note(self, row: int, field: str, message: str) -> None:
        self.found.append({"row": row, "field": field, "message": message})

    def refuse(self) -> None:
        """Raises Invalid if there are any."""
        if self.found:
            first = self.found[0]
            where = f"Row {first['row']}, {first['field']}: {first['message']}"
            count = len(self.found)
            words = where if count == 1 else f"{count} things need to be put right. The first: {where}"
            name = f"rows.{first['row']}.{first['field']}"
            raise Invalid(
                words, field=name, code="file_refused", more={"problems": self.found[:MOST_SHOWN], "in_all": count}
            )


def lines_of(content: bytes, problems: Problems) -> list[Line]:
    """Every row that can be read; `row` counts as a spreadsheet does. Raises Invalid for what is no such file."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        raise Invalid("The file is not UTF-8: save it as CSV UTF-8.", code="not_utf8") from None
    except csv.Error:
        raise Invalid("This is no CSV file we can read.", code="not_csv") from None
    names = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in NEEDED if name not in names]
    strange = [name for name in names if name not in COLUMNS or names.count(name) > 1]
    if missing:
        raise Invalid(f"These columns are missing: {', '.join(missing)}.", code="columns", more={"missing": missing})
    if strange:
        raise Invalid(f"We know only these columns, each once: {', '.join(COLUMNS)}.", code="columns")
    if len(rows) > MOST_ROWS + 1:
        raise Invalid(f"There are more than {MOST_ROWS} rows.", code="too_many_rows")
    return list(_lines(names, rows[1:], problems))


def _lines(names: list[str], rows: list[list[str]], problems: Problems) -> Iterator[Line]:
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(names):
            problems.note(number, "", "This row has more or fewer cells than there are columns.")
            continue
        told = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
        formulas = [name for name, cell in zip(names, row, strict=True) if cell.startswith(FORMULA)]
        for name in formulas:
            problems.note(number, name, "This begins as a formula does.")
        line = None if formulas else _line(number, told, problems)
        if line is not None:
            yield line


def _line(number: int, told: Mapping[str, str], problems: Problems) -> Line | None:
    before = len(problems.found)
    form: dict[str, Any] = {name: told[name] for name in ("available_from", "available_until") if told.get(name)}
    form["sexes"] = told.get("sexes", "").upper().split()
    form |= {name: _whole(number, name, told[name], problems) for name in ("youngest", "oldest") if told.get(name)}
    form["weekly_pence"] = _pence(number, told["weekly_pounds"], problems)
    places = tuple(_whole(number, "places", one, problems) for one in told.get("places", "").split())
    if not told["home"]:
        problems.note(number, "home", "This must be said.")
    return Line(number, told["home"], places, form) if len(problems.found) == before else None


def _whole(number: int, name: str, told: str, problems: Problems) -> int:
    if told.isascii() and told.isdigit() and len(told) < 5:
        return int(told)
    problems.note(number, name, "This is no whole number.")
    return 0


def _pence(number: int, told: str, problems: Problems) -> int:
    """Pounds with at most two decimals, with or without a sign and commas."""
    try:
        pounds = Decimal(told.removeprefix("£").replace(",", ""))
        if pounds.is_finite() and pounds * 100 == (pounds * 100).to_integral_value() and abs(pounds) < 10**9:
            return int(pounds * 100)
    except InvalidOperation:
        pass
    problems.note(number, "weekly_pounds", "This is no amount in pounds, such as 3810.00.")
    return 0


def form_of(line: Line, home: UUID, places: list[UUID], problems: Problems) -> PostVacancy | None:
    """The form that posts what a row says, or None with what is wrong noted."""
    try:
        return PostVacancy.model_validate({**line.told, "home": home, "places": places})
    except ValidationError as error:
        for complaint in complaints(error.errors()):
            name = complaint["field"].partition(".")[0]
            problems.note(line.number, {"weekly_pence": "weekly_pounds"}.get(name, name), complaint["message"])
        return None
