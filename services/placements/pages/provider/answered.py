"""What became of a provider's answers, and how fast it gave them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.pages.provider.asking import Answerer
from services.placements.pages.provider.invited import HERE, crumbs
from services.placements.pages.provider.words import STANDS, line, span, why
from services.placements.pages.queue import PAGES
from services.placements.queries.invited import how_fast, past_invitations
from shared.contracts.vocabulary import OfferStatus
from shared.store.database import Reading
from shared.store.session import Row
from shared.web.authorities import authority_called
from shared.web.called import URGENCIES

MOST_PAGES = 10_000
OUTCOMES: Mapping[str, str] = {
    one: STANDS[one][0]
    for one in (
        OfferStatus.ACCEPTED,
        OfferStatus.NOT_CHOSEN,
        OfferStatus.DECLINED,
        OfferStatus.LAPSED,
        OfferStatus.WITHDRAWN,
    )
}
router = APIRouter(prefix=HERE + "/answered", include_in_schema=False)


@router.get("")
async def answered(request: Request, by: Answerer, session: Reading) -> Response:
    """The figures of the last year, and every invitation that is over, the latest first."""
    asked = request.query_params
    outcome = asked.get("outcome", "") if asked.get("outcome") in OUTCOMES else ""
    said = asked.get("page", "1")
    page = int(said) if said.isascii() and said.isdigit() and 0 < int(said[:6]) <= MOST_PAGES else 1
    rows, more = await past_invitations(session, by, outcome or None, page)
    figures = [_figures(row) for row in await how_fast(session, by)]
    kept = f"&outcome={outcome}" if outcome else ""
    return PAGES.show(
        request,
        "answered.html",
        figures=figures if figures and figures[0]["asked"] else [],
        lines=[
            {**line(row, authority_called(request, row.authority)), "path": f"{HERE}/{row.offer}", "why": why(row)}
            for row in rows
        ],
        outcome=outcome,
        outcomes=OUTCOMES,
        before=f"?page={page - 1}{kept}" if page > 1 else "",
        next=f"?page={page + 1}{kept}" if more else "",
        crumbs=crumbs(("What became of them", "")),
    )


def _figures(row: Row) -> dict[str, Any]:
    over = row.answered + row.lapsed
    half, most = row.taken or (None, None)
    return {
        "urgency": URGENCIES[row.urgency].partition(":")[0] if row.urgency else "All",
        "asked": row.asked,
        "answered": f"{row.answered} of {over}" if over else "none due yet",
        "half": span(half),
        "most": span(most),
        "offered": row.offered,
        "chosen": row.chosen,
    }
