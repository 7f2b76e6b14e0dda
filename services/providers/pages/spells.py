"""Taking a place out of service, changing until when, and giving it back."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.providers.actions.letting_go import return_to_service
from services.providers.actions.occupation import correct_out_of_service, take_out_of_service
from services.providers.forms.occupation import CorrectOutOfService, TakeOutOfService
from services.providers.pages.desk import HERE, PAGES, SEE_OTHER, UNPROCESSABLE, crumbs
from services.providers.pages.words import REASONS
from services.providers.queries import home_managed, places_of
from services.providers.queries.watching import spell_of
from shared.errors import Invalid, NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Database, Reading
from shared.store.session import ReadSession, Row
from shared.web.pages import day
from shared.web.questions import Question, answered_all, as_typed, form_of, seen_in, summary_of, typed_in, wrong_with

FROM = Question(
    "starts",
    "starts",
    TakeOutOfService,
    "From which night can nobody sleep there?",
    "date",
    "From",
    hint="For example, 31 3 2026.",
    missing="Enter the first night.",
)
UNTIL = Question(
    "ends",
    "ends",
    TakeOutOfService,
    "When can it be used again?",
    "date",
    "Until",
    hint="Leave it empty if nobody knows yet.",
)
WHY = Question(
    "reason", "reason", TakeOutOfService, "Why?", "radios", "Reason", missing="Choose the reason.", options=REASONS
)
ASKED = (FROM, UNTIL, WHY)
CHANGED = (
    "Somebody else changed this since you opened the page. It says now: {now}. What you entered is below: save it if it "
    "is right still."
)

router = APIRouter(prefix=HERE, include_in_schema=False)
Keeper = Annotated[Person, Depends(may("providers:manage_homes"))]


@router.get("/homes/{home:uuid}/out-of-service")
async def taking_out(request: Request, home: UUID, by: Keeper, session: Reading) -> Response:
    """Which place, from when, until when, and why."""
    row = await home_managed(session, home, by)
    return await _taking_out(request, session, row, {"place": "", "reason": "", "starts": {}, "ends": {}})


@router.post("/homes/{home:uuid}/out-of-service")
async def take_out(request: Request, home: UUID, by: Keeper) -> Response:
    """Sent twice, the second is told that the place is out of service on those nights."""
    database: Database = request.app.state.database
    async with database.reading() as session:
        row = await home_managed(session, home, by)
        questions = (await _which(session, row), *ASKED)
    told = answered_all(questions, await typed_in(request))
    wrong, status = dict(told.wrong), UNPROCESSABLE
    if not wrong:
        try:
            place = UUID(told.kept["place"])
            form = form_of(TakeOutOfService, {one.field: told.kept.get(one.field) for one in ASKED})
            async with database.writing() as session:
                await take_out_of_service(session, place, form, by=by)
            return RedirectResponse(f"{HERE}/homes/{home}?done=out&month={form.starts:%Y-%m}", SEE_OTHER)
        except Refused as refused:
            wrong, status = wrong_with(refused, [one.field for one in ASKED]), refused.status
    async with database.reading() as session:
        return await _taking_out(request, session, row, told.typed, wrong, status)


@router.get("/spells/{occupation:uuid}")
async def spell(request: Request, occupation: UUID, by: Keeper, session: Reading) -> Response:
    """When and why a place is out of service, to be changed or ended."""
    row, home = await _mine(session, occupation, by)
    return _spell(request, row, home, _typed(row))


@router.post("/spells/{occupation:uuid}")
async def change(request: Request, occupation: UUID, by: Keeper) -> Response:
    """Its nights and its reason, as it turned out."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    told = answered_all(ASKED, sent)
    wrong, status = dict(told.wrong), UNPROCESSABLE
    if not wrong:
        try:
            said = {one.field: told.kept.get(one.field) for one in ASKED}
            form = form_of(CorrectOutOfService, {**said, "version": seen_in(sent)})
            async with database.writing() as session:
                changed = await correct_out_of_service(session, occupation, form, by=by)
            return RedirectResponse(f"{HERE}/homes/{changed.home}?done=changed&month={form.starts:%Y-%m}", SEE_OTHER)
        except NotFound:
            raise
        except Refused as refused:
            stale, status = refused.code == "stale", refused.status
            wrong = {"starts": CHANGED} if stale else wrong_with(refused, [one.field for one in ASKED])
    async with database.reading() as session:
        row, home = await _mine(session, occupation, by)
        told_of = {field: words.replace("{now}", _in_words(row)) for field, words in wrong.items()}
        return _spell(request, row, home, told.typed, told_of, status)


@router.post("/spells/{occupation:uuid}/back")
async def give_back(request: Request, occupation: UUID, by: Keeper) -> Response:
    """It can be used again on all of those nights. Sent twice, it is done once."""
    database: Database = request.app.state.database
    async with database.reading() as session:
        row, _ = await _mine(session, occupation, by)
    try:
        async with database.writing() as session:
            await return_to_service(session, occupation, by=by)
    except Refused as refused:
        if refused.code != "released_already":
            raise
    return RedirectResponse(f"{HERE}/homes/{row.home}?done=back", SEE_OTHER)


async def _mine(session: ReadSession, occupation: UUID, by: Person) -> tuple[Row, Row]:
    """A spell out of service in one of the caller's homes, with the home. Raises NotFound."""
    row = await spell_of(session, occupation)
    if row is None:
        raise NotFound
    return row, await home_managed(session, row.home, by)


async def _which(session: ReadSession, home: Row) -> Question:
    today = session.clock.today()
    places = [place for place in await places_of(session, home.home) if place.closes is None or place.closes > today]
    if not places:
        raise Invalid("The home has no place that could be taken out of service.")
    options = {str(place.place): f"Place {place.number}" for place in places}
    missing = "Choose the place."
    return Question("place", "place", _Place, "Which place?", "radios", "Place", missing=missing, options=options)


class _Place(TakeOutOfService):
    """Which place it is stands in the API's address, and here in the form."""

    place: UUID


def _typed(row: Row) -> dict[str, Any]:
    starts, ends = row.starts.isoformat(), row.ends.isoformat() if row.ends else None
    return {"starts": as_typed(FROM, starts), "ends": as_typed(UNTIL, ends), "reason": row.reason}


def _in_words(row: Row) -> str:
    until = day(row.ends) if row.ends else "further notice"
    return f"from {day(row.starts)} until {until}, {REASONS[row.reason].lower()}"


async def _taking_out(
    request: Request,
    session: ReadSession,
    home: Row,
    typed: Mapping[str, Any],
    wrong: Mapping[str, str] | None = None,
    status: int = UNPROCESSABLE,
) -> Response:
    questions = (await _which(session, home), *ASKED)
    back = f"{HERE}/homes/{home.home}"
    return _asked(
        request, "out.html", questions, typed, wrong, home=home, back=back, crumb="Out of service", status=status
    )


def _spell(
    request: Request,
    row: Row,
    home: Row,
    typed: Mapping[str, Any],
    wrong: Mapping[str, str] | None = None,
    status: int = UNPROCESSABLE,
) -> Response:
    back = f"{HERE}/homes/{home.home}"
    return _asked(
        request, "spell.html", ASKED, typed, wrong, home=home, row=row, back=back, crumb="Out of service", status=status
    )


def _asked(
    request: Request,
    template: str,
    questions: Sequence[Question],
    typed: Mapping[str, Any],
    wrong: Mapping[str, str] | None,
    *,
    home: Row,
    crumb: str,
    status: int,
    **facts: Any,
) -> Response:
    return PAGES.show(
        request,
        template,
        status=status if wrong else 200,
        home=home,
        questions=questions,
        typed=typed,
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        crumbs=crumbs((home.name, f"{HERE}/homes/{home.home}"), crumb),
        **facts,
    )
