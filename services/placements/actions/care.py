"""Periods of care: how they start and end with placements, their legal statuses, and what is put right of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.placements.actions.telling import care_state
from services.placements.actions.writing import change_row
from services.placements.domain import legal_lines, statuses_from
from services.placements.forms import AnnulCare, ChangeLegalStatus, CorrectCare
from services.placements.queries import legal_statuses_of
from shared.contracts.placements import (
    CareAnnulled,
    CareCorrected,
    CareEnded,
    CareStarted,
    LegalLine,
    LegalStatusChanged,
)
from shared.contracts.vocabulary import CareEnd, LegalStatus, Purpose
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

START_CARE = """INSERT INTO care_periods (period, child, authority, version, started, legal_status)
    SELECT $1, $2, $3, 1, $4, $5
    WHERE NOT EXISTS (SELECT 1 FROM care_periods WHERE child = $2 AND ended IS NULL AND NOT annulled)
    RETURNING *"""
END_CARE = """UPDATE care_periods SET ended = $2, reason = $3, version = version + 1
    WHERE child = $1 AND ended IS NULL AND NOT annulled AND started <= $2 RETURNING *"""
LINES = "INSERT INTO legal_statuses (period, starts, status) SELECT $1, * FROM unnest($2::date[], $3::text[])"
LIVED = """SELECT min(starts) AS first, max(ends) AS last, count(*) FILTER (WHERE ends IS NULL) AS running
    FROM placements WHERE child = $1 AND status IN ('started', 'ended') AND purpose <> 'temporary'
        AND starts >= $2 AND ($3::date IS NULL OR starts < $3 OR starts = $2)"""


async def care_starts(session: WriteSession, placement: Row, on: date, legal_status: LegalStatus) -> None:
    """A child who was not looked after is from this day on."""
    row = await session.one(START_CARE, new_id(), placement.child, placement.authority, on, legal_status)
    if row is not None:
        session.publish(CareStarted(**care_state(row)))
        await _write_lines(session, row, [LegalLine(status=legal_status, starts=on)])


async def care_ends(session: WriteSession, left: Row, reason: CareEnd) -> None:
    """A child ceases to be looked after on the day of leaving."""
    if left.purpose == Purpose.TEMPORARY:
        raise Refused("A child ceases to be looked after from the main placement.", field="care_ended")
    row = await session.one(END_CARE, left.child, left.ends, reason)
    if row is None:
        raise Refused("The child is not recorded as looked after on that day.", field="care_ended")
    session.publish(CareEnded(**care_state(row), reason=reason))


async def change_legal_status(session: WriteSession, period: UUID, form: ChangeLegalStatus, *, by: Person) -> Row:
    """A legal status comes into force on a day, replaces that day's, or (none) was recorded in error."""
    before = await _ours(session, period, form.version, by)
    if form.starts < before.started or (before.ended is not None and form.starts >= before.ended):
        raise Invalid("The child was not looked after in this period on that day.", field="starts")
    if form.starts > session.clock.today():
        raise Invalid("That day has not come yet.", field="starts")
    lines = legal_lines(await legal_statuses_of(session, period), before.started, form.starts, form.status)
    row = await _change(session, period, legal_status=lines[-1].status)
    await _write_lines(session, row, lines)
    session.audit(by.id, "change legal status", period)
    return row


async def correct_care(session: WriteSession, period: UUID, form: CorrectCare, *, by: Person) -> Row:
    """What was recorded of a period of care is put right; its placements must still lie within it."""
    before = await _ours(session, period, form.version, by)
    changes: dict[str, Any] = {name: getattr(form, name) for name in form.model_fields_set - {"version"}}
    after = {**before, **changes}
    for name in ("started", "ended"):
        if after[name] is not None and after[name] > session.clock.today():
            raise Invalid("That day has not come yet.", field=name)
    if after["ended"] is not None and after["ended"] < after["started"]:
        raise Invalid("The care would end before it starts.", field="ended")
    if (after["ended"] is None) != (after["reason"] is None):
        raise Invalid("Care that ended has a reason, and care that goes on has none.", field="reason")
    await _must_hold_its_placements(session, before, after)
    lines = await legal_statuses_of(session, period)
    kept = statuses_from(lines, after["started"])
    if after["ended"] is not None and kept[-1].starts > after["started"] and kept[-1].starts >= after["ended"]:
        raise Refused("A legal status is recorded from a later day. Put that right first.", field="ended")
    row = await _change(session, period, **changes, legal_status=kept[-1].status)
    session.publish(CareCorrected(**care_state(row), reason=row.reason))
    if kept != lines:
        await _write_lines(session, row, kept)
    session.audit(by.id, "correct care", period)
    return row


async def annul_care(session: WriteSession, period: UUID, form: AnnulCare, *, by: Person) -> Row:
    """The period was recorded in error: no figure counts it any more."""
    before = await _ours(session, period, form.version, by)
    lived = await session.one(LIVED, before.child, before.started, before.ended)
    if lived is not None and lived.first is not None:
        raise Refused("There are placements in this period. Annul them first.", field="period", code="has_placements")
    row = await _change(session, period, annulled=True)
    session.publish(CareAnnulled(**care_state(row)))
    session.audit(by.id, "annul care", period)
    return row


async def _must_hold_its_placements(session: WriteSession, before: Row, after: dict[str, Any]) -> None:
    lived = await session.one(LIVED, before.child, before.started, before.ended)
    if lived is None or lived.first is None:
        return
    if lived.first < after["started"]:
        raise Refused("A placement of this period starts before that day. Correct it first.", field="started")
    if after["ended"] is not None and (lived.running or lived.last > after["ended"]):
        raise Refused("A placement of this period runs beyond that day. End or correct it first.", field="ended")


async def _write_lines(session: WriteSession, row: Row, lines: Sequence[LegalLine]) -> None:
    await session.run("DELETE FROM legal_statuses WHERE period = $1", row.period)
    await session.run(LINES, row.period, [line.starts for line in lines], [line.status for line in lines])
    whose = {name: row[name] for name in ("period", "authority", "version", "child")}
    session.publish(LegalStatusChanged(**whose, statuses=tuple(lines)))


async def _ours(session: WriteSession, period: UUID, seen: int, by: Person) -> Row:
    row = await session.one("SELECT * FROM care_periods WHERE period = $1 FOR UPDATE", period)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound("We cannot find that period of care.", field="period")
    must_be_current(row.version, seen)
    if row.annulled:
        raise Refused("That period of care was annulled.", field="period", code="not_in_that_order")
    return row


async def _change(session: WriteSession, period: UUID, **changes: Any) -> Row:
    return await change_row(session, "care_periods", "period", period, changes)
