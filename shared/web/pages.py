"""Pages from templates: one look for every service, GOV.UK's patterns under our own name."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.clock import LONDON
from shared.identity.access import PERSON_KEY
from shared.identity.identity import LEFT_KEY
from shared.web.assets import static
from shared.web.navigation import search_of, ways_of

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """The templates of one service on top of the house's own."""

    def __init__(self, *folders: Path) -> None:
        govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
        self._templates = Environment(
            loader=ChoiceLoader([FileSystemLoader([*folders, TEMPLATES]), govuk]),
            # govuk-frontend-jinja's macros look into parameters that are not there
            undefined=ChainableUndefined,
            autoescape=True,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = static
        self._templates.filters |= {"day": day, "moment": moment, "pounds": pounds, "lasting": lasting}

    def show(self, request: Request, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        """One page, knowing who looks at it."""
        person, path = request.scope.get(PERSON_KEY), request.url.path
        html = self._templates.get_template(template).render(
            person=person,
            path=path,
            ways=ways_of(person, path),
            search_at=search_of(person, path),
            seconds_left=request.scope.get(LEFT_KEY) if person else None,
            **facts,
        )
        return HTMLResponse(html, status)


def day(on: date) -> str:
    """A date as people write it: 31 March 2026."""
    return f"{on.day} {on:%B %Y}"


def moment(at: datetime) -> str:
    """A moment as people in England say it: 31 March 2026 at 4:30pm."""
    here = at.astimezone(LONDON)
    return f"{day(here.date())} at {here.hour % 12 or 12}:{here:%M}{'am' if here.hour < 12 else 'pm'}"


def lasting(seconds: int) -> str:
    """How long, in the largest unit that says it: 40 seconds, 3 minutes, 2 hours, 5 days."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {name}{'' if seconds // size == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


def pounds(pence: int) -> str:
    """Pence as money: £3,810, or £3,810.50 where there are pence."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}" + (f".{rest:02d}" if rest else "")


HOUSE = Pages()
