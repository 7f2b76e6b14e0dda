"""Making, submitting and withdrawing referrals."""

from collections.abc import Sequence
from uuid import UUID

from services.referrals.actions.telling import state
from services.referrals.domain import MAY_BE_WITHDRAWN, OPEN, authority_of
from services.referrals.forms import MakeReferral, NeededFor
from services.referrals.queries import referral_of
from shared.contracts.referrals import ReferralSubmitted, ReferralWithdrawn
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import WriteSession

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


async def make_referral(session: WriteSession, form: MakeReferral, *, by: Person) -> UUID:
    """Draft a referral for children of the caller's authority; answers the referral."""
    authority, referral = authority_of(by), new_id()
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
    session.publish(ReferralSubmitted(**await state(session, row)))
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
        session.publish(ReferralWithdrawn(**await state(session, row)))
    session.audit(by.id, "withdraw referral", referral)
