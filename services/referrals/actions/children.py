"""Recording a child of the authority, and putting right what was recorded."""

from uuid import UUID

from services.referrals.actions.telling import tell_of_child
from services.referrals.domain import (
    authority_of,
    must_be_a_possible_birth,
    must_be_an_own_child,
    must_have_sought_asylum,
)
from services.referrals.forms.children import CorrectChild, RegisterChild
from services.referrals.queries import child_of
from shared.contracts.referrals import ChildCorrected, ChildRegistered
from shared.errors import must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

RECORDED = (
    *("name", "born", "sex", "ethnicity", "uasc", "upn", "home_postcode", "local_reference"),
    *("mother", "own_child_born", "uasc_ceased"),
)
REGISTER = f"""INSERT INTO child (child, authority, version, {", ".join(RECORDED)})
    VALUES ($1, $2, 1, {", ".join(f"${n}" for n in range(3, 3 + len(RECORDED)))}) RETURNING *"""
FORMER = f"${2 + RECORDED.index('local_reference')}"
CORRECT = f"""UPDATE child SET version = version + 1, former_references = array_remove(
        CASE WHEN local_reference IS NULL THEN former_references
            ELSE array_append(array_remove(former_references, local_reference), local_reference) END, {FORMER}),
    {", ".join(f"{c} = ${n}" for n, c in enumerate(RECORDED, 2))}
    WHERE child = $1 RETURNING *"""


async def register_child(session: WriteSession, form: RegisterChild, *, by: Person) -> Row:
    """Record a child of the caller's authority."""
    authority = authority_of(by)
    _must_be_possible(session, form)
    row = await session.one(REGISTER, new_id(), authority, *_columns(form))
    assert row is not None
    tell_of_child(session, row, ChildRegistered)
    session.audit(by.id, "register child", row.child)
    return row


async def correct_child(session: WriteSession, child: UUID, form: CorrectChild, *, by: Person) -> Row:
    """Put right what was recorded. Raises NotFound, Stale."""
    kept = await child_of(session, child, by, lock=True)
    must_be_current(kept.version, form.version)
    _must_be_possible(session, form)
    row = await session.one(CORRECT, child, *_columns(form))
    assert row is not None
    tell_of_child(session, row, ChildCorrected)
    session.audit(by.id, "correct child", child)
    return row


def _must_be_possible(session: WriteSession, form: RegisterChild) -> None:
    today = session.clock.today()
    must_be_a_possible_birth(form.born, today)
    must_be_an_own_child(form.own_child_born, mother=form.mother, born=form.born, today=today)
    must_have_sought_asylum(form.uasc_ceased, uasc=form.uasc, born=form.born)


def _columns(form: RegisterChild) -> list[object]:
    return [getattr(form, name) for name in RECORDED]
