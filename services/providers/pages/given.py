"""What the child of a placement was given of the home, as it stood that day, and the pictures in it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.providers.pages.desk import PAGES
from services.providers.queries.welcomes import picture_shown, pictures_of, welcome_given, welcome_of
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.web.called import kind_of

PARTS = (
    ("people", "Who lives and works here"),
    ("bedroom", "Your room"),
    ("meals", "Food"),
    ("fun", "Things to do"),
    ("rules", "How we live together"),
)
KEPT_BY_BROWSERS = {"Cache-Control": "private, max-age=300"}

router = APIRouter(prefix="/providers", include_in_schema=False)
Welcomed = Annotated[Person, Depends(may("providers:read_welcome"))]


@router.get("/welcome/{placement:uuid}")
async def welcome(request: Request, placement: UUID, by: Welcomed, session: Writing) -> Response:
    """To be read with the child, or printed."""
    issued = await welcome_given(session, placement, by)
    told = await welcome_of(session, issued.home, issued.version)
    assert told is not None
    session.audit(by.id, "read welcome", placement)
    return PAGES.show(
        request,
        "welcome.html",
        name=issued.name,
        kind=kind_of(issued.type),
        issued_at=issued.issued_at,
        hello=told.hello,
        parts=[(title, told[field]) for field, title in PARTS if told[field]],
        pictures=await pictures_of(session, told.pictures),
    )


@router.get("/pictures/{picture:uuid}")
async def picture(picture: UUID, by: Welcomed, session: Reading) -> Response:
    """A picture of a home, to those who may read what it stands in."""
    row = await picture_shown(session, picture, by)
    return Response(bytes(row.content), media_type=row.kind, headers=KEPT_BY_BROWSERS)
