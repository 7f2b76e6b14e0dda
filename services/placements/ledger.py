"""What a child's SSDA903 episodes come to: placements, temporary stays and periods of care with their legal statuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from shared.contracts.placements import LegalLine
from shared.contracts.vocabulary import CareEnd, LegalStatus, PlaceChange, PlacementType, Purpose, Sector
from shared.ssda903.ledger import Episode, Ledger, Period

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
SAME_CARER = frozenset({"T", "U"})
"""RNE: the kind of placement changed, the carer did not."""
BY_PRESENT_CARER = frozenset({"A3", "A5"})
"""Adoption by the carer the child already lives with."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement as the return tells it, on nights `[starts, ends)`; `first` and `last` are its episodes."""

    starts: date
    ends: date | None
    purpose: Purpose
    same_carer: bool
    type: PlacementType
    sector: Sector | None
    reason: PlaceChange | None
    home_postcode: str
    """Where the child lived when this period of care began."""
    postcode: str
    urn: str
    first: Episode
    last: Episode


@dataclass(frozen=True, slots=True)
class Care:
    """A period of care as the return tells it; `start_known` is false where it began before the first known episode."""

    started: date
    ended: date | None
    reason: CareEnd | None
    start_known: bool
    statuses: tuple[LegalLine, ...]
    first: Episode
    last: Episode


def placements_in(ledger: Ledger) -> tuple[Placed, ...]:
    """Every placement of a child, in order of their first nights.

    An episode that only changes the legal status (RNE L) never starts one. A change of kind with the same carer (RNE T
    or U, A3, A5) is a placement of its own with `same_carer`. A stay T0 to T4 after which the child is back in the same
    place is a temporary placement beside the one that runs on. Any other is a placement like any other, also while it
    still goes on: a later year's return tells whether the child came back.
    """
    return tuple(placed for period in ledger.periods for placed in sorted(_of(period), key=lambda p: p.starts))


def care_in(ledger: Ledger) -> tuple[Care, ...]:
    """Every period of care of a child, in order."""
    return tuple(_care(period) for period in ledger.periods)


def _of(period: Period) -> Iterator[Placed]:
    home = next((episode.home_postcode for episode in period.episodes if episode.home_postcode), "")
    main, stays = _told_apart(_runs(period.episodes))
    ends = [*(after[0].starts for after in main[1:]), period.ends]
    for number, (run, end) in enumerate(zip(main, ends, strict=True)):
        same_carer = number > 0 and _by_same_carer(run[0])
        yield _placed(run, end, Purpose.MOVE if number else Purpose.FIRST, home, same_carer=same_carer)
    for run in stays:
        yield _placed(run, run[-1].ends, Purpose.TEMPORARY, home, same_carer=False)


Run = list[Episode]


def _runs(episodes: Sequence[Episode]) -> list[Run]:
    """Episodes by placement, as RNE tells them."""
    runs: list[Run] = []
    for episode in episodes:
        if runs and episode.reason_new == "L":
            runs[-1].append(episode)
        else:
            runs.append([episode])
    return runs


def _told_apart(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """Placements and the temporary stays away from them."""
    main: list[Run] = []
    stays: list[Run] = []
    away: list[Run] = []
    for is_stay, of_kind in groupby(runs, key=lambda run: run[0].place in TEMPORARY):
        some = list(of_kind)
        if is_stay:
            away = some
            continue
        if away and main and _where(main[-1][-1]) == _where(some[0][0]):
            stays += away
            main[-1] += some.pop(0)
        else:
            main += away
        main += some
        away = []
    return main + away, stays


def _where(episode: Episode) -> tuple[str, str, str, str]:
    return episode.place, episode.sector, episode.urn, episode.placement_postcode


def _by_same_carer(episode: Episode) -> bool:
    return episode.reason_new in SAME_CARER or episode.place in BY_PRESENT_CARER


def _placed(run: Run, ends: date | None, purpose: Purpose, home: str, *, same_carer: bool) -> Placed:
    first, last = run[0], run[-1]
    why = last.reason_place_change if ends is not None and purpose is not Purpose.TEMPORARY else ""
    return Placed(
        starts=first.starts,
        ends=ends,
        purpose=purpose,
        same_carer=same_carer,
        type=PlacementType(first.place),
        sector=Sector(first.sector) if first.sector else None,
        reason=PlaceChange(why) if why else None,
        home_postcode=home,
        postcode=first.placement_postcode,
        urn=first.urn,
        first=first,
        last=last,
    )


def _care(period: Period) -> Care:
    last = period.episodes[-1]
    return Care(
        started=period.starts,
        ended=period.ends,
        reason=None if last.ends is None else CareEnd(last.reason_ceased),
        start_known=period.start_known,
        statuses=tuple(_statuses(period.episodes)),
        first=period.episodes[0],
        last=last,
    )


def _statuses(episodes: Sequence[Episode]) -> Iterator[LegalLine]:
    """A line for each day on which the legal status became another, whatever RNE says."""
    for status, of_status in groupby(episodes, key=lambda episode: episode.legal_status):
        yield LegalLine(status=LegalStatus(status), starts=next(of_status).starts)
