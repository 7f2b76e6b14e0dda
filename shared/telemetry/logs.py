"""Structured logs: one line a happening, with its service and trace, and nothing about a child."""

import logging
import sys
from contextvars import ContextVar
from typing import Any

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from shared.settings import Settings
from shared.telemetry.redaction import allowed, failure

SPOKEN_FOR: ContextVar[str] = ContextVar("service", default="")
"""Which service the running task works for, where one process holds several."""

TRUSTED = ("uvicorn.error", "alembic", "hypercorn")
"""Other people's loggers whose formatted lines hold only addresses and states; of the rest we keep the template."""


def logger(service: str) -> FilteringBoundLogger:
    """A logger that says which service speaks; the first argument is a constant, everything else goes by key."""
    bound: FilteringBoundLogger = structlog.get_logger(service=service)
    return bound


def configure(settings: Settings) -> None:
    """Set up logging for the process, once: JSON lines, or coloured ones on a terminal. Python's own go the same way."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    chain: list[Any] = [structlog.stdlib.add_log_level, _time, _from_elsewhere, _failure, _where_we_are, _allow]
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*chain, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=chain, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(level, logging.INFO))
    _quieten()


def _quieten() -> None:
    """One path out: uvicorn's own handlers go, and its access log (whose lines hold query strings) with them."""
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    for name in ("httpx", "httpcore", "aiormq", "aio_pika"):
        logging.getLogger(name).setLevel(logging.WARNING)


_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)


def _time(source: WrappedLogger, method: str, line: EventDict) -> EventDict:
    return _stamp(source, method, line)


def _from_elsewhere(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """A line of somebody else's library: its template only, unless we know what it formats in."""
    record: logging.LogRecord | None = line.get("_record")
    if record is not None:
        line["logger"] = record.name
        if not record.name.startswith(TRUSTED) or record.exc_info:
            line["event"] = str(record.msg).partition("\n")[0]
        if record.exc_info:
            line["exc_info"] = record.exc_info
    return line


def _failure(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """An exception becomes its type, place and SQLSTATE; its text is not ours to print."""
    exception = line.pop("exc_info", None)
    line.pop("stack_info", None)
    if isinstance(exception, tuple):
        exception = exception[1]
    elif exception and not isinstance(exception, BaseException):
        exception = sys.exc_info()[1]
    if isinstance(exception, BaseException):
        line.update(failure(exception))
    return line


def _where_we_are(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = f"{context.trace_id:032x}"
        line["span_id"] = f"{context.span_id:016x}"
    line.setdefault("service", SPOKEN_FOR.get())
    return line


def _allow(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    inner = {key: line.pop(key) for key in ("_record", "_from_structlog") if key in line}
    return {**dict(allowed(dict(line))), **inner}
