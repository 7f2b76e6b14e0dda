"""Traces: a tracer per service, the thread that joins request, outbox, bus and reaction, and what spans may say."""

import random
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags

from shared.settings import Settings
from shared.telemetry.following import follow, unfollow
from shared.telemetry.spans import AllowedOnly

TRACE_HEADER = "traceparent"
SAMPLED = TraceFlags(TraceFlags.SAMPLED)
NOT_SAMPLED = TraceFlags(TraceFlags.DEFAULT)


class Traces:
    """One service's tracer; without a collector nothing is recorded, and trace ids still travel."""

    def __init__(self, service: str, settings: Settings, exporter: SpanExporter | None = None) -> None:
        if exporter is None and settings.trace_endpoint:
            exporter = OTLPSpanExporter(endpoint=f"{settings.trace_endpoint.rstrip('/')}/v1/traces")
        self.service = service
        self.provider: TracerProvider | None = None
        self.tracer: trace.Tracer = trace.NoOpTracer()
        if exporter is not None:
            self._record(exporter, settings.trace_ratio)

    def _record(self, exporter: SpanExporter, ratio: float) -> None:
        self.provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource({"service.name": self.service, "service.namespace": "sufficiency"}),
            shutdown_on_exit=False,
        )
        self.provider.add_span_processor(BatchSpanProcessor(AllowedOnly(exporter)))
        self.tracer = self.provider.get_tracer("sufficiency")
        follow(self.service, self.provider)

    @property
    def recording(self) -> bool:
        return self.provider is not None

    def for_fastapi(self) -> TelemetryConfig:
        """The `telemetry=` of a FastAPI app; its logs stay off, since they carry what people typed."""
        return {
            "tracer_provider": self.provider,
            "tracing": self.recording,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        }

    def flush(self) -> None:
        """Send what waits; for tests and for the end of a process."""
        if self.provider:
            self.provider.force_flush()

    def close(self) -> None:
        if self.provider:
            unfollow(self.service)
            self.provider.shutdown()


def traceparent() -> str:
    """The current span as W3C writes it, for the outbox; empty outside any trace."""
    at = trace.get_current_span().get_span_context()
    return f"00-{at.trace_id:032x}-{at.span_id:016x}-{int(at.trace_flags):02x}" if at.is_valid else ""


def trace_id() -> str:
    """The current trace's id in hexadecimal, which is also the reference on an error page; empty outside any."""
    at = trace.get_current_span().get_span_context()
    return f"{at.trace_id:032x}" if at.is_valid else ""


def read_traceparent(text: str) -> SpanContext | None:
    """The span another process told us of, or None if it did not say so properly."""
    parts = text.split("-")
    if len(parts) < 4 or len(parts[1]) != 32 or len(parts[2]) != 16:
        return None
    try:
        flags = SAMPLED if int(parts[3], 16) & 1 else NOT_SAMPLED
        at = SpanContext(int(parts[1], 16), int(parts[2], 16), is_remote=True, trace_flags=flags)
    except ValueError:
        return None
    return at if at.is_valid else None


def thread(header: str) -> object:
    """Carry a trace id without recording anything: the caller's, or a new one. Give the result to `unthread`."""
    at = read_traceparent(header) if header else None
    if at is None:
        at = SpanContext(random.getrandbits(128), random.getrandbits(64), is_remote=False, trace_flags=NOT_SAMPLED)
    return contexts.attach(trace.set_span_in_context(NonRecordingSpan(at)))


def unthread(token: Any) -> None:
    """The end of `thread`."""
    contexts.detach(token)


class reaction_span:  # noqa: N801 - it reads as what it does: `with reaction_span(...):`
    """A span for what one event caused, in the trace of the request that published it.

    `with reaction_span(tracer, envelope.traceparent, "note_referral", {"sufficiency.event_type": ...}):`
    Where the trace is not recorded it only carries the ids on, which costs a few microseconds.
    """

    __slots__ = ("_attributes", "_name", "_span", "_text", "_token", "_tracer")

    def __init__(self, tracer: trace.Tracer, text: str, name: str, attributes: Mapping[str, Any] | None = None) -> None:
        self._tracer, self._text, self._name, self._attributes = tracer, text, name, attributes
        self._token: Any = None
        self._span: trace.Span | None = None

    def __enter__(self) -> None:
        parent = read_traceparent(self._text) if self._text else None
        if parent is None:
            return
        around = trace.set_span_in_context(NonRecordingSpan(parent))
        if parent.trace_flags & TraceFlags.SAMPLED:
            self._span = self._tracer.start_span(
                self._name, context=around, kind=SpanKind.CONSUMER, attributes=self._attributes
            )
            around = trace.set_span_in_context(self._span)
        self._token = contexts.attach(around)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trail: TracebackType | None
    ) -> None:
        if self._token is not None:
            contexts.detach(self._token)
        if self._span is not None:
            if kind is not None:
                self._span.set_status(trace.StatusCode.ERROR)
                self._span.set_attribute("error.type", kind.__name__)
            self._span.end()
