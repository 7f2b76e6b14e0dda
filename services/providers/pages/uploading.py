"""Vacancies out of a spreadsheet: the file is sent, and what is wrong in it is shown row by row."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from services.providers.actions.vacancy_upload import upload_vacancies
from services.providers.forms.vacancy_file import COLUMNS, EXAMPLE, MOST_BYTES, MOST_ROWS
from services.providers.pages.desk import HERE, PAGES, SEE_OTHER, Poster, crumbs
from services.providers.queries.desk import my_vacancies
from shared.errors import Invalid, Refused
from shared.identity.access import may
from shared.store.database import Database, Reading

UPLOAD = HERE + "/upload"
TOO_LARGE = Refused(f"The file is larger than {MOST_BYTES // 1_000_000} MB.", status=413, code="too_large")
MEANS = {
    "home": "Ofsted’s number of the home, or its name as it is here",
    "places": "the numbers of its places with a space between; empty for all of them",
    "available_from": "the first night, as 2026-03-31",
    "available_until": "the first day it is not free any more; empty where there is none",
    "weekly_pounds": "what a place costs a week, as 3810.00",
    "youngest": "empty for as young as the home is registered for",
    "oldest": "empty for as old as the home is registered for",
    "sexes": "F, M, or both with a space between; empty for as the home is registered",
}

router = APIRouter(prefix=UPLOAD, include_in_schema=False)


@router.get("")
async def uploading(request: Request, by: Poster, session: Reading) -> Response:
    """What the file looks like, and where to choose it."""
    offered = len(await my_vacancies(session, by)) if "done" in request.query_params else 0
    done = f"The file is taken in. You have {offered} vacancies on offer now." if offered else None
    return _shown(request, done=done)


@router.get("/example.csv", dependencies=[Depends(may("providers:post_vacancies"))])
async def example() -> Response:
    """A file to begin from."""
    headers = {"Content-Disposition": 'attachment; filename="vacancies.csv"'}
    return Response(EXAMPLE, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("")
async def upload(request: Request, by: Poster) -> Response:
    """All of the file or nothing of it. Sent twice, what it offers is confirmed a second time, not doubled."""
    database: Database = request.app.state.database
    try:
        content = await file_sent(request)
        async with database.writing() as session:
            await upload_vacancies(session, content, by=by)
    except Refused as refused:
        return _shown(request, refused)
    return RedirectResponse(f"{UPLOAD}?done=1", SEE_OTHER)


async def file_sent(request: Request) -> bytes:
    """The one file of a page's form. Raises Refused."""
    async with request.form(max_files=1, max_fields=5) as form:
        file = form.get("file")
        content = await file.read(MOST_BYTES + 1) if isinstance(file, UploadFile) else b""
    if len(content) > MOST_BYTES:
        raise TOO_LARGE
    if not content:
        raise Invalid("Choose a file with at least one vacancy.", field="file", code="empty")
    return content


def _shown(request: Request, wrong: Refused | None = None, done: str | None = None) -> Response:
    problems: Sequence[dict[str, Any]] = sorted(wrong.more.get("problems", ()), key=_by_row) if wrong else ()
    in_all = wrong.more.get("in_all", len(problems)) if wrong else 0
    words = f"The file has {in_all} thing{'' if in_all == 1 else 's'} to put right. Nothing of it was taken in."
    said = words if problems else wrong.message if wrong else ""
    return PAGES.show(
        request,
        "upload.html",
        status=wrong.status if wrong else 200,
        columns=[(name, MEANS[name]) for name in COLUMNS],
        problems=problems,
        wrong=said,
        most_rows=MOST_ROWS,
        done=done,
        errors_shown=[{"text": said, "href": "#problems" if problems else "#file"}] if wrong else [],
        crumbs=crumbs("Upload vacancies"),
    )


def _by_row(problem: dict[str, Any]) -> tuple[int, int]:
    """As somebody goes through the spreadsheet: by row, and in it from left to right."""
    field = problem["field"]
    return problem["row"], COLUMNS.index(field) if field in COLUMNS else -1
