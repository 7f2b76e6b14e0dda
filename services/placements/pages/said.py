"""What homes say of children, in words for the authority, which records it."""

from collections.abc import Sequence
from uuid import UUID

from services.placements.pages.called import LEFT
from services.placements.queries.reports import reports_on
from shared.contracts.vocabulary import StayReport
from shared.store.session import ReadSession, Row
from shared.web.pages import day


def home_says(row: Row) -> str:
    """A home's word on a placement."""
    on, why = day(row.said_of), LEFT.get(row.reason or "", "").lower()
    words = {
        StayReport.ARRIVED: f"The home says that the child came on {on}.",
        StayReport.NOT_ARRIVED: f"The home says that the child did not come on {on}.",
        StayReport.NOTICE: f"The home gave notice: the child is to leave by {on}. Its reason: {why}.",
        StayReport.LEFT: f"The home says that the child left on {on}. Its reason: {why}.",
    }
    return words[row.report]


async def words_of_homes(session: ReadSession, placements: Sequence[UUID]) -> dict[UUID, str]:
    """The home's word on each of these placements that nobody has recorded yet."""
    return {placement: home_says(row) for placement, row in (await reports_on(session, placements)).items()}
