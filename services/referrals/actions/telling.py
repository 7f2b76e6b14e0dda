"""How a referral is told to others."""

from typing import Any

from services.referrals.queries import lines_of
from shared.contracts.referrals import ChildLine
from shared.store.session import Row, WriteSession


async def state(session: WriteSession, row: Row) -> dict[str, Any]:
    """What every event about a referral says of it."""
    lines = await lines_of(session, row.referral)
    return {**row, "children": tuple(ChildLine(child=line.child, needs=line.needs) for line in lines)}
