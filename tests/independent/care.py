"""What makes a period of care, a placement and a temporary stay out of episodes (MEASURES.md, "Facts they rest on")."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tests.independent.episodes import Child, Episode

SHORT_BREAKS = ("V3", "V4")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
WITH_THE_SAME_CARER = ("T", "U")
ADOPTED_BY_PRESENT_CARER = ("A3", "A5")


@dataclass(frozen=True)
class Placement:
    """Nights `[starts, ends)` with one carer or home, in one type of placement."""

    starts: date
    ends: date | None
    type: str
    sector: str
    home: str
    postcode: str
    same_carer: bool
    """The carer is that of the placement before: only the type changed."""


@dataclass(frozen=True)
class Period:
    """Days `[starts, ends)` looked after without a gap."""

    starts: date
    ends: date | None
    placements: tuple[Placement, ...]


@dataclass(frozen=True)
class InCare:
    """One child's whole history."""

    reference: str
    born: date
    periods: tuple[Period, ...]


def history_of(child: Child, *, short_breaks: bool = False) -> InCare:
    """Periods and placements of a child; series of short breaks (V3, V4) are left out unless asked for."""
    episodes = [one for one in child.episodes if short_breaks or one.legal_status not in SHORT_BREAKS]
    return InCare(child.reference, child.born, tuple(period_of(run) for run in without_gap(episodes)))


def without_gap(episodes: Sequence[Episode]) -> list[list[Episode]]:
    """Runs in which each episode starts no later than the day the one before it ends."""
    runs: list[list[Episode]] = []
    for episode in episodes:
        last = runs[-1][-1] if runs else None
        if last and (last.ends is None or episode.starts <= last.ends):
            runs[-1].append(episode)
        else:
            runs.append([episode])
    return runs


def period_of(run: Sequence[Episode]) -> Period:
    return Period(run[0].starts, run[-1].ends, tuple(placements_of(run)))


def placements_of(run: Sequence[Episode]) -> list[Placement]:
    """RNE L never starts a placement; anything else does. What lasts no night is none."""
    placements: list[Placement] = []
    for episode in without_temporary_stays(run):
        if placements and episode.rne == "L":
            placements[-1] = replace(placements[-1], ends=episode.ends)
        else:
            placements.append(a_placement(episode))
    return [one for one in placements if one.ends != one.starts]


def a_placement(episode: Episode) -> Placement:
    same_carer = episode.rne in WITH_THE_SAME_CARER
    return Placement(
        episode.starts, episode.ends, episode.type, episode.sector, episode.home, episode.postcode, same_carer
    )


def without_temporary_stays(run: Sequence[Episode]) -> list[Episode]:
    """Where a child goes away (T0 to T4) and comes back to the same place, it never left that placement.

    A temporary stay from which it has not come back to the same place stands as it is.
    """
    kept: list[Episode] = []
    for at, episode in enumerate(run):
        back = next((later for later in run[at:] if later.type not in TEMPORARY), None)
        staying = kept[-1] if kept and kept[-1].type not in TEMPORARY else None
        away = any(one.type in TEMPORARY for one in run[max(0, at - 1) : at + 1])
        if away and back and staying and same_place(staying, back):
            kept[-1] = replace(staying, ends=episode.ends)
        else:
            kept.append(episode)
    return kept


def same_place(one: Episode, other: Episode) -> bool:
    return (one.type, one.sector, one.urn, one.postcode) == (other.type, other.sector, other.urn, other.postcode)


def carer_since(placements: Sequence[Placement], at: int) -> date:
    """From when the child has lived with the carer of this placement: a change of type with the same carer is no break."""
    while at and placements[at].same_carer:
        at -= 1
    return placements[at].starts


def counted(placements: Sequence[Placement], *, same_carer_counts: bool) -> list[tuple[date, date | None]]:
    """The placements as three_plus counts them: adoption by the present carer (A3, A5) is not another one, ever."""
    joined = [one.type in ADOPTED_BY_PRESENT_CARER or (one.same_carer and not same_carer_counts) for one in placements]
    starts = [at for at in range(len(placements)) if at == 0 or not joined[at]]
    return [(placements[a].starts, placements[b - 1].ends) for a, b in pairwise([*starts, len(placements)])]
