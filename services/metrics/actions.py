"""What metrics itself is told: what an authority aims at."""

from services.metrics.domain import MOST_TARGET
from services.metrics.forms import SetTarget
from services.metrics.measures import MEASURES
from shared.errors import Invalid, NotAllowed, NotFound, must_be_current
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

BEFORE = "SELECT * FROM targets WHERE authority = $1 AND measure = $2 FOR UPDATE"
SET = """INSERT INTO targets AS t (authority, measure, version, value, starts, source, set_by, set_at)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7)
    ON CONFLICT (authority, measure) DO UPDATE SET version = t.version + 1, value = excluded.value,
        starts = excluded.starts, source = excluded.source, set_by = excluded.set_by, set_at = excluded.set_at
    RETURNING *"""


async def set_target(session: WriteSession, measure: str, form: SetTarget, *, by: Person) -> Row:
    """An authority's own target, in the measure's unit, from a day on; the last word counts.

    Raises NotFound for a measure there is not, Stale where somebody else set it meanwhile.
    """
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can set its targets.")
    if measure not in MEASURES:
        raise NotFound("There is no such measure.", field="measure")
    if MEASURES[measure].unit == "%" and form.value > MOST_TARGET:
        raise Invalid("A percentage is at most 100.", field="value")
    before = await session.one(BEFORE, by.authority, measure)
    if before is not None:
        must_be_current(before.version, form.version)
    own = (by.authority, measure, form.value, form.starts, form.source, by.id, session.clock.now())
    row = await session.one(SET, *own)
    assert row is not None
    session.audit(by.id, f"set target of {measure}", by.authority)
    return row
