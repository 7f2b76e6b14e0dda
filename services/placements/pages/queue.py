"""The placements desk: which referrals wait for a home, what is due first, narrowed by what the address says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.placements.pages.words import STAGES, clock, kind_of, reference_of
from services.placements.queries.desk import MOST, Stage, waiting_for
from shared.contracts.vocabulary import Urgency
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading
from shared.store.session import ReadSession, Row
from shared.web.called import URGENCIES
from shared.web.pages import Pages

PAGES = Pages(Path(__file__).parent.parent / "templates")
HERE = "/placements/desk"
FILTERS: Mapping[str, Mapping[str, str]] = {
    "urgency": {one: URGENCIES[one] for one in Urgency},
    "stage": {one: STAGES[one][0] for one in Stage},
}
router = APIRouter(prefix=HERE, include_in_schema=False)
Finder = Annotated[Person, Depends(may("placements:match"))]


@router.get("")
async def queue(request: Request, by: Finder, session: Reading) -> Response:
    """Every referral that still wants a home, what is due first, first."""
    chosen = filters_in(request)
    rows = await waiting_for(session, by, chosen.get("urgency"), chosen.get("stage"))
    return PAGES.show(
        request,
        "queue.html",
        lines=[_line(row, session, chosen) for row in rows],
        full=len(rows) == MOST,
        chosen=chosen,
        filters=FILTERS,
    )


def filters_in(request: Request) -> dict[str, str]:
    """The queue's filters as an address carries them; what is no filter of ours is left out."""
    asked = ((name, request.query_params.get(name, "")) for name in FILTERS)
    return {name: said for name, said in asked if said in FILTERS[name]}


def with_filters(path: str, chosen: Mapping[str, str]) -> str:
    """An address that keeps the queue's filters, so that whoever goes back finds it as it was."""
    return f"{path}?{urlencode(chosen)}" if chosen else path


def crumbs(chosen: Mapping[str, str], *steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the queue as it was narrowed; the last is the page itself."""
    back = [("Homes to find", HERE), *steps[:-1]]
    return [{"text": name, "href": with_filters(path, chosen)} for name, path in back] + [{"text": steps[-1][0]}]


def _line(row: Row, session: ReadSession, chosen: Mapping[str, str]) -> dict[str, Any]:
    words, late = clock(row.due_at, session.clock.now())
    state, colour = STAGES[row.stage]
    path = f"{HERE}/referrals/{row.referral}"
    return {
        "path": with_filters(
            f"{path}/offers" if row.stage in (Stage.CHOOSE, Stage.BOOK, Stage.FOUND) else path, chosen
        ),
        "reference": reference_of(row.referral),
        "children": row.children,
        "urgency": URGENCIES[row.urgency],
        "kinds": ", ".join(kind_of(code) for code in row.types),
        "wanted_from": row.wanted_from,
        "clock": words,
        "late": late and row.stage != Stage.FOUND,
        "state": state,
        "colour": colour,
        "invited": row.invited,
        "offered": row.offered,
    }
