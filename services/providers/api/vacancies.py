"""Routes of vacancies."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from services.providers import queries
from services.providers.actions import confirming, vacancies
from services.providers.actions import vacancy_upload as upload
from services.providers.api.files import file_in
from services.providers.forms.vacancies import (
    AsOfVersion,
    ConfirmVacancies,
    CorrectVacancy,
    PostVacancy,
    VacancyAnswer,
)
from services.providers.forms.vacancy_file import EXAMPLE, MOST_BYTES
from shared.contracts.vocabulary import PlacementType
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing

router = APIRouter(prefix="/providers/vacancies", tags=["vacancies"])
Poster = Annotated[Person, Depends(may("providers:post_vacancies"))]
Reader = Annotated[Person, Depends(may("providers:read_market"))]
NO_VERSION = AsOfVersion(version=None)
BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}, "example": EXAMPLE}}}
}
ALL_OF_MINE = ConfirmVacancies(vacancies=None)


@router.post("", status_code=201, summary="Offer places at a weekly price")
async def post_vacancy(form: PostVacancy, by: Poster, session: Writing) -> VacancyAnswer:
    return VacancyAnswer(**await vacancies.post_vacancy(session, form, by=by))


@router.get("", summary="What is offered by the providers you may look at")
async def vacancies_(
    by: Reader,
    session: Reading,
    home: UUID | None = None,
    type: PlacementType | None = None,
    stale_days: Annotated[
        int | None, Query(ge=0, le=3_650, description="only those last confirmed longer ago than so many days")
    ] = None,
) -> list[VacancyAnswer]:
    rows = await queries.vacancies_in_sight(session, by, home=home, type=type, stale_days=stale_days)
    return [VacancyAnswer(**row) for row in rows]


@router.post("/confirm", summary="Say that many still stand")
async def confirm_vacancies(by: Poster, session: Writing, form: ConfirmVacancies = ALL_OF_MINE) -> list[VacancyAnswer]:
    """All of those that are named or none of them; all of yours where none is named."""
    return [VacancyAnswer(**row) for row in await confirming.confirm_vacancies(session, form, by=by)]


@router.post("/upload", status_code=201, summary="Offer everything in a spreadsheet", openapi_extra=BODY)
async def upload_vacancies(request: Request, by: Poster) -> list[VacancyAnswer]:
    """A CSV file, all of it or nothing. A home goes by its URN, its name or its identifier; no places is all of them.

    What is offered already, the same places from the same day, is corrected, which also confirms it.
    """
    content = await file_in(request, kinds=["text/csv"], largest=MOST_BYTES, words="Send one CSV file (text/csv).")
    async with request.app.state.database.writing() as session:
        return [VacancyAnswer(**row) for row in await upload.upload_vacancies(session, content, by=by)]


@router.post("/{vacancy:uuid}/confirm", summary="Say that it still stands")
async def confirm_vacancy(vacancy: UUID, by: Poster, session: Writing, form: AsOfVersion = NO_VERSION) -> VacancyAnswer:
    return VacancyAnswer(**await vacancies.confirm_vacancy(session, vacancy, version=form.version, by=by))


@router.post("/{vacancy:uuid}/correct", summary="Change what is offered")
async def correct_vacancy(vacancy: UUID, form: CorrectVacancy, by: Poster, session: Writing) -> VacancyAnswer:
    return VacancyAnswer(**await vacancies.correct_vacancy(session, vacancy, form, by=by))


@router.post("/{vacancy:uuid}/withdraw", summary="Offer it no longer")
async def withdraw_vacancy(
    vacancy: UUID, by: Poster, session: Writing, form: AsOfVersion = NO_VERSION
) -> VacancyAnswer:
    return VacancyAnswer(**await vacancies.withdraw_vacancy(session, vacancy, version=form.version, by=by))
