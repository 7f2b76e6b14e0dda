"""Putting right what was recorded of a child, noting an assessment of needs, and noting wishes and feelings."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions.children import RECORDED, correct_child
from services.referrals.actions.needs import assess_needs
from services.referrals.actions.wishes import note_wish
from services.referrals.forms.children import AssessNeeds, CorrectChild
from services.referrals.forms.wishes import NoteWish
from services.referrals.pages.child import Recorder, called, crumbs_of, page_of
from services.referrals.pages.children import CHILD
from services.referrals.pages.desk import HERE, PAGES
from services.referrals.pages.drafting import onward
from services.referrals.pages.words import WHOSE
from shared.errors import Refused
from shared.store.database import Writing
from shared.store.session import Row, WriteSession
from shared.web.called import FEATURES
from shared.web.questions import (
    Answered,
    Question,
    answered_all,
    as_typed,
    form_of,
    seen_in,
    summary_of,
    typed_in,
    wrong_with,
)

router = APIRouter(prefix=HERE + "/children/{child:uuid}", include_in_schema=False)
ASSESSED = (
    Question(
        "assessed-on",
        "assessed_on",
        AssessNeeds,
        "On which day were the needs assessed?",
        "date",
        "Assessed",
        hint="For example, 31 3 2026.",
        missing="Enter the day of the assessment.",
    ),
    Question(
        "needs",
        "needs",
        AssessNeeds,
        "What must a home have?",
        "checkboxes",
        "Needs",
        hint="All of it in one place: a home without it is not offered.",
        options=FEATURES,
    ),
    Question(
        "solo",
        "solo",
        AssessNeeds,
        "Must it be a home with no other child?",
        "yes_no",
        "Alone",
        missing="Say whether the child must be the only one.",
    ),
)
WISHED = (
    Question(
        "whose",
        "whose",
        NoteWish,
        "Whose wishes and feelings are they?",
        "radios",
        "Whose",
        missing="Choose whose they are.",
        options=WHOSE,
    ),
    Question(
        "words",
        "words",
        NoteWish,
        "What do they wish and feel?",
        "prose",
        "In words",
        hint="In their own words where you can. It stays in your authority, and stands in the next referral.",
        missing="Enter what they wish and feel.",
    ),
)
Keep = Callable[[Answered, FormData], Awaitable[Any]]


@router.get("/correct")
async def correcting(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """What is recorded, to be put right."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read child", child)
    return _ask(request, row, "Correct the record", CHILD, kept=_recorded(row), version=row.version)


@router.post("/correct")
async def correct(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """What no page asks goes along unchanged."""
    row = await queries.child_of(session, child, by, lock=True)

    async def keep(sent: Answered, form: FormData) -> None:
        same = {name: row[name] for name in RECORDED if name not in {one.field for one in CHILD}}
        said = form_of(CorrectChild, {**same, **sent.kept, "version": seen_in(form) or row.version})
        if {name: getattr(said, name) for name in RECORDED} != {name: row[name] for name in RECORDED}:
            await correct_child(session, child, said, by=by)

    return await _keep(request, session, row, "Correct the record", CHILD, keep, version=row.version)


@router.get("/needs")
async def assessing(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """A new assessment begins with what the newest says."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read needs", child)
    newest = (await queries.assessments_of(session, child))[:1]
    kept: dict[str, Any] = {"assessed_on": session.clock.today().isoformat()}
    kept |= {"needs": list(newest[0].needs), "solo": newest[0].solo} if newest else {}
    return _ask(request, row, "Assess what is needed", ASSESSED, kept=kept)


@router.post("/needs")
async def assess(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """Note it; with whom the child must not live goes along. The same assessment again is not noted twice."""
    row = await queries.child_of(session, child, by, lock=True)
    newest = (await queries.assessments_of(session, child))[:1]

    async def keep(sent: Answered, _: FormData) -> None:
        not_with = list(newest[0].not_with) if newest else []
        said = form_of(AssessNeeds, {"needs": [], **sent.kept, "not_with": not_with})
        told = (said.assessed_on, list(said.needs), said.solo)
        if not newest or told != (newest[0].assessed_on, list(newest[0].needs), newest[0].solo):
            await assess_needs(session, child, said, by=by)

    return await _keep(request, session, row, "Assess what is needed", ASSESSED, keep)


@router.get("/wishes")
async def wishing(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """Room for what the child, or somebody who matters, wishes and feels."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read child", child)
    return _ask(request, row, "Wishes and feelings", WISHED)


@router.post("/wishes")
async def wish(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """Note them."""
    row = await queries.child_of(session, child, by)

    async def keep(sent: Answered, _: FormData) -> None:
        await note_wish(session, child, form_of(NoteWish, sent.kept), by=by)

    return await _keep(request, session, row, "Wishes and feelings", WISHED, keep)


async def _keep(
    request: Request,
    session: WriteSession,
    row: Row,
    heading: str,
    questions: Sequence[Question],
    keep: Keep,
    version: int | None = None,
) -> Response:
    """Keep it and go back to the child, or ask again with what is wrong."""
    form = await typed_in(request)
    sent = answered_all(questions, form)
    if not sent.wrong:
        try:
            async with session.savepoint():
                await keep(sent, form)
            return onward(page_of(row.child))
        except Refused as refused:
            sent = Answered(sent.typed, {}, wrong_with(refused, [one.field for one in questions]))
    return _ask(request, row, heading, questions, sent, version=version)


def _ask(
    request: Request,
    row: Row,
    heading: str,
    questions: Sequence[Question],
    sent: Answered | None = None,
    *,
    kept: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Response:
    wrong = dict(sent.wrong) if sent else {}
    said = kept or {}
    return PAGES.show(
        request,
        "child_form.html",
        status=422 if wrong else 200,
        heading=heading,
        child=called(row),
        questions=questions,
        typed=sent.typed if sent else {one.field: as_typed(one, said.get(one.field)) for one in questions},
        wrong=wrong,
        version=version,
        errors_shown=summary_of(wrong),
        back=page_of(row.child),
        crumbs=crumbs_of(row, heading),
    )


def _recorded(row: Row) -> dict[str, Any]:
    return {**row, "born": row.born.isoformat()}
