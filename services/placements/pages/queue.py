"""The placements desk: which referrals wait for a home, what is due first, narrowed by what the address says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements.actions.owning import note_colleague
from services.placements.pages.words import CLOSED, STAGES, clock, reference_of
from services.placements.queries.desk import MOST, Stage, referrals_called, waiting_for
from shared.contracts.vocabulary import Urgency
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.called import URGENCIES, kind_of
from shared.web.pages import Pages
from shared.web.questions import summary_of, typed_in

PAGES = Pages(Path(__file__).parent.parent / "templates")
HERE = "/placements/desk"
SEE_OTHER = 303
FILTERS: Mapping[str, Mapping[str, str]] = {
    "urgency": {one: URGENCIES[one] for one in Urgency},
    "stage": {one: STAGES[one][0] for one in Stage},
    "owner": {"mine": "Mine", "nobody": "Nobody’s yet", "others": "Colleagues’"},
}
router = APIRouter(prefix=HERE, include_in_schema=False)
Finder = Annotated[Person, Depends(may("placements:match"))]


@router.get("")
async def queue(request: Request, by: Finder, session: Writing) -> Response:
    """Every referral that still wants a home, the soonest due first."""
    return await _shown(request, session, by)


@router.post("/search")
async def search(request: Request, by: Finder, session: Writing) -> Response:
    """Referrals by reference; asked in a body, since no address ever holds a case number. The only one opens."""
    sought = str((await typed_in(request)).get("reference", "")).strip()[:200]
    if not sought or not sought.isprintable():
        return await _shown(request, session, by, {"reference": "Enter a reference."})
    rows = await referrals_called(session, sought, by)
    for row in rows:
        session.audit(by.id, "find referral", row.referral)
    lines = [_line(row, session, {}, by) for row in rows]
    if len(lines) == 1:
        return RedirectResponse(lines[0]["path"], SEE_OTHER)
    return PAGES.show(request, "sought.html", lines=lines, sought=sought, crumbs=crumbs({}, ("Search", "")))


async def _shown(
    request: Request, session: WriteSession, by: Person, wrong: Mapping[str, str] | None = None
) -> Response:
    await note_colleague(session, by)
    chosen = filters_in(request)
    rows = await waiting_for(session, by, *(chosen.get(name) for name in FILTERS))
    return PAGES.show(
        request,
        "queue.html",
        status=422 if wrong else 200,
        lines=[_line(row, session, chosen, by) for row in rows],
        full=len(rows) == MOST,
        chosen=chosen,
        filters=FILTERS,
        wrong=wrong or {},
        errors_shown=summary_of(wrong or {}),
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


def _line(row: Row, session: ReadSession, chosen: Mapping[str, str], by: Person) -> dict[str, Any]:
    words, late = clock(row.due_at, session.clock.now())
    state, colour = STAGES[row.stage] if row.open else CLOSED
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
        "clock": words if row.open else "over",
        "late": late and row.open and row.stage != Stage.FOUND,
        "state": state,
        "colour": colour,
        "invited": row.invited,
        "offered": row.offered,
        "owner": "yours" if row.owner == by.id else row.owner and f"{row.owner_name or 'a colleague'}’s",
    }
