"""What may change in a published event without a new version: fields that need not be there may be added, no more."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
WORDS = ("title", "description", "default", "examples", "$id", "$schema", "$defs")
"""What a schema says to people; it binds nobody."""


def breaks(before: Schema, after: Schema) -> list[str]:
    """Why payloads or readers of one schema would not do with the other, field by field; empty where they would."""
    return _breaks("", _plain(before, before), _plain(after, after))


def _plain(schema: Any, root: Schema) -> Any:
    """The schema with its references written out and its words left out."""
    if isinstance(schema, list):
        return [_plain(part, root) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return _plain(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    plain = {key: _plain(part, root) for key, part in schema.items() if key not in WORDS and key != "properties"}
    if "properties" in schema:
        plain["properties"] = {name: _plain(part, root) for name, part in schema["properties"].items()}
    return plain


def _breaks(path: str, before: Schema, after: Schema) -> list[str]:
    if "properties" in before and "properties" in after:
        return _breaks_of_fields(path, before, after)
    if before.get("type") == after.get("type") == "array":
        return _breaks(f"{path}[]", before.get("items", {}), after.get("items", {}))
    return [] if before == after else [f"{path} has another type"]


def _breaks_of_fields(path: str, before: Schema, after: Schema) -> list[str]:
    fields, now = before["properties"], after["properties"]
    needed, needed_now = set(before.get("required", ())), set(after.get("required", ()))
    found = [f"{path}.{name} is gone" for name in fields if name not in now]
    found += [f"{path}.{name} is new and required" for name in needed_now - set(fields)]
    found += [f"{path}.{name} is required now" for name in sorted(needed_now - needed) if name in fields]
    found += [f"{path}.{name} may be missing now" for name in sorted(needed - needed_now) if name in now]
    for name in fields:
        if name in now:
            found += _breaks(f"{path}.{name}", fields[name], now[name])
    return [reason.removeprefix(".") for reason in found]
