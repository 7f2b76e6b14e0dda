"""What every page of figures asks first: who looks, whose figures, as at which day, of which children or homes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from pydantic import Field

from services.metrics.live import Live, live_of
from services.metrics.measures.figure import AND, BESIDE, NOTHING, Figure
from services.metrics.showing import ONLY, cell_in_words
from shared.errors import Invalid, NotFound
from shared.geography.authorities import name_of
from shared.identity.access import may
from shared.identity.demonstration import NAMES
from shared.identity.person import Person
from shared.web.fields import Day
from shared.web.pages import Pages

PAGES = Pages(Path(__file__).parent.parent / "templates")
Reader = Annotated[Person, Depends(may("metrics:read"))]
Narrowed = Annotated[list[Annotated[str, Field(max_length=80)]], Query(max_length=12, description="breakdown:cell")]
Authorities = Annotated[list[str], Query(alias="authority", max_length=200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the address puts it; `cells` are what it is narrowed to, such as age_band: 16 and over."""

    authorities: tuple[str, ...]
    named: tuple[str, ...]
    """Those that the address names; none, where somebody's own are meant."""
    day: date
    today: date
    cells: Mapping[str, str]

    @property
    def by(self) -> str | None:
        """The breakdowns whose cells are meant, as measures are asked."""
        return BESIDE.join(self.cells) or None

    @property
    def only(self) -> str | None:
        """The cell of those breakdowns."""
        return AND.join(self.cells.values()) or None

    def within(self, figure: Figure) -> Figure:
        """A figure that was asked for by `by`, narrowed to the cell: nothing is none, and of none there is no value."""
        if self.only is None:
            return figure
        cell = figure.cells.get(self.only, NOTHING)
        counted, of, value = cell.numerator, cell.denominator, cell.value
        return replace(figure, numerator=counted, denominator=of, value=value, spread={}, parts={}, cells={})

    @property
    def in_words(self) -> str:
        """The cell as people say it."""
        return ", ".join(cell_in_words(by, cell) for by, cell in self.cells.items())

    @property
    def query(self) -> str:
        """The same question, to carry to another page."""
        told = [("authority", one) for one in self.named]
        told += [("as_at", str(self.day))] if self.day != self.today else []
        return urlencode(told + [("only", one) for one in self.narrowed])

    @property
    def link(self) -> str:
        """The same question for somebody else, another day too: it says whose figures, and as at which day."""
        told = [("authority", one) for one in self.authorities] + [("as_at", str(self.day))]
        return urlencode(told + [("only", one) for one in self.narrowed])

    @property
    def narrowed(self) -> list[str]:
        """What the address says of it."""
        return [f"{by}:{cell}" for by, cell in self.cells.items()]


def _live(request: Request) -> Live:
    return live_of(request.app.state.running)


Now = Annotated[Live, Depends(_live)]


def _asked(
    request: Request,
    by: Reader,
    authority: Authorities = [],  # noqa: B006
    as_at: Day | None = None,
    only: Narrowed = [],  # noqa: B006
) -> Asked:
    today = request.app.state.running.clock.today()
    if as_at is not None and as_at > today:
        raise Invalid("Figures are of a day that has come: choose today or before.", field="as_at")
    return Asked(whose(by, authority), tuple(authority), as_at or today, today, _cells(only))


def _cells(only: Sequence[str]) -> dict[str, str]:
    """The cell of each breakdown that is narrowed, in the order of the page; what was left open says nothing."""
    told = [(by, cell) for by, _, cell in (one.partition(":") for one in only if one)]
    chosen = dict(told)
    if len(chosen) < len(told) or not chosen.keys() <= ONLY.keys() or not all(chosen.values()):
        raise Invalid("Choose what to narrow the figures to from the lists, once in each.", field="only")
    return {by: chosen[by] for by in ONLY if by in chosen}


Question = Annotated[Asked, Depends(_asked)]


def whose(by: Person, asked: Sequence[str]) -> tuple[str, ...]:
    """The authorities whose figures are shown: those asked for, or all that are somebody's own. Raises NotFound."""
    wanted = tuple(asked) or theirs(by)
    if not wanted:
        raise Invalid("Say which authority's figures you want.", field="authority")
    if not all(by.sees_figures_of(authority) for authority in wanted):
        raise NotFound("There are no figures of that authority for you to see.")
    return wanted


def theirs(by: Person) -> tuple[str, ...]:
    """All authorities whose figures somebody sees."""
    return tuple(sorted(by.region)) or ((by.authority,) if by.authority else ())


def name_in(request: Request, authority: str) -> str:
    """What people call it; the demonstration's authorities have names of their own."""
    made_up = NAMES if request.app.state.running.settings.demonstration_sign_in else {}
    return made_up.get(authority) or name_of(authority)


def names(request: Request, authorities: Sequence[str]) -> str:
    """Several of them, as a sentence has it."""
    return " and ".join(name_in(request, authority) for authority in authorities)
