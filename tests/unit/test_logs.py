"""What a log line may say: a walk through everything somebody might log by mistake."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
import structlog

from shared.errors import Refused
from shared.settings import Settings
from shared.telemetry.logs import SPOKEN_FOR, configure, logger
from shared.telemetry.traces import thread, unthread

PRIVATE = {
    "name": "Jamie Smith",
    "first_name": "Jamie",
    "date_of_birth": "2014-03-31",
    "dob": "2014-03-31",
    "born_on": "2014-03-31",
    "postcode": "SW1A 1AA",
    "upn": "A123456789012",
    "note": "Jamie likes horses",
    "reason_text": "Jamie said so",
    "query": "SELECT 'Jamie'",
    "url": "/children?name=Jamie",
    "body": {"child": "Jamie"},
    "ethnicity": "WBRI",
}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything the process logs, however it is logged; logging is put back afterwards."""
    root, kept = logging.getLogger(), list(logging.getLogger().handlers)
    level, written = root.level, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", written)
        configure(Settings())
        yield written
    root.handlers[:] = kept
    root.setLevel(level)
    structlog.reset_defaults()


def last(lines: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(lines.getvalue().strip().splitlines()[-1])
    return line


def test_a_line_is_json_with_its_service_and_trace(lines):
    token = thread(f"00-{'a' * 32}-{'b' * 16}-01")
    logger("placements").info("batch handled", lane="placements.00", events=3)
    unthread(token)
    line = last(lines)
    assert (line["event"], line["level"], line["service"]) == ("batch handled", "info", "placements")
    assert (line["trace_id"], line["span_id"]) == ("a" * 32, "b" * 16)
    assert (line["lane"], line["events"]) == ("placements.00", 3)
    assert re.match(r"\d{4}-\d\d-\d\dT.*Z$", line["timestamp"])


@pytest.mark.parametrize("key", PRIVATE)
def test_a_key_that_is_not_on_the_list_has_its_value_withheld(lines, key):
    logger("referrals").info("child registered", subject="0192f000-0000-7000-8000-000000000001", **{key: PRIVATE[key]})
    assert last(lines)[key] == "[withheld]"
    assert last(lines)["subject"] == "0192f000-0000-7000-8000-000000000001"


def test_a_postcode_never_passes_whatever_key_it_comes_under(lines):
    logger("referrals").info("looked up SW1A 1AA", state="at sw1a1aa")
    assert "1aa" not in lines.getvalue().lower()


def test_an_exception_is_its_type_and_place_not_its_words(lines):
    try:
        raise ValueError("Jamie Smith, born 2014-03-31")
    except ValueError:
        logger("referrals").exception("task failed", state="relay")
    line = last(lines)
    assert line["error"] == "ValueError"
    assert any("test_logs.py" in frame for frame in line["where"])
    assert "Jamie" not in lines.getvalue()


def test_a_database_error_is_its_state_and_constraint(lines):
    error = asyncpg.UniqueViolationError("duplicate key value")
    error.detail, error.constraint_name = "Key (name)=(Jamie) already exists.", "one_child_one_record"
    try:
        raise error
    except asyncpg.PostgresError as raised:
        logger("referrals").error("event set aside", exc_info=raised)
    line = last(lines)
    assert (line["sqlstate"], line["constraint"]) == ("23505", "one_child_one_record")
    assert "Jamie" not in lines.getvalue()


def test_our_own_refusal_keeps_its_words(lines):
    logger("placements").warning("reaction refused", exc_info=Refused("The home is full"))
    assert last(lines)["message"] == "The home is full"


def test_another_librarys_line_is_its_template_only(lines):
    logging.getLogger("some.library").warning("row %s does not fit", "Jamie Smith")
    assert last(lines)["event"] == "row %s does not fit"
    assert "Jamie" not in lines.getvalue()


def test_uvicorns_traceback_of_an_unhandled_error_says_nothing(lines):
    try:
        raise RuntimeError("Jamie Smith")
    except RuntimeError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    assert last(lines)["error"] == "RuntimeError"
    assert "Jamie" not in lines.getvalue()


def test_uvicorn_says_where_it_listens_and_nothing_of_what_was_asked(lines):
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s", "http://127.0.0.1:8000")
    assert last(lines)["event"] == "Uvicorn running on http://127.0.0.1:8000"
    logging.getLogger("uvicorn.access").info('%s - "%s"', "127.0.0.1", "GET /children?name=Jamie")
    assert "Jamie" not in lines.getvalue()


def test_a_line_of_a_library_says_for_which_service_it_worked(lines):
    token = SPOKEN_FOR.set("metrics")
    logging.getLogger("some.library").warning("slow")
    SPOKEN_FOR.reset(token)
    assert last(lines)["service"] == "metrics"


def test_debug_lines_are_left_out_unless_asked_for(lines):
    logger("metrics").debug("a detail")
    assert lines.getvalue() == ""
