"""Events a service could not handle: set aside as rows, and handled again in order by command."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import asyncpg
from pydantic_core import from_json, to_json

from shared.contracts import Envelope
from shared.contracts.envelope import sequenced
from shared.errors import NotFound, Refused
from shared.store.session import ReadSession, Row, WriteSession

React = Callable[[WriteSession, Sequence[Envelope]], Awaitable[None]]
"""What a service does with events, in order, in the transaction of the session."""

SET_ASIDE = """INSERT INTO spine.dead (lane, sequence, type, subject, body, error, set_aside_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (lane, sequence) DO NOTHING"""
WAITING = "waits behind an earlier event of the same subject"


def in_words(error: BaseException) -> str:
    """Why, without repeating a value: PostgreSQL's and pydantic's messages may hold a child's."""
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, asyncpg.PostgresError):
        return f"{type(error).__name__} {error.sqlstate} {getattr(error, 'constraint_name', None) or ''}".strip()
    return type(error).__name__


async def set_aside(session: WriteSession, envelope: Envelope, error: str) -> None:
    """Keep an event for later; later ones of its subject queue behind it."""
    body = to_json({name: part for name, part in envelope.raw.items() if name != "sequence"}).decode()
    await session.run(
        SET_ASIDE,
        envelope.lane,
        envelope.sequence,
        envelope.type,
        envelope.subject,
        body,
        error,
        session.clock.now(),
    )


async def dead_events(session: ReadSession) -> list[Row]:
    """Those set aside and not handled yet, oldest first, without their payloads."""
    return await session.all(
        """SELECT lane, sequence, type, subject, error, set_aside_at FROM spine.dead
           WHERE handled_at IS NULL ORDER BY lane, sequence"""
    )


async def handle_again(session: WriteSession, lane: str, subject: str, react: React) -> int:
    """Handle what was set aside of one subject, in order, all or nothing; answers how many."""
    # The consumer takes this same lock for every batch: nothing of the subject can slip in between.
    await session.run("SELECT 1 FROM spine.inbox WHERE lane = $1 FOR UPDATE", lane)
    rows = await session.all(
        """SELECT sequence, body FROM spine.dead
           WHERE lane = $1 AND subject = $2 AND handled_at IS NULL ORDER BY sequence""",
        lane,
        subject,
    )
    if not rows:
        raise NotFound("No dead event of that lane and subject is waiting.")
    await react(session, [Envelope(lane, from_json(sequenced(row.body, row.sequence))) for row in rows])
    await session.run(
        "UPDATE spine.dead SET handled_at = $3 WHERE lane = $1 AND subject = $2 AND handled_at IS NULL",
        lane,
        subject,
        session.clock.now(),
    )
    return len(rows)


async def count_dead(session: ReadSession) -> tuple[int, datetime | None]:
    """How many wait, and since when."""
    row = await session.one("SELECT count(*) AS n, min(set_aside_at) AS since FROM spine.dead WHERE handled_at IS NULL")
    assert row is not None
    return row.n, row.since
