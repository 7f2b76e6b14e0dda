"""A busy day with names one would recognise: none is found in a log line, span, address, event or refusal (P3)."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.installation import SERVICES
from deploy.postgres import Postgres
from shared.contracts import TOPICS
from shared.identity.person import Role
from shared.settings import Settings
from shared.telemetry.logs import configure
from tests.access.scenes import Scenes, day, nobody
from tests.world import At, World, a_world

NAME, BORN, POSTCODE = "Zebedee Quillfeather", "2012-11-29", "ZE3 9QX"
REFERENCE, SUMMARY = "CASE-77231-ZQ", "Sleeps with a lamp shaped like a hippogriff"
HOMES_POSTCODE = "ZE2 9EF"
PRIVATE = {
    "name": ("zebedee", "quillfeather"),
    "date of birth": ("2012-11-29", "29/11/2012", "2012, 11, 29"),
    "postcode": ("ze3 9qx", "ze39qx", "ze3%209qx", "ze2 9ef", "ze29ef"),
    "reference": ("case-77231",),
    "free text": ("hippogriff",),
}
MAY_CARRY = {
    "referrals.children": {"date of birth"},
    "referrals.statutory": {"postcode", "reference"},
    "providers.locations": {"postcode"},
}
"""Who may bind these topics is in DESIGN §4; nothing else private travels by event."""
WORKER, OFFICER, MANAGER = Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.PROVIDER_MANAGER


def private_in(text: str, allowed: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """Which kinds of private facts a text gives away."""
    low = text.lower()
    return [kind for kind, words in PRIVATE.items() if kind not in allowed and any(word in low for word in words)]


def test_what_is_private_is_found() -> None:
    assert private_in(f"{NAME} {BORN}") == ["name", "date of birth"]
    assert private_in(f"/x?q={POSTCODE.replace(' ', '%20')} {REFERENCE} {SUMMARY}") == [
        *("postcode", "reference", "free text"),
    ]
    assert private_in(BORN, {"date of birth"}) == []


@pytest.fixture(scope="module")
def lines() -> Iterator[io.StringIO]:
    """Everything the process logs, however little it matters."""
    root, kept = logging.getLogger(), list(logging.getLogger().handlers)
    level, written = root.level, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", written)
        configure(Settings(log_level="DEBUG"))
        root.setLevel(logging.DEBUG)
        yield written
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


class BusyDay:
    """What happened, and all that anybody outside could have come to see of it."""

    def __init__(self, world: World, exporter: InMemorySpanExporter) -> None:
        self.world, self.scenes, self._exporter = world, Scenes(world), exporter
        self.refusals: list[str] = []
        self.addresses: list[str] = []
        self.made: dict[str, Any] = {}

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        for app in self.world.apps.values():
            app.state.running.traces.flush()
        return self._exporter.get_finished_spans()

    def child(self, **more: Any) -> dict[str, Any]:
        known = {"name": NAME, "born": BORN, "home_postcode": POSTCODE, "local_reference": REFERENCE}
        return self.scenes.child_form(**known) | more

    async def refused(self, by: tuple[At, Role], path: str, form: Any = None, *, accept: str = "*/*") -> None:
        answer = await self.world.client(*by).post(path, json=form, headers={"accept": accept})
        assert not answer.is_success, answer.text
        self._note(answer)

    def _note(self, answer: httpx.Response) -> None:
        self.refusals.append(answer.text + str(dict(answer.headers)))
        self.addresses.append(str(answer.headers.get("location", "")))

    async def passes(self) -> None:
        """A child from referral to leaving, with mistakes on the way."""
        north = (At.NORTHSHIRE, WORKER)
        child = await self.scenes.child(**self.child())
        self.made = await self.scenes.started(child=child)
        await self._mistakes(child)
        await self.scenes.by(*north, "POST", f"/referrals/children/{child}/correct", self.child(version=1, sex="M"))
        await self._asks_for_more(child)
        home = self.scenes.home_form(postcode=HOMES_POSTCODE, area=None)
        await self.scenes.by(At.HEARTHSIDE, MANAGER, "POST", "/providers/homes", home)
        left = {"on": day(0), "reason": "CARPL", "planned": True, "care_ended": "E4A"}
        await self.scenes.by(*north, "POST", f"/placements/{self.made['placement']}/end", left)
        review = {"reviewed_on": day(-3), "participation": "PN1"}
        await self.scenes.by(*north, "POST", f"/placements/statutory/children/{child}/reviews", review)
        await self._breaks_down(child)
        await self.world.settled()

    async def _asks_for_more(self, child: str) -> None:
        """All that may be said in free text, and where it matters to the child to be near, or not to be."""
        north, place = (At.NORTHSHIRE, WORKER), {"kind": "avoid", "postcode": POSTCODE, "within_miles": 9}
        await self.scenes.by(*north, "POST", f"/referrals/children/{child}/important-places", place)
        considered = {"childs_wishes": SUMMARY, "religion": SUMMARY}
        told = {"summary": SUMMARY, "factors_reason": SUMMARY, "considered": considered}
        made = await self.scenes.by(*north, "POST", "/referrals", self.scenes.referral_form(child, **told))
        referral = f"/referrals/{made['referral']}"
        await self.scenes.by(*north, "POST", f"{referral}/submit", {})
        question = {"about": "risks", "words": SUMMARY}
        await self.scenes.by(At.NORTHSHIRE, OFFICER, "POST", f"{referral}/questions", question)
        await self.scenes.by(*north, "POST", f"{referral}/answer", {"answer": SUMMARY})
        for path in ("/referrals/search", "/referrals/children/search"):
            await self.scenes.by(*north, "POST", path, {"reference": REFERENCE})
        await self.refused(north, f"{referral}/withdraw", {"reason": SUMMARY})
        await self.scenes.by(*north, "POST", f"{referral}/withdraw", {"reason": "other", "words": SUMMARY})

    async def _mistakes(self, child: str) -> None:
        """Each repeats private facts in what is sent."""
        north, path = (At.NORTHSHIRE, WORKER), "/referrals/children"
        for accept in ("*/*", "text/html"):
            await self.refused(north, path, self.child(), accept=accept)  # the reference is used already
            await self.refused(north, path, self.child(ethnicity=NAME), accept=accept)
            await self.refused(north, path, self.child(born=f"{BORN} {NAME}"), accept=accept)
            await self.refused(north, path, self.child(**{NAME: SUMMARY}), accept=accept)
            await self.refused(north, path, [NAME, BORN, POSTCODE], accept=accept)
            await self.refused(north, path, self.child(home_postcode=f"{POSTCODE}{POSTCODE}"), accept=accept)
            stale = self.child(version=9)
            await self.refused(north, f"{path}/{child}/correct", stale, accept=accept)
            await self.refused((At.SOUTHMERE, WORKER), f"{path}/{child}/correct", stale, accept=accept)
            await self.refused(north, f"/referrals/{nobody()}/submit?q={NAME}", {}, accept=accept)
            draft = self.scenes.referral_form(nobody(), summary=SUMMARY)
            await self.refused(north, "/referrals", draft, accept=accept)

    async def _breaks_down(self, child: str) -> None:
        """The table itself refuses, with a message that holds the whole row, in a way that nobody foresaw."""
        database = self.world.running("referrals").database
        rule = "ALTER TABLE child ADD CONSTRAINT unforeseen CHECK (name <> '' AND sex <> 'U') NOT VALID"
        async with database.writing() as session:
            await session.run(rule)
        await self.refused((At.NORTHSHIRE, WORKER), "/referrals/children", self.child(sex="U", local_reference=None))
        assert '"unforeseen"' in self.refusals[-1]


@asynccontextmanager
async def _a_busy_day(server: Postgres) -> AsyncIterator[BusyDay]:
    exporter = InMemorySpanExporter()
    async with a_world(server, "private", exporter) as world:
        day_ = BusyDay(world, exporter)
        await day_.passes()
        yield day_


@pytest.fixture(scope="module")
async def busy_day(postgres: Postgres, lines: io.StringIO) -> AsyncIterator[BusyDay]:
    async with _a_busy_day(postgres) as passed:
        yield passed


async def test_no_refusal_repeats_what_was_sent(busy_day: BusyDay) -> None:
    assert len(busy_day.refusals) > 20
    assert [(private_in(told), told) for told in busy_day.refusals if private_in(told)] == []
    assert [told for told in busy_day.addresses if private_in(told)] == []


async def test_no_log_line_names_anybody(busy_day: BusyDay, lines: io.StringIO) -> None:
    written = lines.getvalue()
    assert "unforeseen error" in written
    assert [line for line in written.splitlines() if private_in(line)] == []


async def test_no_span_names_anybody(busy_day: BusyDay) -> None:
    spans = busy_day.spans
    assert {span.resource.attributes["service.name"] for span in spans} == set(SERVICES)
    assert any((span.attributes or {}).get("db.statement") for span in spans)
    assert [span.name for span in spans if private_in(span.to_json() or "")] == []


@pytest.mark.parametrize("topic", sorted(TOPICS))
async def test_no_event_names_anybody(busy_day: BusyDay, topic: str) -> None:
    lanes, asked = [f"{topic}.00", f"{topic}.all"], "SELECT type, body FROM spine.log WHERE lane = ANY($1)"
    rows = await busy_day.world.ask(topic.partition(".")[0], asked, lanes)
    told = [row for row in rows if row.body]
    assert told or topic in ("metrics", "referrals.statutory")
    found = [(row.type, private_in(row.body, MAY_CARRY.get(topic, set()))) for row in told]
    assert [(kind, private) for kind, private in found if private] == []


async def test_children_travel_by_their_own_topic(busy_day: BusyDay) -> None:
    """The check above looks where there is something to find."""
    rows = await busy_day.world.ask("referrals", "SELECT body FROM spine.log WHERE lane LIKE 'referrals.children.%'")
    assert any(json.loads(row.body)["data"]["born"] == BORN for row in rows)
    kept = await busy_day.world.ask("referrals", "SELECT name, home_postcode, local_reference FROM child")
    assert [NAME, POSTCODE, REFERENCE] in [list(row) for row in kept]


async def test_no_audit_entry_names_anybody(busy_day: BusyDay) -> None:
    for service in SERVICES:
        rows = await busy_day.world.ask(service, "SELECT person, action, subject FROM spine.audit")
        assert [list(row) for row in rows if private_in(" ".join(row))] == []
