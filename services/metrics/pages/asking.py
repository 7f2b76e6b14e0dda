"""What every page of figures asks first: who looks, whose figures, as at which day, of which children or homes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from services.metrics.live import Live, live_of
from services.metrics.showing import ONLY
from shared.errors import Invalid, NotFound
from shared.geography.authorities import name_of
from shared.identity.access import may
from shared.identity.demonstration import NAMES
from shared.identity.person import Person
from shared.web.fields import Day
from shared.web.pages import Pages

PAGES = Pages(Path(__file__).parent.parent / "templates")
Reader = Annotated[Person, Depends(may("metrics:read"))]
Authorities = Annotated[list[str], Query(alias="authority", max_length=200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the address puts it; `only` is one cell of a breakdown, such as age_band: 16 and over."""

    authorities: tuple[str, ...]
    named: tuple[str, ...]
    """Those that the address names; none, where somebody's own are meant."""
    day: date
    today: date
    by: str | None
    only: str | None

    @property
    def query(self) -> str:
        """The same question, to carry to another page."""
        told = [("authority", one) for one in self.named]
        told += [("as_at", str(self.day))] if self.day != self.today else []
        return urlencode(told + ([("only", f"{self.by}:{self.only}")] if self.only else []))

    @property
    def narrowed(self) -> str:
        return f"{self.by}:{self.only}" if self.only else ""


def _live(request: Request) -> Live:
    return live_of(request.app.state.running)


Now = Annotated[Live, Depends(_live)]


def _asked(
    request: Request,
    by: Reader,
    authority: Authorities = [],  # noqa: B006
    as_at: Day | None = None,
    only: Annotated[str, Query(max_length=80, description="breakdown:cell")] = "",
) -> Asked:
    today = request.app.state.running.clock.today()
    if as_at is not None and as_at > today:
        raise Invalid("Figures are of a day that has come: choose today or before.", field="as_at")
    dimension, _, cell = only.partition(":")
    if only and (dimension not in ONLY or not cell):
        raise Invalid("Choose what to narrow the figures to from the list.", field="only")
    return Asked(whose(by, authority), tuple(authority), as_at or today, today, dimension or None, cell or None)


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
