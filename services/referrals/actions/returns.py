"""Loading the children of a return: new ones registered, changed ones put right, all in one transaction."""

from collections.abc import Iterable
from dataclasses import astuple
from uuid import UUID

from services.referrals.actions.telling import tell_of_child
from services.referrals.returns import NAMES, Facts, asylum_in, known_by_former, sort_out, told_by_former
from shared.contracts.referrals import ChildCorrected, ChildRegistered
from shared.ids import new_id
from shared.service.loads import Loading, LoadRefused
from shared.service.loads.forms import LoadState
from shared.ssda903.reading import Reading
from shared.store.session import Row, WriteSession, columns_of

KEPT = """SELECT c.*, l.version AS loaded, l.year AS told_in FROM child c LEFT JOIN loaded_child l USING (child)
    WHERE c.authority = $1 AND c.local_reference = ANY($2) FOR UPDATE OF c"""
ONCE = """SELECT c.*, l.version AS loaded, l.year AS told_in FROM child c LEFT JOIN loaded_child l USING (child)
    WHERE c.authority = $1 AND c.former_references <> '{}' AND c.former_references && $2 FOR UPDATE OF c"""
LIVE = "SELECT EXISTS (SELECT FROM child WHERE authority = $1)"
CHANGE = f"""UPDATE child AS c SET version = c.version + 1, {", ".join(f"{name} = n.{name}" for name in NAMES)}
    FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::date[], $8::text[],
        $9::boolean[], $10::date[]) AS n (child, {", ".join(NAMES)}) WHERE c.child = n.child"""
NOTE_LOADED = """INSERT INTO loaded_child AS l (child, version, year)
    SELECT child, c.version, n.year FROM child c JOIN unnest($1::uuid[], $2::int[]) AS n (child, year) USING (child)
    ON CONFLICT (child) DO UPDATE SET version = excluded.version, year = greatest(l.year, excluded.year)"""


async def load_children(loading: Loading, reading: Reading) -> None:
    """Commit every child of the return, or none. Raises LoadRefused where it contradicts what somebody recorded."""
    references = [ledger.child.reference for ledger in reading.ledgers]
    years = {read.file: read.year for read in reading.files}
    async with loading.database.writing() as session:
        kept = {row.local_reference: row for row in await session.all(KEPT, loading.authority, references)}
        once, unclear = known_by_former(reading.ledgers, kept, await session.all(ONCE, loading.authority, references))
        kept |= once
        found = sort_out(reading.ledgers, kept, years, loading.differences, asylum_in(reading.besides))
        if found.contradicted or unclear:
            raise LoadRefused([*unclear, *found.contradicted])
        loading.warn(told_by_former(reading.ledgers, once))
        loading.weigh(live=await session.value(LIVE, loading.authority))
        loading.say(LoadState.WRITING, 0, len(references))
        new = await _add(session, loading.authority, found.new)
        changed = await _change(session, found.changed)
        loaded = {reference: row.child for reference, row in kept.items() if row.loaded == row.version} | new
        told = [(loaded.get(one.child.reference), years[one.child.file]) for one in reading.ledgers]
        await session.run(NOTE_LOADED, *columns_of(told, 2))
        await _tell(session, list(new.values()), changed, loading)
        counts = {"children": len(references), "new": len(new), "changed": len(changed)}
        await loading.done(session, counts | {"unchanged": found.unchanged})


async def _add(session: WriteSession, authority: str, told: dict[str, Facts]) -> dict[str, UUID]:
    rows = [(new_id(), authority, 1, reference, *astuple(facts)) for reference, facts in told.items()]
    columns = ("child", "authority", "version", "local_reference", *NAMES)
    await session.copy("child", columns, rows, "public")
    return dict(zip(told, (row[0] for row in rows), strict=True))


async def _change(session: WriteSession, told: Iterable[tuple[Row, Facts]]) -> list[UUID]:
    """Set what the return says; where only a person's own record says more, that stays."""
    rows = [(row.child, *astuple(facts)) for row, facts in told]
    await session.run(CHANGE, *columns_of(rows, 1 + len(NAMES)))
    return [row[0] for row in rows]


async def _tell(session: WriteSession, new: list[UUID], changed: list[UUID], loading: Loading) -> None:
    registered = set(new)
    rows = await session.all("SELECT * FROM child WHERE child = ANY($1)", [*new, *changed])
    for number, row in enumerate(rows):
        tell_of_child(session, row, ChildRegistered if row.child in registered else ChildCorrected)
        session.audit(loading.by.id, "load child", row.child)
        await loading.wrote(session, number, len(rows))
