"""Stays: a child arrives or does not, the price changes, the child leaves."""

from datetime import date
from typing import Any
from uuid import UUID

from services.placements.actions.care import care_ends, care_starts
from services.placements.actions.holding import give_up, locked
from services.placements.actions.telling import placement_state, prices_as_json, told
from services.placements.actions.writing import change_placement, our_placement
from services.placements.domain import must_follow, priced
from services.placements.forms import Arrival, End, NotArrived, Price, Start
from services.placements.queries import prices_of
from shared.contracts.placements import PlacementEnded, PlacementRepriced, PlacementStarted, PriceLine
from shared.contracts.vocabulary import PlaceChange, PlacementStatus, Purpose
from shared.errors import Invalid, Refused
from shared.identity.person import Person
from shared.store.session import Row, WriteSession
from shared.store.single import SingleWrite

REPRICE = "UPDATE placements SET prices = $3, version = version + 1 WHERE placement = $1 AND version = $2"
AWAY = """SELECT 1 FROM placements WHERE child = $1 AND purpose = 'temporary' AND status = 'started'
    AND starts <= $2"""
LIVES_SOMEWHERE = """SELECT 1 FROM placements WHERE child = $1 AND purpose <> 'temporary' AND status = 'started'
    AND starts <= $2"""


async def start_placement(session: WriteSession, placement: UUID, form: Start, *, by: Person) -> Row:
    """A person confirms that the child arrived; a move ends the placement before it that day."""
    before = await our_placement(session, placement, form.version, by)
    row = await arrive(session, before, form.on, form)
    session.audit(by.id, "start placement", placement)
    return row


async def arrive(session: WriteSession, before: Row, on: date, arrival: Arrival) -> Row:
    """The child lives there from this night: care begins where it had not, and what the child moved from ends."""
    must_follow(PlacementStatus(before.status), PlacementStatus.STARTED)
    not_later_than_today(session, on)
    if on < before.starts:
        raise Invalid("The place is kept from a later day. Book the nights before it as well.", field="on")
    if before.ends is not None and on >= before.ends:
        raise Invalid("The placement was booked to end by then.", field="on")
    if before.purpose == Purpose.TEMPORARY and not await session.value(LIVES_SOMEWHERE, before.child, on):
        raise Refused("A temporary stay is away from a placement that has started; there is none.", field="on")
    if before.purpose == Purpose.MOVE:
        await _leave(session, before.moves_from, on, arrival.move_reason, arrival.move_planned)
    if before.purpose != Purpose.TEMPORARY:
        await care_starts(session, before, on, arrival.legal_status)
    prices = _from_arrival(before, on)
    changes = {"status": PlacementStatus.STARTED, "starts": on, "prices": prices_as_json(prices)}
    row = await change_placement(session, before.placement, **changes)
    session.publish(PlacementStarted(**placement_state(row)))
    if prices:
        tell_prices(session, row, prices)
    return row


def tell_prices(session: WriteSession, row: Row, prices: list[PriceLine]) -> None:
    """Every price of a placement, as they now stand."""
    session.publish(PlacementRepriced(**told(row, ("placement", "authority", "version")), prices=tuple(prices)))


def _from_arrival(before: Row, on: date) -> list[PriceLine]:
    """Prices agreed from the booked first night hold from the night the child came."""
    return [
        line.model_copy(update={"starts": on}) if line.starts == before.starts else line for line in prices_of(before)
    ]


async def not_arrived(session: WriteSession, placement: UUID, form: NotArrived, *, by: Person) -> Row:
    """The child was expected and did not come: the place is free again."""
    await locked(session, placement)
    before = await our_placement(session, placement, form.version, by)
    must_follow(PlacementStatus(before.status), PlacementStatus.CANCELLED)
    if before.starts > session.clock.today():
        raise Refused("The child is not expected before a later day. Cancel the placement instead.", field="placement")
    session.audit(by.id, "record that a child did not arrive", placement)
    return await give_up(session, before, "child_not_arriving", with_group=False)


async def reprice_placement(session: SingleWrite, placement: UUID, form: Price, *, by: Person) -> dict[str, Any]:
    """A price comes into force from a night on."""
    before = await our_placement(session, placement, form.version, by, lock=False)
    if before.status in (PlacementStatus.CANCELLED, PlacementStatus.ANNULLED):
        raise Refused(f"The placement was {before.status}.", field="placement")
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
    before = await our_placement(session, placement, form.version, by)
    row = await _leave(session, before.placement, form.on, form.reason, form.planned)
    if form.care_ended is not None:
        await care_ends(session, row, form.care_ended)
    session.audit(by.id, "end placement", placement)
    return row


async def _leave(session: WriteSession, placement: UUID, on: date, reason: PlaceChange, planned: bool) -> Row:
    before = await session.one("SELECT * FROM placements WHERE placement = $1 FOR UPDATE", placement)
    assert before is not None
    must_follow(PlacementStatus(before.status), PlacementStatus.ENDED)
    not_later_than_today(session, on)
    if on < before.starts:
        raise Invalid("That is before the child arrived.", field="on")
    if before.ends is not None and on > before.ends:
        raise Invalid("The place was kept only until an earlier day.", field="on")
    if before.purpose != Purpose.TEMPORARY and await session.value(AWAY, before.child, on):
        raise Refused("The child is on a temporary stay. Record its end first.", field="on", code="away")
    row = await change_placement(
        session, placement, status=PlacementStatus.ENDED, ends=on, reason=reason, planned=planned
    )
    session.publish(PlacementEnded(**placement_state(row), reason=reason, planned=planned))
    return row


def not_later_than_today(session: WriteSession, on: date, field: str = "on") -> None:
    """Raises Invalid for a day that has not come yet."""
    if on > session.clock.today():
        raise Invalid("That day has not come yet.", field=field)
