"""Which facts each event tells, and the one statement that records a batch of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakSet

from services.metrics.tables import KINDS, Kind
from shared.contracts import Envelope, Event
from shared.contracts.event import upcast
from shared.contracts.placements import (
    CareEnded,
    CareStarted,
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementEnded,
    PlacementRepriced,
    PlacementStarted,
)
from shared.contracts.providers import (
    HomeClosed,
    HomeOpened,
    HomeUpdated,
    PlaceBooked,
    PlaceHeld,
    PlaceOccupied,
    PlaceOutOfService,
    PlaceReleased,
    PlacesChanged,
)
from shared.contracts.referrals import ChildCorrected, ChildRegistered
from shared.store.session import WriteSession

TOLD_BY: Mapping[str, Sequence[type[Event]]] = {
    "care_periods": (CareStarted, CareEnded),
    "placements": (PlacementBooked, PlacementConfirmed, PlacementStarted, PlacementEnded, PlacementCancelled),
    "prices": (PlacementRepriced,),
    "homes": (HomeOpened, HomeUpdated, HomeClosed),
    "places": (PlacesChanged,),
    "occupations": (PlaceHeld, PlaceBooked, PlaceOccupied, PlaceReleased, PlaceOutOfService),
    "children": (ChildRegistered, ChildCorrected),
}
"""Fact table -> the events that each tell one version of a row of it (or of all its lines)."""
PROJECTED: tuple[type[Event], ...] = tuple(event for events in TOLD_BY.values() for event in events)
LISTS = {"prices": "prices", "places": "places"}
"""Fact table with lines -> the field of its event that lists them."""

Values = tuple[Any, ...]
Rows = dict[str, list[Values]]
"""Fact table -> rows in the order of its kind's columns."""
Read = Callable[[Any], Any]

_READERS: Mapping[str, Read] = {"date": date.fromisoformat, "timestamptz": datetime.fromisoformat}


def _as_it_is(told: Any) -> Any:
    return told


@dataclass(frozen=True)
class Reading:
    """How rows of one kind are read from a payload: fields by name, each with what reads its text."""

    kind: str
    fields: tuple[tuple[str, Read], ...]
    listed: str

    def rows(self, told: Mapping[str, Any], recorded_at: datetime) -> list[Values]:
        """One row, or one for each line, or the one that says there are none."""
        told = {**told, "recorded_at": recorded_at}
        if not self.listed:
            return [self._row(told)]
        lines = told[self.listed]
        numbered = ({**told, **line, "line": number} for number, line in enumerate(lines, 1))
        return [self._row(line) for line in numbered] or [self._row({**told, "line": 0})]

    def _row(self, told: Mapping[str, Any]) -> Values:
        found = told.get
        return tuple([None if (value := found(name)) is None else read(value) for name, read in self.fields])


def _reading(kind: Kind) -> Reading:
    readers = (
        _as_it_is if name == "recorded_at" else _READERS.get(type_, _as_it_is)
        for name, type_ in zip(kind.columns, kind.types, strict=True)
    )
    return Reading(kind.table, tuple(zip(kind.columns, readers, strict=True)), LISTS.get(kind.table, ""))


READINGS: Mapping[str, Reading] = {
    event.event_type: _reading(KINDS[table]) for table, events in TOLD_BY.items() for event in events
}


def facts_of(envelopes: Iterable[Envelope]) -> Rows:
    """The rows that events tell; payloads were validated when they were published and are read as they stand."""
    rows: Rows = {}
    for envelope in envelopes:
        if envelope.expunged:
            continue
        type_, told = upcast(envelope.type, envelope.raw["data"])
        reading = READINGS.get(type_)
        if reading is not None:
            rows.setdefault(reading.kind, []).extend(reading.rows(told, envelope.recorded_at))
    return rows


@dataclass(frozen=True)
class Change:
    """What one committed batch added to the facts."""

    epoch: UUID
    change_id: int
    rows: Rows
    reached: Mapping[str, int]
    """Lane -> the last sequence in the batch."""
    all_new: bool
    """Whether every row was added; where some had been there already, the tables know which."""


class Listener(Protocol):
    """Somebody in this process who keeps up with the facts."""

    def facts_changed(self, change: Change) -> None: ...


LISTENING: WeakSet[Any] = WeakSet()
"""Listeners of every database in this process; the epoch tells each whether a change is its own."""


def tell(change: Change) -> None:
    """Say in this process that a batch was committed."""
    for listener in list(LISTENING):
        listener.facts_changed(change)


async def record_facts(session: WriteSession, envelopes: Sequence[Envelope]) -> None:
    """Add the facts a batch tells, each version of a subject once, in one statement under the next change id."""
    rows = facts_of(envelopes)
    if not rows:
        return
    kinds = tuple(table for table in KINDS if table in rows)
    added = await session.one(_record(kinds), *columns_of(rows, kinds))
    assert added is not None
    all_new = added.rows == sum(len(of_kind) for of_kind in rows.values())
    reached = {envelope.lane: envelope.sequence for envelope in envelopes}
    session.on_commit(partial(tell, Change(added.epoch, added.change_id, rows, reached, all_new)))


def columns_of(rows: Rows, kinds: Sequence[str]) -> list[Sequence[Any]]:
    """The arrays that `insert_facts` of these kinds takes."""
    return [column for kind in kinds for column in zip(*rows[kind], strict=True)]


def insert_facts(kind: Kind, *, schema: str, first: int, change_id: str, source: str = "") -> str:
    """An INSERT of rows given as arrays from the `first` parameter on; a version that is there already stays."""
    arrays = ", ".join(f"${first + n}::{type_}[]" for n, type_ in enumerate(kind.types))
    names = ", ".join(kind.columns)
    return (
        f"INSERT INTO {schema}.{kind.table} ({names}, change_id) SELECT n.*, {change_id}"
        f" FROM unnest({arrays}) AS n ({names}){source} ON CONFLICT DO NOTHING"
    )


@cache
def _record(tables: tuple[str, ...]) -> str:
    parts, first = [], 1
    for table in tables:
        kind = KINDS[table]
        insert = insert_facts(kind, schema="public", first=first, change_id="moved.change_id", source=", moved")
        parts.append(f"new_{table} AS ({insert} RETURNING 1)")
        first += len(kind.columns)
    added = " + ".join(f"(SELECT count(*) FROM new_{table})" for table in tables)
    return (
        "WITH moved AS (INSERT INTO position AS p (one, change_id, epoch) VALUES (true, 1, gen_random_uuid())"
        " ON CONFLICT (one) DO UPDATE SET change_id = p.change_id + 1 RETURNING change_id, epoch), "
        f"{', '.join(parts)} SELECT change_id, epoch, {added} AS rows FROM moved"
    )
