"""A placement's record for who arranged it: where it stands, its prices, and the child's moves."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.pages.queue import HERE, PAGES, Finder, crumbs, filters_in, with_filters
from services.placements.pages.said import words_of_homes
from services.placements.pages.words import BOOKED, FAR_AWAY, PRICED, reference_of, welcome_to
from services.placements.queries import prices_of, the_placement
from services.placements.queries.desk import moves_of
from shared.contracts.vocabulary import PlacementStatus
from shared.identity.permissions import allows
from shared.store.database import Writing
from shared.store.session import Row
from shared.web.called import kind_of

STANDS_THERE = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED, PlacementStatus.STARTED)
"""While a place of the home is the child's, whose authority reads the home's calendar."""
router = APIRouter(prefix=HERE + "/placements/{placement:uuid}", include_in_schema=False)


@router.get("")
async def record(request: Request, placement: UUID, by: Finder, session: Writing) -> Response:
    """One placement, with what it costs and where the child was before."""
    row = await the_placement(session, placement, by)
    session.audit(by.id, "read placement", placement)
    moves = await moves_of(session, row.child, by)
    words = await words_of_homes(session, [placement])
    chosen, today = filters_in(request), session.clock.today()
    here = next((move for move in moves if move.placement == placement), None)
    state, colour = BOOKED[row.status]
    steps = [(f"Referral {reference_of(row.referral)}", f"{HERE}/referrals/{row.referral}")] if row.referral else []
    return PAGES.show(
        request,
        "record.html",
        row=row,
        state=state,
        colour=colour,
        name=(here and here.name) or kind_of(row.type),
        kind=kind_of(row.type),
        child=reference_of(row.child),
        word=words.get(placement, ""),
        far=FAR_AWAY.get(row.distance_reason or "", ""),
        here=f"{HERE}/placements/{placement}",
        calendar=f"/providers/desk/homes/{row.home}" if row.status in STANDS_THERE and row.home else "",
        welcome=welcome_to(row) if allows("providers:read_welcome", by) else "",
        may_record=allows("placements:record", by),
        prices=[_price(line, today) for line in prices_of(row)],
        moves=[_move(move, placement, chosen) for move in moves],
        crumbs=crumbs(chosen, *steps, ("Placement", "")),
    )


def _price(line: Any, today: date) -> dict[str, Any]:
    return {
        "element": PRICED[line.element],
        "weekly_pence": line.weekly_pence,
        "starts": line.starts,
        "ends": line.ends,
        "now": line.starts <= today and (line.ends is None or today < line.ends),
    }


def _move(row: Row, shown: UUID, chosen: dict[str, str]) -> dict[str, Any]:
    return {
        "path": "" if row.placement == shown else with_filters(f"{HERE}/placements/{row.placement}", chosen),
        "name": row.name or kind_of(row.type),
        "kind": kind_of(row.type),
        "starts": row.starts,
        "ends": row.ends,
        "state": BOOKED[row.status][0],
    }
