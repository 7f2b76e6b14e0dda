"""What an installation consists of: its four services, who may hear what, and the clients each system is."""

from collections.abc import Mapping

from services.metrics.service import SERVICE as METRICS
from services.placements.service import SERVICE as PLACEMENTS
from services.providers.service import SERVICE as PROVIDERS
from services.referrals.service import SERVICE as REFERRALS
from shared.contracts import TOPICS
from shared.service.service import Service
from shared.web.front_door import Room

SERVICES: Mapping[str, Service] = {service.name: service for service in (REFERRALS, PLACEMENTS, PROVIDERS, METRICS)}

ROOMS = (
    Room("/referrals", "Referrals", "Children, and the homes asked for them", page="/referrals/desk"),
    Room("/placements", "Placements", "Finding, booking and following a home"),
    Room("/providers", "Providers", "Homes, places and vacancies"),
    Room("/metrics", "Metrics", "Stability, occupancy and cost as they move", page="/metrics"),
)


def heard_by(service: str) -> frozenset[str]:
    """The topics a service's own token and its RabbitMQ user are good for."""
    return frozenset(SERVICES[service].hears)


def published_by(service: str) -> frozenset[str]:
    """The topics a service publishes on."""
    return frozenset(topic for topic in TOPICS if topic.partition(".")[0] == service)
