"""Making, submitting and amending referrals."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from services.referrals.actions.endings import MARK_OVERDUE
from services.referrals.actions.needs import must_be_others
from services.referrals.actions.telling import state
from services.referrals.deadlines import deadline
from services.referrals.domain import Act, LineStatus, Standing, after, authority_of, must_allow, status_of
from services.referrals.forms.referrals import AmendReferral, Considered, MakeReferral, NeededFor
from services.referrals.queries import deadlines_of, lines_of, referral_of
from shared.contracts.referrals import ReferralAmended, ReferralSubmitted, SearchOpened
from shared.contracts.vocabulary import ReferralStatus, Urgency
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

A_MOMENT = timedelta(microseconds=1)

SAID = (
    *("urgency", "wanted_from", "wanted_until", "types", "together", "needs_panel"),
    *("factors", "factors_reason", "summary"),
)
COLUMNS = (*SAID, *Considered.model_fields)
# A child of another authority, or none, leaves its line out.
LINES = """INSERT INTO referral_line (referral, child, position, needs, solo, not_with)
    SELECT $1, c.child, n.position, n.needs, n.solo, n.not_with
    FROM ROWS FROM (jsonb_to_recordset($3::jsonb) AS (child uuid, needs text[], solo boolean, not_with uuid[]))
        WITH ORDINALITY AS n (child, needs, solo, not_with, position)
    JOIN child c ON c.child = n.child AND c.authority = $2 RETURNING child"""
MAKE = f"""WITH made AS (
    INSERT INTO referral (referral, authority, version, status, stage, made_by, made_at, {", ".join(COLUMNS)})
    VALUES ($1, $2, 1, 'draft', 'draft', $4, $5, {", ".join(f"${n}" for n in range(6, 6 + len(COLUMNS)))}))
{LINES}"""
AMEND = f"""UPDATE referral SET version = version + 1, stage = $2, asked_while = $3, due_at = $4,
    {", ".join(f"{column} = ${n}" for n, column in enumerate(COLUMNS, 5))} WHERE referral = $1"""
FORGET_LINES = "DELETE FROM referral_line WHERE referral = $1"
# From now on the referral says what the assessments said at this moment.
TAKE_ASSESSMENTS = """UPDATE referral_line l SET assessment = coalesce(
    (SELECT max(version) FROM needs_assessment n WHERE n.child = l.child), 0) WHERE referral = $1"""
FORGET_APPROVAL = "UPDATE referral SET most_weekly_pence = NULL, approved_until = NULL WHERE referral = $1"
SUBMIT = """UPDATE referral SET stage = $2, status = $2, submitted_at = $3, submitted_by = $4, due_at = $5,
    version = version + $6 WHERE referral = $1 RETURNING *"""
SET_STATUS = "UPDATE referral SET status = $2 WHERE referral = $1 RETURNING *"


async def make_referral(session: WriteSession, form: MakeReferral, *, by: Person) -> UUID:
    """Draft a referral for children of the caller's authority; answers the referral."""
    authority, referral = authority_of(by), new_id()
    await _must_be_possible(session, form, authority)
    asked = (authority, _lines(form), by.id, session.clock.now(), *_columns(form))
    _must_all_be_known(form, await session.all(MAKE, referral, *asked))
    session.audit(by.id, "make referral", referral)
    return referral


async def submit_referral(session: WriteSession, referral: UUID, *, version: int | None, by: Person) -> None:
    """Ask for the home. Without a panel the search opens with it, and both are told: submitted, then searching.

    Raises NotFound, Stale, Refused where it is no draft.
    """
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, version)
    standing = after(Act.SUBMIT, Standing(kept.stage), needs_panel=kept.needs_panel)
    now = session.clock.now()
    due_at = await _due(session, kept, kept.urgency, now)
    await session.run(TAKE_ASSESSMENTS, referral)
    steps = 1 if kept.needs_panel else 2
    row = await session.one(SUBMIT, referral, standing.stage, now, by.id, due_at, steps)
    assert row is not None
    told = await state(session, row)
    session.publish(ReferralSubmitted(**told | {"status": ReferralStatus.SUBMITTED, "version": kept.version + 1}))
    if not kept.needs_panel:
        session.publish(SearchOpened(**told))
    session.audit(by.id, "submit referral", referral)


async def amend_referral(session: WriteSession, referral: UUID, form: AmendReferral, *, by: Person) -> None:
    """Ask for something else; what a panel approved, it decides again. Raises NotFound, Stale, Refused, Invalid."""
    kept = await referral_of(session, referral, by, lock=True)
    must_be_current(kept.version, form.version)
    must_allow(Act.AMEND, kept.status)
    draft = kept.submitted_at is None
    _must_not_evade_the_panel(kept, form, draft=draft)
    await _must_be_possible(session, form, kept.authority)
    _must_keep(form, await lines_of(session, referral))
    standing = after(Act.AMEND, Standing(kept.stage, kept.asked_while), needs_panel=form.needs_panel)
    due_at = None if draft else await _due(session, kept, form.urgency, kept.submitted_at)
    await session.run(AMEND, referral, standing.stage, standing.asked_while, due_at, *_columns(form))
    if standing != Standing(kept.stage, kept.asked_while):
        await session.run(FORGET_APPROVAL, referral)
    await session.run(FORGET_LINES, referral)
    _must_all_be_known(form, await session.all(LINES, referral, kept.authority, _lines(form)))
    await _tell_amended(session, referral, standing, draft=draft)
    session.audit(by.id, "amend referral", referral)


async def _tell_amended(session: WriteSession, referral: UUID, standing: Standing, *, draft: bool) -> None:
    if not draft:
        await session.run(TAKE_ASSESSMENTS, referral)
    statuses = [LineStatus(line.status) for line in await lines_of(session, referral)]
    row = await session.one(SET_STATUS, referral, status_of(standing.stage, statuses))
    assert row is not None
    if not draft:  # nobody was told of a draft
        session.publish(ReferralAmended(**await state(session, row)))


def _must_not_evade_the_panel(kept: Row, form: AmendReferral, *, draft: bool) -> None:
    if kept.needs_panel and not form.needs_panel and not draft:
        raise Refused("It has been put before the panel.", field="needs_panel", code="before_the_panel")


def _must_keep(form: MakeReferral, lines: Sequence[Row]) -> None:
    """Refuse to leave out a child who has a home by this referral."""
    named = {line.child for line in form.children}
    if any(line.status != LineStatus.WAITING and line.child not in named for line in lines):
        raise Refused("A child who has a home by this referral stays on it.", field="children", code="has_a_home")


async def _must_be_possible(session: WriteSession, form: MakeReferral, authority: str) -> None:
    seen: set[UUID] = set()
    for position, line in enumerate(form.children):
        if line.child in seen:
            raise Invalid("This child is named twice.", field=f"children.{position}.child")
        seen.add(line.child)
    for position, line in enumerate(form.children):
        field = f"children.{position}.not_with"
        await must_be_others(session, line.child, line.not_with or (), authority, field=field)


def _must_all_be_known(form: MakeReferral, rows: Collection[Row]) -> None:
    known = {row.child for row in rows}
    for position, line in enumerate(form.children):
        if line.child not in known:
            raise NotFound("We do not know this child.", field=f"children.{position}.child")


def _lines(form: MakeReferral) -> str:
    return to_json(
        [line.model_dump(mode="json", include=set(NeededFor.model_fields)) for line in form.children]
    ).decode()


def _columns(form: MakeReferral) -> list[Any]:
    said = form.model_dump(include=set(SAID)) | form.considered.model_dump()
    return [list(said[name]) if isinstance(said[name], tuple) else said[name] for name in COLUMNS]


async def _due(session: WriteSession, kept: Row, urgency: str, submitted_at: datetime) -> datetime:
    """By when; the moment after, the ticker marks that it has passed."""
    times, _ = await deadlines_of(session, kept.authority)
    due_at = deadline(submitted_at, Urgency(urgency), times=times)
    await session.after(due_at + A_MOMENT, MARK_OVERDUE, kept.referral)
    return due_at
