"""Stays: a child arrives, the price changes, the child leaves; and the period of care around them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.placements.actions.holding import change_placement
from services.placements.actions.telling import care_state, placement_state, prices_as_json, told
from services.placements.domain import must_follow, priced
from services.placements.forms import End, Price, Start
from services.placements.queries import prices_of, the_placement
from shared.contracts.placements import (
    CareEnded,
    CareStarted,
    PlacementEnded,
    PlacementRepriced,
    PlacementStarted,
    PriceLine,
)
from shared.contracts.vocabulary import CareEnd, LegalStatus, PlaceChange, PlacementStatus, Purpose
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession
from shared.store.single import SingleWrite

START_CARE = """INSERT INTO care_periods (period, child, authority, version, started, legal_status)
    SELECT $1, $2, $3, 1, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM care_periods WHERE child = $2 AND ended IS NULL AND NOT annulled)
    RETURNING *"""
REPRICE = "UPDATE placements SET prices = $3, version = version + 1 WHERE placement = $1 AND version = $2"
END_CARE = """UPDATE care_periods SET ended = $2, reason = $3, version = version + 1
    WHERE child = $1 AND ended IS NULL AND NOT annulled AND started <= $2 RETURNING *"""


async def start_placement(session: WriteSession, placement: UUID, form: Start, *, by: Person) -> Row:
    """A person confirms that the child arrived; a move ends the placement before it that day."""
    before = await _ours(session, placement, form.version, by)
    must_follow(PlacementStatus(before.status), PlacementStatus.STARTED)
    _not_later_than_today(session, form.on)
    if form.on < before.starts:
        raise Invalid("The place is kept from a later day. Book the nights before it as well.", field="on")
    if before.ends is not None and form.on >= before.ends:
        raise Invalid("The placement was booked to end by then.", field="on")
    if before.purpose == Purpose.MOVE:
        await _leave(session, before.moves_from, form.on, form.move_reason, form.move_planned)
    if before.purpose != Purpose.TEMPORARY:
        await _start_care(session, before, form.on, form.legal_status)
    prices = _from_arrival(before, form.on)
    row = await change_placement(
        session, placement, status=PlacementStatus.STARTED, starts=form.on, prices=prices_as_json(prices)
    )
    session.publish(PlacementStarted(**placement_state(row)))
    session.publish(PlacementRepriced(**told(row, ("placement", "authority", "version")), prices=tuple(prices)))
    session.audit(by.id, "start placement", placement)
    return row


def _from_arrival(before: Row, on: date) -> list[PriceLine]:
    """Prices agreed from the booked first night hold from the night the child came."""
    return [
        line.model_copy(update={"starts": on}) if line.starts == before.starts else line for line in prices_of(before)
    ]


async def _start_care(session: WriteSession, placement: Row, on: date, legal_status: LegalStatus) -> None:
    row = await session.one(START_CARE, new_id(), placement.child, placement.authority, on, legal_status)
    if row is not None:
        session.publish(CareStarted(**care_state(row)))


async def reprice_placement(session: SingleWrite, placement: UUID, form: Price, *, by: Person) -> dict[str, Any]:
    """A price comes into force from a night on."""
    before = await _ours(session, placement, form.version, by, lock=False)
    if before.status == PlacementStatus.CANCELLED:
        raise Refused("The placement was cancelled.", field="placement")
    if form.starts < before.starts or (before.ends is not None and form.starts >= before.ends):
        raise Invalid("The price would begin outside the placement.", field="starts")
    line = PriceLine(element=form.element, starts=form.starts, ends=form.ends, weekly_pence=form.weekly_pence)
    prices = priced(prices_of(before), line)
    session.change(REPRICE, placement, before.version, prices_as_json(prices))
    version = before.version + 1
    session.publish(PlacementRepriced(placement=placement, authority=before.authority, version=version, prices=prices))
    session.audit(by.id, "reprice placement", placement)
    return {**before, "version": version, "prices": prices}


async def end_placement(session: WriteSession, placement: UUID, form: End, *, by: Person) -> Row:
    """The child left, and may have ceased to be looked after."""
    before = await _ours(session, placement, form.version, by)
    row = await _leave(session, before.placement, form.on, form.reason, form.planned)
    if form.care_ended is not None:
        await _end_care(session, row, form.care_ended)
    session.audit(by.id, "end placement", placement)
    return row


async def _leave(session: WriteSession, placement: UUID, on: date, reason: PlaceChange, planned: bool) -> Row:
    before = await session.one("SELECT * FROM placements WHERE placement = $1 FOR UPDATE", placement)
    assert before is not None
    must_follow(PlacementStatus(before.status), PlacementStatus.ENDED)
    _not_later_than_today(session, on)
    if on < before.starts:
        raise Invalid("That is before the child arrived.", field="on")
    if before.ends is not None and on > before.ends:
        raise Invalid("The place was kept only until an earlier day.", field="on")
    row = await change_placement(
        session, placement, status=PlacementStatus.ENDED, ends=on, reason=reason, planned=planned
    )
    session.publish(PlacementEnded(**placement_state(row), reason=reason, planned=planned))
    return row


async def _end_care(session: WriteSession, left: Row, reason: CareEnd) -> None:
    if left.purpose == Purpose.TEMPORARY:
        raise Refused("A child ceases to be looked after from the main placement.", field="care_ended")
    row = await session.one(END_CARE, left.child, left.ends, reason)
    if row is None:
        raise Refused("The child is not recorded as looked after on that day.", field="care_ended")
    session.publish(CareEnded(**care_state(row), reason=reason))


async def _ours(session: WriteSession, placement: UUID, seen: int | None, by: Person, *, lock: bool = True) -> Row:
    row = await the_placement(session, placement, by, lock=lock)
    if not by.belongs_to(row.authority):
        raise NotFound("We cannot find that placement.", field="placement")
    must_be_current(row.version, seen)
    return row


def _not_later_than_today(session: WriteSession, on: date) -> None:
    if on > session.clock.today():
        raise Invalid("That day has not come yet.", field="on")
