"""Routes for what homes say of the children who are to live there or do."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.placements.actions.reports import report_stay
from services.placements.forms.reports import Report, ReportShown
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing

router = APIRouter(prefix="/placements", tags=["placements"])


@router.put("/{placement:uuid}/report", summary="A home says that a child arrived, did not, is to leave, or left")
async def report(
    placement: UUID, form: Report, by: Annotated[Person, Depends(may("placements:report_stays"))], session: Writing
) -> ReportShown:
    """The home's newest word counts. It changes no placement: the authority records what follows from it."""
    row = await report_stay(session, placement, form, by=by)
    said = {name: row[name] for name in ReportShown.model_fields if name != "on"}
    return ReportShown(**said, on=row.said_of)
