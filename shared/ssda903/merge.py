"""The years put together: one row for each episode and each child, the newest, and what the years say against each other."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from shared.ssda903.episodes import Key
from shared.ssda903.ledger import Child, Episode
from shared.ssda903.problem import Problems
from shared.ssda903.years import first_day

_HEADER = {"DOB": "born", "SEX": "sex"}
COMPARED = {
    "RNE": "reason_new",
    "LS": "legal_status",
    "CIN": "category_of_need",
    "PLACE": "place",
    "PLACE_PROVIDER": "sector",
    "HOME_POST": "home_postcode",
    "PL_POST": "placement_postcode",
    "URN": "urn",
}
"""What an open episode says again in the next year: column -> our field."""
_MOVE = {"REASON_PLACE_CHANGE": "reason_place_change"}


def merged_children(headers: Mapping[int, Mapping[str, Child]], problems: Problems) -> dict[str, Child]:
    """Each child as the newest Header has them."""
    kept: dict[str, Child] = {}
    for _, children in sorted(headers.items()):
        for reference, child in children.items():
            before = kept.get(reference)
            if before:
                _compare(before, child, _HEADER, "changed_in_header", problems)
            kept[reference] = child
    return kept


def merged_episodes(years: Mapping[int, Mapping[Key, Episode]], problems: Problems, spared: set[str]) -> list[Episode]:
    """Each episode as the newest year has it; `spared` are children with refused rows, of whom nothing more is said."""
    held: dict[Key, dict[int, Episode]] = {}
    for year, episodes in sorted(years.items()):
        for key, episode in episodes.items():
            held.setdefault(key, {})[year] = episode
    oldest, newest = min(years, default=0), max(years, default=0)
    for (child, _), rows in held.items():
        if child not in spared:
            _judge_repeats(list(rows.values()), problems)
            _judge_carried_on(rows, oldest, newest, problems)
    return [rows[max(rows)] for rows in held.values()]


def _judge_repeats(rows: Iterable[Episode], problems: Problems) -> None:
    """An episode open at the year's end comes again in the next year; only its end may be new there."""
    for before, after in pairwise(rows):
        _compare(before, after, COMPARED, "changed_in_episode", problems)
        if before.ends is None:
            continue
        if (before.ends, before.reason_ceased) != (after.ends, after.reason_ceased):
            problems.note("end_contradicted", after.file, after.row, "DEC", other=before.row, other_file=before.file)
        else:
            _compare(before, after, _MOVE, "changed_in_episode", problems)


def _judge_carried_on(rows: Mapping[int, Episode], oldest: int, newest: int, problems: Problems) -> None:
    for year, episode in rows.items():
        if episode.ends is None and year < newest and year + 1 not in rows:
            problems.note("not_carried_on", episode.file, episode.row, "DECOM", year=year)
    year = min(rows)
    first = rows[year]
    if year > oldest and first.starts < first_day(year):
        problems.note("not_known_before", first.file, first.row, "DECOM", year=year - 1)


def _compare(
    before: Child | Episode, after: Child | Episode, fields: Mapping[str, str], code: str, problems: Problems
) -> None:
    for column, name in fields.items():
        if getattr(before, name) != getattr(after, name):
            problems.note(code, after.file, after.row, column, other=before.row, other_file=before.file)
