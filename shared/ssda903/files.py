"""The files of a return, each told for what table and year it is and read: Episodes first, as they can date the others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from shared.ssda903.besides import BESIDES, Told, read_besides
from shared.ssda903.episodes import Key, days_in, read_episodes
from shared.ssda903.header import read_header
from shared.ssda903.held import as_held, held_codes
from shared.ssda903.layout import table_of
from shared.ssda903.ledger import Child, Episode
from shared.ssda903.limits import Limits, Progress, Report
from shared.ssda903.lines import Unreadable, rows
from shared.ssda903.problem import MEGABYTE, Problems
from shared.ssda903.repairs import Repairs
from shared.ssda903.sheet import Sheet
from shared.ssda903.sources import Source
from shared.ssda903.years import dated_year, ends_tell_another_year, named_year

_EPISODES, _HEADER = "Episodes", "Header"
_SAID = {"given": "as was said", "name": "as its name says"}
Given = int | Mapping[str, int] | None
"""The collection year as the caller says it: of everything, or of each file by its name."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read: `year_from` is given, name, dates or Episodes; `rows` are those under the column names."""

    file: str
    table: str
    year: int
    year_from: str
    rows: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that was not read, and why."""

    file: str
    why: str


@dataclass(slots=True)
class Files:
    """What has been read so far, by collection year; `unsound_…` are the children with a row that was refused."""

    given: Given
    limits: Limits
    problems: Problems
    progress: Report
    repairs: Repairs = field(default_factory=Repairs)
    episodes: dict[int, dict[Key, Episode]] = field(default_factory=dict)
    headers: dict[int, dict[str, Child]] = field(default_factory=dict)
    besides: list[Told] = field(default_factory=list)
    unsound_episodes: set[str] = field(default_factory=set)
    unsound_headers: set[str] = field(default_factory=set)
    done: list[FileRead] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)

    def read(self, sources: Iterable[Source]) -> None:
        """Read what is a table of the return and pass over what is not."""
        sources = list(sources)
        held = held_codes(sources, self.limits)
        found: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            found[self._table(source)].append(source)
        chosen = [(table, source) for table in (_EPISODES, _HEADER, *BESIDES) for source in found[table]]
        total = sum(source.size for _, source in chosen)
        if total > self.limits.all_bytes:
            self.problems.note("together_too_big", "", most=self.limits.all_bytes // MEGABYTE)
            return
        reported = 0
        for table, source in chosen:
            self._attempt(table, source, reported, total)
            reported += source.size
        self.episodes = {
            year: as_held(told, held[year]) if year in held else told for year, told in self.episodes.items()
        }

    def whole(self) -> bool:
        """Whether every file could be read, and every year has its Header and its Episodes."""
        if not self.problems.a_file_is_refused:
            self._judge_years()
        return not self.problems.a_file_is_refused

    def _table(self, source: Source) -> str:
        """Which table it is, empty where the file is passed over or refused."""
        if why := _no_table(source.name):
            self.passed_over.append(PassedOver(source.name, why))
            return ""
        try:
            with closing(rows(source, self.limits, lambda _: None)) as found:
                table = table_of(_column_names(found), source.name)
        except Unreadable as unreadable:
            self._refuse(source, unreadable)
            return ""
        return table

    def _attempt(self, table: str, source: Source, reported: int, total: int) -> None:
        read = 0

        def tell(count: int) -> None:
            nonlocal read
            read += count
            self.progress(Progress(source.name, min(reported + read, total), total))

        try:
            self._read_one(table, source, list(rows(source, self.limits, tell)))
        except Unreadable as unreadable:
            self._refuse(source, unreadable)

    def _read_one(self, table: str, source: Source, content: list[list[str]]) -> None:
        columns, body = [name.strip() for name in content[0]], content[1:]
        year, year_from = self._year(table, source.name, columns, body)
        for other in self.done:
            if (other.table, other.year) == (table, year):
                raise Unreadable("table_twice", other=other.file, table=table, year=year)
        if table == _EPISODES and year_from in _SAID:
            _judge_year(year, year_from, columns, body)
        sheet = Sheet(source.name, year, self.problems, self.repairs)
        if table == _EPISODES:
            self.episodes[year] = read_episodes(sheet, columns, body)
            self.unsound_episodes |= sheet.unsound
        elif table == _HEADER:
            self.headers[year] = read_header(sheet, columns, body)
            self.unsound_headers |= sheet.unsound
        else:
            self.besides += read_besides(sheet, table, columns, body)
        self.done.append(FileRead(source.name, table, year, year_from, sum(map(any, body))))

    def _year(self, table: str, name: str, columns: Sequence[str], body: Sequence[Sequence[str]]) -> tuple[int, str]:
        given = self.given.get(name) if isinstance(self.given, Mapping) else self.given
        if given:
            return given, "given"
        if named := named_year(name):
            return named, "name"
        if table == _EPISODES:
            if dated := dated_year(*days_in(columns, body)):
                return dated, "dates"
        elif beside := self._year_beside(name):
            return beside, "Episodes"
        raise Unreadable("year_unknown")

    def _year_beside(self, name: str) -> int | None:
        """The year of the only Episodes in a file's folder, or else of the only Episodes there is."""
        folder = PurePosixPath(name).parent
        episodes = [done for done in self.done if done.table == _EPISODES]
        for years in ({e.year for e in episodes if PurePosixPath(e.file).parent == folder}, {e.year for e in episodes}):
            if len(years) == 1:
                return years.pop()
        return None

    def _judge_years(self) -> None:
        years = self.episodes.keys() | self.headers.keys() | {done.year for done in self.done}
        if not years:
            self.problems.note("nothing_to_read", "")
        for year in range(min(years, default=0), max(years, default=-1) + 1):
            if year not in years:
                self.problems.note("year_missing", "", year=year)
                continue
            for table, read in ((_EPISODES, self.episodes.keys()), (_HEADER, self.headers.keys())):
                if year not in read:
                    self.problems.note("table_missing", "", table=table, year=year)

    def _refuse(self, source: Source, unreadable: Unreadable) -> None:
        self.problems.note(unreadable.code, source.name, unreadable.row, "", **unreadable.words)


def _judge_year(year: int, year_from: str, columns: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    _, ends = days_in(columns, body)
    if other := ends_tell_another_year(year, ends):
        raise Unreadable("wrong_year", year=year, because=_SAID[year_from], other=other)


def _no_table(name: str) -> str:
    """Why a file cannot be a table by its name, empty where it can."""
    path = PurePosixPath(name)
    if path.name.startswith((".", "~$")) or "__MACOSX" in path.parts:
        return "It is a hidden file."
    return "" if path.suffix.lower() == ".csv" else "It is not a CSV file."


def _column_names(found: Iterable[list[str]]) -> list[str]:
    for first in found:
        return first
    raise Unreadable("empty")
