"""What a return says once its years are put together: children, their episodes, and their periods of care."""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Child:
    """A row of Header; `reference` is the authority's CHILD, `sex` is M, F or U in every year."""

    reference: str
    sex: str
    born: date
    ethnicity: str
    upn: str
    mother: bool
    own_child_born: date | None
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Episode:
    """A row of Episodes: `starts` is DECOM, `ends` is DEC (None while it runs), codes are as the return has them.

    Codes and postcodes that are blank are empty strings; `file` and `row` say where the newest year's row stands.
    """

    child: str
    starts: date
    reason_new: str
    legal_status: str
    category_of_need: str
    place: str
    sector: str
    ends: date | None
    reason_ceased: str
    reason_place_change: str
    home_postcode: str
    placement_postcode: str
    urn: str
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    @property
    def goes_on(self) -> bool:
        """Whether another episode begins the day this one ends."""
        return self.reason_ceased == "X1"


@dataclass(frozen=True, slots=True)
class Period:
    """A period of care: episodes without a gap. `start_known` is false where it began before the first known row."""

    starts: date
    ends: date | None
    start_known: bool
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One child with every episode in order; there are none for a child who stands in Header alone."""

    child: Child
    episodes: tuple[Episode, ...]

    @property
    def periods(self) -> tuple[Period, ...]:
        """The child's periods of care in order."""
        runs: list[list[Episode]] = [[episode] for episode in self.episodes[:1]]
        for before, after in pairwise(self.episodes):
            if follows(before, after):
                runs[-1].append(after)
            else:
                runs.append([after])
        return tuple(Period(run[0].starts, run[-1].ends, run[0].reason_new == "S", tuple(run)) for run in runs)


def follows(before: Episode, after: Episode) -> bool:
    """Whether care went on from one episode to the next without a gap."""
    return before.goes_on and before.ends == after.starts
