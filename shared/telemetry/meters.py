"""Numbers a service keeps about its own running, and their Prometheus exposition."""

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.view import ExplicitBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

BATCH_SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
HANDLER_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def _buckets(name: str, bounds: tuple[float, ...]) -> View:
    return View(instrument_name=name, aggregation=ExplicitBucketHistogramAggregation(bounds))


class Meters:
    """One service's meters in a registry of their own, since four services may share a process."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self.provider = MeterProvider(
            metric_readers=[PrometheusMetricReader(registry=self.registry, scope_info_enabled=False)],
            resource=Resource({"service.name": service}),
            views=[_buckets("spine.batch.size", BATCH_SIZES), _buckets("spine.handler.time", HANDLER_SECONDS)],
            shutdown_on_exit=False,
        )
        self.meter = self.provider.get_meter("sufficiency")

    def exposition(self) -> bytes:
        """Everything counted so far, as Prometheus reads it."""
        return generate_latest(self.registry)

    def close(self) -> None:
        """Give up the readers; a second call does nothing worse than warn."""
        self.provider.shutdown()


class SpineMeters:
    """What the spine measures: how far behind, how much waits, how much died, how big and how quick."""

    def __init__(self, meters: Meters) -> None:
        meter = meters.meter
        self._lag = meter.create_gauge("spine.lag", "s", "Age of the newest event taken, by lane")
        self._backlog = meter.create_gauge("spine.backlog", "{event}", "Events not yet published, by lane")
        self._dead = meter.create_gauge("spine.dead", "{event}", "Events set aside, by consumer")
        self._ready = meter.create_gauge("spine.ready", "", "1 where the service can do its work, else 0")
        self._batch = meter.create_histogram("spine.batch.size", "{event}", "Events in one batch")
        self._handler = meter.create_histogram("spine.handler.time", "s", "Time one event's reaction took, by type")
        self._published = meter.create_counter("spine.published", "{event}", "Events published, by lane")
        self._handled = meter.create_counter("spine.handled", "{event}", "Events handled, by type")

    def lag(self, lane: str, seconds: float) -> None:
        self._lag.set(seconds, {"lane": lane})

    def backlog(self, lane: str, events: int) -> None:
        self._backlog.set(events, {"lane": lane})

    def dead(self, consumer: str, events: int) -> None:
        self._dead.set(events, {"consumer": consumer})

    def ready(self, ready: bool) -> None:
        self._ready.set(int(ready))

    def batch(self, size: int) -> None:
        self._batch.record(size)

    def published(self, lane: str, events: int) -> None:
        self._published.add(events, {"lane": lane})

    def handled(self, type_: str, seconds: float, events: int = 1) -> None:
        """One reaction took this long; give `events` when one call handled several together."""
        self._handler.record(seconds, {"type": type_})
        self._handled.add(events, {"type": type_})
