"""Registering children, and making, submitting and withdrawing referrals for them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.referrals.domain import (
    MAY_BE_WITHDRAWN,
    OPEN,
    must_be_a_possible_birth,
    status_of,
)
from services.referrals.forms import CorrectChild, MakeReferral, NeededFor, RegisterChild
from services.referrals.queries import child_of, lines_of, referral_of
from shared.contracts.referrals import (
    ChildCorrected,
    ChildLine,
    ChildRegistered,
    ReferralClosed,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid, NotAllowed, NotFound, Refused, must_be_current
from shared.identity.person import Person, acting_for
from shared.ids import new_id
from shared.store.session import Row, WriteSession

OURSELVES = acting_for("referrals")

REGISTER = """INSERT INTO child
    (child, authority, version, name, born, sex, ethnicity, uasc, home_postcode, local_reference)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9) RETURNING *"""
CORRECT = """UPDATE child SET version = version + 1, name = $2, born = $3, sex = $4, ethnicity = $5, uasc = $6,
    home_postcode = $7, local_reference = $8 WHERE child = $1 RETURNING *"""
# One statement for the referral and its lines; a child of another authority, or none, leaves its line out.
MAKE = """WITH made AS (
    INSERT INTO referral
        (referral, authority, version, status, urgency, wanted_from, wanted_until, types, summary, made_by, made_at)
    VALUES ($1, $2, 1, 'draft', $3, $4, $5, $6, $7, $8, $9) RETURNING referral)
INSERT INTO referral_line (referral, child, position, needs)
SELECT made.referral, c.child, n.position, string_to_array(n.needs, ' ')
FROM unnest($10::uuid[], $11::text[]) WITH ORDINALITY AS n (child, needs, position)
JOIN child c ON c.child = n.child AND c.authority = $2 CROSS JOIN made RETURNING child"""
SET_STATUS = "UPDATE referral SET status = $2, version = version + 1 WHERE referral = $1 RETURNING *"
SUBMIT = """UPDATE referral SET status = 'submitted', submitted_at = $2, version = version + 1
    WHERE referral = $1 RETURNING *"""


async def register_child(session: WriteSession, form: RegisterChild, *, by: Person) -> Row:
    """Record a child of the caller's authority."""
    must_be_a_possible_birth(form.born, session.clock.today())
    row = await session.one(REGISTER, new_id(), _authority_of(by), *_columns(form))
    assert row is not None
    session.publish(ChildRegistered(**row))
    session.audit(by.id, "register child", row.child)
    return row


async def correct_child(session: WriteSession, child: UUID, form: CorrectChild, *, by: Person) -> Row:
    """Put right what was recorded. Raises NotFound, Stale."""
    kept = await child_of(session, child, by, lock=True)
    must_be_current(kept.version, form.version)
    must_be_a_possible_birth(form.born, session.clock.today())
    row = await session.one(CORRECT, child, *_columns(form))
    assert row is not None
    session.publish(ChildCorrected(**row))
    session.audit(by.id, "correct child", child)
    return row


def _columns(form: RegisterChild) -> Sequence[object]:
    return form.name, form.born, form.sex, form.ethnicity, form.uasc, form.home_postcode, form.local_reference


async def make_referral(session: WriteSession, form: MakeReferral, *, by: Person) -> UUID:
    """Draft a referral for children of the caller's authority; answers the referral."""
    authority, referral = _authority_of(by), new_id()
    _must_be_distinct(form.children)
    asked = (form.urgency, form.wanted_from, form.wanted_until, list(form.types), form.summary)
    children = [line.child for line in form.children]
    needs = [" ".join(line.needs) for line in form.children]
    rows = await session.all(MAKE, referral, authority, *asked, by.id, session.clock.now(), children, needs)
    known = {row.child for row in rows}
    for position, child in enumerate(children):
        if child not in known:
            raise NotFound("We do not know this child.", field=f"children.{position}.child")
    session.audit(by.id, "make referral", referral)
    return referral


def _must_be_distinct(lines: Sequence[NeededFor]) -> None:
    seen: set[UUID] = set()
    for position, line in enumerate(lines):
        if line.child in seen:
            raise Invalid("This child is named twice.", field=f"children.{position}.child")
        seen.add(line.child)


async def submit_referral(session: WriteSession, referral: UUID, *, version: int | None, by: Person) -> None:
    """Ask for the home. Raises NotFound, Stale, Refused where it is no draft."""
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, version)
    if kept.status != ReferralStatus.DRAFT:
        raise Refused("Only a draft can be submitted.", code="not_a_draft")
    row = await session.one(SUBMIT, referral, session.clock.now())
    assert row is not None
    session.publish(ReferralSubmitted(**await _state(session, row)))
    session.audit(by.id, "submit referral", referral)


async def withdraw_referral(session: WriteSession, referral: UUID, *, version: int | None, by: Person) -> None:
    """Ask no longer. Raises NotFound, Stale, Refused where it has ended."""
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, version)
    if kept.status not in MAY_BE_WITHDRAWN:
        raise Refused("The referral has ended already.", code="referral_ended")
    row = await session.one(SET_STATUS, referral, ReferralStatus.WITHDRAWN)
    assert row is not None
    if kept.status in OPEN:  # nobody was told of a draft
        session.publish(ReferralWithdrawn(**await _state(session, row)))
    session.audit(by.id, "withdraw referral", referral)


async def follow_placements(session: WriteSession, referral: UUID) -> None:
    """Bring a referral's status to what its children's placements say; placed, it is closed."""
    kept = await session.one("SELECT status FROM referral WHERE referral = $1 FOR UPDATE", referral)
    if kept is None or kept.status not in OPEN:
        return
    status = status_of([line.status for line in await lines_of(session, referral)])
    if status == kept.status:
        return
    row = await session.one(SET_STATUS, referral, status)
    assert row is not None
    if status == ReferralStatus.PLACED:
        session.publish(ReferralClosed(**await _state(session, row)))
    session.audit(OURSELVES.id, f"note referral {status}", referral)


async def _state(session: WriteSession, row: Row) -> dict[str, Any]:
    """What every event about a referral says of it."""
    lines = await lines_of(session, row.referral)
    return {**row, "children": tuple(ChildLine(child=line.child, needs=line.needs) for line in lines)}


def _authority_of(by: Person) -> str:
    """Whose the new record is. Raises NotAllowed for somebody of no authority."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can do this.")
    return by.authority
