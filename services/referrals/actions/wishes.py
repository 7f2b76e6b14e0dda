"""Noting what a child and those who matter wish and feel: nothing noted is ever changed, the newest stands."""

from uuid import UUID

from services.referrals.forms.wishes import NoteWish
from services.referrals.queries import child_of
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import WriteSession

NOTE = "INSERT INTO wish (wish, child, whose, words, noted_by, noted_at) VALUES ($1, $2, $3, $4, $5, $6)"
NEWEST = "SELECT words FROM wish WHERE child = $1 AND whose = $2 ORDER BY noted_at DESC, wish DESC LIMIT 1"


async def note_wish(session: WriteSession, child: UUID, form: NoteWish, *, by: Person) -> None:
    """Note it; the same words of the same person again are not noted twice. Raises NotFound."""
    await child_of(session, child, by, lock=True)
    if await session.value(NEWEST, child, form.whose) == form.words:
        return
    await session.run(NOTE, new_id(), child, form.whose, form.words, by.id, session.clock.now())
    session.audit(by.id, "note wishes", child)
