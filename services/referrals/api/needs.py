"""Routes of what a child needs, and of the places that matter to a child."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.referrals import queries
from services.referrals.actions import needs
from services.referrals.forms.children import AssessmentAnswer, AssessNeeds, NotePlace, PlacesAnswer
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.session import ReadSession

router = APIRouter(prefix="/referrals/children/{child:uuid}", tags=["children"])
Recorder = Annotated[Person, Depends(may("referrals:write_children"))]
Reader = Annotated[Person, Depends(may("referrals:read"))]


async def _places(session: ReadSession, child: UUID, by: Person) -> PlacesAnswer:
    row = await queries.child_of(session, child, by)
    return PlacesAnswer.of(row, await queries.places_of(session, child))


@router.get("/important-places", summary="The places that matter to a child")
async def important_places(child: UUID, by: Recorder, session: Writing) -> PlacesAnswer:
    """To those who record children only: where a child's family lives says who the child is."""
    answer = await _places(session, child, by)
    session.audit(by.id, "read important places", child)
    return answer


@router.post("/important-places", status_code=201, summary="Note a place that matters to a child")
async def note_place(child: UUID, form: NotePlace, by: Recorder, session: Writing) -> PlacesAnswer:
    await needs.note_place(session, child, form, by=by)
    return await _places(session, child, by)


@router.post("/important-places/{place:uuid}/correct", summary="Put right a place that matters to a child")
async def correct_place(child: UUID, place: UUID, form: NotePlace, by: Recorder, session: Writing) -> PlacesAnswer:
    await needs.correct_place(session, child, place, form, by=by)
    return await _places(session, child, by)


@router.delete("/important-places/{place:uuid}", summary="A place matters to a child no longer")
async def remove_place(child: UUID, place: UUID, by: Recorder, session: Writing) -> PlacesAnswer:
    await needs.remove_place(session, child, place, by=by)
    return await _places(session, child, by)


@router.get("/needs", summary="What a child needs, every assessment, the newest first")
async def assessments(child: UUID, by: Reader, session: Writing) -> list[AssessmentAnswer]:
    await queries.child_of(session, child, by)
    session.audit(by.id, "read needs", child)
    return [AssessmentAnswer(**row) for row in await queries.assessments_of(session, child)]


@router.post("/needs", status_code=201, summary="Note an assessment of what a child needs")
async def assess_needs(child: UUID, form: AssessNeeds, by: Recorder, session: Writing) -> AssessmentAnswer:
    return AssessmentAnswer(**await needs.assess_needs(session, child, form, by=by))
