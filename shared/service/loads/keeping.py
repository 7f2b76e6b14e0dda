"""The row of a load: begun once at a time for an authority, moved on while somebody lives who works at it, ended once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pydantic_core import from_json, to_json

from shared.errors import NotFound
from shared.identity.person import Person
from shared.ids import new_id
from shared.service.loads.differing import Differences
from shared.service.loads.forms import LoadState, LoadSummary
from shared.ssda903.problem import Problem, Rest, Severity
from shared.ssda903.repairs import Repairs
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.problem import sentence

DEAD_AFTER = timedelta(seconds=20)
"""A load whose process has not been heard of for so long has died with it."""
DIED = "The process that read it stopped, and nothing was loaded. Send it again."
MOST_LOADS = 50

sentence("one_load_at_a_time", "Another return of your authority is being loaded. Wait until it is done.")

BURY = """UPDATE spine.loads SET state = 'failed', words = $3, ended_at = $2
    WHERE authority = $1 AND ended_at IS NULL AND beat_at < $4"""
BEGIN = """INSERT INTO spine.loads (load, authority, made_by, made_at, beat_at, state)
    VALUES ($1, $2, $3, $4, $4, 'reading')"""
MOVE_ON = """UPDATE spine.loads SET state = $2, done = $3, total = $4, beat_at = $5
    WHERE load = $1 AND ended_at IS NULL"""
NOTE = "UPDATE spine.loads SET refused = $2, warned = $3, problems = $4, rest = $5 WHERE load = $1 AND ended_at IS NULL"
END = """UPDATE spine.loads SET state = $2, words = $3, counts = $4, ended_at = $5, done = total
    WHERE load = $1 AND ended_at IS NULL RETURNING load"""
FORGET_SHOWN = """UPDATE spine.loads SET repairs = '[]', differences = '[]', files_stamp = '', ledger_stamp = ''
    WHERE authority = $1 AND ended_at IS NOT NULL AND (files_stamp <> '' OR repairs <> '[]' OR differences <> '[]')"""
SHOW = """UPDATE spine.loads SET repairs = $2, repairs_counted = $3, differences = $4, differing = $5, files_stamp = $6,
    ledger_stamp = $7 WHERE load = $1 AND ended_at IS NULL"""
COLUMNS = "load, authority, state, words, made_at, beat_at, ended_at, done, total, counts, refused, warned"
SHOWN = "problems, rest, repairs, repairs_counted, differences, differing, files_stamp, ledger_stamp"
REPAIR = ("kind", "file", "row", "field", "says", "becomes", "why", "made")


async def begin_load(session: WriteSession, authority: str, *, by: Person) -> UUID:
    """A new load; the constraint refuses it while another of the authority's is alive."""
    now, load = session.clock.now(), new_id()
    await session.run(BURY, authority, now, DIED, now - DEAD_AFTER)
    await session.run(FORGET_SHOWN, authority)
    await session.run(BEGIN, load, authority, by.id, now)
    session.audit(by.id, "begin load", load)
    return load


async def move_on(session: WriteSession, load: UUID, state: LoadState, done: int, total: int) -> None:
    """Say how far it has come, and that somebody lives who works at it."""
    await session.run(MOVE_ON, load, state, done, total, session.clock.now())


async def note_problems(session: WriteSession, load: UUID, problems: Sequence[Problem], rest: Sequence[Rest]) -> None:
    """Keep what is wrong with the files: first what has to be put right."""
    problems = sorted(problems, key=lambda problem: problem.severity is Severity.WARNED)
    count = dict.fromkeys(Severity, 0)
    for problem in problems:
        count[problem.severity] += 1
    for more in rest:
        count[more.severity] += more.count
    listed = to_json([[p.file, p.row, p.field, p.code, p.message, p.severity] for p in problems]).decode()
    others = to_json([[r.file, r.field, r.code, r.severity, r.count] for r in rest]).decode()
    await session.run(NOTE, load, count[Severity.REFUSED], count[Severity.WARNED], listed, others)


async def keep_shown(
    session: WriteSession, load: UUID, repairs: Repairs, differences: Differences, files: str, *, listed: bool
) -> None:
    """Keep what it offered to repair and what differs, to be looked at until the next load begins."""
    found = [[getattr(repair, name) for name in REPAIR] for repair in repairs.listed]
    counted = [[kind, count, kind in repairs.asked] for kind, count in repairs.counts.items()]
    told = [one.model_dump(mode="json") for one in differences.listed] if listed else []
    counts = [one.model_dump(mode="json") for one in differences.counts]
    words = [to_json(one).decode() for one in (found, counted, told, counts)]
    await session.run(SHOW, load, *words, files if listed else "", differences.stamp if listed else "")


async def end_load(
    session: WriteSession, load: UUID, state: LoadState, words: str = "", counts: Mapping[str, int] | None = None
) -> bool:
    """End it, once; answers whether it was still going on."""
    counted = to_json(counts or {}).decode()
    ended = await session.value(END, load, state, words, counted, session.clock.now())
    session.signal(load)
    return ended is not None


async def the_load(session: ReadSession, load: UUID, by: Person) -> Row:
    """A load of the person's authority with its problems. Raises NotFound."""
    row = await session.one(f"SELECT {COLUMNS}, {SHOWN} FROM spine.loads WHERE load = $1", load)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound
    return row


async def my_loads(session: ReadSession, by: Person) -> list[Row]:
    """The loads of the person's authority, newest first."""
    sql = f"SELECT {COLUMNS} FROM spine.loads WHERE authority = $1 ORDER BY made_at DESC, load DESC LIMIT {MOST_LOADS}"
    return await session.all(sql, by.authority)


def summary(row: Row, now: datetime) -> LoadSummary:
    """A row as it is told; one that has died says so, whoever asks first."""
    told = {**row, "counts": from_json(row.counts)}
    if row.ended_at is None and row.beat_at < now - DEAD_AFTER:
        told |= {"state": LoadState.FAILED, "words": DIED}
    return LoadSummary.model_validate(told)
