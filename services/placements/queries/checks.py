"""What placements answers about the work list: who is to be checked, what was found, how ready a return is."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.placements.forms.checks import Readiness
from services.placements.returns.checks import Registered
from shared.errors import NotAllowed
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

MOST_MARKS = 1_000
"""Looked at in one go."""
TOUCHED = """SELECT DISTINCT t.child, c.authority
    FROM (SELECT child FROM touched_children ORDER BY number LIMIT $1) t LEFT JOIN children c USING (child)"""
TOGETHER = """SELECT DISTINCT s.child FROM statutory_details s WHERE s.authority = $1 AND (s.child = ANY($2)
    OR s.upn IN (SELECT upn FROM statutory_details WHERE child = ANY($2) AND upn NOT LIKE 'UN_')
    OR s.child IN (SELECT child FROM return_faults WHERE authority = $1 AND rule = '444'))"""
SHARED_UPNS = """SELECT upn FROM statutory_details WHERE authority = $1 AND upn = ANY($2)
    GROUP BY upn HAVING count(*) > 1"""
REGISTER = """SELECT h.urn, array_agg(DISTINCT t.type) AS types, array_agg(DISTINCT h.sector) AS sectors,
        array_agg(DISTINCT l.postcode) AS postcodes, bool_and(h.closed IS NOT NULL) AS closed, max(h.closed) AS closed_on
    FROM homes h CROSS JOIN unnest(h.also || h.type::text) AS t (type) LEFT JOIN home_locations l USING (home)
    WHERE h.urn = ANY($1) GROUP BY h.urn"""
KNOWN = (
    "SELECT child, year, fields, rule, table_name, record FROM return_faults WHERE child = ANY($1) AND year = ANY($2)"
)
STANDINGS = "SELECT child, year, reference, in_return, faults, rules FROM return_standings WHERE child = ANY($1) AND year = ANY($2)"
COUNTS = """SELECT count(*) FILTER (WHERE in_return) AS children, count(*) FILTER (WHERE in_return AND faults = 0) AS ready,
        max(change) AS change FROM return_standings WHERE authority = $1 AND year = $2"""
WAITING = (
    """SELECT count(DISTINCT t.child) FROM touched_children t JOIN children c USING (child) WHERE c.authority = $1"""
)
BY_RULE = """SELECT rule, table_name, fields, mender, count(*) AS faults, count(DISTINCT child) AS children
    FROM return_faults WHERE authority = $1 AND year = $2 GROUP BY rule, table_name, fields, mender
    ORDER BY count(DISTINCT child) DESC, rule, table_name, fields"""
LIST = """SELECT f.*, s.reference FROM return_faults f JOIN return_standings s USING (child, year)
    WHERE f.authority = $1 AND f.year = $2 AND ($3::text IS NULL OR f.rule = $3) AND ($4::text IS NULL OR f.mender = $4)
      AND ($5::uuid IS NULL OR f.child = $5) AND f.fault > $6 ORDER BY f.fault LIMIT $7"""
CHANGED = "SELECT coalesce(max(change), 0) FROM return_standings WHERE authority = $1"
FAMILIES = ("U", "A")
"""Kinds of placement that one agency gives in every variety."""


def authority_of(by: Person) -> str:
    """Whose return the person may look at. Raises NotAllowed for somebody of no authority."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can look at its return.")
    return by.authority


async def touched(session: ReadSession) -> list[Row]:
    """The children marked longest ago, with whose each is (None: not heard of yet)."""
    return await session.all(TOUCHED, MOST_MARKS)


async def checked_together(session: ReadSession, authority: str, children: Sequence[UUID]) -> list[UUID]:
    """These children and those whose standing hangs on theirs: who share a UPN with them, or did."""
    rows = await session.all(TOGETHER, authority, list(children))
    return sorted({row.child for row in rows} | set(children))


async def shared_upns(session: ReadSession, authority: str, upns: Iterable[str | None]) -> set[str]:
    """Those of the UPNs that more than one child of the authority has."""
    rows = await session.all(SHARED_UPNS, authority, [upn for upn in upns if upn])
    return {row.upn for row in rows}


async def register_of(session: ReadSession, urns: Iterable[str | None]) -> dict[str, Registered]:
    """What we know of the homes registered under these URNs."""
    rows = await session.all(REGISTER, sorted({urn for urn in urns if urn}))
    return {row.urn: _registered(row) for row in rows}


def _registered(row: Row) -> Registered:
    """An agency has many homes under one URN: then the place says nothing, and one kind of carer stands for all."""
    types, postcodes = set(row.types), [postcode for postcode in row.postcodes if postcode]
    of_family = {
        f"{letter}{n}" for letter in FAMILIES for n in range(1, 7) if types & {f"{letter}{m}" for m in range(1, 7)}
    }
    return Registered(
        places=frozenset(types | of_family),
        sectors=frozenset(row.sectors),
        postcode=postcodes[0] if len(row.postcodes) == 1 and postcodes else None,
        closed=row.closed_on if row.closed else None,
    )


async def found_before(
    session: ReadSession, children: Sequence[UUID], years: Sequence[int]
) -> tuple[Mapping[tuple[UUID, int], Row], Mapping[tuple[UUID, int], set[tuple[str, str, str, object]]]]:
    """Standings and faults of these children as they were last written."""
    standings = {(r.child, r.year): r for r in await session.all(STANDINGS, list(children), list(years))}
    faults: dict[tuple[UUID, int], set[tuple[str, str, str, object]]] = {}
    for row in await session.all(KNOWN, list(children), list(years)):
        faults.setdefault((row.child, row.year), set()).add((row.rule, row.table_name, row.fields, row.record))
    return standings, faults


async def readiness_of(session: ReadSession, authority: str, year: int) -> Readiness:
    """How ready an authority's return is, and what each rule found."""
    row = await session.one(COUNTS, authority, year)
    assert row is not None
    waiting = await session.value(WAITING, authority)
    return Readiness(row.children, row.ready, waiting, await session.all(BY_RULE, authority, year))


async def last_change(session: ReadSession, authority: str) -> int:
    """The number of the newest change to what the checks found for an authority."""
    return int(await session.value(CHANGED, authority))


async def faults_for(
    session: ReadSession,
    authority: str,
    year: int,
    *,
    rule: str | None,
    mender: str | None,
    child: UUID | None,
    after: int,
    limit: int,
) -> list[Row]:
    """The work list of an authority in the order it was found."""
    return await session.all(LIST, authority, year, rule, mender, child, after, limit)
