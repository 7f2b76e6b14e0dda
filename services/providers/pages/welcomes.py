"""What a child is told of a home: its people write the words and add pictures; who was given them is shown."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from services.providers.actions import welcomes as actions
from services.providers.actions.pictures import MOST_BYTES, picture_in
from services.providers.forms.welcome import MOST_PICTURES, AddPicture, WriteWelcome
from services.providers.pages.desk import HERE, PAGES, SEE_OTHER, UNPROCESSABLE, crumbs
from services.providers.queries import home_managed
from services.providers.queries.welcomes import given, pictures_of, welcome_of
from shared.errors import Invalid, NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Database, Reading
from shared.store.session import ReadSession
from shared.web.questions import Question, answered_all, form_of, seen_in, summary_of, typed_in, wrong_with
from shared.web.security import allow_larger

PICTURES = HERE + "/pictures"
allow_larger(PICTURES, MOST_BYTES + 100_000)
TOO_LARGE = Refused(
    f"The picture is larger than {MOST_BYTES // 1_000_000} MB.", field="picture", status=413, code="too_large"
)
CHANGED = "Somebody else changed this since you opened the page. Copy what you wrote, and open the page again."
DONE = {
    "written": "Saved. A child whose placement is confirmed from now on is given this.",
    "added": "The picture is added.",
    "taken": "The picture is gone, also from what was given before.",
}


def _telling(field: str, asks: str, hint: str, missing: str = "") -> Question:
    return Question(field, field, WriteWelcome, asks, "prose", asks, hint=hint, missing=missing)


TELLING = (
    _telling(
        "hello", "Hello", "Who you are and what your home is like, in a few words.", "Write a few words to begin with."
    ),
    _telling("people", "Who lives and works here", "First names of adults and pets. Never of another child."),
    _telling("bedroom", "Your room", "What is in it, and what the child can change or bring."),
    _telling("meals", "Food", "When you eat, who cooks, and how you find out what the child likes."),
    _telling("fun", "Things to do", "Here and nearby, and how the child gets there."),
    _telling("rules", "How we live together", "Bedtime, phones, friends, and what happens when something goes wrong."),
)
SHOWS = Question(
    "shows",
    "shows",
    AddPicture,
    "What does it show?",
    "text",
    "Shows",
    hint="For a child who cannot see it: for example, the kitchen with its long table.",
    missing="Say what the picture shows.",
)
Keeper = Annotated[Person, Depends(may("providers:manage_homes"))]
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("/homes/{home:uuid}/welcome")
async def welcome(request: Request, home: UUID, by: Keeper, session: Reading) -> Response:
    """The words to be changed, the pictures, and how often they were given."""
    return await _shown(request, session, home, by)


@router.post("/homes/{home:uuid}/welcome")
async def write(request: Request, home: UUID, by: Keeper) -> Response:
    """Keep the words as a new version; the same words again are no new version."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    told = answered_all(TELLING, sent)
    wrong, status = dict(told.wrong), UNPROCESSABLE
    if not wrong:
        try:
            form = form_of(WriteWelcome, {**told.kept, "version": seen_in(sent)})
            async with database.writing() as session:
                await actions.write_welcome(session, home, form, by=by)
            return RedirectResponse(f"{HERE}/homes/{home}/welcome?done=written", SEE_OTHER)
        except NotFound:
            raise
        except Refused as refused:
            status = refused.status
            stale = refused.code == "stale"
            wrong = {"hello": CHANGED} if stale else wrong_with(refused, [one.field for one in TELLING])
    async with database.reading() as session:
        typed = {**told.typed, "version": str(sent.get("version", ""))}
        return await _shown(request, session, home, by, typed=typed, wrong=wrong, status=status)


@router.post("/pictures")
async def add(request: Request, by: Keeper) -> Response:
    """One more picture of the home that the form names. Sent twice, it is there once."""
    database: Database = request.app.state.database
    home, shows, content = await _sent(request)
    async with database.reading() as session:
        await home_managed(session, home, by)
    told = answered_all((SHOWS,), shows)
    wrong, status = dict(told.wrong), UNPROCESSABLE
    try:
        if len(content) > MOST_BYTES:
            raise TOO_LARGE
        if not content:
            raise Invalid("Choose a picture.", field="picture", code="empty")
        if not wrong:
            picture = await asyncio.to_thread(picture_in, content)
            form = form_of(AddPicture, told.kept)
            async with database.writing() as session:
                await actions.add_picture(session, home, form, picture, by=by)
            return RedirectResponse(f"{HERE}/homes/{home}/welcome?done=added#pictures", SEE_OTHER)
    except NotFound:
        raise
    except Refused as refused:
        wrong, status = wrong | wrong_with(refused, ["picture", "shows"]), refused.status
    async with database.reading() as session:
        return await _shown(request, session, home, by, picturing=told.typed, wrong=wrong, status=status)


@router.post("/homes/{home:uuid}/welcome/pictures/{picture:uuid}/take-away")
async def take_away(request: Request, home: UUID, picture: UUID, by: Keeper) -> Response:
    """Sent twice, it is done once."""
    database: Database = request.app.state.database
    async with database.writing() as session:
        await actions.take_picture_away(session, home, picture, by=by)
    return RedirectResponse(f"{HERE}/homes/{home}/welcome?done=taken#pictures", SEE_OTHER)


async def _sent(request: Request) -> tuple[UUID, Any, bytes]:
    """Which home, what was typed, and the file's bytes: of one that is too large only the first too many."""
    form = await request.form(max_files=1, max_fields=5)
    file = form.get("picture")
    content = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    await form.close()
    try:
        return UUID(str(form.get("home"))), form, content
    except ValueError:
        raise NotFound from None


async def _shown(
    request: Request,
    session: ReadSession,
    home: UUID,
    by: Person,
    *,
    typed: Mapping[str, Any] | None = None,
    picturing: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = UNPROCESSABLE,
) -> Response:
    row = await home_managed(session, home, by)
    told = await welcome_of(session, home)
    kept = {question.field: (told[question.field] if told else None) or "" for question in TELLING}
    pictures = await pictures_of(session, told.pictures) if told else []
    return PAGES.show(
        request,
        "welcome_writing.html",
        status=status if wrong else 200,
        home=row,
        told=told,
        questions=TELLING,
        typed=typed or {**kept, "version": str(told.version) if told else ""},
        shows=SHOWS,
        picturing=picturing or {"shows": ""},
        pictures=pictures,
        room=MOST_PICTURES - len(pictures),
        given=await given(session, home),
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        done=DONE.get(request.query_params.get("done", "")) if not wrong else None,
        crumbs=crumbs((row.name, f"{HERE}/homes/{home}"), "What a child is told"),
    )
