"""Routes of children."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.referrals import queries
from services.referrals.actions import children
from services.referrals.domain import short_reference
from services.referrals.forms.children import (
    ChildAnswer,
    ChildNamed,
    CorrectChild,
    FindChild,
    NameChildren,
    RegisterChild,
)
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing

router = APIRouter(prefix="/referrals/children", tags=["children"])
Recorder = Annotated[Person, Depends(may("referrals:write_children"))]
Knower = Annotated[Person, Depends(may("referrals:know"))]
Reader = Annotated[Person, Depends(may("referrals:read"))]


@router.post("", status_code=201, summary="Register a child")
async def register_child(form: RegisterChild, by: Recorder, session: Writing) -> ChildAnswer:
    return ChildAnswer.of(await children.register_child(session, form, by=by), by)


@router.post("/search", summary="Find children by case number, pupil number or short reference")
async def find_children(form: FindChild, by: Recorder, session: Writing) -> list[ChildAnswer]:
    found = await queries.children_called(session, form.reference, by)
    for row in found:
        session.audit(by.id, "read child", row.child)
    return [ChildAnswer.of(row, by) for row in found]


@router.post("/names", summary="Who these children are, for a page that knows them by reference alone")
async def name_children(form: NameChildren, by: Knower, session: Writing) -> list[ChildNamed]:
    found = await queries.children_known_to(session, form.children, by)
    for row in found:
        session.audit(by.id, "read child", row.child)
    return [ChildNamed(child=row.child, reference=short_reference(row.child), name=row.name) for row in found]


@router.post("/{child:uuid}/correct", summary="Put right what was recorded of a child")
async def correct_child(child: UUID, form: CorrectChild, by: Recorder, session: Writing) -> ChildAnswer:
    return ChildAnswer.of(await children.correct_child(session, child, form, by=by), by)


@router.get("/{child:uuid}", summary="A child of your authority")
async def child(child: UUID, by: Reader, session: Writing) -> ChildAnswer:
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read child", child)  # committed before the answer goes, or there is no answer
    return ChildAnswer.of(row, by)
