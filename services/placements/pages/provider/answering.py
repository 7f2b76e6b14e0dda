"""A provider answers an invitation: offers its home, says no with a reason, or takes its offer back."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements import actions
from services.placements.forms import Decline, MakeOffer, TakeBack
from services.placements.pages.provider.asking import Answerer, Asking, ask, kept_or_asked, onward
from services.placements.pages.provider.invited import HERE, crumbs
from services.placements.pages.provider.words import REASONS, about
from services.placements.pages.words import reference_of
from services.placements.queries import the_offer
from services.placements.queries.invited import the_invitation
from shared.contracts.vocabulary import OfferStatus
from shared.store.database import Writing
from shared.store.session import ReadSession, Row
from shared.web.pages import pounds
from shared.web.questions import Question, answered_all, form_of, seen_in, typed_in

NOT_THE_CHILD = "The authority reads it. Name nobody."
PRICE = Question(
    "weekly-pence",
    "weekly_pence",
    MakeOffer,
    "What does it cost a week?",
    "pounds",
    "Price a week",
    missing="Enter what it costs a week.",
)
FROM = Question(
    "available-from",
    "available_from",
    MakeOffer,
    "From which night can you take the child?",
    "date",
    "From",
    hint="For example, 31 3 2026.",
    missing="Enter the first night.",
)
CONDITIONS = Question(
    "conditions",
    "conditions",
    MakeOffer,
    "What does it depend on?",
    "prose",
    "Conditions",
    hint=f"For example, an extra worker at night for the first month. {NOT_THE_CHILD}",
)
WHY = Question(
    "reason",
    "reason",
    Decline,
    "Why not?",
    "radios",
    "Reason",
    missing="Choose why not.",
    options=REASONS,
)
NOTE = Question("note", "note", Decline, "Anything to add?", "prose", "Note", hint=NOT_THE_CHILD)
OFFERING, DECLINING = (PRICE, FROM, CONDITIONS), (WHY, NOTE)
BRIEFLY = ("Child", "Needs", "Wanted", "How soon", "Your home")
MAY_BE_OFFERED = (OfferStatus.INVITED, OfferStatus.OFFERED)
MAY_BE_TAKEN_BACK = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
router = APIRouter(prefix=HERE + "/{offer:uuid}", include_in_schema=False)


@router.get("/offer")
async def offering(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """What has to be said of an offer, as far as it is known from the vacancy or from an offer made before."""
    row = await the_invitation(session, offer, by)
    session.audit(by.id, "read offer", offer)
    if row.status not in MAY_BE_OFFERED:
        return onward(f"{HERE}/{offer}")
    return ask(request, _offering(session, row))


@router.post("/offer")
async def offered(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """The home is offered. Sent twice in the same words it is offered once."""
    await the_offer(session, offer, by, lock=True)
    row, form = await the_invitation(session, offer, by), await typed_in(request)
    sent = answered_all(OFFERING, form)

    async def keep() -> Any:
        said = form_of(MakeOffer, {**sent.kept, "version": seen_in(form)})
        return await actions.make_offer(session, offer, said, by=by)

    return await kept_or_asked(request, session, _offering(session, row), sent, keep)


@router.get("/decline")
async def declining(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """Why the home is not offered."""
    row = await the_invitation(session, offer, by)
    session.audit(by.id, "read offer", offer)
    if row.status not in MAY_BE_OFFERED:
        return onward(f"{HERE}/{offer}")
    return ask(request, _declining(row))


@router.post("/decline")
async def declined(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """The provider says no. Sent twice in the same words it is said once."""
    await the_offer(session, offer, by, lock=True)
    row, form = await the_invitation(session, offer, by), await typed_in(request)
    sent = answered_all(DECLINING, form)

    async def keep() -> Any:
        said = form_of(Decline, {**sent.kept, "version": seen_in(form)})
        return await actions.decline_offer(session, offer, said, by=by)

    return await kept_or_asked(request, session, _declining(row), sent, keep)


@router.get("/take-back")
async def taking_back(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """Why the home is no longer offered."""
    row = await the_invitation(session, offer, by)
    session.audit(by.id, "read offer", offer)
    if row.status not in MAY_BE_TAKEN_BACK or row.placement is not None:
        return onward(f"{HERE}/{offer}")
    return ask(request, _taking_back(row))


@router.post("/take-back")
async def taken_back(request: Request, offer: UUID, by: Answerer, session: Writing) -> Response:
    """The home is no longer offered. Sent twice in the same words it is said once."""
    await the_offer(session, offer, by, lock=True)
    row, form = await the_invitation(session, offer, by), await typed_in(request)
    sent = answered_all(DECLINING, form)

    async def keep() -> Any:
        said = form_of(TakeBack, {**sent.kept, "version": seen_in(form)})
        return await actions.take_back_offer(session, offer, said, by=by)

    return await kept_or_asked(request, session, _taking_back(row), sent, keep)


def _offering(session: ReadSession, row: Row) -> Asking:
    again = row.status == OfferStatus.OFFERED
    first = max(filter(None, (row.wanted_from, row.posted_from, session.clock.today())))
    kept = {
        "weekly_pence": row.posted_pence if row.weekly_pence is None else row.weekly_pence,
        "available_from": (row.available_from or first).isoformat(),
        "conditions": row.conditions,
    }
    posted = f" You posted it at {pounds(row.posted_pence)} a week." if row.posted_pence is not None else ""
    said = "The authority sees your offer beside others, and chooses." + posted
    return Asking(
        "Change your offer" if again else "Offer this home",
        _briefly(row),
        OFFERING,
        "Send the changed offer" if again else "Send the offer",
        **_around(row, "Change your offer" if again else "Offer this home"),
        kept=kept,
        said=said,
    )


def _declining(row: Row) -> Asking:
    waits = row.status == OfferStatus.INVITED
    return Asking(
        "Say no to this referral",
        _briefly(row),
        DECLINING,
        "Say no",
        **_around(row, "Say no"),
        said="The authority learns why at once, and can ask others."
        if waits
        else "You offered this home: your no takes it back.",
    )


def _taking_back(row: Row) -> Asking:
    chosen = row.status == OfferStatus.ACCEPTED
    words = (
        "The authority has chosen your home for this child: ring them too."
        if chosen
        else ("The authority is choosing: it can no longer choose your home.")
    )
    return Asking(
        "Take your offer back",
        _briefly(row),
        DECLINING,
        "Take the offer back",
        **_around(row, "Take your offer back"),
        said=words,
        warning=True,
    )


def _briefly(row: Row) -> list[tuple[str, str]]:
    return [told for told in about(row, "") if told[0] in BRIEFLY]


def _around(row: Row, here: str) -> dict[str, Any]:
    path, name = f"{HERE}/{row.offer}", f"Referral {reference_of(row.referral)}"
    return {"back": path, "crumbs": crumbs((name, path), (here, "")), "version": row.version}
