"""A child's episodes put together from a return and from those loaded before: the newest year to speak of one is believed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.ssda903.checks import judge_child
from shared.ssda903.ledger import Child, Episode, Ledger
from shared.ssda903.mending import Rows, mend
from shared.ssda903.problem import Problem, Problems, Severity
from shared.ssda903.reading import Reading
from shared.ssda903.years import first_day, last_day
from shared.store.session import Row

EARLIER = "an earlier load"
"""What a problem calls the file of an episode that was loaded before."""
CHILD_MISSING = (
    "{count} of the children who were looked after on 31 March {year} stand in none of these files. Nothing says what"
    " became of them."
)


@dataclass(frozen=True, slots=True)
class Told:
    """An episode, and the newest collection year that told of it."""

    year: int
    episode: Episode


History = dict[date, Told]
"""A child's episodes by the day they began."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One child's whole ledger after a load; `known` is what it was before."""

    child: UUID
    ledger: Ledger
    known: History
    history: History

    @property
    def changed(self) -> bool:
        """Whether any episode is new, gone or other than it was."""
        return {day: told.episode for day, told in self.known.items()} != {
            day: told.episode for day, told in self.history.items()
        }


def kept_histories(rows: Iterable[Row], references: Mapping[UUID, str]) -> dict[UUID, History]:
    """The `episodes` table as histories."""
    found: dict[UUID, History] = {}
    for row in rows:
        codes = (row.rne, row.ls, row.cin, row.place, row.place_provider, row.dec, row.rec, row.reason_place_change)
        where = (row.home_post, row.pl_post, row.urn)
        episode = Episode(references.get(row.child, ""), row.decom, *codes, *where, EARLIER, 0)
        found.setdefault(row.child, {})[row.decom] = Told(row.year, episode)
    return found


def merged_histories(
    reading: Reading, children: Mapping[str, UUID], kept: Mapping[UUID, History], problems: list[Problem]
) -> Iterator[Merged]:
    """Every child of the return, and every other of whom it ought to speak; what is wrong is added to `problems`."""
    year_of = {read.file: read.year for read in reading.files}
    found = Problems(50)
    spoken_of: set[UUID] = set()
    for ledger in reading.ledgers:
        child = children[ledger.child.reference]
        spoken_of.add(child)
        known = kept.get(child, {})
        new = {e.starts: Told(year_of[e.file], e) for e in ledger.episodes}
        new = _repaired(known, new, reading)
        yield _merge(child, ledger.child, known, new, reading.years, found)
    missing = 0
    for child, history in kept.items():
        if child in spoken_of:
            continue
        missing += any(_left_open(told, reading.years) for told in history.values())
        nobody = Child("", "", date.min, "", "", False, None)
        yield _merge(child, nobody, history, {}, reading.years, Problems(0))
    problems += [problem for problem in found.listed if problem.severity is Severity.REFUSED]
    if missing:
        words = CHILD_MISSING.format(count=missing, year=reading.years[0] - 1)
        problems.append(Problem("", 0, "CHILD", "child_missing", words, Severity.REFUSED))


def _repaired(known: History, new: History, reading: Reading) -> History:
    """What is told now, beside what was open when the year before ended, with the repairs that are asked for."""
    was_open = {day: told for day, told in known.items() if _left_open(told, reading.years)}
    if not was_open or not new:
        return new
    year = reading.years[0]
    rows: Rows = {
        year - 1: {day: told.episode for day, told in was_open.items()},
        year: {day: told.episode for day, told in new.items()},
    }
    mend(rows, reading.repairs)
    told_in = {(told.episode.file, told.episode.row): told.year for told in new.values()}
    ended = {day: Told(was_open[day].year, e) for day, e in rows[year - 1].items() if e != was_open[day].episode}
    return ended | {day: Told(told_in[e.file, e.row], e) for day, e in rows[year].items()}


def _merge(
    child: UUID, header: Child, known: History, new: History, years: Sequence[int], problems: Problems
) -> Merged:
    stays = {d: t for d, t in known.items() if t.year > years[-1] or (d not in new and t.year < years[0])}
    history = dict(sorted((new | stays).items()))
    ledger = Ledger(header, tuple(told.episode for told in history.values()))
    lost = [told for day, told in known.items() if day not in new and _left_open(told, years)]
    for told in lost:
        problems.note("not_carried_on", header.file, header.row, "CHILD", year=told.year)
    if history != new and not lost:
        judge_child(header, ledger.episodes, problems)
    return Merged(child, ledger, known, history)


def _left_open(told: Told, years: Sequence[int]) -> bool:
    """Whether an episode was still open in the year before, so that these years must say what became of it."""
    return told.year < years[0] and told.episode.ends is None


def spoken_for(years: Sequence[int]) -> tuple[date, date]:
    """The first and the last day a return of these years speaks for."""
    return first_day(years[0]), last_day(years[-1])


def covered_from(years: Iterable[int]) -> date:
    """The first day of the run of years without a gap that ends with the newest."""
    loaded = set(years)
    first = max(loaded)
    while first - 1 in loaded:
        first -= 1
    return first_day(first)
