"""Routes for stays: arrive or not, price, end, put right, raise a fear, look."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.placements import actions
from services.placements.api.showing import Map, Reader, Recorder, placement_shown
from services.placements.forms import (
    Annul,
    Correct,
    End,
    FearFor,
    MatchLongTerm,
    NotArrived,
    PlacementShown,
    Price,
    Start,
)
from services.placements.queries import Filter, my_placements, the_placement
from shared.contracts.vocabulary import PlacementStatus
from shared.store.database import Database, Reading, Writing
from shared.web.fields import Day

router = APIRouter(prefix="/placements", tags=["placements"])


@router.get("", summary="Placements of my authority, or in my homes")
async def placements(
    by: Reader,
    session: Reading,
    status: Annotated[list[PlacementStatus] | None, Query()] = None,
    child: UUID | None = None,
    home: UUID | None = None,
    fragile: Annotated[bool | None, Query(description="whether somebody fears that it will not last")] = None,
    as_at: Annotated[Day | None, Query(description="lived in at the end of this day")] = None,
) -> list[PlacementShown]:
    asked = Filter(status or (), child, home, fragile, as_at)
    today = session.clock.today()
    return [placement_shown(row, by, today) for row in await my_placements(session, by, asked)]


@router.get("/{placement:uuid}", summary="One placement")
async def placement(placement: UUID, by: Reader, session: Writing) -> PlacementShown:
    row = await the_placement(session, placement, by)
    session.audit(by.id, "read placement", placement)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/start", summary="The child arrived")
async def start(placement: UUID, form: Start, by: Recorder, session: Writing) -> PlacementShown:
    """A move ends the placement before it on the same day, in the same transaction."""
    row = await actions.start_placement(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/not-arrived", summary="The child was expected and did not come")
async def not_arrived(placement: UUID, form: NotArrived, by: Recorder, session: Writing) -> PlacementShown:
    row = await actions.not_arrived(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/prices", summary="A price comes into force")
async def reprice(placement: UUID, form: Price, request: Request, by: Recorder) -> PlacementShown:
    database: Database = request.app.state.database
    repriced = await database.write_once(lambda session: actions.reprice_placement(session, placement, form, by=by))
    return placement_shown(repriced, by, database.clock.today(), repriced["prices"])


@router.post("/{placement:uuid}/end", summary="The child left")
async def end(placement: UUID, form: End, by: Recorder, session: Writing) -> PlacementShown:
    row = await actions.end_placement(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/correct", summary="What was recorded is put right")
async def correct(placement: UUID, form: Correct, by: Recorder, geography: Map, session: Writing) -> PlacementShown:
    """Only a placement that has started; what it stands beside must still fit."""
    row = await actions.correct_placement(session, placement, form, geography, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/annul", summary="It was recorded in error")
async def annul(placement: UUID, form: Annul, by: Recorder, session: Writing) -> PlacementShown:
    row = await actions.annul_placement(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/long-term-match", summary="It is meant to last until the child grows up")
async def match_long_term(placement: UUID, form: MatchLongTerm, by: Recorder, session: Writing) -> PlacementShown:
    row = await actions.match_long_term(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())


@router.post("/{placement:uuid}/fragility", summary="Somebody fears that it will not last, or no longer does")
async def raise_fear(placement: UUID, form: FearFor, by: Recorder, session: Writing) -> PlacementShown:
    row = await actions.raise_fear(session, placement, form, by=by)
    return placement_shown(row, by, session.clock.today())
