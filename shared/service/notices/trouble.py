"""Letters that did not arrive: how many, the newest, and why in words; for whoever runs it, and for whom they were."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.identity.person import Person
from shared.store.session import ReadSession, Row

LOOKED_BACK = timedelta(days=30)
AWAY = "Notify does not answer"
# To no person and no address: everybody may see how the services are.
IN_TROUBLE = """SELECT count(*) FILTER (WHERE state = 'failed') AS failed, max(at) FILTER (WHERE state = 'failed') AS newest_at,
    (array_agg(problem ORDER BY at DESC) FILTER (WHERE state = 'failed'))[1] AS newest,
    count(*) FILTER (WHERE state = 'waiting' AND problem <> '') AS held_up
    FROM spine.letters WHERE state IN ('failed', 'waiting') AND at > $1"""
MINE = """SELECT count(*) AS failed, max(l.at) AS newest_at, (array_agg(l.problem ORDER BY l.at DESC))[1] AS newest
    FROM spine.letters l JOIN spine.notice_wishes w USING (person, address)
    WHERE l.person = $1 AND l.state = 'failed' AND l.at > $2"""
WORDS: Mapping[str, str] = {
    "permanent-failure": "there is no such address",
    "temporary-failure": "the mailbox was full or could not be reached",
    "technical-failure": "Notify could not send it",
}


def why(problem: str | None) -> str:
    """What Notify said, in words."""
    return WORDS.get(problem or "", problem or "")


async def letters_in_trouble(session: ReadSession) -> dict[str, Any]:
    """Of the last 30 days: `failed`, of these the `newest` with its reason, and `held_up` while Notify is away."""
    row = await session.one(IN_TROUBLE, session.clock.now() - LOOKED_BACK)
    assert row is not None
    return {**row, "newest": why(row.newest)}


async def my_trouble(session: ReadSession, by: Person) -> Row | None:
    """The same of one's own letters to the address that is used now; None where all arrived."""
    row = await session.one(MINE, by.id, session.clock.now() - LOOKED_BACK)
    return row if row and row.failed else None
