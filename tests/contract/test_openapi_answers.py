"""Whatever is sent, every answer is one the service's own description (OpenAPI) foretells, and never a 5xx."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import schemathesis
from fastapi.routing import iter_route_contexts
from schemathesis import engine
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    SimpleCheckConfig,
)
from schemathesis.config._checks import PositiveDataAcceptanceConfig
from schemathesis.core.result import Ok
from schemathesis.engine import events
from schemathesis.engine.recorder import CheckFailureInfo

from deploy.installation import SERVICES
from deploy.postgres import Postgres
from shared.bus import InProcessBus
from shared.identity.person import Role
from shared.service.app import create_app
from shared.settings import Settings
from tests.access.scenes import Scenes
from tests.world import AUDIENCES, At, World, a_world

# The services draw trace ids in their own thread, which Hypothesis takes for its strategies' doing.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

# A return is bytes; most of what is made up is no zip, and one that is holds no return.
schemathesis.serializer.alias(["application/zip", "text/csv"], "application/octet-stream")
EXAMPLES, SOAK_EXAMPLES = 5, 60
"""Made up for each operation; in the soak also everything that its schema forbids, one by one (coverage)."""
ENDLESS = ["/metrics/stream", "/placements/checks/stream"]
PAGES = {
    context.path
    for service in SERVICES.values()
    for context in iter_route_contexts(create_app(service, Settings(), bus=InProcessBus()).routes)
    if not getattr(context, "include_in_schema", True)
}
OFFICERS = [
    *(Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.APPROVER, Role.COMMISSIONER, Role.ANALYST, Role.SYSTEM),
]
SPEAKERS = [
    (r"/\w+/dead-events|/metrics/rebuild", At.INSTALLATION, [Role.ADMINISTRATOR, Role.SYSTEM]),
    (r"/providers/(homes|vacancies|places|occupations)", At.HEARTHSIDE, [Role.PROVIDER_MANAGER]),
    (r"/placements/offers/[^/]+/(offer|decline)", At.HEARTHSIDE, [Role.PROVIDER_MANAGER]),
    (r"", At.NORTHSHIRE, OFFICERS),
]
"""Who asks at which address: the first that fits, so that each route is asked by somebody who may."""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@schemathesis.serializer(XLSX)
def as_a_file(_: Any, made_up: Any) -> bytes:
    """Whatever was made up, as the bytes of a workbook that it will hardly be."""
    return made_up if isinstance(made_up, bytes) else str(made_up).encode("utf-8", "replace")


class Bridge:
    """Lets another thread's event loop ask a world that lives in ours; adds the token of somebody who may ask."""

    def __init__(self, world: World) -> None:
        self._world, self._loop = world, asyncio.get_running_loop()
        self._tokens = {
            at: world.issuer.token_for(at.value, roles, AUDIENCES[at]).encode() for _, at, roles in SPEAKERS
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for told in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{told}.complete"})
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        asked = asyncio.run_coroutine_threadsafe(self._ask(scope, body), self._loop)
        for message in await asyncio.wrap_future(asked):
            await send(message)

    async def _ask(self, scope: Mapping[str, Any], body: bytes) -> list[Any]:
        told: list[Any] = []
        at = next(at for path, at, _ in SPEAKERS if re.match(path, scope["path"]))
        headers = [header for header in scope["headers"] if header[0] != b"authorization"]
        headers.append((b"authorization", b"Bearer " + self._tokens[at]))
        parts = iter([{"type": "http.request", "body": body}])

        async def receive() -> Any:
            return next(parts, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            told.append(message)

        await self._world.host({**scope, "headers": headers}, receive, send)
        return told


@pytest.fixture(scope="module")
async def fuzzed(postgres: Postgres) -> AsyncIterator[World]:
    """A world of its own, since it fills with what is made up."""
    async with a_world(postgres, "fuzzed") as world:
        yield world


@pytest.fixture(scope="module")
async def known(fuzzed: World) -> dict[str, str]:
    """Identifiers of real records by their name in a path."""
    scenes = Scenes(fuzzed)
    made = {**await scenes.invited(), "provider": await scenes.provider()}
    made |= {"placement": (await scenes.started())["placement"], "occupation": await scenes.out_of_service()}
    made |= {"place": made["places"][0], "measure": "cla", "contract": await scenes.contract()}
    await fuzzed.settled()
    return {name: value for name, value in made.items() if isinstance(value, str)}


def _config(examples: int, *, everything: bool) -> SchemathesisConfig:
    checks = ChecksConfig(
        # Rules that need to look at what is kept (the place is taken, the child is unknown) are in no schema.
        positive_data_acceptance=PositiveDataAcceptanceConfig(enabled=False),
        # Tokens are the bridge's doing.
        ignored_auth=SimpleCheckConfig(enabled=False),
        # Nothing is ever deleted: what has ended can be looked at.
        use_after_free=SimpleCheckConfig(enabled=False),
    )
    phases = PhasesConfig(coverage=CoveragePhaseConfig(enabled=everything))
    generation = GenerationConfig(max_examples=examples, database="none")
    project = ProjectConfig(checks=checks, phases=phases, generation=generation, continue_on_failure=True)
    return SchemathesisConfig(seed=7, projects=ProjectsConfig(default=project))


@dataclass
class Heard:
    """How often each status was answered, what was asked at all, and every failed check once."""

    answered: Counter[int] = field(default_factory=Counter)
    asked: set[str] = field(default_factory=set)
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def note(self, event: events.ScenarioFinished) -> None:
        told = {case: one for case, one in event.recorder.interactions.items() if one.response is not None}
        self.answered.update(one.response.status_code for one in told.values() if one.response)
        if told and event.recorder.label:
            self.asked.add(event.recorder.label)
        for case, checks in event.recorder.checks.items():
            if case in told and urlsplit(told[case].request.uri).path in PAGES:
                continue  # made up for a parameter, it happens to be the address of a page
            for check in checks:
                if check.failure_info is not None:
                    self._failed(event.recorder.label, check.name, check.failure_info)

    def _failed(self, label: str, check: str, info: CheckFailureInfo) -> None:
        said = f"{label}: {info.failure.title}: {info.failure.message}\n{info.code_sample}"
        self.failures.setdefault((label, check, info.failure.title), said)


def _run(bridge: Bridge, service: str, known: Mapping[str, str], config: SchemathesisConfig) -> Heard:
    schema = schemathesis.openapi.from_asgi(f"/{service}/openapi.json", bridge, config=config).exclude(path=ENDLESS)

    @schema.hook
    def map_path_parameters(_: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        """Half of the identifiers are those of real records."""
        return path_parameters and {name: _real(name, value, known) for name, value in path_parameters.items()}

    heard = Heard()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            heard.failures["engine", type(event).__name__, str(event)] = str(getattr(event, "info", event))
        if isinstance(event, events.ScenarioFinished):
            heard.note(event)
    for operation in schema.get_all_operations():
        label = operation.ok().label if isinstance(operation, Ok) else "An operation that cannot be read"
        if label not in heard.asked:
            heard.failures[label, "", ""] = f"{label}: never asked"
    return heard


def _real(name: str, value: Any, known: Mapping[str, str]) -> Any:
    try:
        return known.get(name, value) if UUID(str(value)).int % 2 or name == "measure" else value
    except ValueError:
        return known["measure"] if name == "measure" and len(str(value)) % 2 else value


@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_foretold(fuzzed: World, known: dict[str, str], service: str) -> None:
    await _all_foretold(fuzzed, known, service, _config(EXAMPLES, everything=False))


@pytest.mark.soak
@pytest.mark.parametrize("service", SERVICES)
async def test_every_answer_is_foretold_for_long(fuzzed: World, known: dict[str, str], service: str) -> None:
    await _all_foretold(fuzzed, known, service, _config(SOAK_EXAMPLES, everything=True))


async def _all_foretold(world: World, known: Mapping[str, str], service: str, config: SchemathesisConfig) -> None:
    heard = await asyncio.to_thread(_run, Bridge(world), service, known, config)
    print(f"{service}: {dict(sorted(heard.answered.items()))}")
    assert heard.failures == {}, "\n\n".join(heard.failures.values())
    assert heard.answered[200] + heard.answered[201] > 0
