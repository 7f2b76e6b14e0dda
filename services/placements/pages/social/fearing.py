"""Somebody fears that a placement will not last, or no longer does: the placements team sees it at once."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements import actions
from services.placements.forms import FearFor
from services.placements.pages.called import FEARS
from services.placements.pages.social.stays import (
    HERE,
    Asking,
    Worker,
    ask,
    kept_or_asked,
    life_of,
    onward,
    stay_of,
)
from shared.contracts.vocabulary import PlacementStatus
from shared.store.database import Writing
from shared.store.session import Row
from shared.web.questions import Question, answered_all, form_of, seen_in, typed_in

NONE = "none"
FEAR = Question(
    "fear",
    "fear",
    FearFor,
    "Why may it not last?",
    "radios",
    "Fear",
    missing="Choose why it may not last.",
    options=FEARS,
)
CALMED = {**FEARS, NONE: "Nobody fears that any more"}
router = APIRouter(prefix=HERE + "/placements/{placement:uuid}/fear", include_in_schema=False)


@router.get("")
async def fearing(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """Why it may not last, as it was said last."""
    row = await stay_of(session, placement, by)
    session.audit(by.id, "read placement", placement)
    if row.status != PlacementStatus.STARTED:
        return onward(life_of(row.child))
    return await ask(request, session, row, _asking(row))


@router.post("")
async def feared(request: Request, placement: UUID, by: Worker, session: Writing) -> Response:
    """Say it. The same said again changes nothing."""
    row = await stay_of(session, placement, by, lock=True)
    asking, form = _asking(row), await typed_in(request)
    no_longer = form.get("fear") == NONE and row.fear is not None
    sent = answered_all(() if no_longer else asking.questions, form)
    fear = sent.kept.get("fear")
    if not sent.wrong and fear == row.fear:
        return onward(life_of(row.child))

    async def keep() -> Any:
        said = form_of(FearFor, {"fear": fear, "version": seen_in(form)})
        return await actions.raise_fear(session, placement, said, by=by)

    return await kept_or_asked(request, session, row, asking, sent, keep)


def _asking(row: Row) -> Asking:
    """Where a fear stands already, it can be taken back too."""
    question = FEAR if row.fear is None else replace(FEAR, options=CALMED)
    said = ("The placements team sees it at once.",)
    return Asking("This placement may not last", (question,), "Save", {"fear": row.fear}, said)
