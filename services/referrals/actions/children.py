"""Recording a child of the authority, and putting right what was recorded."""

from collections.abc import Sequence
from uuid import UUID

from services.referrals.domain import authority_of, must_be_a_possible_birth
from services.referrals.forms import CorrectChild, RegisterChild
from services.referrals.queries import child_of
from shared.contracts.referrals import ChildCorrected, ChildRegistered
from shared.errors import must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

REGISTER = """INSERT INTO child
    (child, authority, version, name, born, sex, ethnicity, uasc, home_postcode, local_reference)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9) RETURNING *"""
CORRECT = """UPDATE child SET version = version + 1, name = $2, born = $3, sex = $4, ethnicity = $5, uasc = $6,
    home_postcode = $7, local_reference = $8 WHERE child = $1 RETURNING *"""


async def register_child(session: WriteSession, form: RegisterChild, *, by: Person) -> Row:
    """Record a child of the caller's authority."""
    must_be_a_possible_birth(form.born, session.clock.today())
    row = await session.one(REGISTER, new_id(), authority_of(by), *_columns(form))
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
