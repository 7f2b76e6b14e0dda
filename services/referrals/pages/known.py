"""What is known of a child when a home is asked for, so that nobody types a thing twice; and beginning to ask with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.referrals import queries
from services.referrals.domain import Whose, short_reference
from services.referrals.forms.referrals import Considered
from services.referrals.pages.words import FACTORS
from shared.identity.person import Person
from shared.store.session import ReadSession, Row
from shared.web.pages import day

GOES_ALONG = ("types", "factors", "factors_reason", "needs_panel", "religion", "racial_origin", "culture", "language")
"""What is as it was the last time, unless somebody says otherwise; how soon and from when is asked anew."""
WISHED = {Whose.CHILD: "childs_wishes", Whose.PARENTS: "parents_wishes", Whose.OTHERS: "others_wishes"}


async def answers_known(session: ReadSession, child: UUID, by: Person) -> dict[str, Any]:
    """The answers that a child's last referral, assessment and wishes give to a new referral, and where they are from."""
    last = await queries.last_referral_of(session, child, by)
    known: dict[str, Any] = {"factors": list(FACTORS)}
    if last is not None:
        known |= {name: last[name] for name in GOES_ALONG if last[name] is not None}
        known["known_from"] = f"referral {short_reference(last.referral)} of {day(last.submitted_at.date())}"
        if last.needs is not None and not await queries.assessments_of(session, child):
            known["needs"] = {str(child): list(last.needs)}
    return known | _wishes(await queries.wishes_of(session, child))


def _wishes(said: Sequence[Row]) -> dict[str, str]:
    """The newest words of each."""
    newest: dict[str, str] = {}
    for wish in said:
        newest.setdefault(WISHED[Whose(wish.whose)], wish.words)
    assert set(newest) <= set(Considered.model_fields)
    return newest
