"""Corrections and annulments: what was recorded of a placement is put right, within what surrounds it."""

from datetime import date
from typing import Any
from uuid import UUID

from services.placements.actions.circumstances import whereabouts
from services.placements.actions.stays import not_later_than_today, tell_prices
from services.placements.actions.telling import placement_state, prices_as_json
from services.placements.actions.writing import change_placement, our_placement
from services.placements.domain import must_follow, prices_within
from services.placements.forms import Annul, Correct, FearFor, MatchLongTerm
from services.placements.queries import prices_of
from shared.contracts.placements import FragilityRaised, LongTermMatched, PlacementAnnulled, PlacementCorrected
from shared.contracts.vocabulary import PlacementStatus, Purpose
from shared.errors import Invalid, Refused
from shared.geography import Geography
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

LIVED_IN = (PlacementStatus.STARTED, PlacementStatus.ENDED)
CARE = """SELECT 1 FROM care_periods WHERE child = $1 AND NOT annulled AND started <= $2
    AND (ended IS NULL OR ($3::date IS NOT NULL AND $3 <= ended))"""
TAKEN = """SELECT 1 FROM occupations WHERE place = $1 AND NOT released AND placement IS DISTINCT FROM $2
    AND daterange(starts, ends) && daterange($3, $4)"""
OPENED = "SELECT 1 FROM places WHERE place = $1 AND daterange(opens, closes) @> daterange($2, $3)"


async def correct_placement(
    session: WriteSession, placement: UUID, form: Correct, geography: Geography, *, by: Person
) -> Row:
    """What was recorded of a placement that has started is put right, whether it has ended or not."""
    before = await our_placement(session, placement, form.version, by)
    if before.status not in LIVED_IN:
        raise Refused(
            f"The placement is {before.status}: only one that has started can be corrected.",
            field="placement",
            code="not_in_that_order",
        )
    changes: dict[str, Any] = {name: getattr(form, name) for name in form.model_fields_set - {"version"}}
    after = {**before, **changes}
    _must_make_sense(session, before, after)
    await _must_fit_around(session, before, after)
    changes |= await _moved(session, before, form, geography)
    if after["ends"] is None and before.status == PlacementStatus.ENDED:
        changes |= {"status": PlacementStatus.STARTED, "reason": None, "planned": None}
    prices = prices_of(before)
    kept = prices_within(prices, before.starts, after["starts"])
    row = await change_placement(session, placement, **changes, prices=prices_as_json(kept))
    session.publish(PlacementCorrected(**placement_state(row), reason=row.reason, planned=row.planned))
    if kept != list(prices):
        tell_prices(session, row, kept)
    session.audit(by.id, "correct placement", placement)
    return row


def _must_make_sense(session: WriteSession, before: Row, after: dict[str, Any]) -> None:
    starts, ends = after["starts"], after["ends"]
    not_later_than_today(session, starts, "starts")
    if ends is not None and ends < starts:
        raise Invalid("The placement would end before it starts.", field="ends")
    if before.status == PlacementStatus.ENDED:
        if ends is not None:
            not_later_than_today(session, ends, "ends")
        return
    for name in ("reason", "planned"):
        if after[name] is not None:
            raise Invalid("The placement has not ended.", field=name)
    if ends is not None and ends <= session.clock.today():
        raise Invalid("Record its end instead.", field="ends")


async def _must_fit_around(session: WriteSession, before: Row, after: dict[str, Any]) -> None:
    """Within a period of care, and on nights that its place has; other placements of the child are the constraint's."""
    starts, ends = after["starts"], after["ends"]
    if (starts, ends) == (before.starts, before.ends):
        return
    if before.purpose != Purpose.TEMPORARY:
        last = ends if before.status == PlacementStatus.ENDED else None
        if not await session.value(CARE, before.child, starts, last):
            raise Refused("The child was not looked after on all of these days. Correct that first.", field="starts")
    if before.place is None or ends == starts:
        return
    if await session.value(TAKEN, before.place, before.placement, starts, ends):
        raise Refused("The place was somebody else's on some of these nights.", field="starts", code="taken")
    if not await session.value(OPENED, before.place, starts, ends):
        raise Refused("The place was not open on all of these nights.", field="starts", code="place_not_open")


async def _moved(session: WriteSession, before: Row, form: Correct, geography: Geography) -> dict[str, Any]:
    if "postcode" not in form.model_fields_set:
        return {}
    if before.home is not None:
        raise Refused("Where a home of ours is, its provider says.", field="postcode")
    on: date = form.starts or before.starts
    where = await whereabouts(session, geography, before.authority, before.child, form.postcode, on)
    if where.far and (form.distance_reason or before.distance_reason) is None:
        raise Invalid("Say why the child lives so far away.", field="distance_reason")
    return where.columns()


async def annul_placement(session: WriteSession, placement: UUID, form: Annul, *, by: Person) -> Row:
    """It was recorded in error: no figure counts it any more, and its nights are free."""
    before = await our_placement(session, placement, form.version, by)
    must_follow(PlacementStatus(before.status), PlacementStatus.ANNULLED)
    row = await change_placement(session, placement, status=PlacementStatus.ANNULLED)
    session.publish(PlacementAnnulled(**placement_state(row)))
    session.audit(by.id, "annul placement", placement)
    return row


async def match_long_term(session: WriteSession, placement: UUID, form: MatchLongTerm, *, by: Person) -> Row:
    """It is meant to last until the child grows up, or no longer is."""
    before = await our_placement(session, placement, form.version, by)
    _must_be_lived_in(before)
    row = await change_placement(session, placement, long_term_match=form.matched)
    session.publish(LongTermMatched(**placement_state(row)))
    session.audit(by.id, "match long term", placement)
    return row


async def raise_fear(session: WriteSession, placement: UUID, form: FearFor, *, by: Person) -> Row:
    """Somebody fears that it will not last, or no longer does."""
    before = await our_placement(session, placement, form.version, by)
    _must_be_lived_in(before)
    row = await change_placement(session, placement, fear=form.fear)
    session.publish(FragilityRaised(**placement_state(row), fear=form.fear))
    session.audit(by.id, "raise fragility" if form.fear else "clear fragility", placement)
    return row


def _must_be_lived_in(placement: Row) -> None:
    if placement.status != PlacementStatus.STARTED:
        raise Refused(f"The placement is {placement.status}.", field="placement", code="not_in_that_order")
