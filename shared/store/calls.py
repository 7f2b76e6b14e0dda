"""Calls that their caller gave a name: a call whose answer was lost is told again, and is done once."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from shared.errors import Refused
from shared.store.session import WriteSession

# A call of the same name that is being done just now is waited for.
BEGIN = """INSERT INTO spine.calls (person, call, digest) VALUES ($1, $2, $3)
    ON CONFLICT (person, call) DO NOTHING RETURNING true"""
ANSWERED = "SELECT ids, digest FROM spine.calls WHERE person = $1 AND call = $2"
ANSWER = "UPDATE spine.calls SET ids = $3 WHERE person = $1 AND call = $2"


async def answered(session: WriteSession, person: str, call: str, told: bytes) -> list[UUID] | None:
    """What was answered to the same call before; None the first time. Raises Refused where it told something else."""
    digest = sha256(told).digest()
    if await session.value(BEGIN, person, call, digest):
        return None
    before = await session.one(ANSWERED, person, call)
    assert before is not None
    if before.digest != digest:
        raise Refused("A call of that name told something else.", field="call", code="another_call")
    return list(before.ids)


async def keep_answer(session: WriteSession, person: str, call: str, ids: Sequence[UUID]) -> None:
    """Answer the same to the same call from now on."""
    await session.run(ANSWER, person, call, list(ids))
