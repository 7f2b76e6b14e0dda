"""A provider's desk: what needs somebody now, what is offered and how long ago that was confirmed, and the homes."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.providers.actions.confirming import confirm_vacancies
from services.providers.forms.vacancies import ConfirmVacancies, StillStands
from services.providers.pages.words import NIGHTS, age_of, counted
from services.providers.queries.desk import arriving, my_homes, my_vacancies, tonight
from services.providers.queries.nights import Night
from shared.errors import Invalid, NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Database, Reading
from shared.store.drafts import answers_in, drafts_of
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.pages import Pages
from shared.web.questions import seen_in, typed_in

PAGES = Pages(Path(__file__).parent.parent / "templates")
HERE = "/providers/desk"
DRAFTS = "vacancy"
SEE_OTHER, UNPROCESSABLE = 303, 422
MOST = 50
"""Homes on a page."""
DONE = {
    "confirmed": "Thank you. Whoever looks for a home sees that it was confirmed today.",
    "withdrawn": "The vacancy is withdrawn: nobody is shown it any more.",
}

router = APIRouter(prefix=HERE, include_in_schema=False)
Poster = Annotated[Person, Depends(may("providers:post_vacancies"))]


@router.get("")
async def desk(request: Request, by: Poster, session: Reading) -> Response:
    """What needs somebody now, then vacancies, then homes."""
    return await _desk(request, session, by)


@router.post("/confirm")
async def confirm(request: Request, by: Poster) -> Response:
    """Say that one vacancy, or every one of theirs, still stands. Pressed twice, it is said twice, which harms nobody."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    try:
        async with database.writing() as session:
            await confirm_vacancies(session, ConfirmVacancies(vacancies=_named(sent)), by=by)
    except NotFound:
        raise
    except Refused as refused:
        async with database.reading() as session:
            return await _desk(request, session, by, wrong=refused)
    return RedirectResponse(f"{HERE}?done=confirmed", SEE_OTHER)


def _named(sent: FormData) -> tuple[StillStands, ...] | None:
    """The vacancy that was pressed; None means all of them, which is said out loud."""
    if sent.get("vacancy") == "all":
        return None
    try:
        return (StillStands(vacancy=UUID(str(sent.get("vacancy"))), version=seen_in(sent)),)
    except ValueError:
        raise Invalid("Choose from what is listed.", field="vacancy") from None


async def _desk(request: Request, session: ReadSession, by: Person, wrong: Refused | None = None) -> Response:
    homes = await my_homes(session, by)
    now = session.clock.now()
    offered = [vacancy_line(row, now) for row in await my_vacancies(session, by)]
    page = _page(request, len(homes))
    shown = homes[(page - 1) * MOST : page * MOST]
    stands = await tonight(session, shown)
    return PAGES.show(
        request,
        "desk.html",
        status=wrong.status if wrong else 200,
        stale=[line for line in offered if line["stale"]],
        offered=offered,
        arriving=[_arrival(row, session) for row in await arriving(session, by)],
        drafts=[_begun(row) for row in await drafts_of(session, DRAFTS, person=by.id)],
        homes=[home_line(home, stands[home.home]) for home in shown],
        in_all=len(homes),
        page=page,
        more=page * MOST < len(homes),
        nights=NIGHTS,
        done=DONE.get(request.query_params.get("done", "")) if not wrong else None,
        errors_shown=[{"text": wrong.message, "href": "#vacancies"}] if wrong else [],
    )


def _page(request: Request, homes: int) -> int:
    said = request.query_params.get("page", "1")
    last = max(1, -(-homes // MOST))
    return min(max(1, int(said)), last) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def vacancy_line(row: Row, now: Any) -> dict[str, Any]:
    """A vacancy as a list shows it."""
    words, stale = age_of(row.confirmed_at, now)
    return {
        "vacancy": row.vacancy,
        "version": row.version,
        "path": f"{HERE}/vacancies/{row.vacancy}",
        "home": row.name,
        "kind": kind_of(row.type),
        "places": counted(len(row.places), "place"),
        "from": row.available_from,
        "until": row.available_until,
        "begun": row.available_from <= now.date(),
        "weekly_pence": row.weekly_pence,
        "confirmed": words,
        "stale": stale,
    }


def home_line(home: Row, stands: Counter[Night]) -> dict[str, Any]:
    """A home as a list shows it: how many places stand how tonight."""
    return {
        "path": f"{HERE}/homes/{home.home}",
        "name": home.name,
        "kind": kind_of(home.type),
        "beds": [(night, *NIGHTS[night]) for night in NIGHTS for _ in range(stands[night])],
        "words": "; ".join(f"{stands[night]} {NIGHTS[night][0].lower()}" for night in NIGHTS if stands[night]),
        "approved": counted(stands.total(), "place"),
    }


def _arrival(row: Row, session: ReadSession) -> dict[str, Any]:
    return {
        "home": row.name,
        "number": row.number,
        "starts": row.starts,
        "late": row.starts < session.clock.today(),
        "held_until": row.held_until,
        "path": f"{HERE}/homes/{row.home}" if row.held_until else f"/placements/stays/{row.placement}",
    }


def _begun(row: Row) -> dict[str, Any]:
    return {
        "path": f"{HERE}/drafts/{row.draft}",
        "corrects": bool(answers_in(row).get("corrects")),
        "begun_at": row.begun_at,
    }


def crumbs(*steps: tuple[str, str] | str) -> list[dict[str, str]]:
    """The way back to the desk; the last is the page itself."""
    links = [{"text": step[0], "href": step[1]} for step in steps[:-1] if not isinstance(step, str)]
    return [{"text": "Your homes", "href": HERE}, *links, {"text": str(steps[-1])}]
