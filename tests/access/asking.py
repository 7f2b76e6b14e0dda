"""What each route is asked in the access matrix, and who of those whose role may ask gets through to the record."""

from dataclasses import replace
from itertools import cycle
from urllib.parse import urlencode

from deploy.installation import SERVICES
from deploy.people import AUTHORITY_TOPICS
from services.metrics.measures import MEASURES
from shared.contracts import TOPICS
from tests.access.asking_checks import CHECKS
from tests.access.asking_invited import INVITED
from tests.access.asking_placements import PLACEMENTS
from tests.access.asking_placements_desk import DESKS
from tests.access.asking_providers import PROVIDERS
from tests.access.asking_providers_desk import HOMES_DESKS
from tests.access.asking_referrals import REFERRALS
from tests.access.asking_returns import returns
from tests.access.asking_social import SOCIAL
from tests.access.asking_statutory import STATUTORY
from tests.access.cases import (
    AUTHORITIES,
    EVERYONE,
    FIGURES,
    FORM,
    PLACED,
    SYSTEMS,
    Asked,
    Case,
    plain,
)
from tests.access.scenes import Scenes, nobody
from tests.world import At


def figures_at(path: str) -> Case:
    async def scene(_: Scenes) -> Asked:
        return Asked(f"{path}?authority=E09000033", absent_path=f"{path}?authority=nowhereshire")

    return Case(scene, FIGURES)


METRICS: dict[str, list[Case]] = {
    "GET /metrics": [figures_at("/metrics")],
    "GET /metrics/about/{measure}": [figures_at("/metrics/about/cla")],
    "GET /metrics/about/{measure}/series.csv": [figures_at("/metrics/about/cla/series.csv")],
    "GET /metrics/figures.csv": [figures_at("/metrics/figures.csv")],
    "GET /metrics/measures": [plain("/metrics/measures", through=PLACED)],
    "GET /metrics/measures/{measure}": [figures_at("/metrics/measures/cla")],
    "GET /metrics/figures": [figures_at("/metrics/figures")],
    "GET /metrics/stream": [figures_at("/metrics/stream")],
    "GET /metrics/rebuild": [plain("/metrics/rebuild", through=SYSTEMS)],
    "POST /metrics/rebuild": [plain("/metrics/rebuild", {}, SYSTEMS)],
}


AIMED = cycle(MEASURES)
NO_TARGETS = dict.fromkeys(EVERYONE - AUTHORITIES, 403)
TARGET = {"value": "10.5", "starts": "2026-03-01", "source": "Sufficiency strategy"}


async def a_target(_: Scenes) -> Asked:
    """A measure for each asking: whoever is second to set one has not seen the first."""
    return Asked(f"/metrics/targets/{next(AIMED)}", TARGET)


async def aiming(_: Scenes) -> Asked:
    said = {
        "value": "10",
        "starts-day": "1",
        "starts-month": "4",
        "starts-year": "2026",
        "source": "A plan",
        "version": "",
    }
    return Asked(f"/metrics/about/{next(AIMED)}/target", urlencode(said).encode(), kind=FORM)


METRICS |= {
    "GET /metrics/targets": [figures_at("/metrics/targets")],
    "PUT /metrics/targets/{measure}": [Case(a_target, AUTHORITIES, NO_TARGETS)],
    "GET /metrics/about/{measure}/target": [
        replace(plain("/metrics/about/cla/target", None, AUTHORITIES), instead=NO_TARGETS)
    ],
    "POST /metrics/about/{measure}/target": [Case(aiming, AUTHORITIES, NO_TARGETS)],
}


def spine(service: str) -> dict[str, list[Case]]:
    """The routes that every service has."""

    async def feed(_: Scenes) -> Asked:
        return Asked(f"/{service}/events?lane={service}.00", absent_path=f"/{service}/events?lane=nothing.00")

    readers = SYSTEMS if service in TOPICS else frozenset[At]()
    readers |= AUTHORITIES if service in AUTHORITY_TOPICS else frozenset()
    again = f"/{service}/dead-events/{service}.00/{nobody()}/handle-again"
    return {
        f"GET /{service}/events/lanes": [plain(f"/{service}/events/lanes", through=PLACED)],
        f"GET /{service}/events/epochs": [plain(f"/{service}/events/epochs", through=PLACED)],
        f"GET /{service}/audit/verify": [
            plain(f"/{service}/audit/verify", through=SYSTEMS, NORTHSHIRE=403, SOUTHMERE=403)
        ],
        f"GET /{service}/events": [Case(feed, readers)],
        f"GET /{service}/dead-events": [
            plain(f"/{service}/dead-events", through=SYSTEMS, NORTHSHIRE=403, SOUTHMERE=403)
        ],
        f"POST /{service}/dead-events/{{lane}}/{{subject}}/handle-again": [plain(again, through=frozenset())],
        "POST /status/again": [plain("/status/again", {}, frozenset())],
        "POST /status/rebuild": [plain("/status/rebuild", {}, SYSTEMS)],
    }


OPEN_TO_ANYONE = {
    "GET /",
    "GET /static/{name}",
    "GET /schemas/{event}.json",
    "GET /asyncapi.json",
    "GET /today",
    "GET /status",
    "GET /session",
    "GET /help",
    "GET /help/events",
    "GET /help/data",
    "GET /help/connect",
    "GET /help/privacy",
    "GET /help/cookies",
    "GET /help/accessibility",
    "GET /sign-in",
    "POST /sign-out",
    "POST /sign-in/demonstration",
    "GET /sign-in/{issuer}",
    "GET /sign-in/{issuer}/callback",
}


def open_to_anyone(service: str) -> set[str]:
    """Routes that ask for no role, and why that is all right: they tell of no record, or count one's own business."""
    own = {f"GET /{service}/{name}" for name in ("health", "ready", "telemetry", "openapi.json", "waiting")}
    told = {f"GET /{service}/notices", f"GET /{service}/notices/wishes", f"POST /{service}/notices/wishes"}
    return OPEN_TO_ANYONE | own | (told if SERVICES[service].notices else set())


CASES: dict[str, dict[str, list[Case]]] = {
    service: {**own, **spine(service)}
    for service, own in {
        "referrals": REFERRALS | returns("referrals"),
        "providers": PROVIDERS | HOMES_DESKS,
        "placements": PLACEMENTS | DESKS | SOCIAL | INVITED | CHECKS | STATUTORY | returns("placements"),
        "metrics": METRICS,
    }.items()
}
