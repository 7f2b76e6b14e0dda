"""What a child needs and which places matter to a child: each assessment a version, the places one list."""

from collections.abc import Collection
from uuid import UUID

from services.referrals.actions.telling import tell_of_places
from services.referrals.forms.children import AssessNeeds, NotePlace
from services.referrals.queries import child_of
from shared.contracts.referrals import NeedsAssessed
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

MOST_PLACES = 50
ASSESS = """INSERT INTO needs_assessment
    (child, version, assessed_on, needs, solo, not_with, noted_by, noted_at)
    SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7
    FROM needs_assessment WHERE child = $1 RETURNING *"""
UNKNOWN = """SELECT n.position FROM unnest($1::uuid[]) WITH ORDINALITY AS n (child, position)
    WHERE NOT EXISTS (SELECT FROM child c WHERE c.child = n.child AND c.authority = $2)
    ORDER BY n.position LIMIT 1"""
ADD = "INSERT INTO important_place (important_place, child, kind, postcode, within_miles) VALUES ($1, $2, $3, $4, $5)"
CORRECT = """UPDATE important_place SET kind = $3, postcode = $4, within_miles = $5
    WHERE important_place = $1 AND child = $2"""
REMOVE = "DELETE FROM important_place WHERE important_place = $1 AND child = $2"
NEXT_LIST = "UPDATE child SET places_version = places_version + 1 WHERE child = $1 RETURNING *"
COUNT = "SELECT count(*) FROM important_place WHERE child = $1"


async def assess_needs(session: WriteSession, child: UUID, form: AssessNeeds, *, by: Person) -> Row:
    """Note a new assessment; drafts take it up, a referral that is submitted keeps the one it was submitted with."""
    kept = await child_of(session, child, by, lock=True)
    if form.assessed_on > session.clock.today():
        raise Invalid("The assessment is in the future.", field="assessed_on")
    await must_be_others(session, child, form.not_with, kept.authority, field="not_with")
    said = (form.assessed_on, list(form.needs), form.solo, list(form.not_with))
    row = await session.one(ASSESS, child, *said, by.id, session.clock.now())
    assert row is not None
    session.publish(NeedsAssessed(**row, authority=kept.authority))
    session.audit(by.id, "assess needs", child)
    return row


async def must_be_others(
    session: WriteSession, child: UUID, others: Collection[UUID], authority: str, *, field: str
) -> None:
    """Refuse a child who is not to live with themselves, or with somebody the authority does not know."""
    if not others:
        return
    if child in others:
        raise Invalid("A child lives with themselves.", field=f"{field}.{list(others).index(child)}")
    unknown = await session.value(UNKNOWN, list(others), authority)
    if unknown is not None:
        raise NotFound("We do not know this child.", field=f"{field}.{unknown - 1}")


async def note_place(session: WriteSession, child: UUID, form: NotePlace, *, by: Person) -> None:
    """Add a place that matters. Raises NotFound, Stale, Refused where there are many already."""
    await _list_of(session, child, form.version, by)
    if await session.value(COUNT, child) >= MOST_PLACES:
        raise Refused(f"At most {MOST_PLACES} places are kept for a child.", code="too_many_places")
    await session.run(ADD, new_id(), child, form.kind, form.postcode, form.within_miles)
    await _tell(session, child, "note important place", by)


async def correct_place(session: WriteSession, child: UUID, place: UUID, form: NotePlace, *, by: Person) -> None:
    """Put a place right. Raises NotFound, Stale."""
    await _list_of(session, child, form.version, by)
    if await session.run(CORRECT, place, child, form.kind, form.postcode, form.within_miles) != "UPDATE 1":
        raise NotFound
    await _tell(session, child, "correct important place", by)


async def remove_place(session: WriteSession, child: UUID, place: UUID, *, by: Person) -> None:
    """A place matters no longer. Raises NotFound."""
    await _list_of(session, child, None, by)
    if await session.run(REMOVE, place, child) != "DELETE 1":
        raise NotFound
    await _tell(session, child, "remove important place", by)


async def _list_of(session: WriteSession, child: UUID, version: int | None, by: Person) -> None:
    kept = await child_of(session, child, by, lock=True)
    must_be_current(kept.places_version, version)


async def _tell(session: WriteSession, child: UUID, action: str, by: Person) -> None:
    row = await session.one(NEXT_LIST, child)
    assert row is not None
    await tell_of_places(session, row)
    session.audit(by.id, action, child)
