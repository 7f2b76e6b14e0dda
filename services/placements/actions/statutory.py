"""Recording, correcting and annulling what the return asks of a child besides episodes: one way for every kind of fact."""

from typing import Any
from uuid import UUID

from services.placements.actions.writing import change_row
from services.placements.queries.statutory import the_child, the_fact
from services.placements.statutory import Kind, judge_fact
from shared.errors import Invalid, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession
from shared.web.fields import Form

LOOKED_AFTER = """SELECT true FROM care_periods
    WHERE child = $1 AND NOT annulled AND started <= $2 AND (ended IS NULL OR ended >= $2)"""


async def record_fact(session: WriteSession, kind: Kind, child: UUID, form: Form, *, by: Person) -> Row:
    """A new fact of this kind about a child of the person's authority."""
    known = await the_child(session, child, by)
    facts = _facts(kind, form)
    await _must_be_clean(session, kind, known, facts)
    columns = {kind.key: new_id(), "child": child, "authority": known.authority, **facts}
    values = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    sql = f"INSERT INTO {kind.table} (version, {', '.join(columns)}) VALUES (1, {values}) RETURNING *"
    row = await session.one(sql, *columns.values())
    assert row is not None
    return _told(session, kind, row, "record", by)


async def correct_fact(session: WriteSession, kind: Kind, record: UUID, form: Form, *, seen: int, by: Person) -> Row:
    """What should have been recorded; a return that says otherwise is refused from now on. Raises NotFound, Stale."""
    before = await _ours(session, kind, record, seen, by)
    facts = _facts(kind, form)
    await _must_be_clean(session, kind, await the_child(session, before.child, by), facts)
    row = await change_row(session, kind.table, kind.key, record, {**facts, "told_in": None})
    return _told(session, kind, row, "correct", by)


async def annul_fact(session: WriteSession, kind: Kind, record: UUID, *, seen: int, by: Person) -> Row:
    """It was recorded in error. Raises NotFound, Stale."""
    await _ours(session, kind, record, seen, by)
    row = await change_row(session, kind.table, kind.key, record, {"annulled": True, "told_in": None})
    return _told(session, kind, row, "annul", by)


def _facts(kind: Kind, form: Form) -> dict[str, Any]:
    return {name: getattr(form, name) for name in kind.columns}


async def _must_be_clean(session: WriteSession, kind: Kind, child: Row, facts: dict[str, Any]) -> None:
    judge_fact(kind, facts, child.born, session.clock.today())
    if kind.in_care and not await session.value(LOOKED_AFTER, child.child, facts[kind.when]):
        raise Invalid("The child was not looked after on that day.", field=kind.when)


async def _ours(session: WriteSession, kind: Kind, record: UUID, seen: int, by: Person) -> Row:
    row = await the_fact(session, kind, record, by)
    must_be_current(row.version, seen)
    if row.annulled:
        raise Refused("That was annulled.", field="record", code="not_in_that_order")
    return row


def _told(session: WriteSession, kind: Kind, row: Row, done: str, by: Person) -> Row:
    session.publish(kind.event(**row))
    session.audit(by.id, f"{done} {kind.words}", row[kind.key])
    session.signal(row.child)
    return row
