"""An OpenTelemetry collector for tests: takes spans over OTLP/HTTP and keeps them."""

import gzip
import threading
from collections import defaultdict
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class Collector:
    """Listens on a free port; `services_by_trace` says whose spans each trace has."""

    def __init__(self) -> None:
        self.services_by_trace: dict[str, set[str]] = defaultdict(set)
        self.names_by_trace: dict[str, set[str]] = defaultdict(set)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, body: bytes) -> None:
        """Keep what one request tells."""
        told = ExportTraceServiceRequest()
        told.ParseFromString(body)
        for resource in told.resource_spans:
            attributes = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.services_by_trace[span.trace_id.hex()].add(attributes["service.name"])
                    self.names_by_trace[span.trace_id.hex()].add(span.name)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    listening = Collector()
    yield listening
    listening.close()
