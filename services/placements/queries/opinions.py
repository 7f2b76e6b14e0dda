"""What social workers think of offers."""

from collections.abc import Sequence
from uuid import UUID

from shared.store.session import ReadSession, Row


async def opinions_on(session: ReadSession, offers: Sequence[UUID]) -> dict[UUID, Row]:
    """The newest word on each of these offers, where one was said."""
    rows = await session.all("SELECT * FROM offer_opinions WHERE offer = ANY($1)", list(offers))
    return {row.offer: row for row in rows}
