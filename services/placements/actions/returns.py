"""Loading the episodes of a return: once every child is known, all of what they come to in one transaction."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar
from uuid import UUID

from services.placements.actions.besides import plan_besides, write_besides
from services.placements.actions.returning import note_years, publish_plan, write_episodes, write_plan
from services.placements.ledger import care_in, placements_in
from services.placements.returns.besides import FactPlan
from services.placements.returns.caring import plan_care
from services.placements.returns.differing import Beside, note_beside, note_episodes, note_plan
from services.placements.returns.histories import Merged, kept_histories, merged_histories, spoken_for
from services.placements.returns.placing import plan_placements
from services.placements.returns.plan import Plan, Whose
from services.placements.returns.where import where_each
from shared.geography import Geography
from shared.geography.kept import the_map
from shared.ids import new_id
from shared.service.loads import Loading, LoadRefused
from shared.service.loads.forms import LoadState
from shared.ssda903.problem import Problem, Severity
from shared.ssda903.reading import Reading
from shared.store.session import ReadSession, Row, WriteSession

WAIT_SECONDS = 60.0
"""How long a load waits for the next child before it gives up: the children have to be sent to referrals first."""
LOOK_AGAIN_SECONDS = 0.1
UNKNOWN = "{count} of the children are not known here. Load the same files into referrals first."

REFERENCES = """SELECT r.reference, s.child, c.uasc FROM statutory_details s JOIN children c USING (child),
    LATERAL (SELECT s.reference, 1 AS stands UNION ALL SELECT unnest(s.former_references), 0) AS r
    WHERE s.authority = $1 AND r.reference IS NOT NULL"""
KNOWN = f"{REFERENCES} ORDER BY r.stands"
"""By every reference a child has or had; the last of the same reference is the one that has it now."""
COUNT = f"SELECT count(DISTINCT reference) FROM ({REFERENCES}) AS known WHERE reference = ANY($2)"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('returns ' || $1, 0))"
EPISODES = "SELECT * FROM episodes WHERE authority = $1"
BESIDE = """SELECT child, placement AS record, version, NULL::date AS started, NULL::date AS ended
        FROM placements WHERE authority = $1
    UNION ALL SELECT child, period, version, started, ended FROM care_periods WHERE authority = $1 AND NOT annulled"""
PLACEMENTS = """SELECT p.*, l.version AS loaded FROM placements p LEFT JOIN loaded_records l ON l.record = p.placement
    WHERE p.child = ANY($1) AND p.status IN ('started', 'ended') ORDER BY p.starts FOR UPDATE OF p"""
PERIODS = """SELECT c.*, l.version AS loaded,
        ARRAY(SELECT ROW(s.starts, s.status) FROM legal_statuses s WHERE s.period = c.period ORDER BY s.starts) AS lines
    FROM care_periods c LEFT JOIN loaded_records l ON l.record = c.period
    WHERE c.child = ANY($1) AND NOT c.annulled ORDER BY c.started FOR UPDATE OF c"""

Answer = TypeVar("Answer")


async def load_episodes(loading: Loading, reading: Reading) -> None:
    """Commit what every episode comes to, or nothing. Raises LoadRefused where it contradicts what is kept."""
    if not loading.asked.preview:
        await _hear_of_all(loading, [ledger.child.reference for ledger in reading.ledgers])
    geography = await the_map(loading.running.settings.map_folder)
    loading.say(LoadState.CHECKING)
    async with loading.database.writing() as session:
        await session.run(ALONE, loading.authority)
        known = {row.reference: row for row in await session.all(KNOWN, loading.authority)}
        beside = Beside(tuple(await session.all(BESIDE, loading.authority)))
        children = _children(reading, known)
        merged = await _merge(session, loading, reading, children, known, beside)
        changed = [one for one in merged if one.changed]
        alone = {row.child for row in known.values() if row.uasc}
        plan = await _plan(session, loading.authority, reading, changed, alone, geography)
        note_plan(loading.differences, plan)
        facts = await plan_besides(session, loading, reading, children)
        if plan.problems or facts.problems:
            raise LoadRefused([*plan.problems, *facts.problems])
        loading.weigh(live=bool(beside.records) or any(one.known for one in merged))
        loading.say(LoadState.WRITING, 0, len(plan.placements) + len(plan.periods) + len(facts.facts))
        await write_episodes(session, loading.authority, merged)
        await write_plan(session, plan)
        await publish_plan(session, plan, loading)
        await write_besides(session, facts)
        await note_years(session, loading.authority, reading.years)
        for one in changed:
            session.audit(loading.by.id, "load episodes", one.child)
        for child in facts.children:
            session.audit(loading.by.id, "load facts", child)
        await loading.done(session, _counts(reading, changed, plan, facts))


async def _hear_of_all(loading: Loading, references: list[str]) -> None:
    """Wait until every child of the return is known here. Raises LoadRefused when no more come."""
    known, patience = -1, monotonic() + WAIT_SECONDS
    while known < len(references):
        async with loading.database.reading() as session:
            now: int = await session.value(COUNT, loading.authority, references)
        if now > known:
            known, patience = now, monotonic() + WAIT_SECONDS
        loading.say(LoadState.WAITING_FOR_CHILDREN, known, len(references))
        if known < len(references):
            if monotonic() > patience:
                words = UNKNOWN.format(count=len(references) - known)
                raise LoadRefused([Problem("", 0, "CHILD", "children_unknown", words, Severity.REFUSED)])
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _children(reading: Reading, known: Mapping[str, Row]) -> dict[str, UUID]:
    """Every child by CHILD; in a preview there may be some that referrals has not registered yet."""
    children = {reference: row.child for reference, row in known.items()}
    for ledger in reading.ledgers:
        children.setdefault(ledger.child.reference, new_id())
    return children


async def _merge(
    session: ReadSession,
    loading: Loading,
    reading: Reading,
    children: Mapping[str, UUID],
    known: Mapping[str, Row],
    beside: Beside,
) -> list[Merged]:
    references = {row.child: reference for reference, row in known.items()} | {
        children[ledger.child.reference]: ledger.child.reference for ledger in reading.ledgers
    }
    rows = await session.all(EPISODES, loading.authority)
    problems: list[Problem] = []

    def merge() -> list[Merged]:
        kept = kept_histories(rows, references)
        note_beside(loading.differences, reading, children, beside, set(kept))
        merged = list(merged_histories(reading, children, kept, problems))
        note_episodes(loading.differences, merged)
        return merged

    merged = await _aside(merge)
    if problems:
        raise LoadRefused(problems)
    return merged


async def _plan(
    session: WriteSession,
    authority: str,
    reading: Reading,
    changed: list[Merged],
    unaccompanied: set[UUID],
    geography: Geography,
) -> Plan:
    children = [one.child for one in changed]
    placements = _by_child(await session.all(PLACEMENTS, children))
    periods = _by_child(await session.all(PERIODS, children))
    _, until = spoken_for(reading.years)

    def plan() -> Plan:
        found = Plan()
        placed = [placements_in(one.ledger) for one in changed]
        alone = [one.child in unaccompanied for one, of in zip(changed, placed, strict=True) for _ in of]
        where = iter(where_each(geography, authority, [p for of in placed for p in of], alone))
        for one, of in zip(changed, placed, strict=True):
            whose = Whose(one.child, authority, until)
            plan_care(found, whose, care_in(one.ledger), periods.get(one.child, ()))
            plan_placements(found, whose, [(p, next(where)) for p in of], placements.get(one.child, ()))
        return found

    return await _aside(plan)


async def _aside(work: Callable[[], Answer]) -> Answer:
    """Arithmetic that takes longer than others should wait."""
    return await asyncio.to_thread(work)


def _by_child(rows: list[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row.child, []).append(row)
    return found


def _counts(reading: Reading, changed: list[Merged], plan: Plan, facts: FactPlan) -> dict[str, int]:
    return {
        "years": len(reading.years),
        "children": len(reading.ledgers),
        "episodes": reading.statistics.episodes,
        "children_changed": len(changed),
        "placements_written": len(plan.placements),
        "periods_written": len(plan.periods),
        "facts_written": len(facts.facts),
    }
