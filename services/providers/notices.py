"""What people are told of homes and vacancies, each audience in its own words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.providers.domain import A_WEEK
from services.providers.queries.concerned import WITH_A_CHILD, offering_since
from shared.contracts.providers import HomeClosed, RatingChanged
from shared.service.notices.notice import Morning, Notice, Whose
from shared.store.session import WriteSession

FINDS, POSTS = "placements:match", "providers:post_vacancies"


def _home(event: HomeClosed | RatingChanged) -> str:
    return f"/providers/desk/homes/{event.home}"


async def unsaid_for_a_week(_: Any, session: WriteSession, since: datetime, until: datetime) -> Sequence[Whose]:
    """Providers with a vacancy that grew a week old without a word; one notice, however many vacancies."""
    providers = await offering_since(session, since - A_WEEK, until - A_WEEK)
    return [Whose(None, provider, str(provider), "/providers/desk") for provider in providers]


NOTICES = (
    Notice(
        kind="home_rated_finder",
        event=RatingChanged,
        title="Ofsted has judged a home where you have a child",
        says="A child of yours lives there or is to. See what was found.",
        permission=FINDS,
        leads=_home,
        audience=WITH_A_CHILD,
    ),
    Notice(
        kind="home_closing_finder",
        event=HomeClosed,
        title="A home where you have a child closes",
        says="See from which day nobody lives there any more.",
        permission=FINDS,
        leads=_home,
        audience=WITH_A_CHILD,
    ),
    Morning(
        kind="vacancies_unconfirmed_provider",
        title="Vacancies to confirm again",
        says="You have not said for a week that something you offer is still free. Until you do, others come before it.",
        permission=POSTS,
        looks=unsaid_for_a_week,
        to_provider=True,
    ),
)
