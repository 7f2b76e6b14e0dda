"""Loading what a return tells besides episodes: planned beside what is kept, written table by table, told of one by one."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from services.placements.returns.besides import KIND_OF, Fact, FactPlan, TableTold, plan_facts
from services.placements.statutory import Kind
from shared.service.loads import Loading
from shared.ssda903.besides import Told
from shared.ssda903.reading import Reading
from shared.store.session import WriteSession

KEPT = "SELECT * FROM {} WHERE authority = $1 AND NOT annulled FOR UPDATE"
FORGET = "DELETE FROM {} WHERE {} = ANY($1)"
OWN = ("child", "authority", "version", "annulled", "told_in")
CHUNK = 200
"""Events composed before others get their turn."""


async def plan_besides(
    session: WriteSession, loading: Loading, reading: Reading, children: Mapping[str, UUID]
) -> FactPlan:
    """What is to be written of every table that was sent; `children` are known by CHILD."""
    plan = FactPlan()
    rows: dict[str, list[Told]] = defaultdict(list)
    for one in reading.besides:
        rows[one.table].append(one)
    for table, kind in KIND_OF.items():
        if years := frozenset(read.year for read in reading.files if read.table == table):
            told = TableTold(table, rows[table], years, children, loading.authority)
            kept = await session.all(KEPT.format(kind.table), loading.authority)
            await asyncio.to_thread(plan_facts, plan, told, kept, loading.differences)
    return plan


async def write_besides(session: WriteSession, plan: FactPlan) -> None:
    """Keep every fact as it is to stand, and tell of each."""
    by_table: dict[str, list[Fact]] = defaultdict(list)
    for fact in plan.facts:
        by_table[fact.kind.table].append(fact)
    for facts in by_table.values():
        await _write(session, facts[0].kind, facts)
    for number, fact in enumerate(plan.facts):
        session.publish(fact.kind.event(**fact.row))
        if number % CHUNK == 0:
            await asyncio.sleep(0)


async def _write(session: WriteSession, kind: Kind, facts: Iterable[Fact]) -> None:
    """A row that changes is written anew, so that no two meet in a constraint on the way."""
    columns = (kind.key, *OWN, *kind.columns)
    rows = [tuple(fact.row[name] for name in columns) for fact in facts]
    await session.run(FORGET.format(kind.table, kind.key), [row[0] for row in rows])
    await session.copy(kind.table, columns, rows, "public")
