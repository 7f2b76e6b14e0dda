"""What an authority aims at, as its commissioner sets it: how much, from when, and where that is written down."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.metrics.actions import set_target
from services.metrics.forms import SetTarget
from services.metrics.measures import MEASURES
from services.metrics.pages.asking import PAGES, name_in
from services.metrics.queries import targets_of
from shared.errors import NotAllowed, NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession, Row
from shared.web.questions import (
    Question,
    answered_all,
    as_typed,
    form_of,
    seen_in,
    summary_of,
    typed_in,
    wrong_with,
)

router = APIRouter(prefix="/metrics/about/{measure}/target", include_in_schema=False)
Aimer = Annotated[Person, Depends(may("metrics:set_targets"))]
STARTS = Question(
    "starts", "starts", SetTarget, "From which day?", "date", "From", missing="Enter the day it holds from."
)
SOURCE = Question(
    "source", "source", SetTarget, "Where is it written down?", "text", "Source",
    hint="As people cite it, such as Sufficiency strategy 2026 to 2029", missing="Say where the target is written down.",
)  # fmt: skip


def _questions(measure: str) -> tuple[Question, ...]:
    if measure not in MEASURES:
        raise NotFound("There is no such measure.")
    unit = MEASURES[measure].unit
    money = unit.startswith("pence")
    hint = "" if money else f"In {unit}, such as 10 or 10.5" if unit != "%" else "A percentage, such as 10 or 10.5"
    kind = "pounds" if money else "text"
    missing = "Enter what the authority aims at."
    return (
        Question("value", "value", SetTarget, "What is aimed at?", kind, "Target", hint=hint, missing=missing),
        STARTS,
        SOURCE,
    )


@router.get("")
async def aiming(request: Request, measure: str, by: Aimer, session: Reading) -> Response:
    """What stands, to be changed."""
    questions, row = _questions(measure), await _standing(session, measure, by)
    kept = {"value": _plain(row, questions[0]), "starts": str(row.starts), "source": row.source} if row else {}
    typed = {one.field: as_typed(one, kept.get(one.field)) for one in questions}
    return _page(request, measure, by, questions, typed, row)


@router.post("")
async def aimed(request: Request, measure: str, by: Aimer, session: Writing) -> Response:
    """Set it; pressed twice, it is set once."""
    questions, form = _questions(measure), await typed_in(request)
    sent, row = answered_all(questions, form), await _standing(session, measure, by)
    wrong = dict(sent.wrong)
    if not wrong:
        told = form_of(SetTarget, sent.kept | {"version": seen_in(form)})
        if row and (row.value, row.starts, row.source) == (told.value, told.starts, told.source):
            return RedirectResponse(f"/metrics/about/{measure}", 303)
        if row and told.version is None:
            wrong = {"value": f"Somebody set the target meanwhile, to {_plain(row, questions[0])}. Look at it again."}
            return _page(request, measure, by, questions, sent.typed, row, wrong)
        try:
            await set_target(session, measure, told, by=by)
        except Refused as refused:
            wrong = wrong_with(refused, [one.field for one in questions])
        else:
            return RedirectResponse(f"/metrics/about/{measure}", 303)
    return _page(request, measure, by, questions, sent.typed, row, wrong)


async def _standing(session: ReadSession, measure: str, by: Person) -> Row | None:
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can set its targets.")
    return (await targets_of(session, [by.authority])).get(measure)


def _plain(row: Row, question: Question) -> Any:
    """As it would have been kept by the page: pence, or a number without noughts that say nothing."""
    return int(row.value) if question.kind == "pounds" else f"{row.value.normalize():f}"


def _page(
    request: Request,
    measure: str,
    by: Person,
    questions: tuple[Question, ...],
    typed: Mapping[str, Any],
    row: Row | None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    title = MEASURES[measure].title
    crumbs = [
        {"text": "Figures", "href": "/metrics"},
        {"text": title, "href": f"/metrics/about/{measure}"},
        {"text": "Target"},
    ]
    return PAGES.show(
        request,
        "aiming.html",
        status=422 if wrong else 200,
        title=title,
        whose=name_in(request, by.authority or ""),
        questions=questions,
        typed=typed,
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        version=row.version if row else "",
        here=f"/metrics/about/{measure}",
        crumbs=crumbs,
    )
