"""The epochs of a log: one ends where the database turns out not to be the one the log was written in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from pydantic_core import from_json, to_json

from shared.contracts import TOPICS
from shared.contracts.envelope import partitions_named
from shared.store.session import ReadSession, Row

# What PostgreSQL alone can tell, and no restore keeps: the cluster, its timeline (another after a replica took over or
# a recovery to a point in time), the database, and the log's own table (another after `pg_restore --clean`).
IDENTITY = """SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), d.oid, 'spine.log'::regclass::oid)
    FROM pg_database d WHERE d.datname = current_database()"""
NEWEST = "SELECT identity FROM spine.epochs ORDER BY number DESC LIMIT 1"
# Later than any number given before, whatever of the log was lost and however often: microseconds since 1970.
RESUMES_AFTER = (
    "SELECT greatest((extract(epoch FROM clock_timestamp()) * 1e6)::bigint, max(last_sequence) + 1) FROM spine.lanes"
)
ENDS = "SELECT lane, last_sequence FROM spine.lanes"
JUMP = """INSERT INTO spine.lanes (lane, last_sequence, published_through) SELECT lane, $2, $2 FROM unnest($1::text[]) AS l (lane)
    ON CONFLICT (lane) DO UPDATE SET last_sequence = $2, published_through = $2"""
BEGIN = """INSERT INTO spine.epochs (epoch, identity, began_at, lanes)
    VALUES (gen_random_uuid(), $1, clock_timestamp(), $2::jsonb)"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Hole:
    """Sequences of a lane that this log does not hold: after one, up to and including another."""

    after: int
    through: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """One time the log began anew, and the hole that left in each lane."""

    epoch: UUID
    began_at: datetime
    lanes: Mapping[str, Hole]


def _own_lanes(service: str, partitions: int) -> list[str]:
    """Every lane a service may ever have published on: one that the restored log has not heard of is the worst."""
    topics = [topic for topic in TOPICS if topic.partition(".")[0] == service]
    return [f"{topic}.{partition}" for topic in topics for partition in partitions_named(partitions)]


async def begin_epoch(connection: "asyncpg.Connection[Row]", service: str, partitions: int) -> dict[str, Hole]:
    """Where the database is another than before, leave a hole in every lane that no old sequence reaches beyond.

    Called by whoever holds the relay's lock, before it gives out a number. Answers the holes, if it made any.
    """
    identity = await connection.fetchval(IDENTITY)
    newest = await connection.fetchval(NEWEST)
    if newest == identity:
        return {}
    async with connection.transaction():
        holes = await _leap(connection, service, partitions) if newest is not None else {}
        said = {lane: [hole.after, hole.through] for lane, hole in holes.items()}
        await connection.execute(BEGIN, identity, to_json(said).decode())
    if holes:
        log.warning("the log went back and begins a new epoch", state="new epoch")
    return holes


async def _leap(connection: "asyncpg.Connection[Row]", service: str, partitions: int) -> dict[str, Hole]:
    ends = dict.fromkeys(_own_lanes(service, partitions), 0)
    ends |= {row["lane"]: row["last_sequence"] for row in await connection.fetch(ENDS)}
    through = await connection.fetchval(RESUMES_AFTER)
    await connection.execute(JUMP, list(ends), through)
    return {lane: Hole(end, through) for lane, end in ends.items()}


async def epochs(session: ReadSession) -> Sequence[Epoch]:
    """Those that left holes, oldest first."""
    rows = await session.all("SELECT epoch, began_at, lanes FROM spine.epochs WHERE lanes <> '{}' ORDER BY number")
    return [Epoch(row.epoch, row.began_at, holes(from_json(row.lanes))) for row in rows]


def holes(said: Mapping[str, Sequence[Any]]) -> dict[str, Hole]:
    """Holes by lane, as they are kept and as a feed tells them."""
    return {lane: Hole(int(after), int(through)) for lane, (after, through) in said.items()}
