"""One child's part of this year's and last year's return, as the rules read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from services.placements.returns.checks.days import after
from services.placements.returns.checks.places import NOWHERE, Places
from shared.ssda903.years import first_day, last_day

SHORT_BREAKS = frozenset({"V3", "V4"})
Rows = Mapping[str, Sequence[Any]]
"""A child's rows of one year's return by table; a table of which there are none may be left out."""


@dataclass(frozen=True)
class Case:
    """One child: rows of this year and the year before (`None`: there is no return of that year to compare with)."""

    reference: str
    authority: str
    year: int
    now: Rows
    then: Rows | None = None
    places: Places = field(default=NOWHERE, repr=False)
    upn_shared: bool = False
    """Whether another child of the return has the same UPN."""
    today: date = date.max
    """While the year runs, what is open has lasted until today and no longer."""

    def rows(self, table: str) -> Sequence[Any]:
        """This year's rows of a table; episodes in order."""
        return self.episodes if table == "Episodes" else self.now.get(table, ())

    def last(self, table: str) -> Sequence[Any]:
        """Last year's rows of a table; none where there is no return of last year."""
        return (self.then or {}).get(table, ())

    @cached_property
    def opens(self) -> date:
        """1 April."""
        return first_day(self.year)

    @cached_property
    def closes(self) -> date:
        """31 March."""
        return last_day(self.year)

    @cached_property
    def as_at(self) -> date:
        """The year's last day, or today where that is still to come."""
        return min(self.closes, self.today)

    @cached_property
    def episodes(self) -> Sequence[Any]:
        """Episodes of this year in order; one without a start comes last."""
        return sorted(self.now.get("Episodes", ()), key=_start)

    @cached_property
    def turns(self) -> Sequence[tuple[Any, Any]]:
        """Each episode with the one after it."""
        return list(pairwise(self.episodes))

    @cached_property
    def header(self) -> Any:
        """The row of Header, or None."""
        return next(iter(self.now.get("Header", ())), None)

    @cached_property
    def header_then(self) -> Any:
        """Last year's row of Header, or None."""
        return next(iter(self.last("Header")), None)

    @cached_property
    def born(self) -> date | None:
        return self.header.dob if self.header is not None else None

    @cached_property
    def female(self) -> bool:
        return self.header is not None and self.header.sex in ("F", "2")

    @cached_property
    def unaccompanied(self) -> bool:
        """Whether the child is or was last year an unaccompanied asylum seeking child."""
        return bool(self.rows("UASC") or self.last("UASC"))

    @cached_property
    def last_open(self) -> Any:
        """Last year's last episode, if it was open on 31 March; or None."""
        newest = max(self.last("Episodes"), key=_start, default=None)
        return newest if newest is not None and newest.dec is None else None

    @cached_property
    def adopted(self) -> Sequence[Any]:
        """This year's episodes that ended by adoption."""
        return [e for e in self.episodes if e.rec in ADOPTED]

    @cached_property
    def continuous(self) -> bool:
        """Looked after for the twelve months to 31 March, short breaks apart, as DfE's rules tell it."""
        within = [e for e in self.episodes if _within(e, self.opens, self.closes)]
        came = any(e.rne == "S" and e.decom is not None and self.opens < e.decom <= self.closes for e in self.episodes)
        left = any(e.rec != "X1" and e.dec is not None and self.opens <= e.dec < self.closes for e in self.episodes)
        return bool(within) and not came and not left and all(e.ls not in SHORT_BREAKS for e in within)

    @cached_property
    def periods(self) -> Sequence[tuple[date, date | None]]:
        """Unbroken times in care, each from its first day to its last, or None while it goes on."""
        found: list[tuple[date, date | None]] = []
        ended: date | None = None
        for episode in self.episodes:
            if episode.decom is None:
                continue
            if not found or after(episode.decom, ended):
                found.append((episode.decom, episode.dec))
            else:
                found[-1] = (found[-1][0], episode.dec)
            ended = episode.dec
        return found


ADOPTED = frozenset({"E11", "E12"})


def _start(episode: Any) -> date:
    return episode.decom or date.max


def _within(episode: Any, opens: date, closes: date) -> bool:
    return episode.decom is not None and episode.decom <= closes and (episode.dec is None or episode.dec >= opens)
