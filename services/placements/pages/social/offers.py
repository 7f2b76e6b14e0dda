"""The homes offered for a referral's children as their social worker sees them, and agreeing or objecting to one."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.placements.actions.opinions import CONSIDERED, consider_offer
from services.placements.forms.opinions import Consider
from services.placements.matching import Judgement
from services.placements.pages.called import OBJECTIONS
from services.placements.pages.queue import PAGES
from services.placements.pages.social.stays import CONSIDERS, HERE, UNPROCESSABLE, Worker, crumbs, life_of, onward
from services.placements.pages.words import BOOKED, OFFERS, RATINGS, reference_of
from services.placements.queries import all_wanted, my_offers, the_offer
from services.placements.queries.candidates import fit_of, fits_of_held
from services.placements.queries.desk import booked_for, held_for, homes_of
from services.placements.queries.markets import markets_of
from services.placements.queries.opinions import opinions_on
from shared.contracts.vocabulary import OfferStatus
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.audit import audit_read
from shared.store.database import Database, Writing
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.questions import Answered, Question, answered_all, as_typed, form_of, seen_in, summary_of, typed_in
from shared.web.questions import wrong_with as wrong_beside

SHOWN = (*CONSIDERED, OfferStatus.INVITED)
AGREES = Question(
    "agrees",
    "agrees",
    Consider,
    "Do you agree to this home for the child?",
    "yes_no",
    "Agreed",
    hint="The placements team sees your answer beside the offer, and decides.",
    missing="Say whether you agree.",
)
WHY_NOT = Question(
    "objection", "objection", Consider, "If you do not agree, why?", "choice", "Objection", options=OBJECTIONS
)
WORDS = Question(
    "words", "words", Consider, "Anything to add", "prose", "In words", hint="The provider is not shown it."
)
QUESTIONS = (AGREES, WHY_NOT, WORDS)
router = APIRouter(prefix=HERE, include_in_schema=False)
Considering = Annotated[Person, Depends(may(CONSIDERS))]


def offers_for(referral: UUID) -> str:
    """The page of the homes offered for a referral."""
    return f"{HERE}/referrals/{referral}"


@router.get("/referrals/{referral:uuid}")
async def offers(request: Request, referral: UUID, by: Worker) -> Response:
    """Every home that is offered or asked for each child, the best fit first."""
    database: Database = request.app.state.database
    where = await the_map(request.app.state.running.settings.map_folder)
    async with database.reading() as session:
        rows = await all_wanted(session, referral, None, by)
        told = [one for one in await my_offers(session, by, (), referral) if one.status in SHOWN]
        booked = await booked_for(session, referral)
        fits = await fit_of(session, markets_of(database), rows, {(o.child, o.vacancy) for o in told}, where)
        fits |= await fits_of_held(session, rows, await held_for(session, referral), where)
        homes = await homes_of(session, list({one.home for one in told}))
        opinions = await opinions_on(session, [one.offer for one in told])
    for row in rows:
        await audit_read(database, by.id, "offers", row.child)
    shown = [
        _offer(one, fits.get((one.child, one.vacancy)), homes.get(one.home), opinions.get(one.offer)) for one in told
    ]
    return PAGES.show(
        request,
        "offered.html",
        reference=reference_of(referral),
        referral=referral,
        children=[_child(row.child, shown, booked) for row in rows],
        may_consider=allows(CONSIDERS, by),
        crumbs=[
            {"text": "Referrals", "href": "/referrals/desk"},
            {"text": f"Referral {reference_of(referral)}", "href": f"/referrals/desk/{referral}"},
            {"text": "Homes offered"},
        ],
    )


@router.get("/offers/{offer:uuid}")
async def considering(request: Request, offer: UUID, by: Considering, session: Writing) -> Response:
    """One offered home, and what its child's social worker thinks of it."""
    row = await the_offer(session, offer, by)
    session.audit(by.id, "read offer", offer)
    return await _shown(request, session, row)


@router.post("/offers/{offer:uuid}")
async def consider(request: Request, offer: UUID, by: Considering, session: Writing) -> Response:
    """Say it. The same said twice is said once."""
    row = await the_offer(session, offer, by)
    form = await typed_in(request)
    sent = answered_all(QUESTIONS, form)
    if sent.wrong:
        return await _shown(request, session, row, sent)
    try:
        async with session.savepoint():
            said = form_of(Consider, {**sent.kept, "version": seen_in(form)})
            await consider_offer(session, offer, said, by=by)
    except Refused as refused:
        if isinstance(refused, NotFound) or row.status not in CONSIDERED:
            raise
        wrong = wrong_beside(refused, [one.field for one in QUESTIONS])
        return await _shown(request, session, row, Answered(sent.typed, {}, wrong))
    return onward(offers_for(row.referral))


async def _shown(request: Request, session: ReadSession, row: Row, sent: Answered | None = None) -> Response:
    home = (await homes_of(session, [row.home])).get(row.home)
    said = (await opinions_on(session, [row.offer])).get(row.offer)
    wrong = dict(sent.wrong) if sent else {}
    typed = sent.typed if sent else {one.field: as_typed(one, said and said[one.field]) for one in QUESTIONS}
    name = home.name if home else "this home"
    return PAGES.show(
        request,
        "considering.html",
        status=UNPROCESSABLE if wrong else 200,
        offer=row,
        home=home,
        name=name,
        kind=kind_of(home.type) if home else "",
        rating=RATINGS[home.rating] if home else RATINGS[None],
        child=reference_of(row.child),
        state=OFFERS[row.status][0],
        may_be_considered=row.status in CONSIDERED,
        questions=QUESTIONS,
        typed=typed,
        wrong=wrong,
        errors_shown=summary_of(wrong),
        back=offers_for(row.referral),
        crumbs=crumbs((f"Child {reference_of(row.child)}", life_of(row.child)), (f"Offer of {name}", "")),
    )


def _child(child: UUID, shown: Sequence[Mapping[str, Any]], booked: Sequence[Row]) -> dict[str, Any]:
    theirs = [one for one in shown if one["child"] == child]
    offered = [one for one in theirs if one["status"] in CONSIDERED]
    return {
        "child": child,
        "reference": reference_of(child),
        "life": life_of(child),
        "booked": [(BOOKED[row.status], row.starts) for row in booked if row.child == child],
        "offered": sorted(offered, key=lambda one: one["against"]),
        "asked": len(theirs) - len(offered),
    }


def _offer(row: Row, fit: Judgement | None, home: Row | None, said: Row | None) -> dict[str, Any]:
    state, colour = OFFERS[row.status]
    return {
        "child": row.child,
        "status": row.status,
        "state": state,
        "colour": colour,
        "path": f"{HERE}/offers/{row.offer}",
        "name": home.name if home else "A home we have not heard of yet",
        "kind": kind_of(home.type) if home else "",
        "outward": home.outward if home else None,
        "rating": RATINGS[home.rating] if home else RATINGS[None],
        "available_from": row.available_from,
        "upon": row.conditions or "",
        "miles": fit.miles if fit else None,
        "against": sum(fit.points.values()) if fit and fit.possible else 10_000,
        "reasons_for": fit.reasons_for if fit else (),
        "reasons_against": (fit.reasons_against if fit.possible else fit.refusals) if fit else (),
        "agrees": said.agrees if said else None,
        "objection": OBJECTIONS.get(said.objection or "", "") if said else "",
    }
