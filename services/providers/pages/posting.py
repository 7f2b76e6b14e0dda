"""Posting a vacancy or correcting one: a step a page, kept page by page, checked, and posted once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from services.providers.actions.vacancies import correct_vacancy, post_vacancy
from services.providers.forms.vacancies import CorrectVacancy
from services.providers.pages.desk import DRAFTS, HERE, PAGES, SEE_OTHER, UNPROCESSABLE, Poster, crumbs
from services.providers.pages.offering import Step, answers_of, form_in, steps_for
from services.providers.queries import home_managed, places_of
from services.providers.queries.desk import my_homes, vacancy_read
from shared.errors import NotFound, Refused, Stale
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.drafts import answers_in, begin_draft, draft_of, drafts_of, finish_draft, forget_draft, keep_draft
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.questions import Answered, answered_all, as_typed, in_words, summary_of, typed_in
from shared.web.words import complaints

DRAFT = "/drafts/{draft:uuid}"
UNSAID = {
    "available_until": "For as long as a child needs it",
    "youngest": "As young as the home is registered for",
    "oldest": "As old as the home is registered for",
    "sexes": "Nobody the home is registered for is left out",
}
"""What it means that an answer was left empty."""

router = APIRouter(prefix=HERE, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A vacancy that is begun: its answers, and the steps that ask for them."""

    draft: UUID
    answers: dict[str, Any]
    steps: list[Step]
    became: UUID | None = None

    def path(self, *rest: str) -> str:
        return "/".join([f"{HERE}/drafts/{self.draft}", *rest])

    def step(self, slug: str) -> Step:
        found = next((step for step in self.steps if step.slug == slug), None)
        if found is None:
            raise NotFound("There is nothing at this address.")
        return found

    def unanswered(self) -> Step | None:
        """The first step where something is missing."""
        for step in self.steps:
            asked = [question for question in step.questions if not question.optional]
            if any(self.answers.get(question.field) in (None, "", []) for question in asked):
                return step
        return None


@router.post("/drafts")
async def begin(request: Request, by: Poster, session: Writing) -> Response:
    """A new vacancy, of the home that was pressed; an empty one that is begun already is gone on with."""
    sent = await typed_in(request)
    homes = await my_homes(session, by)
    chosen = str(sent.get("home", homes[0].home if len(homes) == 1 else ""))
    answers = {"home": chosen} if chosen in {str(home.home) for home in homes} else {}
    for row in await drafts_of(session, DRAFTS, person=by.id):
        if answers_in(row) == answers:
            return RedirectResponse(f"{HERE}/drafts/{row.draft}", SEE_OTHER)
    draft = await begin_draft(session, DRAFTS, answers, person=by.id, authority=by.authority)
    return RedirectResponse(f"{HERE}/drafts/{draft}", SEE_OTHER)


@router.post("/vacancies/{vacancy:uuid}/correct")
async def begin_correcting(vacancy: UUID, by: Poster, session: Writing) -> Response:
    """The same questions with the answers that stand."""
    row = await vacancy_read(session, vacancy)
    if row is None:
        raise NotFound
    await home_managed(session, row.home, by)
    answers = answers_of(row)
    for begun in await drafts_of(session, DRAFTS, person=by.id):
        kept = answers_in(begun)
        if (kept.get("corrects"), kept.get("version")) == (str(vacancy), row.version):
            return RedirectResponse(f"{HERE}/drafts/{begun.draft}", SEE_OTHER)
    draft = await begin_draft(session, DRAFTS, answers, person=by.id, authority=by.authority)
    return RedirectResponse(f"{HERE}/drafts/{draft}", SEE_OTHER)


@router.get(DRAFT)
async def go_on(draft: UUID, by: Poster, session: Reading) -> Response:
    """Where somebody stopped."""
    told = await _draft(session, draft, by)
    return RedirectResponse(_onward(told), SEE_OTHER)


@router.get(DRAFT + "/check")
async def check(request: Request, draft: UUID, by: Poster, session: Reading) -> Response:
    """All the answers on one page, each with a way to change it."""
    told = await _draft(session, draft, by)
    return RedirectResponse(_onward(told), SEE_OTHER) if told.became or told.unanswered() else _check(request, told)


@router.post(DRAFT + "/post")
async def post(request: Request, draft: UUID, by: Poster, session: Writing) -> Response:
    """Offer it, or correct what is offered; sent twice, it is done once."""
    told = await _draft(session, draft, by, lock=True)
    if told.became or told.unanswered():
        return RedirectResponse(_onward(told), SEE_OTHER)
    try:
        async with session.savepoint():
            vacancy = await _post(session, told.answers, by)
    except ValidationError as error:
        return _check(request, told, {one["field"]: one["message"] for one in complaints(error.errors())})
    except Stale as stale:
        words = "Somebody else changed this vacancy meanwhile. Delete this correction and begin again from what stands."
        return _check(request, told, {"": words}, stale.status)
    except NotFound:
        raise
    except Refused as refused:
        return _check(request, told, {refused.field: refused.message}, refused.status)
    await finish_draft(session, draft, vacancy)
    return RedirectResponse(_vacancy_path(vacancy), SEE_OTHER)


@router.post(DRAFT + "/delete")
async def delete(draft: UUID, by: Poster, session: Writing) -> Response:
    """It is not wanted any more."""
    await draft_of(session, draft, DRAFTS, person=by.id, lock=True)
    await forget_draft(session, draft)
    return RedirectResponse(HERE, SEE_OTHER)


@router.get(DRAFT + "/{slug}")
async def step(request: Request, draft: UUID, slug: str, by: Poster, session: Reading) -> Response:
    """One step of a vacancy."""
    told = await _draft(session, draft, by)
    return RedirectResponse(_onward(told), SEE_OTHER) if told.became else _step(request, told, told.step(slug))


@router.post(DRAFT + "/{slug}")
async def keep(request: Request, draft: UUID, slug: str, by: Poster, session: Writing) -> Response:
    """Keep the answers of one step, or say what is wrong with them."""
    told = await _draft(session, draft, by, lock=True)
    if told.became:
        return RedirectResponse(_onward(told), SEE_OTHER)
    asked = told.step(slug)
    said = answered_all(asked.questions, await typed_in(request))
    wrong = dict(said.wrong) or _wrong_together(said.kept)
    if wrong:
        return _step(request, told, asked, Answered(said.typed, None, wrong))
    before = told.answers.get("home")
    told.answers.update({question.field: said.kept.get(question.field) for question in asked.questions})
    if slug == "home" and told.answers["home"] != before:
        told.answers.pop("places", None)
    await keep_draft(session, draft, told.answers)
    return RedirectResponse(_after(request, told, asked), SEE_OTHER)


async def _draft(session: ReadSession, draft: UUID, by: Person, *, lock: bool = False) -> Draft:
    """Somebody's own draft with its steps, about homes that are still theirs."""
    row = await draft_of(session, draft, DRAFTS, person=by.id, lock=lock)
    answers = answers_in(row)
    homes = await my_homes(session, by)
    home = next((one for one in homes if str(one.home) == answers.get("home")), None)
    today = session.clock.today()
    places = await places_of(session, home.home) if home else []
    there = [place for place in places if place.closes is None or place.closes > today]
    return Draft(draft, answers, _asked(steps_for(homes, home, there), answers), row.became)


def _asked(steps: list[Step], answers: Mapping[str, Any]) -> list[Step]:
    """A correction is of one home: which, is not asked again."""
    return steps[1:] if answers.get("corrects") else steps


def _onward(told: Draft) -> str:
    if told.became:
        return _vacancy_path(told.became)
    left = told.unanswered()
    return told.path(left.slug if left else "check")


def _vacancy_path(vacancy: UUID) -> str:
    return f"{HERE}/vacancies/{vacancy}?done=posted"


def _after(request: Request, told: Draft, asked: Step) -> str:
    """The next step, or what is checked already."""
    slugs = [one.slug for one in told.steps]
    later = slugs[slugs.index(asked.slug) + 1 :]
    if request.query_params.get("then") == "check" or not later:
        return _onward(told)
    return told.path(later[0])


def _wrong_together(kept: Mapping[str, Any]) -> dict[str, str]:
    """What no answer says alone: an end before its beginning, the oldest below the youngest."""
    until, youngest, oldest = kept.get("available_until"), kept.get("youngest"), kept.get("oldest")
    if until is not None and until <= kept["available_from"]:
        return {"available_until": "It must end after the first night."}
    if youngest is not None and oldest is not None and oldest < youngest:
        return {"oldest": "The oldest age must not be below the youngest."}
    return {}


async def _post(session: WriteSession, answers: Mapping[str, Any], by: Person) -> UUID:
    form = form_in(answers)
    if isinstance(form, CorrectVacancy):
        row: Row = await correct_vacancy(session, UUID(answers["corrects"]), form, by=by)
    else:
        row = await post_vacancy(session, form, by=by)
    return UUID(str(row.vacancy))


def _step(request: Request, told: Draft, asked: Step, said: Answered | None = None) -> Response:
    typed = said.typed if said else {one.field: as_typed(one, told.answers.get(one.field)) for one in asked.questions}
    slugs = [one.slug for one in told.steps]
    number = slugs.index(asked.slug)
    checking = request.query_params.get("then") == "check"
    return PAGES.show(
        request,
        "step.html",
        status=UNPROCESSABLE if said else 200,
        title=asked.title,
        questions=asked.questions,
        number=number + 1,
        steps=len(slugs),
        typed=typed,
        wrong=said.wrong if said else {},
        errors_shown=summary_of(said.wrong) if said else [],
        back=told.path("check") if checking else told.path(slugs[number - 1]) if number else HERE,
    )


def _check(
    request: Request, told: Draft, wrong: Mapping[str, str] | None = None, status: int = UNPROCESSABLE
) -> Response:
    errors = [{"text": words, "href": _where(told, field)} for field, words in (wrong or {}).items()]
    return PAGES.show(
        request,
        "check.html",
        status=status if wrong else 200,
        rows=[_line(told, step, question) for step in told.steps for question in step.questions],
        corrects=bool(told.answers.get("corrects")),
        errors_shown=errors,
        sending=told.path("post"),
        deleting=told.path("delete"),
        crumbs=crumbs("Check your answers"),
    )


def _where(told: Draft, field: str) -> str:
    """The step that asks for a field of the form; what is about the whole is put right at the foot of the page."""
    name = field.partition(".")[0]
    step = next((one for one in told.steps if any(question.field == name for question in one.questions)), None)
    return f"{told.path(step.slug)}?then=check" if step else "#post"


def _line(told: Draft, step: Step, question: Any) -> dict[str, Any]:
    kept = told.answers.get(question.field)
    words = UNSAID.get(question.field, "Not said") if kept in (None, "", []) else in_words(question, kept)
    change = {
        "href": f"{told.path(step.slug)}?then=check",
        "text": "Change",
        "visuallyHiddenText": question.short.lower(),
    }
    return {"key": {"text": question.short}, "value": {"text": words}, "actions": {"items": [change]}}
