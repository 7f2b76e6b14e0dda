"""What one child's rows must say together once the years are merged."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from shared.ssda903.ledger import Child, Episode, follows
from shared.ssda903.problem import Problems


def judge_header(
    years: Mapping[int, Iterable[Episode]],
    headers: Mapping[int, Collection[str]],
    children: Collection[str],
    refused: Collection[str],
    problems: Problems,
) -> None:
    """Every episode's child stands in some Header, and better in its own year's; of `refused` enough has been said."""
    for year, episodes in years.items():
        for episode in episodes:
            if episode.child in headers[year] or episode.child in refused:
                continue
            code = "no_header_this_year" if episode.child in children else "no_header"
            problems.note(code, episode.file, episode.row, "CHILD", year=year)


def judge_child(child: Child, episodes: Sequence[Episode], problems: Problems) -> None:
    """The child's episodes in order: none before birth, none at once with another, none missing between."""
    for episode in episodes:
        if episode.starts < child.born:
            problems.note("before_birth", episode.file, episode.row, "DECOM")
    for before, after in pairwise(episodes):
        _judge_pair(before, after, problems)
    if episodes and episodes[-1].goes_on:
        problems.note("gap", episodes[-1].file, episodes[-1].row, "REC")


def _judge_pair(before: Episode, after: Episode, problems: Problems) -> None:
    if before.ends is None:
        problems.note("left_open", before.file, before.row, "DEC", other=after.row, other_file=after.file)
    elif before.ends > after.starts:
        problems.note("overlap", after.file, after.row, "DECOM", other=before.row, other_file=before.file)
    elif before.goes_on and before.ends < after.starts:
        problems.note("gap", before.file, before.row, "REC")
    elif follows(before, after):
        if after.reason_new == "S":
            problems.note("start_not_expected", after.file, after.row, "RNE")
    elif after.reason_new != "S":
        problems.note("start_expected", after.file, after.row, "RNE")
