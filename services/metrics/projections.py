"""Which facts each event tells, and the one statement that records a batch of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID
from weakref import WeakSet

from pydantic_core import to_json

from services.metrics.tables import KINDS, Kind
from shared.contracts import Envelope, Event
from shared.contracts.event import upcast
from shared.contracts.placements import (
    CareAnnulled,
    CareCorrected,
    CareEnded,
    CareStarted,
    CoverageDeclared,
    FragilityRaised,
    LegalStatusChanged,
    LongTermMatched,
    OfferAccepted,
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferNotChosen,
    OfferWithdrawn,
    PlacementAnnulled,
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementCorrected,
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
    RatingChanged,
    VacancyConfirmed,
    VacancyCorrected,
    VacancyPosted,
    VacancyWithdrawn,
)
from shared.contracts.referrals import (
    ChildCorrected,
    ChildRegistered,
    InformationAsked,
    PanelDecided,
    ReferralAmended,
    ReferralClosed,
    ReferralSubmitted,
    ReferralWithdrawn,
    SearchOpened,
)
from shared.store.consequence import NOTHING, Consequence
from shared.store.session import Row

TOLD_BY: Mapping[str, Sequence[type[Event]]] = {
    "care_periods": (CareStarted, CareEnded, CareCorrected, CareAnnulled),
    "legal_statuses": (LegalStatusChanged,),
    "placements": (
        PlacementBooked,
        PlacementConfirmed,
        PlacementStarted,
        PlacementEnded,
        PlacementCancelled,
        PlacementCorrected,
        PlacementAnnulled,
        LongTermMatched,
        FragilityRaised,
    ),
    "prices": (PlacementRepriced,),
    "homes": (HomeOpened, HomeUpdated, HomeClosed, RatingChanged),
    "places": (PlacesChanged,),
    "occupations": (PlaceHeld, PlaceBooked, PlaceOccupied, PlaceReleased, PlaceOutOfService),
    "vacancies": (VacancyPosted, VacancyConfirmed, VacancyCorrected, VacancyWithdrawn),
    "children": (ChildRegistered, ChildCorrected),
    "referrals": (
        ReferralSubmitted,
        ReferralAmended,
        InformationAsked,
        PanelDecided,
        SearchOpened,
        ReferralWithdrawn,
        ReferralClosed,
    ),
    "offers": (
        OfferInvited,
        OfferMade,
        OfferDeclined,
        OfferAccepted,
        OfferNotChosen,
        OfferWithdrawn,
        OfferLapsed,
    ),
    "coverages": (CoverageDeclared,),
}
"""Fact table -> the events that each tell one version of a row of it (or of all its lines)."""
PROJECTED: tuple[type[Event], ...] = tuple(event for events in TOLD_BY.values() for event in events)
LISTS = {
    "prices": "prices",
    "places": "places",
    "legal_statuses": "statuses",
    "vacancies": "places",
    "referrals": "children",
}
"""Fact table with lines -> the field of its event that lists them."""
BARE_LINES = {"vacancies": "place"}
"""Fact table whose lines are bare identifiers -> the column they stand in."""
SAYS: Mapping[str, Mapping[str, Any]] = {
    **{event.event_type: {"annulled": event is CareAnnulled} for event in TOLD_BY["care_periods"]},
    **{event.event_type: {"status": "posted"} for event in TOLD_BY["vacancies"]},
    VacancyWithdrawn.event_type: {"status": "withdrawn"},
}
"""Event type -> what it says by happening, without a field of its own."""
OFFERED_AS: Mapping[str, str] = {
    OfferInvited.event_type: "invited",
    OfferMade.event_type: "offered",
    OfferDeclined.event_type: "declined",
    OfferAccepted.event_type: "accepted",
    OfferNotChosen.event_type: "not_chosen",
    OfferWithdrawn.event_type: "withdrawn",
    OfferLapsed.event_type: "lapsed",
}
"""Event type of an offer -> its status, where the event itself does not say (those first published did not)."""

KIND_OF: Mapping[str, str] = {event.event_type: table for table, events in TOLD_BY.items() for event in events}
"""Event type -> the fact table it tells of."""

Told = Mapping[str, Any]
"""A row as its event told it: columns by name, in JSON's own types, beside fields that no column takes."""
Rows = dict[str, list[Told]]


def facts_of(envelopes: Iterable[Envelope]) -> Rows:
    """The rows that events tell; payloads were validated when they were published and are taken as they stand."""
    rows: Rows = {}
    for envelope in envelopes:
        if envelope.expunged:
            continue
        type_, told = upcast(envelope.type, envelope.raw["data"])
        if (kind := KIND_OF.get(type_)) is not None:
            said = {**told, **SAYS.get(type_, {}), "recorded_at": envelope.raw["time"]}
            if kind == "offers" and said.get("status") is None:
                said["status"] = OFFERED_AS[type_]
            elif kind == "referrals":
                said["type"] = next(iter(said["types"]), None)
            rows.setdefault(kind, []).extend(_lines(kind, said))
    return rows


def _lines(kind: str, told: dict[str, Any]) -> list[Told]:
    """One row, or one for each line, or the one that says there are none."""
    if kind not in LISTS:
        return [told]
    lines = told.pop(LISTS[kind])
    if (column := BARE_LINES.get(kind)) is not None:
        lines = [{column: line} for line in lines]
    return [{**told, **line, "line": number} for number, line in enumerate(lines, 1)] or [{**told, "line": 0}]


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


def facts_told(envelopes: Sequence[Envelope]) -> Consequence:
    """The facts a batch tells, each version of a subject once, in one statement under the next change id."""
    rows = facts_of(envelopes)
    kinds = tuple(table for table in KINDS if table in rows)
    if not kinds:
        return NOTHING
    reached = {envelope.lane: envelope.sequence for envelope in envelopes}

    def committed(added: Row) -> None:
        all_new = added.rows == sum(len(of_kind) for of_kind in rows.values())
        tell(Change(added.epoch, added.change_id, rows, reached, all_new))

    return Consequence(*_record(kinds), [as_json(rows[kind]) for kind in kinds], committed)


def insert_facts(kind: Kind, *, schema: str, parameter: int, change_id: str, source: str = "") -> str:
    """An INSERT of rows given as one JSON list; a version that is there already stays.

    JSON, because the payloads are JSON already: arrays cost this process five times as much, and PostgreSQL little less.
    """
    names = ", ".join(kind.columns)
    typed = ", ".join(f"{name} {type_}" for name, type_ in zip(kind.columns, kind.types, strict=True))
    return (
        f"INSERT INTO {schema}.{kind.table} ({names}, change_id) SELECT n.*, {change_id}"
        f" FROM json_to_recordset(${parameter}::json) AS n ({typed}){source} ON CONFLICT DO NOTHING"
    )


def as_json(rows: Sequence[Told]) -> str:
    """Rows as `insert_facts` takes them."""
    return to_json(rows).decode()


MOVED = """moved AS (INSERT INTO position AS p (one, change_id, epoch) SELECT true, 1, gen_random_uuid() FROM passed
    ON CONFLICT (one) DO UPDATE SET change_id = p.change_id + 1 RETURNING change_id, epoch)"""


@cache
def _record(tables: tuple[str, ...]) -> tuple[str, str]:
    parts = [MOVED]
    for parameter, table in enumerate(tables, 1):
        insert = insert_facts(
            KINDS[table], schema="public", parameter=parameter, change_id="moved.change_id", source=", moved"
        )
        parts.append(f"new_{table} AS ({insert} RETURNING 1)")
    added = " + ".join(f"(SELECT count(*) FROM new_{table})" for table in tables)
    return ", ".join(parts), f"SELECT change_id, epoch, {added} AS rows FROM moved"
