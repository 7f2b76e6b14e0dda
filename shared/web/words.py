"""What is wrong with a request, in plain words that name the field and never repeat what was typed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

PLACES = ("body", "query", "path", "header", "cookie")
FIELD = re.compile(r"[a-z][a-z0-9_]{0,40}")
"""What our own field names look like; anything else in a location was typed by the sender."""

SENTENCES = {
    "missing": "{Field} is missing.",
    "json_invalid": "The body is not valid JSON.",
    "extra_forbidden": "There is a field here that we do not know.",
    "enum": "{Field} must be one of: {expected}.",
    "literal_error": "{Field} must be one of: {expected}.",
    "string_too_short": "{Field} must have at least {min_length} characters.",
    "string_too_long": "{Field} must have at most {max_length} characters.",
    "too_short": "{Field} must have at least {min_length}.",
    "too_long": "{Field} must have at most {max_length}.",
    "greater_than": "{Field} must be more than {gt}.",
    "greater_than_equal": "{Field} must be {ge} or more.",
    "less_than": "{Field} must be less than {lt}.",
    "less_than_equal": "{Field} must be {le} or less.",
    "date_future": "{Field} must be in the future.",
    "date_past": "{Field} must be in the past.",
    "string_pattern_mismatch": "{Field} is not in the right form.",
}
"""By pydantic's own type of error; what these fill in comes from our models, never from the request."""

KINDS = (
    ("datetime", "{Field} must be a real date and time with its offset, such as 2026-03-31T09:30:00Z."),
    ("timezone", "{Field} must be a real date and time with its offset, such as 2026-03-31T09:30:00Z."),
    ("date", "{Field} must be a real date, such as 2026-03-31."),
    ("uuid", "{Field} must be an identifier we gave you."),
    ("int", "{Field} must be a whole number."),
    ("float", "{Field} must be a number."),
    ("decimal", "{Field} must be a number."),
    ("bool", "{Field} must be true or false."),
    ("list", "{Field} must be a list."),
    ("dict", "{Field} must be an object."),
    ("model", "{Field} must be an object."),
    ("string", "{Field} must be text."),
)


def complaints(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Pydantic's errors as field and message, each field once, in the order found."""
    found: dict[str, str] = {}
    inside = [_field(error) for error in errors]
    for error in errors:
        field = _field(error)
        if error["type"] == "too_short" and any(one.startswith(f"{field}.") for one in inside):
            continue  # pydantic counts what was right in it, which is not what was sent
        found.setdefault(field, _sentence(error, field))
    return [{"field": field, "message": message} for field, message in found.items()]


def _field(error: Mapping[str, Any]) -> str:
    location = list(error["loc"])
    if location and location[0] in PLACES:
        location = location[1:]
    if error["type"] in ("extra_forbidden", "json_invalid"):
        location = location[:-1]
    return ".".join(str(part) for part in location if isinstance(part, int) or FIELD.fullmatch(part))


def _sentence(error: Mapping[str, Any], field: str) -> str:
    kind = error["type"]
    words = {"Field": _spoken(field), **{key: _listed(told) for key, told in error.get("ctx", {}).items()}}
    if kind == "value_error":
        return _own_words(error, words["Field"])
    if kind in SENTENCES:
        return SENTENCES[kind].format_map(words)
    for start, form in KINDS:
        if kind.startswith(start):
            return form.format_map(words)
    return f"{words['Field']} is not right."


def _own_words(error: Mapping[str, Any], field: str) -> str:
    """Our validators' sentence, unless it repeats what was sent."""
    sentence, typed = str(error["ctx"]["error"]), error.get("input")
    scalars = typed.values() if isinstance(typed, dict) else [typed]
    if any(len(str(one)) > 1 and str(one) in sentence for one in scalars):
        return f"{field} is not right."
    return sentence if sentence.endswith(".") else f"{sentence}."


def _spoken(field: str) -> str:
    name = next((part for part in reversed(field.split(".")) if part and not part.isdigit()), "")
    return name.replace("_", " ").capitalize() or "What you sent"


def _listed(told: Any) -> str:
    return str(told).replace("'", "").replace(" or ", ", ")
