"""The route that takes in Ofsted's list of providers."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from services.providers.actions.listing import take_in
from services.providers.api.files import file_in
from services.providers.api.kept_map import Map
from services.providers.forms.listing import ListTaken, ListWarning
from services.providers.ofsted.listed import read_list
from services.providers.ofsted.problem import refusal
from services.providers.ofsted.workbook import MOST_BYTES
from shared.identity.access import may
from shared.identity.person import Person
from shared.web.security import allow_larger

OFSTED = "/providers/imports/ofsted"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            XLSX: {"schema": {"type": "string", "format": "binary"}, "example": "PK (the bytes of the workbook)"}
        },
    }
}
WRONG_KIND = f"Send the list as it is published, an .xlsx workbook ({XLSX})."

allow_larger(OFSTED, MOST_BYTES + 1)

router = APIRouter(tags=["imports"])
Importer = Annotated[Person, Depends(may("providers:import"))]


@router.post(OFSTED, summary="Take in Ofsted's list of providers and homes", openapi_extra=BODY)
async def take_in_list(request: Request, by: Importer, places: Map) -> ListTaken:
    """All of it or nothing; sent again, nothing doubles: homes go by their URN.

    A home that its own people have corrected keeps what they said; only its rating follows the list. A commissioner's
    list makes no other authority's own service: who runs the installation can.
    """
    content = await file_in(request, kinds=[XLSX], largest=MOST_BYTES, words=WRONG_KIND)
    today = request.app.state.running.clock.today()
    reading = await asyncio.to_thread(read_list, content, places, on=today)
    if reading.problems:
        raise refusal(reading.problems)
    async with request.app.state.database.writing() as session:
        taken = await take_in(session, reading.rows, by=by)
    warned = [ListWarning(**one) for one in [*reading.warned, *taken.warned]]
    return ListTaken(
        new_providers=taken.new_providers,
        new=taken.new,
        changed=taken.changed,
        unchanged=taken.unchanged,
        without_places=taken.without_places,
        warned=warned,
    )
