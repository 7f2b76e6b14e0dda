"""What waits in providers for whoever asks: vacancies to confirm again, and drafts to post."""

from collections.abc import Sequence

from services.providers.pages.desk import DRAFTS, HERE
from services.providers.pages.words import age_of
from services.providers.queries.desk import my_vacancies
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.service.waiting import Waiting
from shared.store.drafts import drafts_of
from shared.store.session import ReadSession


async def waits(session: ReadSession, by: Person) -> Sequence[Waiting]:
    """For those who post vacancies."""
    if not allows("providers:post_vacancies", by):
        return ()
    now = session.clock.now()
    stale = sum(age_of(row.confirmed_at, now)[1] for row in await my_vacancies(session, by))
    begun = len(await drafts_of(session, DRAFTS, person=by.id))
    return (
        Waiting("Vacancies to confirm again", HERE, stale, stale),
        Waiting("Vacancies begun and not posted", HERE, begun),
    )
