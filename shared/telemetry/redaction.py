"""What may leave in a log line or a span: an allow-list of keys, and errors without their values."""

import re
import traceback
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import asyncpg

from shared.errors import Refused

WITHHELD = "[withheld]"
LONGEST = 300
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)

KEYS = frozenset(
    {
        # the line itself
        *("event", "level", "timestamp", "logger", "service", "trace_id", "span_id"),
        # the request
        *("method", "route", "status", "milliseconds", "reference", "person", "role", "permission", "issuer", "reason"),
        # the spine
        *("event_id", "event_type", "topic", "lane", "lanes", "sequence", "subject", "authority", "consumer", "queue"),
        *("events", "batch", "attempt", "attempts", "seconds", "lag", "backlog", "dead", "after", "before", "bus"),
        # the house
        *("mode", "port", "address", "database", "revision", "version", "setting", "signal", "count", "rows", "state"),
        # what went wrong
        *("error", "where", "sqlstate", "constraint", "code", "field", "message"),
    }
)
"""Every key a log line may carry. A name, a date of birth, a postcode or free text has no key to travel under."""

ATTRIBUTES = frozenset(
    {
        *("http.request.method", "http.route", "http.response.status_code", "http.method", "http.status_code"),
        *("url.scheme", "server.address", "server.port", "network.protocol.version", "error.type"),
        *("db.system", "db.system.name", "db.name", "db.namespace", "db.statement", "db.query.text"),
        *("messaging.system", "messaging.destination.name", "messaging.batch.message_count"),
        *("sufficiency.event_type", "sufficiency.event_id", "sufficiency.lane", "sufficiency.sequence"),
        *("sufficiency.consumer", "sufficiency.events"),
    }
)
"""Every attribute a span may carry out of the process: no query string, no path, no parameter."""


def allowed(facts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts with unknown keys' values withheld, so that a mistake shows without telling."""
    for key, fact in facts.items():
        yield key, plain(fact) if key in KEYS else WITHHELD


def plain(fact: Any) -> Any:
    """A number or short text as it is; anything else as its type's name; never a postcode."""
    if fact is None or isinstance(fact, bool | int | float):
        return fact
    if isinstance(fact, list | tuple | set | frozenset):
        return [plain(one) for one in fact]
    if isinstance(fact, BaseException):
        return type(fact).__name__
    return POSTCODE.sub(WITHHELD, str(fact)[:LONGEST])


def failure(error: BaseException) -> dict[str, Any]:
    """An error as facts that hold no values: its type, where it rose, and what PostgreSQL calls it.

    PostgreSQL's DETAIL and most messages repeat what somebody typed, so only the words of our own refusals and of
    the network's errors are kept.
    """
    facts: dict[str, Any] = {"error": type(error).__name__, "where": _where(error)}
    if isinstance(error, asyncpg.PostgresError):
        facts["sqlstate"] = error.sqlstate
        facts["constraint"] = getattr(error, "constraint_name", None)
    elif isinstance(error, Refused):
        facts["message"], facts["code"] = error.message, error.code
    elif isinstance(error, ConnectionError | TimeoutError):
        facts["message"] = str(error)
    return {key: fact for key, fact in facts.items() if fact is not None}


def _where(error: BaseException) -> list[str]:
    """The last frames, nearest first, as file:line function, from the two innermost folders on."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return [f"{'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames[::-1]]
