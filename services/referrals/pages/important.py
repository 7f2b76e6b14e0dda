"""The places that matter to a child, to be near or to stay away from: listed, added, put right, taken off."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions.needs import correct_place, note_place, remove_place
from services.referrals.forms.children import NotePlace
from services.referrals.pages.child import Recorder, called, crumbs_of, page_of
from services.referrals.pages.desk import HERE, PAGES
from services.referrals.pages.drafting import onward, path_of
from services.referrals.pages.words import MATTERS
from shared.errors import NotFound, Refused
from shared.store.database import Writing
from shared.store.session import Row, WriteSession
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

QUESTIONS = (
    Question(
        "kind",
        "kind",
        NotePlace,
        "Why does the place matter?",
        "radios",
        "Why",
        missing="Choose why the place matters.",
        options=MATTERS,
    ),
    Question(
        "postcode",
        "postcode",
        NotePlace,
        "What is its postcode?",
        "text",
        "Postcode",
        hint="It stays in your authority. Homes are judged by how far they are from it.",
        missing="Enter the postcode.",
    ),
    Question(
        "within-miles",
        "within_miles",
        NotePlace,
        "How many miles?",
        "whole",
        "Miles",
        hint="How near the home should be, or how far away from a place to avoid.",
    ),
)
router = APIRouter(prefix=HERE + "/children/{child:uuid}/places", include_in_schema=False)


@router.get("")
async def important(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """Every place, and room for another."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read important places", child)
    return await _places(request, session, row)


@router.post("")
async def add(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """Note a place. Sent twice, it is noted once."""
    row = await queries.child_of(session, child, by, lock=True)
    form = await typed_in(request)
    sent = answered_all(QUESTIONS, form)
    if not sent.wrong:
        try:
            async with session.savepoint():
                said = form_of(NotePlace, {**sent.kept, "version": seen_in(form)})
                if not await _noted(session, child, said):
                    await note_place(session, child, said, by=by)
            return onward(_list_of(child, request))
        except Refused as refused:
            sent = Answered(sent.typed, {}, wrong_with(refused, [one.field for one in QUESTIONS]))
    return await _places(request, session, row, sent)


@router.get("/{place:uuid}")
async def one_place(request: Request, child: UUID, place: UUID, by: Recorder, session: Writing) -> Response:
    """One place, to be put right."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read important places", child)
    return _place(request, row, await _kept(session, child, place))


@router.post("/{place:uuid}")
async def change(request: Request, child: UUID, place: UUID, by: Recorder, session: Writing) -> Response:
    """Put it right."""
    row = await queries.child_of(session, child, by, lock=True)
    kept, form = await _kept(session, child, place), await typed_in(request)
    sent = answered_all(QUESTIONS, form)
    if not sent.wrong:
        try:
            async with session.savepoint():
                said = form_of(NotePlace, {**sent.kept, "version": seen_in(form)})
                if (said.kind, said.postcode, said.within_miles) != (kept.kind, kept.postcode, kept.within_miles):
                    await correct_place(session, child, place, said, by=by)
            return onward(_list_of(child, request))
        except Refused as refused:
            sent = Answered(sent.typed, {}, wrong_with(refused, [one.field for one in QUESTIONS]))
    return _place(request, row, kept, sent)


@router.post("/{place:uuid}/remove")
async def remove(request: Request, child: UUID, place: UUID, by: Recorder, session: Writing) -> Response:
    """It matters no longer. Sent twice, the second leads where the first did."""
    await queries.child_of(session, child, by, lock=True)
    if any(one.important_place == place for one in await queries.places_of(session, child)):
        await remove_place(session, child, place, by=by)
    return onward(_list_of(child, request))


def _draft_in(request: Request) -> UUID | None:
    """The draft from which somebody came, and to which they go back."""
    try:
        return UUID(request.query_params.get("draft", ""))
    except ValueError:
        return None


def _list_of(child: UUID, request: Request) -> str:
    draft = _draft_in(request)
    return f"{page_of(child)}/places{f'?draft={draft}' if draft else ''}"


async def _kept(session: WriteSession, child: UUID, place: UUID) -> Row:
    for kept in await queries.places_of(session, child):
        if kept.important_place == place:
            return kept
    raise NotFound("That place is not on the list any more.")


async def _noted(session: WriteSession, child: UUID, said: NotePlace) -> bool:
    told = (said.kind, said.postcode, said.within_miles)
    return any((k.kind, k.postcode, k.within_miles) == told for k in await queries.places_of(session, child))


async def _places(request: Request, session: WriteSession, row: Row, sent: Answered | None = None) -> Response:
    draft = _draft_in(request)
    places = [(MATTERS[place.kind], place) for place in await queries.places_of(session, row.child)]
    return PAGES.show(
        request,
        "important_places.html",
        status=422 if sent else 200,
        child=called(row),
        here=f"{page_of(row.child)}/places",
        back=page_of(row.child),
        draft=draft,
        referral=draft and path_of(draft),
        places=places,
        **_asked(row, {}, sent),
        crumbs=crumbs_of(row, "Important places"),
    )


def _place(request: Request, row: Row, kept: Row, sent: Answered | None = None) -> Response:
    return PAGES.show(
        request,
        "child_form.html",
        status=422 if sent else 200,
        heading="Change an important place",
        child=called(row),
        **_asked(row, {**kept}, sent),
        back=_list_of(row.child, request),
        crumbs=crumbs_of(row, "Important place"),
    )


def _asked(row: Row, kept: dict[str, Any], sent: Answered | None) -> dict[str, Any]:
    wrong = dict(sent.wrong) if sent else {}
    typed = sent.typed if sent else {one.field: as_typed(one, kept.get(one.field)) for one in QUESTIONS}
    errors = summary_of(wrong)
    return {
        "questions": QUESTIONS,
        "typed": typed,
        "wrong": wrong,
        "errors_shown": errors,
        "version": row.places_version,
    }
