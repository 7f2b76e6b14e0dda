"""The homes asked for a referral side by side: fit, price, distance, from when, rating, conditions, and what was booked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.matching import Judgement
from services.placements.pages.called import OBJECTIONS
from services.placements.pages.queue import HERE, PAGES, Finder, crumbs, filters_in, with_filters
from services.placements.pages.words import BOOKED, DECLINED, NOT_CHOSEN, OFFERS, RATINGS, clock, reference_of
from services.placements.queries import all_wanted, my_offers
from services.placements.queries.candidates import fit_of, fits_of_held
from services.placements.queries.desk import booked_for, held_for, homes_of, standing_of
from services.placements.queries.markets import markets_of
from services.placements.queries.opinions import opinions_on
from shared.contracts.vocabulary import OfferStatus
from shared.geography.kept import the_map
from shared.store.audit import audit_read
from shared.store.database import Database
from shared.store.session import Row
from shared.web.called import kind_of

LIVE = (OfferStatus.OFFERED, OfferStatus.ACCEPTED, OfferStatus.INVITED)
MAY_BE_BOOKED = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
NO_LONGER = "It is no longer offered to anybody."

router = APIRouter(prefix=HERE + "/referrals/{referral:uuid}/offers", include_in_schema=False)


@router.get("")
async def comparing(request: Request, referral: UUID, by: Finder) -> Response:
    """Every home asked for each child: those that may be chosen first, the best fit first."""
    database: Database = request.app.state.database
    where = await the_map(request.app.state.running.settings.map_folder)
    async with database.reading() as session:
        standing = await standing_of(session, referral, by)
        rows = await all_wanted(session, referral, None, by)
        offers = await my_offers(session, by, (), referral)
        booked, held = await booked_for(session, referral), await held_for(session, referral)
        asked = {(row.child, row.vacancy) for row in offers if row.status in LIVE}
        fits = await fit_of(session, markets_of(database), rows, asked, where)
        fits |= await fits_of_held(session, rows, held, where)
        homes = await homes_of(session, list({row.home for row in offers}))
        opinions = await opinions_on(session, [row.offer for row in offers])
        now = session.clock.now()
    for row in rows:
        await audit_read(database, by.id, "offers", row.child)
    chosen = filters_in(request)
    here = f"{HERE}/referrals/{referral}"
    return PAGES.show(
        request,
        "comparing.html",
        reference=reference_of(referral),
        together=standing.together and len(rows) > 1,
        as_one=_as_one([row.child for row in rows], offers, homes, referral, chosen)
        if standing.together and not booked and not held
        else [],
        children=[
            _child(row.child, offers, booked, fits, homes, now, chosen, opinions) | _held(row.child, held, now, chosen)
            for row in rows
        ],
        here=with_filters(here, chosen),
        crumbs=crumbs(chosen, (f"Referral {reference_of(referral)}", here), ("Offers", "")),
    )


def _as_one(
    children: Sequence[UUID],
    offers: Sequence[Row],
    homes: Mapping[UUID, Row],
    referral: UUID,
    chosen: Mapping[str, str],
) -> list[tuple[str, str]]:
    """Homes that offered a place for each of several children: what each is called, and where it is booked for all."""
    offering: dict[UUID, set[UUID]] = {}
    for row in offers:
        if row.status in MAY_BE_BOOKED:
            offering.setdefault(row.home, set()).add(row.child)
    whole = [home for home, of in offering.items() if len(children) > 1 and of == set(children)]
    path = f"{HERE}/referrals/{referral}/together"
    return [(homes[home].name, with_filters(f"{path}/{home}", chosen)) for home in whole if home in homes]


def _child(
    child: UUID,
    offers: Sequence[Row],
    booked: Sequence[Row],
    fits: Mapping[tuple[UUID, UUID], Judgement],
    homes: Mapping[UUID, Row],
    now: datetime,
    chosen: Mapping[str, str],
    opinions: Mapping[UUID, Row],
) -> dict[str, Any]:
    theirs = [row for row in booked if row.child == child]
    told = [
        _offer(row, fits.get((child, row.vacancy)), homes.get(row.home), now) for row in offers if row.child == child
    ]
    told.sort(key=lambda one: (LIVE.index(one["status"]) if one["status"] in LIVE else len(LIVE), one["against"]))
    live = [one for one in told if one["status"] in LIVE]
    for one in told:
        may = not theirs and one["status"] in MAY_BE_BOOKED
        one["opinion"] = _opinion(opinions.get(one["offer"]))
        one["book"] = with_filters(f"{HERE}/offers/{one['offer']}/book", chosen) if may else ""
        may_be_held = may and one["status"] == OfferStatus.OFFERED
        one["hold"] = with_filters(f"{HERE}/offers/{one['offer']}/hold", chosen) if may_be_held else ""
    return {
        "child": child,
        "reference": reference_of(child),
        "booked": [_placement(row, chosen) for row in theirs],
        "live": [] if theirs else live,
        "over": told if theirs else [one for one in told if one not in live],
    }


def _held(child: UUID, held: Sequence[Row], now: datetime, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The place that is held for a child of a home not chosen yet, and how long there is to choose it."""
    row = next((one for one in held if one.child == child), None)
    if row is None:
        return {"held": None}
    let_go = with_filters(f"{HERE}/placements/{row.placement}/let-go", chosen)
    left = clock(row.held_until, now)[0].removeprefix("due in ") if row.held_until and now < row.held_until else ""
    told = {name: row[name] for name in ("offer", "version", "starts", "held_until")}
    return {"held": {**told, "held": row.held, "left": left, "let_go": let_go}}


def _opinion(said: Row | None) -> dict[str, Any] | None:
    """What the child's social worker thinks of it."""
    if said is None:
        return None
    return {"agrees": said.agrees, "why": OBJECTIONS.get(said.objection or "", ""), "words": said.words or ""}


def _placement(row: Row, chosen: Mapping[str, str]) -> dict[str, Any]:
    state, colour = BOOKED[row.status]
    path = with_filters(f"{HERE}/placements/{row.placement}", chosen)
    return {"path": path, "starts": row.starts, "state": state, "colour": colour}


def _offer(row: Row, fit: Judgement | None, home: Row | None, now: datetime) -> dict[str, Any]:
    state, colour = OFFERS[row.status]
    return {
        "offer": row.offer,
        "status": row.status,
        "state": state,
        "colour": colour,
        "name": home.name if home else "A home we have not heard of yet",
        "kind": _where(home) if home else "",
        "rating": RATINGS[home.rating] if home else RATINGS[None],
        "answer": clock(row.answer_by, now)[0],
        "weekly_pence": row.weekly_pence,
        "available_from": row.available_from,
        "upon": row.conditions or "",
        "note": row.note or "",
        "declined": DECLINED.get(row.decline_reason or "", ""),
        "not_chosen": NOT_CHOSEN.get(row.not_chosen_reason or "", "") if row.status == OfferStatus.NOT_CHOSEN else "",
        "miles": fit.miles if fit else None,
        "against": sum(fit.points.values()) if fit and fit.possible else 10_000,
        "fits": bool(fit and fit.possible),
        "reasons_for": fit.reasons_for if fit else (),
        "conditions": (fit.reasons_against if fit.possible else fit.refusals) if fit else (NO_LONGER,),
        "distance_reason": row.distance_reason,
    }


def _where(home: Row) -> str:
    kind = kind_of(home.type)
    return f"{kind} in {home.outward}" if home.outward else kind
