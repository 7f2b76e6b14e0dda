"""What homes say of the children who are to live there or do, as far as it still waits for the authority to record it."""

from collections.abc import Sequence
from uuid import UUID

from shared.store.session import ReadSession, Row

REPORTS = "SELECT * FROM stay_reports WHERE placement = ANY($1)"
WAITING = """SELECT s.* FROM stay_reports s JOIN placements p USING (placement) WHERE p.placement = ANY($1)
    AND CASE p.status WHEN 'confirmed' THEN s.report IN ('arrived', 'not_arrived')
        WHEN 'started' THEN s.report IN ('notice', 'left') ELSE false END"""


async def said_of(session: ReadSession, placement: UUID) -> Row | None:
    """The home's newest word on a placement, also where it was taken back or recorded since."""
    return next(iter(await session.all(REPORTS, [placement])), None)


async def reports_on(session: ReadSession, placements: Sequence[UUID]) -> dict[UUID, Row]:
    """The home's word on each of these placements that nobody has recorded yet."""
    return {row.placement: row for row in await session.all(WAITING, list(placements))}
