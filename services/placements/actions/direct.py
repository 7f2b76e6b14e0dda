"""Placements with no place of ours: parents, relatives, adopters, hospital, custody, homes outside the market."""

from datetime import date
from uuid import UUID

from services.placements.actions.circumstances import Whereabouts, terms, whereabouts
from services.placements.actions.holding import confirm_placement
from services.placements.actions.stays import arrive
from services.placements.actions.telling import placement_state, prices_as_json
from services.placements.actions.writing import write_placement
from services.placements.domain import BY_PRESENT_CARER, FAMILY_OR_LAW, must_fit
from services.placements.forms import PlaceDirectly
from services.placements.queries import child_of_referral, stays_of
from shared.contracts.placements import PlacementBooked, PriceLine
from shared.contracts.vocabulary import PlacementStatus, PriceElement, Purpose
from shared.errors import Invalid, NotFound, Refused
from shared.geography import Geography
from shared.identity.person import Person, Role
from shared.ids import new_id
from shared.store.session import Row, WriteSession

# Locked, so that two bookings for one child wait for each other, and the second sees the first.
CHILD = "SELECT authority, born FROM children WHERE child = $1 FOR UPDATE"
NAMED = (
    *("child", "type", "sector", "provider", "urn", "starts", "ends", "purpose", "moves_from", "referral"),
    "distance_reason",
)


async def place_directly(session: WriteSession, form: PlaceDirectly, geography: Geography, *, by: Person) -> Row:
    """No hold is asked: it is confirmed at once, and starts when somebody says that the child arrived."""
    authority = await _authority_of(session, form, by)
    must_fit(form.purpose, form.moves_from, form.starts, form.ends, await stays_of(session, form.child))
    where = await whereabouts(session, geography, authority, form.child, form.postcode, form.starts)
    columns = {
        **{name: getattr(form, name) for name in NAMED},
        **where.columns(),
        "placement": new_id(),
        "authority": authority,
        "status": PlacementStatus.BOOKED,
        "contract": await terms(session, authority, form.provider, form.type, form.starts),
        "same_carer": form.same_carer or (form.type in BY_PRESENT_CARER and form.purpose is Purpose.MOVE),
        "distance_approved_by": _decided(form, where, by),
        "prices": prices_as_json(_prices(form)),
    }
    booked = await write_placement(session, columns)
    session.publish(PlacementBooked(**placement_state(booked)))
    session.audit(by.id, "place directly", booked.placement)
    row = await confirm_placement(session, booked)
    return row if form.arrived_on is None else await _arrived(session, row, form, form.arrived_on)


async def _arrived(session: WriteSession, row: Row, form: PlaceDirectly, on: date) -> Row:
    try:
        return await arrive(session, row, on, form)
    except Refused as refused:
        if refused.field == "on":
            refused.field = "arrived_on"
        raise


async def _authority_of(session: WriteSession, form: PlaceDirectly, by: Person) -> str:
    child = await session.one(CHILD, form.child)
    if child is None or not by.belongs_to(child.authority):
        raise NotFound("We cannot find that child. If registered just now, try again in a moment.", field="child")
    if form.starts < child.born:
        raise Invalid("That is before the child was born.", field="starts")
    if form.referral is not None and not await child_of_referral(session, form.referral, form.child, by):
        raise NotFound("We cannot find that referral for this child.", field="referral")
    if form.provider is not None and not await _known(session, form.provider, child.authority):
        raise NotFound("We cannot find that provider.", field="provider")
    return str(child.authority)


async def _known(session: WriteSession, provider: UUID, authority: str) -> bool:
    found = "SELECT true FROM providers WHERE provider = $1 AND coalesce(owned_by, $2) = $2"
    return bool(await session.value(found, provider, authority))


def _decided(form: PlaceDirectly, where: Whereabouts, by: Person) -> str | None:
    """Who decided on the distance: with family, in hospital or in custody it is no choice among homes."""
    if not where.far:
        return None
    if form.distance_reason is None:
        raise Invalid("Say why the child is to live so far away.", field="distance_reason")
    if form.type in FAMILY_OR_LAW:
        return None
    if Role.APPROVER not in by.roles:
        raise Refused(
            "The home is far away and out of the area: an approver must record it.",
            field="distance_reason",
            code="needs_approval",
        )
    return by.id


def _prices(form: PlaceDirectly) -> list[PriceLine]:
    if form.weekly_pence is None:
        return []
    line = {"element": PriceElement.SOCIAL_CARE, "starts": form.starts, "ends": None}
    return [PriceLine.model_validate(line | {"weekly_pence": form.weekly_pence})]
