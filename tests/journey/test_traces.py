"""One request seen from end to end: one trace id in the spans of four processes."""

from datetime import timedelta

from deploy.distributed import Distributed
from tests.collector import Collector
from tests.installations import Team
from tests.journey.people import a_provider, a_referral, a_vacancy, an_accepted_offer, candidates, today
from tests.waiting import until

EVERYBODY = {"referrals", "placements", "providers", "metrics"}


async def test_a_booking_is_one_trace_through_http_outbox_rabbitmq_and_the_reactions_of_four_services(
    distributed: Distributed, collector: Collector
) -> None:
    team = Team(distributed)
    await a_provider(team)
    offered = await a_vacancy(team, name="Elm House")
    referral, child = await a_referral(team)
    await candidates(team, referral, offered["vacancy"])
    offer = await an_accepted_offer(team, referral, child, offered["vacancy"])
    form = {"offer": offer, "starts": str(today() - timedelta(days=7))}
    answer = await team["placements-officer"].post("/placements/bookings", json=form)
    assert answer.status_code == 201, answer.text

    def seen() -> bool:
        return any(
            services >= EVERYBODY and {"hold_the_place", "confirm_if_held"} <= collector.names_by_trace[trace]
            for trace, services in collector.services_by_trace.items()
        )

    await until(seen, seconds=30)
    await team.close()
