"""Statements as spans: the SQL with its $1, never what $1 was, and errors without their details."""

import asyncpg
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.postgres import Postgres
from shared.settings import Settings
from shared.telemetry.traces import Traces

SECRET = "Jamie Smith"


async def test_a_statement_is_recorded_without_its_values(postgres: Postgres):
    exporter = InMemorySpanExporter()
    traces = Traces("referrals", Settings(), exporter)
    connection = await asyncpg.connect(postgres.url())
    try:
        await connection.execute("CREATE TEMP TABLE children (name text PRIMARY KEY)")
        with traces.tracer.start_as_current_span("request"):
            await connection.execute("INSERT INTO children VALUES ($1)", SECRET)
            with pytest.raises(asyncpg.UniqueViolationError):
                await connection.execute("INSERT INTO children VALUES ($1)", SECRET)
            with pytest.raises(asyncpg.DataError):
                await connection.fetch("SELECT $1::text::uuid", SECRET)
        traces.flush()
    finally:
        traces.close()
        await connection.close()
    spans = exporter.get_finished_spans()
    statements = [(span.attributes or {}).get("db.statement") for span in spans if span.name != "request"]
    assert statements == ["INSERT INTO children VALUES ($1)"] * 2 + ["SELECT $1::text::uuid"]
    for span in spans:
        assert SECRET not in span.to_json()
        assert span.resource.attributes["service.name"] == "referrals"
