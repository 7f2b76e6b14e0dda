"""The kept log of what a service has published: read by feeds and rebuilds, expunged by subject."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic_core import from_json, to_json

from shared.contracts.envelope import sequenced
from shared.store.session import ReadSession, WriteSession

PAGE = """SELECT sequence, body FROM spine.log
    WHERE lane = $1 AND sequence > $2 AND sequence <= $3
      AND ($4::text[] IS NULL OR authority IS NULL OR authority = ANY($4))
    ORDER BY sequence LIMIT $5"""


@dataclass(frozen=True, slots=True)
class Page:
    """Some events of a lane: `through` is how far it speaks for, `head` the last there is."""

    bodies: list[str]
    through: int
    head: int


async def heads(session: ReadSession) -> dict[str, int]:
    """The last sequence of every lane."""
    rows = await session.all("SELECT lane, last_sequence FROM spine.lanes ORDER BY lane")
    return {row.lane: row.last_sequence for row in rows}


async def read_log(
    session: ReadSession, lane: str, after: int, limit: int, authorities: Collection[str] | None = None
) -> Page:
    """Envelopes of a lane after a sequence; those of other authorities are left out unless `authorities` is None."""
    head = await session.value("SELECT last_sequence FROM spine.lanes WHERE lane = $1", lane) or 0
    entitled = None if authorities is None else list(authorities)
    rows = await session.all(PAGE, lane, after, head, entitled, limit)
    through = rows[-1].sequence if len(rows) == limit else max(head, after)
    return Page([sequenced(row.body, row.sequence) for row in rows], through, head)


async def expunge(session: WriteSession, subject: str) -> int:
    """Replace every payload about a subject by a tombstone, wherever this service keeps one; answers how many."""
    # The outbox first: what the relay moves meanwhile is then found in the log.
    emptied = 0
    for table in ("spine.outbox", "spine.log"):
        for row in await session.all(f"SELECT id, body FROM {table} WHERE subject = $1 FOR UPDATE", subject):
            tombstone = to_json(from_json(row.body) | {"data": None}).decode()
            await session.run(
                f"UPDATE {table} SET body = $3 WHERE subject = $1 AND id = $2", subject, row.id, tombstone
            )
            emptied += 1
    await session.run("DELETE FROM spine.dead WHERE subject = $1", subject)
    return emptied
