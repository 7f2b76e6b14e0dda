"""One child's rows of several years with the repairs they need: years that join, episodes that end where the next begins."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from shared.ssda903.episodes import Key
from shared.ssda903.ledger import Episode
from shared.ssda903.merge import COMPARED
from shared.ssda903.repairs import RepairKind, Repairs
from shared.ssda903.years import first_day, year_of

Rows = dict[int, dict[date, Episode]]
"""A child's episodes by collection year and first day."""
_PLACE = ("place", "sector", "urn", "placement_postcode")


def mended_years(
    years: Mapping[int, Mapping[Key, Episode]], repairs: Repairs, spared: Iterable[str]
) -> dict[int, dict[Key, Episode]]:
    """Every year's episodes after the repairs that are asked for; of `spared` children nothing is offered."""
    children: dict[str, Rows] = {}
    for year, episodes in years.items():
        for (child, starts), episode in episodes.items():
            children.setdefault(child, {}).setdefault(year, {})[starts] = episode
    for child in children.keys() - set(spared):
        mend(children[child], repairs)
    mended: dict[int, dict[Key, Episode]] = {year: {} for year in years}
    for child, rows in children.items():
        for year, by_start in rows.items():
            mended[year] |= {(child, starts): episode for starts, episode in by_start.items()}
    return mended


def mend(rows: Rows, repairs: Repairs) -> None:
    """Offer what one child's rows need, and change them as far as it is asked for."""
    offered: set[date] = set()
    for year in sorted(rows):
        _join(rows, year, repairs, offered)
    _agree_on_ends(rows, repairs)
    _follow(rows, repairs, offered)


def _join(rows: Rows, year: int, repairs: Repairs, offered: set[date]) -> None:
    """The episode open at a year's end is the first of the next: field by field as it was."""
    still_open = [episode for episode in rows[year].values() if episode.ends is None]
    after = rows.get(year + 1)
    if not still_open or not after:
        return
    last = max(still_open, key=lambda episode: episode.starts)
    first = after.get(last.starts) or after[min(after)]
    if first.starts != last.starts and not _same_placement(last, first, year):
        return
    mended = _as_it_was(last, first, year, repairs)
    if mended is None:
        offered.add(last.starts)
    else:
        del after[first.starts]
        after[mended.starts] = mended


def _same_placement(last: Episode, first: Episode, year: int) -> bool:
    """Whether a row that should have been in the year before, or begins with its year, is the one that was open."""
    begins = first_day(year + 1)
    if first.starts > begins or (first.ends is not None and first.ends <= last.starts):
        return False
    if first.starts == begins and first.legal_status != last.legal_status:
        return False
    return all(getattr(first, name) == getattr(last, name) for name in _PLACE)


def _as_it_was(last: Episode, first: Episode, year: int, repairs: Repairs) -> Episode | None:
    """The row with what the year before says of it; None where that is offered and not asked for."""
    words = {"year": year, "other": last.row, "other_file": last.file}
    where = (first.file, first.row)
    why = "carried_on" if first.starts == last.starts else "began_before"
    made = True
    if first.starts != last.starts:
        made = repairs.offer(RepairKind.YEAR_END, where, "DECOM", _day(first.starts), _day(last.starts), why, **words)
    told: dict[str, Any] = {}
    for column, name in COMPARED.items():
        says, becomes = getattr(first, name), getattr(last, name)
        if becomes and says != becomes:
            made = repairs.offer(RepairKind.YEAR_END, where, column, says, becomes, why, **words)
            told[name] = becomes
    return replace(first, starts=last.starts, **told) if made else None


def _agree_on_ends(rows: Rows, repairs: Repairs) -> None:
    """An episode that two years end otherwise ends as the newest says."""
    newest: dict[date, Episode] = {}
    for year in sorted(rows, reverse=True):
        for starts, episode in rows[year].items():
            later = newest.setdefault(starts, episode)
            if episode.ends is not None and (episode.ends, episode.reason_ceased) != (later.ends, later.reason_ceased):
                rows[year][starts] = _ended_as(episode, later, repairs)


def _ended_as(episode: Episode, later: Episode, repairs: Repairs) -> Episode:
    told = [("DEC", _day(episode.ends), _day(later.ends)), ("REC", episode.reason_ceased, later.reason_ceased)]
    where, words = (episode.file, episode.row), {"other": later.row, "other_file": later.file}
    made = False
    for column, says, becomes in told:
        if says != becomes:
            made = repairs.offer(RepairKind.YEAR_END, where, column, says, becomes, "told_later", **words)
    why = later.reason_place_change
    ended = replace(episode, ends=later.ends, reason_ceased=later.reason_ceased, reason_place_change=why)
    return ended if made else episode


def _follow(rows: Rows, repairs: Repairs, offered: set[date]) -> None:
    """An episode ends where the next begins, if that is no new start of care. What has another repair waits for it."""
    newest = {starts: year for year in sorted(rows) for starts in rows[year]}
    days = sorted(newest)
    for day, following in pairwise(days):
        before, after = rows[newest[day]][day], rows[newest[following]][following]
        if day in offered or after.reason_new == "S":
            continue
        if before.ends is None and year_of(following) <= newest[day] + 1:
            rows[newest[day]][day] = _ended_by(before, after, RepairKind.UNCLOSED_EPISODES, repairs)
        elif before.ends is not None and before.ends > following and _outlives(after, before.ends):
            rows[newest[day]][day] = _ended_by(before, after, RepairKind.OVERLAPPING_EPISODES, repairs)


def _outlives(after: Episode, day: date) -> bool:
    return after.ends is None or after.ends >= day


def _ended_by(before: Episode, after: Episode, kind: RepairKind, repairs: Repairs) -> Episode:
    where, words = (before.file, before.row), {"other": after.row, "other_file": after.file}
    made = repairs.offer(kind, where, "DEC", _day(before.ends), _day(after.starts), "next_began", **words)
    if not before.goes_on:
        repairs.offer(kind, where, "REC", before.reason_ceased, "X1", "care_goes_on", **words)
    return replace(before, ends=after.starts, reason_ceased="X1") if made else before


def _day(day: date | None) -> str:
    """As the return writes it; nothing where it is blank."""
    return f"{day:%d/%m/%Y}" if day else ""
