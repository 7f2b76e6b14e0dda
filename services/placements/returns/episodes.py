"""A child's episodes out of the ledger: cut wherever legal status or placement changed, with what a return told of each."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from shared.contracts.vocabulary import Purpose
from shared.ssda903.shape import Episode
from shared.store.session import Row

GOES_ON = "X1"
RNE = {
    # (legal status changed, placement changed, by the same carer)
    (True, False, False): "L",
    (False, True, False): "P",
    (False, True, True): "T",
    (True, True, False): "B",
    (True, True, True): "U",
}


@dataclass(frozen=True, slots=True)
class History:
    """What is kept of one child's care; periods have their `lines` of legal status, `told` are episodes as loaded."""

    reference: str
    periods: Sequence[Row]
    placements: Sequence[Row]
    told: Mapping[date, Row]
    home_postcode: str | None


@dataclass(frozen=True, slots=True)
class Hole:
    """Days of a period of care on which nobody recorded where the child lived."""

    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """Days on which nothing changed; `told` is the loaded episode that says the same of them."""

    starts: date
    ends: date | None
    status: str
    placement: Row
    told: Row | None


def episodes_of(history: History) -> tuple[list[Episode], list[Hole]]:
    """Every episode of a child in order, and the days that no placement accounts for."""
    episodes: list[Episode] = []
    holes: list[Hole] = []
    for period in history.periods:
        episodes += _written(period, _runs(period, history, holes), history)
    return episodes, holes


def _runs(period: Row, history: History, holes: list[Hole]) -> list[Run]:
    within = [p for p in history.placements if p.starts != p.ends and _meets(p, period)]
    main = [p for p in within if p.purpose != Purpose.TEMPORARY]
    stays = [p for p in within if p.purpose == Purpose.TEMPORARY]
    begins = [starts for starts, _ in period.lines]
    changes = {period.started, *begins, *(p.starts for p in within), *(p.ends for p in within)}
    runs: list[Run] = []
    for starts, ends in pairwise([*_days(period, {*changes, *history.told}), period.ended]):
        placement = _at(stays, starts) or _at(main, starts)
        if placement is None:
            holes.append(Hole(starts, ends))
            continue
        status = period.lines[max(bisect_right(begins, starts) - 1, 0)][1]
        told = history.told.get(starts)
        told = told if told is not None and _agree(told, status, placement) else None
        if starts in changes or (told is not None and _cut_before(history.told, starts, status, placement)):
            runs.append(Run(starts, ends, status, placement, told))
        else:
            runs[-1] = replace(runs[-1], ends=ends)
    return runs


def _days(period: Row, changes: Iterable[date | None]) -> list[date]:
    """Every day of the period on which something may have changed."""
    return sorted(
        day
        for day in changes
        if day is not None and period.started <= day and (period.ended is None or day < period.ended)
    )


def _meets(placement: Row, period: Row) -> bool:
    before = period.ended is None or placement.starts < period.ended
    return bool(before and (placement.ends is None or period.started < placement.ends))


def _at(placements: Iterable[Row], day: date) -> Row | None:
    return next((p for p in placements if p.starts <= day and (p.ends is None or day < p.ends)), None)


def _agree(told: Row, status: str, placement: Row) -> bool:
    """Whether a loaded episode says of its days what the ledger says of them now."""
    said = (told.ls, told.place, told.place_provider, told.urn, told.pl_post)
    held = (placement.type, placement.sector or "", placement.urn or "", placement.postcode or "")
    return said == (status, *held)


def _cut_before(told: Mapping[date, Row], day: date, status: str, placement: Row) -> bool:
    """Whether the return had an episode that ended that day though nothing changed, and the ledger still says as much."""
    before = max((starts for starts in told if starts < day), default=None)
    return before is not None and told[before].dec == day and _agree(told[before], status, placement)


def _written(period: Row, runs: Sequence[Run], history: History) -> Iterator[Episode]:
    needs = {run.told.cin: None for run in runs if run.told}
    need = period.category_of_need or next(iter(needs), None)
    home = next((run.told.home_post for run in runs if run.told and run.told.home_post), history.home_postcode)
    for number, run in enumerate(runs):
        before = runs[number - 1] if number else None
        after = runs[number + 1] if number + 1 < len(runs) else None
        episode = Episode(
            child=history.reference,
            decom=run.starts,
            rne=_rne(period, before, run),
            ls=run.status,
            cin=run.told.cin if run.told and need in needs else need,
            place=run.placement.type,
            place_provider=run.placement.sector,
            dec=run.ends,
            rec=_rec(run, after, period),
            reason_place_change=_why_moved(run, after),
            home_post=(run.told.home_post if run.told else "") or home,
            pl_post=run.placement.postcode,
            urn=run.placement.urn,
        )
        yield _as_told(episode, run.told, before) if run.told else episode


def _rne(period: Row, before: Run | None, run: Run) -> str | None:
    if before is None or before.ends != run.starts:
        return "S" if period.start_known and run.starts == period.started else None
    moved = before.placement.placement != run.placement.placement
    stay = Purpose.TEMPORARY in (before.placement.purpose, run.placement.purpose)
    same_carer = moved and bool(run.placement.same_carer) and not stay
    return RNE.get((before.status != run.status, moved, same_carer), "L")


def _rec(run: Run, after: Run | None, period: Row) -> str | None:
    if after is not None and after.starts == run.ends:
        return GOES_ON
    return period.reason if run.ends is not None and run.ends == period.ended else None


def _why_moved(run: Run, after: Run | None) -> str | None:
    """Why the next placement followed on this one; of temporary stays nobody asks."""
    if after is None or run.placement.placement == after.placement.placement:
        return None
    if Purpose.TEMPORARY in (run.placement.purpose, after.placement.purpose):
        return None
    return None if "T" in (run.placement.type[0], after.placement.type[0]) else run.placement.reason


def _as_told(episode: Episode, told: Row, before: Run | None) -> Episode:
    """What only the return told, where it still holds: how it began, and why it ended."""
    if before is None or before.told is not None:
        episode = replace(episode, rne=told.rne)
    if (told.dec, told.rec or None) == (episode.dec, episode.rec):
        episode = replace(episode, reason_place_change=told.reason_place_change or None)
    return episode
