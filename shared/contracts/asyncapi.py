"""The contracts as documents: a JSON Schema for each event, and one AsyncAPI 3 description of all that is published.

`python -m shared.contracts.asyncapi` writes them beside this file; what it writes is committed.
"""

import inspect
import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts import EVENTS, TOPICS, Event
from shared.contracts.compatibility import breaks
from shared.contracts.envelope import BATCH_TYPE, MOST_EVENTS, SEQUENCE_DIGITS

FOLDER = Path(__file__).parent
SCHEMAS, EXAMPLES, DOCUMENT = FOLDER / "schemas", FOLDER / "examples", FOLDER / "asyncapi.json"
EXCHANGE = "sufficiency"
ABOUT = """What the four services tell each other, and anybody entitled. An event is a fact that has happened, told by its
owner, in CloudEvents 1.0. Order holds within a lane: a topic and a partition. `sequence` counts 1, 2, 3 within it, without
gaps; an event may come twice. A field may be added at any time; anything else is a new version of the type, published
beside the old one. `data` is null once a subject has been expunged."""
PARTITION = {
    "description": "Two digits from the authority, or `all` for events that are no single authority's",
    "examples": ["00", "all"],
}

Schema = dict[str, Any]


class Breaking(Exception):
    """A published event was changed in a way that needs a new version."""


def schema_of(event: type[Event]) -> Schema:
    """The JSON Schema of an event's payload as it is published."""
    said = event.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/schemas/{event.event_type}.json"}
    return head | said | {"title": event.event_type}


def example_of(event_type: str) -> Schema:
    """An event of this type as it was once published, envelope and all."""
    kept: Schema = json.loads((EXAMPLES / f"{event_type}.json").read_text())
    return kept


def document() -> Schema:
    """The AsyncAPI description of every topic, on the bus and as a feed."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Sufficiency: events", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": BATCH_TYPE,
        "channels": {topic: _on_the_bus(topic) for topic in TOPICS} | {f"{t}.feed": _as_feed(t) for t in TOPICS},
        "operations": {_name("tell", t): _operation(t) for t in TOPICS}
        | {_name("serve", t): _operation(f"{t}.feed") for t in TOPICS},
        "components": {
            "messages": {topic: _batch(topic) for topic in TOPICS} | {t: _message(e) for t, e in EVENTS.items()},
            "schemas": _payloads() | {_name("envelope", t): _envelope(e) for t, e in EVENTS.items()},
        },
    }


def _name(what: str, of: str) -> str:
    return f"{what}.{of}"


def _of(topic: str) -> list[str]:
    return [type_ for type_, event in EVENTS.items() if event.topic == topic]


def _said_of(event: type[Event]) -> str:
    return inspect.getdoc(event) or ""


def _on_the_bus(topic: str) -> Schema:
    return {
        "address": f"{topic}.{{partition}}",
        "title": topic,
        "description": f"Lanes of {topic}: the routing key is the lane's name.",
        "parameters": {"partition": PARTITION},
        "messages": {"batch": {"$ref": f"#/components/messages/{topic}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": EXCHANGE, "type": "topic", "durable": True}}},
    }


def _as_feed(topic: str) -> Schema:
    return {
        "address": f"/{topic.partition('.')[0]}/events?lane={topic}.{{partition}}",
        "title": f"{topic}, as a feed",
        "description": f"The kept log of {topic} over HTTP, a page at a time: `events` holds messages like these.",
        "parameters": {"partition": PARTITION},
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in _of(topic)},
    }


def _operation(channel: str) -> Schema:
    return {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}}


def _batch(topic: str) -> Schema:
    return {
        "name": f"{topic}.batch",
        "title": f"Events of {topic}",
        "summary": f"Consecutive events of one lane, 1 to {MOST_EVENTS} of them.",
        "contentType": BATCH_TYPE,
        "headers": {
            "type": "object",
            "required": ["first", "last"],
            "properties": {
                "first": {"type": "integer", "description": "Sequence of the first event"},
                "last": {"type": "integer", "description": "Sequence of the last event"},
            },
        },
        "payload": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_EVENTS,
            "items": {"oneOf": [{"$ref": f"#/components/schemas/{_name('envelope', t)}"} for t in _of(topic)]},
        },
        "examples": [{"headers": {"first": 1, "last": 1}, "payload": [example_of(_of(topic)[0])]}],
    }


def _message(event: type[Event]) -> Schema:
    return {
        "name": event.event_type,
        "title": event.__name__,
        "summary": _said_of(event),
        "contentType": "application/cloudevents+json",
        "payload": {"$ref": f"#/components/schemas/{_name('envelope', event.event_type)}"},
        "examples": [{"payload": example_of(event.event_type)}],
    }


def _envelope(event: type[Event]) -> Schema:
    """CloudEvents attributes, their extensions, and the payload."""
    type_, owner = event.event_type, event.topic.partition(".")[0]
    attributes: Schema = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid"},
        "source": {"const": f"/{owner}"},
        "type": {"const": type_},
        "subject": {"type": "string", "description": f"The {event.subject_field} this is about"},
        "time": {"type": "string", "format": "date-time", "description": "When its owner recorded it, UTC"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": f"/schemas/{type_}.json"},
        "sequence": {"type": "string", "pattern": f"^[0-9]{{{SEQUENCE_DIGITS}}}$", "description": "Its lane's count"},
        "traceparent": {"type": "string", "description": "W3C Trace Context of the request that caused it"},
    }
    required = [name for name in attributes if name != "traceparent"]
    if "authority" in event.model_fields:
        attributes["authority"] = {"type": "string", "description": "The authority whose own event this is"}
        required.append("authority")
    attributes["data"] = {"oneOf": [{"$ref": f"#/components/schemas/{type_}"}, {"type": "null"}]}
    said = f"{_said_of(event)} In CloudEvents 1.0."
    return {"type": "object", "description": said, "required": [*required, "data"], "properties": attributes}


def _payloads() -> Schema:
    """Payload schemas under their types' names, and the parts they share under their own."""
    named, defined = models_json_schema(
        [(event, "serialization") for event in EVENTS.values()], ref_template="#/components/schemas/{model}"
    )
    types = {event.__name__: event.event_type for event in EVENTS.values()}
    assert len(named) == len(types), "two events have one name"
    return {types.get(name, name): said for name, said in defined["$defs"].items()}


def rendered(schema: Schema) -> str:
    """A document as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Write every schema and the description. Raises Breaking where a change needs a new version."""
    for type_, event in EVENTS.items():
        kept, schema = folder / "schemas" / f"{type_}.json", schema_of(event)
        if kept.exists() and (broken := breaks(json.loads(kept.read_text()), schema)):
            raise Breaking(f"{type_} is published: {'; '.join(broken)}. Publish the next version beside it.")
        kept.write_text(rendered(schema))
    (folder / DOCUMENT.name).write_text(rendered(document()))


if __name__ == "__main__":
    write()
