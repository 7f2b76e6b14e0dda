"""Spans of shared libraries (asyncpg, httpx) in the name of whichever service's span they happen in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.instrumentation.asyncpg import AsyncPGInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import NonRecordingSpan, Span, use_span

_PROVIDERS: dict[str, TracerProvider] = {}


class FollowingTracer(trace.Tracer):
    """Starts a span with the provider of the span it is inside; outside any recorded span it starts none."""

    def start_span(self, name: str, context: Context | None = None, *rest: Any, **more: Any) -> Span:
        current = trace.get_current_span(context)
        if isinstance(current, ReadableSpan) and current.is_recording():
            provider = _PROVIDERS.get(str(current.resource.attributes.get("service.name")))
            if provider is not None:
                return provider.get_tracer("sufficiency.libraries").start_span(name, context, *rest, **more)
        return NonRecordingSpan(current.get_span_context())

    @contextmanager
    def start_as_current_span(  # type: ignore[override]  # the instrumentations use it as a context manager only
        self, name: str, context: Context | None = None, *rest: Any, **more: Any
    ) -> Iterator[Span]:
        with use_span(
            self.start_span(name, context, *rest, **more),
            end_on_exit=True,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span


class FollowingProvider(trace.TracerProvider):
    """What the instrumentations are given: one for the process, though four services may share it."""

    def get_tracer(self, *_: Any, **__: Any) -> trace.Tracer:
        return FollowingTracer()


def follow(service: str, provider: TracerProvider) -> None:
    """Let libraries' spans join this service's; the first call puts the instrumentations in place."""
    if not _PROVIDERS:
        AsyncPGInstrumentor().instrument(tracer_provider=FollowingProvider())  # type: ignore[no-untyped-call]
        HTTPXClientInstrumentor().instrument(tracer_provider=FollowingProvider())
    _PROVIDERS[service] = provider


def unfollow(service: str) -> None:
    """The end of `follow`; the last one takes the instrumentations away."""
    _PROVIDERS.pop(service, None)
    if not _PROVIDERS:
        AsyncPGInstrumentor().uninstrument()  # type: ignore[no-untyped-call]
        HTTPXClientInstrumentor().uninstrument()
