"""The last door a span passes: only allowed attributes leave, and errors leave without their words."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from shared.telemetry.redaction import ATTRIBUTES


class AllowedOnly(SpanExporter):
    """An exporter around another, on the exporting thread, so that it costs a request nothing.

    FastAPI's spans carry the query string and the instrumentations record exceptions with their messages; an
    allow-list here holds whatever they add next.
    """

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([allowed_only(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def allowed_only(span: ReadableSpan) -> ReadableSpan:
    """The same span without what it may not say."""
    attributes = {key: told for key, told in (span.attributes or {}).items() if key in ATTRIBUTES}
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=attributes,
        events=[_event(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _event(event: Event) -> Event:
    kind = (event.attributes or {}).get("exception.type")
    return Event(event.name, {"exception.type": kind} if kind else {}, event.timestamp)
