"""Reading a return: from a folder, a zip or uploads of one or many years to one ledger per child, or to what is wrong."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.ssda903.besides import Told, merged_besides
from shared.ssda903.checks import judge_child, judge_header
from shared.ssda903.files import FileRead, Files, Given, PassedOver
from shared.ssda903.ledger import Child, Episode, Ledger
from shared.ssda903.limits import Limits, Report, silent
from shared.ssda903.mending import mended_years
from shared.ssda903.merge import merged_children, merged_episodes
from shared.ssda903.problem import Problem, Problems, Rest, Severity
from shared.ssda903.repairs import RepairKind, Repairs
from shared.ssda903.sources import Upload, opened


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was read and what it came to; `first_start_unknown` counts children whose first episode is not RNE S."""

    header_rows: int
    episode_rows: int
    children: int
    children_without_episodes: int
    episodes: int
    periods: int
    open_episodes: int
    first_start_unknown: int
    refused: int
    warned: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole answer. All or nothing: with anything refused, `ledgers` is empty.

    `years` are the collection years with Episodes; `problems` are listed in the order of files and rows, and `rest`
    counts those of each kind that are too many to list. `besides` are the rows of the tables that are not Header or
    Episodes, each as its newest year has it. `repairs` are those offered; the ledgers rest on those made.
    """

    years: tuple[int, ...]
    files: tuple[FileRead, ...]
    passed_over: tuple[PassedOver, ...]
    ledgers: tuple[Ledger, ...]
    problems: tuple[Problem, ...]
    rest: tuple[Rest, ...]
    statistics: Statistics
    repairs: Repairs
    besides: tuple[Told, ...] = ()

    @property
    def refused(self) -> bool:
        return self.statistics.refused > 0


def read(
    what: Path | Iterable[Upload],
    *,
    year: Given = None,
    repair: Iterable[RepairKind] = (),
    limits: Limits | None = None,
    progress: Report = silent,
) -> Reading:
    """Read a folder, a zip, a file, or uploads (zips among them).

    `year` is the collection year of everything, or of each file by its name; without it names and dates tell.
    `repair` are the kinds of repair to make; the others are offered only.
    Nothing is raised for what is wrong with the files: it is in `problems`.
    """
    limits = limits or Limits()
    problems = Problems(limits.problems_of_a_kind)
    with opened(what, limits, problems) as sources:
        files = Files(year, limits, problems, progress, Repairs(repair))
        files.read(sources)
    whole = files.whole()
    ledgers = _ledgers(files, problems) if whole else ()
    besides = _besides(files, problems) if whole else ()
    statistics = _statistics(files, ledgers, problems)
    return Reading(
        years=tuple(sorted(files.episodes)),
        files=tuple(sorted(files.done, key=lambda done: (done.year, done.table, done.file))),
        passed_over=tuple(files.passed_over),
        ledgers=() if statistics.refused else ledgers,
        problems=problems.listed,
        rest=problems.rest,
        statistics=statistics,
        repairs=files.repairs,
        besides=() if statistics.refused else besides,
    )


def _ledgers(files: Files, problems: Problems) -> tuple[Ledger, ...]:
    children = merged_children(files.headers, problems)
    years = mended_years(files.episodes, files.repairs, files.unsound_episodes)
    by_year = {year: list(episodes.values()) for year, episodes in years.items()}
    judge_header(by_year, files.headers, children, files.unsound_headers, problems)
    held: dict[str, list[Episode]] = defaultdict(list)
    for episode in merged_episodes(years, problems, files.unsound_episodes):
        held[episode.child].append(episode)
    return tuple(_ledger(child, held[child.reference], files, problems) for _, child in sorted(children.items()))


def _besides(files: Files, problems: Problems) -> tuple[Told, ...]:
    children = {reference: child for _, by in sorted(files.headers.items()) for reference, child in by.items()}
    refused = files.unsound_headers
    told = (one for one in files.besides if one.row.child in children or one.row.child not in refused)
    return merged_besides(told, children, files.headers, problems)


def _ledger(child: Child, episodes: list[Episode], files: Files, problems: Problems) -> Ledger:
    episodes.sort(key=lambda episode: episode.starts)
    if child.reference not in files.unsound_episodes:
        judge_child(child, episodes, problems)
    return Ledger(child, tuple(episodes))


def _statistics(files: Files, ledgers: Iterable[Ledger], problems: Problems) -> Statistics:
    ledgers = tuple(ledgers)
    episodes = [episode for ledger in ledgers for episode in ledger.episodes]
    firsts = [ledger.episodes[0] for ledger in ledgers if ledger.episodes]
    return Statistics(
        header_rows=sum(done.rows for done in files.done if done.table == "Header"),
        episode_rows=sum(done.rows for done in files.done if done.table == "Episodes"),
        children=len(ledgers),
        children_without_episodes=len(ledgers) - len(firsts),
        episodes=len(episodes),
        periods=sum(len(ledger.periods) for ledger in ledgers),
        open_episodes=sum(episode.ends is None for episode in episodes),
        first_start_unknown=sum(first.reason_new != "S" for first in firsts),
        refused=problems.count(Severity.REFUSED),
        warned=problems.count(Severity.WARNED),
    )
