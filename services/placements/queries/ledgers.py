"""What is kept of children for the statutory return: an authority's all at once, or some of them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from services.placements.returns.kept import FACTS, Kept, Rows
from shared.store.session import ReadSession, Row, WriteSession

AS_ONE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
OURS = "authority = $1 AND ($2::uuid[] IS NULL OR child = ANY($2))"
CHILDREN = f"""SELECT c.*, d.reference, d.upn, d.home_postcode, coalesce(d.mother, false) AS mother, d.own_child_born
    FROM (SELECT * FROM children WHERE {OURS}) c LEFT JOIN statutory_details d USING (child)
    ORDER BY d.reference COLLATE "C", c.child"""
PERIODS = f"""SELECT p.*,
        ARRAY(SELECT ROW(s.starts, s.status) FROM legal_statuses s WHERE s.period = p.period ORDER BY s.starts) AS lines
    FROM care_periods p WHERE {OURS} AND NOT annulled ORDER BY started"""
PLACEMENTS = f"SELECT * FROM placements WHERE {OURS} AND status IN ('started', 'ended') ORDER BY starts, placement"
EPISODES = f"SELECT * FROM episodes WHERE {OURS} ORDER BY decom"


async def kept_for_return(session: WriteSession, authority: str, children: Sequence[UUID] | None = None) -> Kept:
    """All of it as it stood at one moment; the first thing a transaction asks. None stands for every child."""
    await session.run(AS_ONE)
    who = authority, children
    return Kept(
        children=await session.all(CHILDREN, *who),
        periods=_by_child(await session.all(PERIODS, *who)),
        placements=_by_child(await session.all(PLACEMENTS, *who)),
        told=_by_child(await session.all(EPISODES, *who)),
        facts={table: await _facts(session, ours, *who) for table, ours in FACTS.items()},
    )


async def _facts(session: ReadSession, table: str, authority: str, children: Sequence[UUID] | None) -> Rows:
    order = {"reviews": "reviewed_on", "health_years": "year", "leaver_years": "year", "previous_permanence": "year"}
    by = order.get(table, "decided_on" if table.startswith("adoption") else "starts")
    sql = f"SELECT * FROM {table} WHERE {OURS} AND NOT annulled ORDER BY {by}"
    return _by_child(await session.all(sql, authority, children))


def _by_child(rows: Sequence[Row]) -> Rows:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.child].append(row)
    return dict(found)
