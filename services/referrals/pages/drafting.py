"""The task list of a referral: one question a page, kept page by page, checked, and sent once."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from services.referrals import queries
from services.referrals.actions import referrals as actions
from services.referrals.domain import Act, authority_of, must_allow, short_reference
from services.referrals.forms.referrals import AmendReferral, MakeReferral
from services.referrals.pages.asking import (
    KIND,
    QUESTIONS,
    TASKS,
    TOGETHER,
    answers_of,
    changed,
    form_of,
    needs_of,
    next_after,
    unanswered,
)
from services.referrals.pages.desk import HERE, PAGES, Asker, crumbs, short_reference_of
from services.referrals.pages.words import FACTORS
from shared.errors import NotFound, Refused, Stale
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.drafts import answers_in, begin_draft, draft_of, drafts_of, finish_draft, forget_draft, keep_draft
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.questions import Question, answered, as_typed, in_words, summary_of, typed_in
from shared.web.words import complaints

router = APIRouter(prefix=HERE, include_in_schema=False)
DRAFT = "/drafts/{draft:uuid}"
OPTIONAL = frozenset(title for title, asked in TASKS.items() if all(question.optional for question in asked))
SEE_OTHER = 303
KEPT_WITH = "Kept with the child, for this search and every other"


def path_of(draft: UUID, *rest: str) -> str:
    """Where a draft's pages are."""
    return "/".join([f"{HERE}/drafts/{draft}", *rest])


def onward(path: str) -> Response:
    """After a post comes a get, so that going back or loading again sends nothing twice."""
    return RedirectResponse(path, SEE_OTHER)


@router.post("/drafts")
async def begin(by: Asker, session: Writing) -> Response:
    """A new referral. One without a child that is begun already is gone on with: pressing twice makes one."""
    for row in await drafts_of(session, KIND, person=by.id):
        if not answers_in(row).get("children"):
            return onward(path_of(row.draft, "children"))
    answers = {"factors": list(FACTORS)}
    draft = await begin_draft(session, KIND, answers, person=by.id, authority=authority_of(by))
    return onward(path_of(draft, "children"))


@router.post("/{referral:uuid}/amend")
async def begin_amending(referral: UUID, by: Asker, session: Writing) -> Response:
    """The same questions with the answers that stand."""
    row = await queries.referral_of(session, referral, by)
    must_allow(Act.AMEND, row.status)
    answers = answers_of(row, await queries.lines_of(session, referral))
    for begun in await drafts_of(session, KIND, person=by.id):
        kept = answers_in(begun)
        if kept.get("amends") == str(referral) and kept.get("version") == row.version:
            return onward(path_of(begun.draft))
    draft = await begin_draft(session, KIND, {**answers, "before": answers}, person=by.id, authority=row.authority)
    session.audit(by.id, "begin to amend referral", referral)
    return onward(path_of(draft))


@router.get(DRAFT)
async def tasks(request: Request, draft: UUID, by: Asker, session: Reading) -> Response:
    """What is answered and what is left."""
    row = await draft_of(session, draft, KIND, person=by.id)
    if row.became:
        return onward(f"{HERE}/{row.became}")
    answers = answers_in(row)
    return PAGES.show(
        request, "tasks.html", draft=draft, answers=answers, tasks=_tasks(draft, answers), crumbs=crumbs("Referral")
    )


def _tasks(draft: UUID, answers: dict[str, Any]) -> list[dict[str, Any]]:
    children = answers.get("children") or []
    left = {slug for slug, _ in unanswered(answers)}
    rows: list[tuple[str, str, str, bool | None]] = [
        ("Children", path_of(draft, "children"), ", ".join(map(short_reference_of, children)), bool(children))
    ]
    for child in children:
        said = child in (answers.get("needs") or {})
        needs = f"Needs of {short_reference_of(child)}"
        rows.append((needs, path_of(draft, "needs", child), "" if said else "As in the newest assessment", said))
        rows.append(
            (
                f"Important places of {short_reference_of(child)}",
                f"{HERE}/children/{child}/places?draft={draft}",
                KEPT_WITH,
                None,
            )
        )
    if len(children) > 1:
        rows.append(("In one home or apart", path_of(draft, TOGETHER.slug), "", TOGETHER.slug not in left))
    for title, asked in TASKS.items():
        done = all(question.slug not in left for question in asked if not question.optional)
        any_said = any(answers.get(question.field) not in (None, "", []) for question in asked)
        rows.append((title, path_of(draft, asked[0].slug), "", any_said if title in OPTIONAL else done))
    return [
        {
            "title": {"text": title},
            "href": path,
            "hint": {"text": hint} if hint else None,
            "status": {"text": "Completed"} if done else {"tag": {"text": words, "classes": "govuk-tag--blue"}},
        }
        for title, path, hint, done in rows
        for words in ["Optional" if title in OPTIONAL or done is None else "To do"]
    ]


@router.get(DRAFT + "/needs/{child:uuid}")
async def needs(request: Request, draft: UUID, child: UUID, by: Asker, session: Reading) -> Response:
    """What one child needs, as the newest assessment says until somebody says otherwise here."""
    answers = await _answers(session, draft, by, child)
    said = (answers.get("needs") or {}).get(str(child))
    if said is None:
        assessed = await queries.assessments_of(session, child)
        said = list(assessed[0].needs) if assessed else []
    return _question(request, needs_of(str(child), short_reference(child)), draft, {"needs": said})


@router.post(DRAFT + "/needs/{child:uuid}")
async def keep_needs(request: Request, draft: UUID, child: UUID, by: Asker, session: Writing) -> Response:
    answers = await _answers(session, draft, by, child, lock=True)
    question = needs_of(str(child), short_reference(child))
    told = answered(question, await typed_in(request))
    if told.wrong:
        return _question(request, question, draft, told.typed, told.wrong)
    answers["needs"] = (answers.get("needs") or {}) | {str(child): told.kept}
    await keep_draft(session, draft, answers)
    return onward(path_of(draft))


@router.get(DRAFT + "/check")
async def check(request: Request, draft: UUID, by: Asker, session: Reading) -> Response:
    """All the answers on one page, each with a way to change it."""
    row = await draft_of(session, draft, KIND, person=by.id)
    return onward(f"{HERE}/{row.became}") if row.became else _check(request, draft, answers_in(row))


@router.post(DRAFT + "/send")
async def send(request: Request, draft: UUID, by: Asker, session: Writing) -> Response:
    """Ask for the home, or for something else; sent twice, it is asked for once."""
    row = await draft_of(session, draft, KIND, person=by.id, lock=True)
    if row.became:
        return onward(f"{HERE}/{row.became}/asked")
    answers = answers_in(row)
    left = unanswered(answers)
    if left:
        return _check(request, draft, answers, dict(left), status=422)
    try:
        async with session.savepoint():
            referral = await _send(session, answers, by)
    except ValidationError as error:
        wrong = {_page_of(one["field"]): one["message"] for one in complaints(error.errors())}
        return _check(request, draft, answers, wrong, status=422)
    except Stale as stale:
        return await _overtaken(request, session, draft, answers, by, stale)
    except Refused as refused:
        return _check(request, draft, answers, {_page_of(refused.field): refused.message}, status=refused.status)
    await finish_draft(session, draft, referral)
    return onward(f"{HERE}/{referral}/asked")


@router.post(DRAFT + "/delete")
async def delete(draft: UUID, by: Asker, session: Writing) -> Response:
    """It is not wanted any more."""
    await draft_of(session, draft, KIND, person=by.id, lock=True)
    await forget_draft(session, draft)
    return onward(HERE)


@router.get(DRAFT + "/{slug}")
async def question(request: Request, draft: UUID, slug: str, by: Asker, session: Reading) -> Response:
    """One question of a referral."""
    asked, row = _asked(slug), await draft_of(session, draft, KIND, person=by.id)
    return onward(f"{HERE}/{row.became}") if row.became else _question(request, asked, draft, answers_in(row))


@router.post(DRAFT + "/{slug}")
async def keep(request: Request, draft: UUID, slug: str, by: Asker, session: Writing) -> Response:
    """Keep one answer, or say what is wrong with it."""
    asked = _asked(slug)
    answers = await _answers(session, draft, by, lock=True)
    told = answered(asked, await typed_in(request))
    if told.wrong:
        return _question(request, asked, draft, told.typed, told.wrong)
    answers[asked.field] = told.kept
    await keep_draft(session, draft, answers)
    checking = request.query_params.get("then") == "check"
    following = None if checking else next_after(asked, answers)
    return onward(path_of(draft, "check") if checking else path_of(draft, *([following] if following else [])))


async def _send(session: WriteSession, answers: dict[str, Any], by: Person) -> UUID:
    form = form_of(answers)
    if answers.get("amends"):
        referral = UUID(answers["amends"])
        amended = AmendReferral.model_validate(form | {"version": answers["version"]})
        await actions.amend_referral(session, referral, amended, by=by)
        return referral
    referral = await actions.make_referral(session, MakeReferral.model_validate(form), by=by)
    await actions.submit_referral(session, referral, version=None, by=by)
    return referral


async def _answers(
    session: ReadSession, draft: UUID, by: Person, child: UUID | None = None, *, lock: bool = False
) -> dict[str, Any]:
    """What a draft that is still to be sent holds; a child who is not in it is not found."""
    row = await draft_of(session, draft, KIND, person=by.id, lock=lock)
    answers = answers_in(row)
    if row.became or (child is not None and str(child) not in answers.get("children", ())):
        raise NotFound("This is not part of a draft any more. It may have been sent already.")
    return answers


def _asked(slug: str) -> Question:
    if slug not in QUESTIONS:
        raise NotFound("There is nothing at this address.")
    return QUESTIONS[slug]


def _question(
    request: Request, asked: Question, draft: UUID, said: Any, wrong: Any = None, *, status: int = 200
) -> Response:
    """`said` is what is kept, or, where something is wrong with it, what was typed."""
    typed = said if wrong else {asked.field: as_typed(asked, said.get(asked.field))}
    checking = request.query_params.get("then") == "check"
    return PAGES.show(
        request,
        "question.html",
        status=422 if wrong else status,
        question=asked,
        typed=typed,
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
        back=path_of(draft, "check") if checking else path_of(draft),
    )


def _page_of(field: str) -> str:
    """The page that asks for a field of the form."""
    name = field.rpartition(".")[2] if field.startswith("considered") else field.partition(".")[0]
    return next((asked.slug for asked in QUESTIONS.values() if asked.field == name), "children")


def _check(
    request: Request, draft: UUID, answers: dict[str, Any], wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    errors = [{"text": words, "href": f"{path_of(draft, page)}?then=check"} for page, words in (wrong or {}).items()]
    return PAGES.show(
        request,
        "check.html",
        status=status,
        draft=draft,
        answers=answers,
        sections=_sections(draft, answers),
        errors_shown=errors,
        back=path_of(draft),
    )


def _sections(draft: UUID, answers: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    children = answers.get("children") or []
    about = [_row("Children", ", ".join(map(short_reference_of, children)) or "Not said", path_of(draft, "children"))]
    for child in children:
        asked = needs_of(child, short_reference_of(child))
        said = (answers.get("needs") or {}).get(child)
        words = "As in the newest assessment" if said is None else in_words(asked, said)
        about.append(_row(f"Needs of {short_reference_of(child)}", words, path_of(draft, "needs", child)))
    if len(children) > 1:
        about.append(_line(draft, TOGETHER, answers))
    return [("Children", about), *((t, [_line(draft, one, answers) for one in asked]) for t, asked in TASKS.items())]


def _line(draft: UUID, asked: Question, answers: dict[str, Any]) -> dict[str, Any]:
    return _row(asked.short, in_words(asked, answers.get(asked.field)), f"{path_of(draft, asked.slug)}?then=check")


def _row(name: str, said: str, path: str) -> dict[str, Any]:
    change = {"href": path, "text": "Change", "visuallyHiddenText": name.lower()}
    return {"key": {"text": name}, "value": {"text": said}, "actions": {"items": [change]}}


async def _overtaken(
    request: Request, session: WriteSession, draft: UUID, answers: dict[str, Any], by: Person, stale: Stale
) -> Response:
    """Somebody else changed the referral meanwhile: what, and a way to begin again from what stands."""
    referral = UUID(answers["amends"])
    row: Row = await queries.referral_of(session, referral, by)
    now = answers_of(row, await queries.lines_of(session, referral))
    return PAGES.show(
        request,
        "overtaken.html",
        status=stale.status,
        referral=referral,
        draft=draft,
        differences=changed(answers.get("before") or {}, now),
        crumbs=crumbs("Changed by somebody else"),
    )
