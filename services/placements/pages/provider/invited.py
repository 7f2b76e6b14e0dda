"""The referrals a provider is invited to, without who the child is: what waits for its answer, and each of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.pages.provider.asking import Answerer
from services.placements.pages.provider.words import STANDS, about, answer_in_words, line, why
from services.placements.pages.queue import PAGES
from services.placements.pages.words import clock, reference_of
from services.placements.queries.invited import MOST, asked_with, the_invitation, waiting_invitations
from shared.contracts.vocabulary import OfferStatus
from shared.store.database import Reading, Writing
from shared.store.session import Row
from shared.web.authorities import authority_called

HERE = "/placements/invited"
STAYS = "/placements/stays"
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def invited(request: Request, by: Answerer, session: Reading) -> Response:
    """What waits for an answer, the soonest due first; then what the authorities are choosing from."""
    rows, now = await waiting_invitations(session, by), session.clock.now()
    lines = [_line(row, authority_called(request, row.authority), now) for row in rows]
    return PAGES.show(
        request,
        "invited.html",
        asked=[one for one in lines if one["status"] == OfferStatus.INVITED],
        offered=[one for one in lines if one["status"] == OfferStatus.OFFERED],
        chosen=[one for one in lines if one["status"] == OfferStatus.ACCEPTED],
        full=len(rows) == MOST,
    )


@router.get("/{offer:uuid}")
async def invitation(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """One invitation: what is asked, how it was answered, and what became of it."""
    row = await the_invitation(session, offer, by)
    session.audit(by.id, "read offer", offer)
    siblings = await asked_with(session, row) if row.together and row.children > 1 else []
    state, colour = STANDS[row.status]
    words, late = clock(row.answer_by, session.clock.now())
    return PAGES.show(
        request,
        "invitation.html",
        row=row,
        reference=reference_of(row.referral),
        state=state,
        colour=colour,
        clock=words,
        late=late,
        about=about(row, authority_called(request, row.authority)),
        answer=answer_in_words(row),
        why=why(row),
        siblings=[{"path": f"{HERE}/{one.offer}", "state": STANDS[one.status][0].lower()} for one in siblings],
        others=row.children - 1 if row.together else 0,
        here=f"{HERE}/{offer}",
        stay=f"{STAYS}/{row.placement}" if row.placement else "",
        crumbs=crumbs((f"Referral {reference_of(row.referral)}", "")),
    )


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the provider's invitations; the last is the page itself."""
    back = [("Invitations", HERE), *steps[:-1]]
    return [{"text": name, "href": path} for name, path in back] + [{"text": steps[-1][0]}]


def _line(row: Row, asked_by: str, now: datetime) -> dict[str, Any]:
    words, late = clock(row.answer_by, now)
    return {
        **line(row, asked_by),
        "path": f"{HERE}/{row.offer}",
        "status": row.status,
        "clock": f"Answer {words}",
        "late": late,
        "weekly_pence": row.weekly_pence,
        "available_from": row.available_from,
        "stay": f"{STAYS}/{row.placement}" if row.placement else "",
        "starts": row.starts,
    }
