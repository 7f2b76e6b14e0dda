"""Which children a referral is for: found by a reference, or recorded here for the first time."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions.children import register_child
from services.referrals.domain import short_reference
from services.referrals.forms.children import RegisterChild
from services.referrals.forms.referrals import MOST_CHILDREN
from services.referrals.pages.asking import KIND
from services.referrals.pages.desk import HERE, PAGES, Asker
from services.referrals.pages.drafting import DRAFT, onward, path_of
from services.referrals.pages.known import answers_known
from services.referrals.pages.words import ETHNICITIES, SEXES
from shared.errors import Invalid, NotFound, Refused
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.database import Reading, Writing
from shared.store.drafts import answers_in, draft_of, keep_draft
from shared.store.session import ReadSession, WriteSession
from shared.web.questions import Question, answered, as_typed, summary_of, typed_in, wrong_with
from shared.web.words import complaints

router = APIRouter(prefix=HERE, include_in_schema=False)


def _of(name: str, kind: str, asks: str, **more: Any) -> Question:
    return Question(name, name, RegisterChild, asks, kind, asks, **more)


CHILD = (
    _of("name", "text", "Full name", missing="Enter the child’s name."),
    _of("born", "date", "Date of birth", hint="For example, 21 5 2014.", missing="Enter the date of birth."),
    _of("sex", "radios", "Sex", missing="Choose the child’s sex.", options=SEXES),
    _of("ethnicity", "choice", "Ethnicity", missing="Choose the child’s ethnicity.", options=ETHNICITIES),
    _of("local_reference", "text", "Your own case number", hint="It stays in your authority."),
    _of("home_postcode", "text", "Home postcode", hint="Homes are ranked by how far they are from it."),
)


@router.get(DRAFT + "/children")
async def children(request: Request, draft: UUID, by: Asker, session: Reading) -> Response:
    """The children named so far, and a way to name another."""
    return await _children(request, session, draft, by)


@router.post(DRAFT + "/children")
async def add_child(request: Request, draft: UUID, by: Asker, session: Writing) -> Response:
    """Name a child who is on record."""
    answers = await _answers(session, draft, by, lock=True)
    sought = str((await typed_in(request)).get("reference", "")).strip()[:200]
    try:
        child = await _found(session, sought, by)
        await _name(session, draft, answers, child, by)
    except Refused as refused:
        return await _children(request, session, draft, by, {"reference": sought}, {"reference": refused.message})
    return onward(path_of(draft, "children"))


@router.post(DRAFT + "/children/{child:uuid}/leave-out")
async def leave_out(draft: UUID, child: UUID, by: Asker, session: Writing) -> Response:
    """This child is not part of the referral."""
    answers = await _answers(session, draft, by, lock=True)
    answers["children"] = [one for one in answers.get("children", ()) if one != str(child)]
    await keep_draft(session, draft, answers)
    return onward(path_of(draft, "children"))


@router.get(DRAFT + "/new-child")
async def new_child(request: Request, draft: UUID, by: Asker, session: Reading) -> Response:
    """Record a child who is not on record yet."""
    await _answers(session, draft, by)
    return _new_child(request, draft, {asked.field: as_typed(asked, None) for asked in CHILD}, {})


@router.post(DRAFT + "/new-child")
async def record_child(request: Request, draft: UUID, by: Asker, session: Writing) -> Response:
    """Record the child and name them in the referral, both or neither; sent twice, one child is recorded."""
    answers = await _answers(session, draft, by, lock=True)
    sent = await typed_in(request)
    once = str(sent.get("once", ""))[:40]
    if once and once in answers.get("recorded", ()):
        return onward(path_of(draft, "children"))
    told = [answered(asked, sent) for asked in CHILD]
    typed: dict[str, Any] = {name: said for one in told for name, said in one.typed.items()} | {"once": once}
    wrong = {name: words for one in told for name, words in one.wrong.items()}
    if wrong:
        return _new_child(request, draft, typed, wrong)
    try:
        async with session.savepoint():
            kept = {asked.field: one.kept for asked, one in zip(CHILD, told, strict=True)}
            row = await register_child(session, RegisterChild.model_validate(kept), by=by)
            answers["recorded"] = [*answers.get("recorded", ()), once]
            await _name(session, draft, answers, row.child, by)
    except ValidationError as error:
        return _new_child(request, draft, typed, {one["field"]: one["message"] for one in complaints(error.errors())})
    except Refused as refused:
        return _new_child(request, draft, typed, wrong_with(refused, [asked.field for asked in CHILD]))
    return onward(path_of(draft, "children"))


async def _found(session: WriteSession, sought: str, by: Person) -> UUID:
    if not sought or not sought.isprintable():
        raise Invalid("Enter the child’s reference.")
    found = await queries.children_called(session, sought, by)
    for row in found:
        session.audit(by.id, "read child", row.child)
    if not found:
        raise NotFound("We have no child with that reference.")
    if len(found) > 1:
        raise Invalid("Several children have that reference. Enter our short reference, such as D990-4085.")
    child: UUID = found[0].child
    return child


async def _name(session: WriteSession, draft: UUID, answers: dict[str, Any], child: UUID, by: Person) -> None:
    """Name a child; with the first, what is known of the child stands in the draft."""
    named = answers.get("children") or []
    if str(child) in named:
        raise Invalid("That child is named already.")
    if len(named) >= MOST_CHILDREN:
        raise Invalid(f"At most {MOST_CHILDREN} children can be on one referral.")
    begun = not named and set(answers) <= {"factors", "children", "recorded"}
    known = await answers_known(session, child, by) if begun else {}
    await keep_draft(session, draft, answers | known | {"children": [*named, str(child)]})


async def _answers(session: ReadSession, draft: UUID, by: Person, *, lock: bool = False) -> dict[str, Any]:
    row = await draft_of(session, draft, KIND, person=by.id, lock=lock)
    if row.became:
        raise NotFound("This draft has been sent already.")
    return answers_in(row)


async def _children(
    request: Request, session: ReadSession, draft: UUID, by: Person, typed: Any = None, wrong: Any = None
) -> Response:
    answers = await _answers(session, draft, by)
    named = [await queries.child_of(session, UUID(child), by) for child in answers.get("children") or ()]
    before = await queries.together_before(session, [row.child for row in named], by) if named else []
    return PAGES.show(
        request,
        "children.html",
        status=422 if wrong else 200,
        draft=draft,
        children=[{"child": row.child, "name": row.name, "reference": short_reference(row.child)} for row in named],
        before=[(row.name, short_reference(row.child)) for row in before],
        typed=typed or {},
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        back=path_of(draft),
    )


def _new_child(request: Request, draft: UUID, typed: Any, wrong: dict[str, str]) -> Response:
    return PAGES.show(
        request,
        "new_child.html",
        status=422 if wrong else 200,
        questions=CHILD,
        once=str(typed.get("once") or new_id()),
        typed=typed,
        wrong=wrong,
        errors_shown=summary_of(wrong),
        back=path_of(draft, "children"),
    )
