"""A row of the list as a home that could be, with its provider; and everything that is wrong with the rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.providers.ofsted import cells
from services.providers.ofsted.authorities import authority_named
from services.providers.ofsted.layout import Sheet, layout_of
from services.providers.ofsted.problem import NotThis, Problem, problem
from services.providers.ofsted.workbook import cells_of
from shared.contracts.vocabulary import PlacementType, Rating, Sector
from shared.geography import Geography

READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("kind", "name", "status", "authority", "owner", "owner_name", "setting_status"), cells.text),
    **dict.fromkeys(("opened", "closed", "setting_status_on", "inspected_on"), cells.day),
    **{name: getattr(cells, name) for name in ("urn", "codes", "sector", "postcode", "rating")},
    "places": cells.count,
}
NEEDED = ("urn", "name", "opened", "authority")
UNKNOWN_PLACE = "We do not know where this is: neither the postcode nor the authority's name is one we know."


@dataclass(frozen=True, slots=True)
class Listed:
    """One registration; `home` says whether it is one, with places: an agency's own registration is none."""

    sheet: str
    row: int
    urn: str
    setting: str
    provider_key: tuple[str, str]
    provider_name: str
    sector: Sector
    owned_by: str | None
    name: str
    type: PlacementType | None
    also: tuple[PlacementType, ...]
    area: str
    postcode: str | None
    opened: date
    closed: date | None
    places: int
    rating: Rating | None
    rated_on: date | None

    @property
    def is_home(self) -> bool:
        return self.type is not None and self.places > 0


@dataclass
class Reading:
    """What a list says, or what is wrong with it; `warned` rows are taken in all the same."""

    rows: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warned: list[Problem] = field(default_factory=list)


def read_list(content: bytes, places: Geography, *, on: date) -> Reading:
    """Read a workbook whole. Raises NotThis for what is no list we know, and Invalid where there are formulas."""
    found = cells_of(content)
    headers = {name: [str(cell).strip() for cell in rows[0]] for name, rows in found.items() if rows}
    layout, missing = layout_of(headers)
    if layout is None:
        raise NotThis("layout_unknown", f"These columns are missing: {'; '.join(missing)}.", missing=missing)
    reading, seen = Reading(), Counter[str]()
    for sheet in layout.sheets:
        at = {ours: headers[sheet.name].index(theirs) for ours, theirs in sheet.columns.items()}
        for number, row in enumerate(found[sheet.name][1:], 2):
            if any(str(cell).strip() for cell in row):
                _Row(sheet, number, reading).read({ours: row[n] for ours, n in at.items()}, places, on, seen)
    if not reading.rows and not reading.problems:
        raise NotThis("empty", "There is nobody in the list.")
    return reading


class _Row:
    """One row being read, which notes what is wrong with it."""

    def __init__(self, sheet: Sheet, number: int, reading: Reading) -> None:
        self.sheet, self.number, self.reading = sheet, number, reading

    def wrong(self, ours: str, message: str, *, warned: bool = False) -> None:
        noted = self.reading.warned if warned else self.reading.problems
        noted.append(problem(self.sheet.name, self.number, self.sheet.columns[ours], message))

    def read(self, row: Mapping[str, Any], places: Geography, on: date, seen: Counter[str]) -> None:
        """Note the row as listed, or why it cannot be."""
        before = len(self.reading.problems)
        told = {ours: self._cell(ours, cell) for ours, cell in row.items()}
        for ours in NEEDED:
            if told[ours] is None and len(self.reading.problems) == before:
                self.wrong(ours, "This must be said.")
        if len(self.reading.problems) > before:
            return
        code = authority_named(told["authority"], on)
        area, postcode = self._where(told["postcode"], code, places, on)
        setting = self._setting(told["urn"], postcode, seen)
        if told["sector"] == Sector.OWN and code is None:
            self.wrong("authority", "No authority that we know is called so, and this is its own service.")
        if len(self.reading.problems) == before:
            self.reading.rows.append(self._listed(told, setting, area, postcode, code))

    def _cell(self, ours: str, cell: Any) -> Any:
        try:
            return READ[ours](cell)
        except ValueError as error:
            self.wrong(ours, str(error))
            return None

    def _where(self, postcode: str | None, code: str | None, places: Geography, on: date) -> tuple[str, str | None]:
        area = places.area(postcode, on)
        if area is not None:
            return area, postcode
        if code is None:
            self.wrong("postcode" if postcode else "authority", UNKNOWN_PLACE)
        elif postcode is not None:
            self.wrong("postcode", "We do not know this postcode; the authority's name stands.", warned=True)
        return code or "", None

    def _setting(self, urn: str, postcode: str | None, seen: Counter[str]) -> str:
        """What tells apart several addresses of one URN: the postcode, and a number from the second there on."""
        where = (postcode or "") if self.sheet.settings else ""
        seen[f"{urn} {where}"] += 1
        often = seen[f"{urn} {where}"]
        if often > 1 and not self.sheet.settings:
            self.wrong("urn", "This URN stands in the list twice.")
        return where if often == 1 else f"{where} {often}"

    def _listed(
        self, told: Mapping[str, Any], setting: str, area: str, postcode: str | None, code: str | None
    ) -> Listed:
        type_, also = _types(told["codes"])
        owner = told.get("owner")
        rated = told.get("rating") is not None and told.get("inspected_on") is not None
        return Listed(
            sheet=self.sheet.name,
            row=self.number,
            urn=told["urn"],
            setting=setting,
            provider_key=("owner", owner) if owner else ("urn", told["urn"]),
            provider_name=(owner and told.get("owner_name")) or told["name"],
            sector=told["sector"],
            owned_by=code if told["sector"] == Sector.OWN else None,
            name=told["name"],
            type=type_,
            also=also,
            area=area,
            postcode=postcode,
            opened=told["opened"],
            closed=_closed(told),
            places=told["places"] or 0,
            rating=told["rating"] if rated else None,
            rated_on=told["inspected_on"] if rated else None,
        )


def _types(codes: Sequence[PlacementType]) -> tuple[PlacementType | None, tuple[PlacementType, ...]]:
    """What it chiefly is, and what else: whoever may foster in every way is a foster home first of all."""
    if not codes:
        return None, ()
    chief = PlacementType.FOSTER if PlacementType.FOSTER in codes else codes[0]
    return chief, tuple(sorted(code for code in codes if code != chief))


def _closed(told: Mapping[str, Any]) -> date | None:
    """The day it is registered no longer; a setting that is said to be closed closed on the day that was said."""
    shut = "closed" in (told.get("setting_status") or "").casefold()
    closed: date | None = told["closed"] or (told.get("setting_status_on") if shut else None)
    opened: date = told["opened"]
    return closed and max(closed, opened)
