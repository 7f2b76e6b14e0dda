"""One trace from a request through the outbox to a reaction, each service's spans its own, and nothing private."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.identity.access import anyone
from shared.settings import Settings
from shared.telemetry.redaction import ATTRIBUTES
from shared.telemetry.traces import Traces, reaction_span, read_traceparent, thread, trace_id, traceparent, unthread
from shared.web.security import furnish
from tests.apps import ADDRESS, an_identity

SETTINGS = Settings(public_url=ADDRESS)
SECRET = "Jamie"


class Recorded:
    """Two services in one process, and the spans each sent out."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.referrals = Traces("referrals", SETTINGS, self.exporter)
        self.placements = Traces("placements", SETTINGS, self.exporter)

    def spans(self) -> dict[str, ReadableSpan]:
        self.referrals.flush()
        self.placements.flush()
        return {span.name: span for span in self.exporter.get_finished_spans()}

    def close(self) -> None:
        self.referrals.close()
        self.placements.close()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    recorded = Recorded()
    yield recorded
    recorded.close()


@asynccontextmanager
async def a_feed() -> AsyncIterator[tuple[str, list[str]]]:
    """Something that answers HTTP on a socket, its address, and what it was sent."""
    heard: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", heard


def an_app(traces: Traces, published: list[str], feed: str = "") -> FastAPI:
    routes = APIRouter(dependencies=[Depends(anyone)])

    @routes.get("/children/{child}")
    async def read(child: str) -> None:
        published.append(traceparent())
        if feed:
            async with httpx.AsyncClient() as http:
                await http.get(f"{feed}/events?name={SECRET}")

    app = FastAPI(telemetry=traces.for_fastapi(), openapi_url=None)
    furnish(app, service=traces.service, settings=SETTINGS, identity=an_identity(), traces=traces)
    app.include_router(routes)
    return app


async def ask(app: FastAPI, path: str, **headers: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
        assert (await client.get(path, headers=headers)).status_code == 200


def service_of(span: ReadableSpan) -> object:
    return span.resource.attributes["service.name"]


async def test_a_reaction_in_another_service_belongs_to_the_requests_trace(recorded):
    published: list[str] = []
    await ask(an_app(recorded.referrals, published), "/children/1")
    with reaction_span(recorded.placements.tracer, published[0], "note_child", {"sufficiency.lane": "referrals.00"}):
        further = traceparent()
    spans = recorded.spans()
    request, reaction = spans["GET /children/{child}"], spans["note_child"]
    assert request.context.trace_id == reaction.context.trace_id
    assert reaction.parent is not None
    assert reaction.parent.span_id == request.context.span_id
    assert (service_of(request), service_of(reaction)) == ("referrals", "placements")
    assert further.split("-")[1:3] == [f"{reaction.context.trace_id:032x}", f"{reaction.context.span_id:016x}"]


async def test_no_span_carries_what_was_asked_for(recorded):
    async with a_feed() as (feed, _):
        await ask(an_app(recorded.referrals, [], feed), f"/children/{SECRET}?name={SECRET}", baggage=f"name={SECRET}")
    spans = recorded.spans()
    assert "GET /children/{child}" in spans
    for span in spans.values():
        assert set(span.attributes or {}) <= ATTRIBUTES
        assert SECRET not in span.to_json()


async def test_a_librarys_span_is_in_the_name_of_the_service_it_worked_for(recorded):
    async with a_feed() as (feed, heard), httpx.AsyncClient() as http:
        await ask(an_app(recorded.placements, [], feed), "/children/1")
        await http.get(f"{feed}/outside-any-span")
    spans = recorded.spans()
    asked = spans["GET"]
    assert service_of(asked) == "placements"
    assert asked.parent is not None
    assert asked.parent.span_id == spans["GET /children/{child}"].context.span_id
    assert f"{asked.context.span_id:016x}" in heard[0]
    assert len(spans) == 2


def test_a_failure_in_a_reaction_is_marked_without_its_words(recorded):
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    with pytest.raises(ValueError, match=SECRET), reaction_span(recorded.placements.tracer, parent, "note_child"):
        raise ValueError(SECRET)
    span = recorded.spans()["note_child"]
    assert span.status.status_code is trace.StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert SECRET not in span.to_json()


def test_what_the_publisher_did_not_record_the_reaction_does_not_record_either(recorded):
    with reaction_span(recorded.placements.tracer, f"00-{'a' * 32}-{'b' * 16}-00", "note_child"):
        assert trace_id() == "a" * 32
    assert recorded.spans() == {}


async def test_without_a_collector_ids_travel_all_the_same():
    traces, published = Traces("referrals", SETTINGS), list[str]()
    assert not traces.recording
    app = an_app(traces, published)
    await ask(app, "/children/1")
    await ask(app, "/children/1", traceparent=f"00-{'a' * 32}-{'b' * 16}-00")
    first, second = (read_traceparent(text) for text in published)
    assert first is not None
    assert first.is_valid
    assert second is not None
    assert f"{second.trace_id:032x}" == "a" * 32
    assert traceparent() == ""


@pytest.mark.parametrize(
    "text", ["", "nonsense", "00-x-y-z", f"00-{'0' * 32}-{'b' * 16}-01", f"00-{'g' * 32}-{'b' * 16}-01"]
)
def test_a_traceparent_that_is_none_starts_a_new_trace(text):
    assert read_traceparent(text) is None
    token = thread(text)
    assert len(trace_id()) == 32
    unthread(token)
    assert trace_id() == ""
