"""Who a child is, to those who may know: the child's own authority, and a provider whose offer was accepted."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.domain import short_reference
from services.referrals.pages.words import ETHNICITIES, SEXES
from shared.clock import age_on
from shared.errors import NotFound
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.web.authorities import authority_called
from shared.web.pages import Pages

PAGES = Pages(Path(__file__).parent.parent / "templates")
router = APIRouter(prefix="/referrals/introduced/{child:uuid}", include_in_schema=False)


@router.get("")
async def introduced(
    request: Request, child: UUID, by: Annotated[Person, Depends(may("referrals:know"))], session: Writing
) -> Response:
    """The child's name and what goes with it; that it was looked at is written down before it is answered."""
    row = next(iter(await queries.children_known_to(session, [child], by)), None)
    if row is None:
        raise NotFound
    session.audit(by.id, "read child", child)
    return PAGES.show(
        request,
        "introduced.html",
        reference=short_reference(child),
        row=row,
        age=age_on(row.born, session.clock.today()) if row.born else None,
        sex=SEXES.get(row.sex, "Not known"),
        ethnicity=ETHNICITIES.get(row.ethnicity, "Not known"),
        authority=authority_called(request, row.authority),
    )
