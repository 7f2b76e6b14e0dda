"""How an event travels: CloudEvents 1.0 attributes around its payload, in lanes, in JSON batches."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from shared.contracts.event import Event, newest, read_event

BATCH_TYPE = "application/cloudevents-batch+json"
MOST_EVENTS = 500
MOST_BYTES = 1024 * 1024
SEQUENCE_DIGITS = 20
EVERYONE = "all"
"""The partition of events that are no single authority's."""


def partition_of(authority: str | None, partitions: int) -> str:
    """The two digits (or `all`) that an authority's events share."""
    return EVERYONE if authority is None else f"{zlib.crc32(authority.encode()) % partitions:02d}"


def lane_of(event: Event, partitions: int) -> str:
    """Topic and partition: order holds within a lane, and its name is the routing key."""
    return f"{event.topic}.{partition_of(event.concerns, partitions)}"


def partitions_named(partitions: int) -> list[str]:
    """Every partition an installation of this size has."""
    return [EVERYONE, *(f"{number:02d}" for number in range(partitions))]


@dataclass(frozen=True, slots=True)
class Composed:
    """An event made ready for the outbox; `body` is its whole envelope but for the sequence."""

    id: UUID
    lane: str
    type: str
    subject: str
    authority: str | None
    time: datetime
    body: str


def compose(event: Event, *, id: UUID, at: datetime, traceparent: str, partitions: int) -> Composed:
    """Wrap an event as its owner publishes it at a moment (UTC)."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(id),
        "source": f"/{event.topic.partition('.')[0]}",
        "type": event.event_type,
        "subject": event.subject,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"/schemas/{event.event_type}.json",
    }
    if event.concerns is not None:
        attributes["authority"] = event.concerns
    if traceparent:
        attributes["traceparent"] = traceparent
    body = f'{to_json(attributes).decode()[:-1]},"data":{event.model_dump_json()}}}'
    return Composed(id, lane_of(event, partitions), event.event_type, event.subject, event.concerns, at, body)


def padded(sequence: int) -> str:
    """A sequence as it is written: digits that sort as text."""
    return f"{sequence:0{SEQUENCE_DIGITS}d}"


def sequenced(body: str, sequence: int) -> str:
    """A composed body with the place in its lane that the relay gave it."""
    return f'{{"sequence":"{padded(sequence)}",{body[1:]}'


@dataclass(frozen=True)
class Envelope:
    """A received event with its attributes; the payload is read when it is asked for."""

    lane: str
    raw: dict[str, Any]

    @cached_property
    def sequence(self) -> int:
        return int(self.raw["sequence"])

    @property
    def id(self) -> UUID:
        return UUID(self.raw["id"])

    @property
    def type(self) -> str:
        return str(self.raw["type"])

    @property
    def read_as(self) -> str:
        """The newest type that means the same: what reactions and projections are found by."""
        return newest(self.type)

    @property
    def subject(self) -> str:
        return str(self.raw["subject"])

    @property
    def authority(self) -> str | None:
        return self.raw.get("authority")

    @property
    def traceparent(self) -> str:
        return str(self.raw.get("traceparent", ""))

    @cached_property
    def recorded_at(self) -> datetime:
        """When its owner recorded it: the `time` attribute."""
        return datetime.fromisoformat(self.raw["time"])

    @property
    def expunged(self) -> bool:
        """Whether the payload was replaced by a tombstone."""
        return self.raw["data"] is None

    @cached_property
    def event(self) -> Event | None:
        """The payload as the newest version of its model; None when expunged or unknown here."""
        return None if self.expunged else read_event(self.type, self.raw["data"])


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive events of one lane as one message."""

    lane: str
    first: int
    last: int
    body: bytes

    def envelopes(self) -> list[Envelope]:
        """What it carries, in order."""
        return [Envelope(self.lane, raw) for raw in from_json(self.body)]


def batches(lane: str, rows: Sequence[tuple[int, str]]) -> Iterable[Batch]:
    """Consecutive (sequence, body) rows of a lane as messages within the agreed size."""
    texts: list[str] = []
    first = size = 0
    for sequence, body in rows:
        text = sequenced(body, sequence)
        if texts and (len(texts) == MOST_EVENTS or size + len(text) > MOST_BYTES):
            yield _batch(lane, first, texts)
            texts, size = [], 0
        if not texts:
            first = sequence
        texts.append(text)
        size += len(text)
    if texts:
        yield _batch(lane, first, texts)


def _batch(lane: str, first: int, texts: Sequence[str]) -> Batch:
    return Batch(lane, first, first + len(texts) - 1, f"[{','.join(texts)}]".encode())
