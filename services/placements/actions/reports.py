"""What a home says of a child: its word is kept and told, and changes no placement; notice raises that it may not last."""

from uuid import UUID

from services.placements.actions.stays import not_later_than_today
from services.placements.actions.telling import placement_state
from services.placements.actions.writing import change_placement
from services.placements.forms.reports import Report
from services.placements.queries import the_placement
from services.placements.queries.reports import said_of
from shared.contracts.placements import FragilityRaised, StayReported
from shared.contracts.vocabulary import Fragility, PlacementStatus, StayReport
from shared.errors import Invalid, Refused, must_be_current
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

SAID_WHILE = {
    StayReport.ARRIVED: PlacementStatus.CONFIRMED,
    StayReport.NOT_ARRIVED: PlacementStatus.CONFIRMED,
    StayReport.NOTICE: PlacementStatus.STARTED,
    StayReport.LEFT: PlacementStatus.STARTED,
}
SAY = """INSERT INTO stay_reports (placement, provider, version, report, said_of, reason, planned, said_by, said_at)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (placement) DO UPDATE SET version = stay_reports.version + 1, report = excluded.report,
        said_of = excluded.said_of, reason = excluded.reason, planned = excluded.planned,
        said_by = excluded.said_by, said_at = excluded.said_at RETURNING *"""


async def report_stay(session: WriteSession, placement: UUID, form: Report, *, by: Person) -> Row:
    """Keep the home's newest word. Said again in the same words it changes nothing. Raises NotFound, Stale, Refused."""
    before = await the_placement(session, placement, by, lock=True)
    said = await said_of(session, placement)
    if said is not None and _same(said, form):
        return said
    must_be_current(said.version if said else 0, form.version)
    _must_make_sense(session, before, said, form)
    words = (form.report, form.on, form.reason, form.planned)
    row = await session.one(SAY, placement, before.provider, *words, by.id, session.clock.now())
    assert row is not None
    whose = {name: before[name] for name in ("placement", "authority", "child", "provider", "home")}
    told = {"report": form.report, "on": form.on, "reason": form.reason, "planned": form.planned}
    session.publish(StayReported(**whose, version=row.version, **told))
    await _fear(session, before, said, form)
    session.audit(by.id, f"report {form.report.replace('_', ' ')}" if form.report else "take back report", placement)
    return row


def _same(said: Row, form: Report) -> bool:
    return (said.report, said.said_of, said.reason, said.planned) == (form.report, form.on, form.reason, form.planned)


def _must_make_sense(session: WriteSession, before: Row, said: Row | None, form: Report) -> None:
    if form.report is None:
        if said is None or said.report is None:
            raise Refused("Nothing was said that could be taken back.", field="report", code="not_in_that_order")
        return
    if before.status != SAID_WHILE[form.report]:
        raise Refused(f"The placement is {before.status}.", field="report", code="not_in_that_order")
    assert form.on is not None
    if form.report is StayReport.NOTICE:
        if form.on < session.clock.today():
            raise Invalid("Give notice for a day that has not passed.", field="on")
        return
    not_later_than_today(session, form.on)
    if form.on < before.starts:
        raise Invalid(EARLIER[before.status], field="on")


EARLIER = {
    PlacementStatus.CONFIRMED: "The place is kept from a later day. Ask the authority to book the nights before it as well.",
    PlacementStatus.STARTED: "That is before the child arrived.",
}


async def _fear(session: WriteSession, before: Row, said: Row | None, form: Report) -> None:
    """Notice says that the placement will not last; notice taken back says no longer."""
    taken_back = form.report is None and said is not None and said.report == StayReport.NOTICE
    if form.report is StayReport.NOTICE and before.fear != Fragility.NOTICE_GIVEN:
        fear = Fragility.NOTICE_GIVEN
    elif taken_back and before.fear == Fragility.NOTICE_GIVEN and before.status == PlacementStatus.STARTED:
        fear = None
    else:
        return
    row = await change_placement(session, before.placement, fear=fear)
    session.publish(FragilityRaised(**placement_state(row), fear=fear))
