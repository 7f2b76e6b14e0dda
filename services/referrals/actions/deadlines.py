"""How long an authority gives itself to find a home."""

from services.referrals.domain import authority_of
from services.referrals.forms.panel import SetDeadlines
from services.referrals.queries import deadlines_of
from shared.errors import Stale, must_be_current
from shared.identity.person import Person
from shared.store.session import WriteSession

SET = """INSERT INTO deadline_times AS t
    (authority, version, short_notice_working_days, planned_working_days, emergency_in_working_time)
    VALUES ($1, $2 + 1, $3, $4, $5)
    ON CONFLICT (authority) DO UPDATE SET version = excluded.version,
        short_notice_working_days = excluded.short_notice_working_days,
        planned_working_days = excluded.planned_working_days,
        emergency_in_working_time = excluded.emergency_in_working_time
    WHERE t.version = $2"""


async def set_deadlines(session: WriteSession, form: SetDeadlines, *, by: Person) -> None:
    """For referrals submitted from now on. Raises NotAllowed for somebody of no authority, Stale."""
    authority = authority_of(by)
    must_be_current((await deadlines_of(session, authority))[1], form.version)
    times = (form.short_notice_working_days, form.planned_working_days, form.emergency_in_working_time)
    if await session.run(SET, authority, form.version, *times) != "INSERT 0 1":
        raise Stale("Somebody else changed this since you read it.", field="version")
    session.audit(by.id, "set deadlines", authority)
