"""One vacancy: what is offered, when that was last confirmed, and taking it back."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.providers.actions.vacancies import withdraw_vacancy
from services.providers.pages.desk import HERE, PAGES, SEE_OTHER, Poster, crumbs
from services.providers.pages.words import age_of, for_whom, listed
from services.providers.queries import home_managed, places_of
from services.providers.queries.desk import vacancy_read
from shared.errors import NotFound, Refused
from shared.identity.person import Person
from shared.store.database import Database, Reading
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.questions import seen_in, typed_in

POSTED = "The vacancy is posted. Whoever looks for a home sees it now."
CONFIRMED = "Thank you. Whoever looks for a home sees that it was confirmed today."
DONE = {"posted": POSTED, "confirmed": CONFIRMED}

router = APIRouter(prefix=HERE + "/vacancies/{vacancy:uuid}", include_in_schema=False)


@router.get("")
async def vacancy(request: Request, vacancy: UUID, by: Poster, session: Reading) -> Response:
    """What is offered."""
    row, home = await _mine(session, vacancy, by)
    words, stale = age_of(row.confirmed_at, session.clock.now())
    return PAGES.show(
        request,
        "vacancy.html",
        row=row,
        done=DONE.get(request.query_params.get("done", "")),
        confirmed=words,
        stale=stale,
        **await _facts(session, row, home),
        crumbs=crumbs((row.name, f"{HERE}/homes/{row.home}"), "Vacancy"),
    )


@router.get("/withdraw")
async def withdrawing(request: Request, vacancy: UUID, by: Poster, session: Reading) -> Response:
    """Whether it is really to be taken back."""
    row, home = await _mine(session, vacancy, by)
    return await _withdrawing(request, session, row, home)


@router.post("/withdraw")
async def withdraw(request: Request, vacancy: UUID, by: Poster) -> Response:
    """Offer it no longer. Sent twice, it is done once."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    try:
        async with database.writing() as session:
            await withdraw_vacancy(session, vacancy, version=seen_in(sent), by=by)
    except NotFound:
        raise
    except Refused as refused:
        async with database.reading() as session:
            row, home = await _mine(session, vacancy, by)
            if row.withdrawn_at is None:
                return await _withdrawing(request, session, row, home, refused)
    return RedirectResponse(f"{HERE}?done=withdrawn", SEE_OTHER)


async def _withdrawing(
    request: Request, session: ReadSession, row: Row, home: Row, wrong: Refused | None = None
) -> Response:
    changed = "Somebody else changed it since you opened this page. Look at what is offered now."
    words = changed if wrong and wrong.code == "stale" else wrong.message if wrong else ""
    return PAGES.show(
        request,
        "withdraw.html",
        status=wrong.status if wrong else 200,
        row=row,
        **await _facts(session, row, home),
        errors_shown=[{"text": words, "href": "#offered"}] if wrong else [],
        crumbs=crumbs(
            (row.name, f"{HERE}/homes/{row.home}"), ("Vacancy", f"{HERE}/vacancies/{row.vacancy}"), "Withdraw"
        ),
    )


async def _mine(session: ReadSession, vacancy: UUID, by: Person) -> tuple[Row, Row]:
    """A vacancy of the caller's with its home. Raises NotFound."""
    row = await vacancy_read(session, vacancy)
    if row is None:
        raise NotFound
    return row, await home_managed(session, row.home, by)


async def _facts(session: ReadSession, row: Row, home: Row) -> dict[str, Any]:
    numbers = [str(place.number) for place in await places_of(session, row.home) if place.place in row.places]
    return {"kind": kind_of(row.type), "places": listed(numbers), "whom": for_whom(row, home)}
