"""What somebody has begun to fill in: one row of answers each, its writer's alone, gone when it expires."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from shared.errors import NotFound
from shared.ids import new_id
from shared.store.session import ReadSession, Row, WriteSession

KEPT_FOR = timedelta(days=30)
BEGIN = """INSERT INTO spine.drafts (draft, kind, person, authority, answers, begun_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""
ONE = "SELECT * FROM spine.drafts WHERE draft = $1 AND kind = $2 AND person = $3 AND expires_at > $4"
OPEN = """SELECT * FROM spine.drafts WHERE kind = $1 AND person = $2 AND expires_at > $3 AND became IS NULL
    ORDER BY begun_at DESC LIMIT 50"""
KEEP = "UPDATE spine.drafts SET answers = $2, expires_at = $3 WHERE draft = $1"
FINISH = "UPDATE spine.drafts SET became = $2, answers = '{}' WHERE draft = $1"


async def begin_draft(
    session: WriteSession, kind: str, answers: Mapping[str, Any], *, person: str, authority: str | None
) -> UUID:
    """A new draft; those that have expired go with it."""
    now, draft = session.clock.now(), new_id()
    await session.run("DELETE FROM spine.drafts WHERE expires_at <= $1", now)
    await session.run(BEGIN, draft, kind, person, authority, _written(answers), now, now + KEPT_FOR)
    return draft


async def draft_of(session: ReadSession, draft: UUID, kind: str, *, person: str, lock: bool = False) -> Row:
    """Somebody's own draft; `became` is what it was sent as. Raises NotFound."""
    row = await session.one(ONE + (" FOR UPDATE" if lock else ""), draft, kind, person, session.clock.now())
    if row is None:
        raise NotFound("There is no such draft. It may have been sent or deleted, or it was not finished in 30 days.")
    return row


async def drafts_of(session: ReadSession, kind: str, *, person: str) -> list[Row]:
    """What somebody has begun and not sent, the newest first."""
    return await session.all(OPEN, kind, person, session.clock.now())


async def keep_draft(session: WriteSession, draft: UUID, answers: Mapping[str, Any]) -> None:
    """Keep the answers so far, and the draft for its full time again."""
    await session.run(KEEP, draft, _written(answers), session.clock.now() + KEPT_FOR)


async def finish_draft(session: WriteSession, draft: UUID, became: UUID) -> None:
    """It was sent: only what it became is remembered, so that sending it twice makes one."""
    await session.run(FINISH, draft, became)


async def forget_draft(session: WriteSession, draft: UUID) -> None:
    """It is not wanted any more."""
    await session.run("DELETE FROM spine.drafts WHERE draft = $1", draft)


def answers_in(row: Row) -> dict[str, Any]:
    """What was answered so far."""
    told: dict[str, Any] = from_json(row.answers)
    return told


def _written(answers: Mapping[str, Any]) -> str:
    return to_json(answers).decode()
